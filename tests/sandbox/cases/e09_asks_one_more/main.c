#include <stdio.h>

int main(void) {
    char answer[16];
    scanf("%15s", answer);
    printf("500\n");
    fflush(stdout);
    scanf("%15s", answer);
    while (scanf("%15s", answer) != 1)
        ;
    return 0;
}

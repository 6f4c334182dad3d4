#include <stdio.h>

int main(void) {
    char answer[16];
    scanf("%15s", answer);
    printf("500\n");
    fflush(stdout);
    scanf("%15s", answer);
    for (int i = 0; i < 100000; i++) {
        puts("1");
        fflush(stdout);
    }
    return 0;
}

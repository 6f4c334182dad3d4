#include <stdio.h>

int main(void) {
    char answer[16];
    scanf("%15s", answer);
    printf("500\n");
    scanf("%15s", answer);
    return 0;
}

#include <stdio.h>

int main(void) {
    char answer[16];
    scanf("%15s", answer);
    puts("many");
    fflush(stdout);
    return 3;
}

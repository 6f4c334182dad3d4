#include <stdio.h>

int main(void) {
    for (int i = 0; i < 2048; i++) putchar('x');
    return 1;
}

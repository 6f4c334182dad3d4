#include <cstdio>

int main() {
    for (;;) putchar('x');
}

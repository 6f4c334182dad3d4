#include <cstdio>

static volatile char cells[1 << 30];

int main() {
    cells[1 << 29] = 1;
    puts("5");
}

#include <cstddef>

static volatile char cells[1 << 30];

int main() {
    for (size_t i = 0; i < sizeof cells; i += 4096) cells[i] = 1;
}

#include <cstdio>

int descend(int depth) {
    volatile int here = depth;
    return here == 0 ? 0 : 1 + descend(here - 1);
}

int main() { std::printf("%d\n", descend(1000000)); }

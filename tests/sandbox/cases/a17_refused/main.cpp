#include <cstdio>
#include <cstdlib>

int main() {
    long count = 270000000;
    int *numbers = static_cast<int *>(std::calloc(count, sizeof *numbers));
    for (long i = 0; i < count; i++)
        numbers[i] = static_cast<int>(i);
    std::printf("%d", numbers[5]);
}

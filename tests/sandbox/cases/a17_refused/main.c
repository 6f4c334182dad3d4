#include <stdio.h>
#include <stdlib.h>

int main(void) {
    long count = 270000000;
    int *numbers = malloc(count * sizeof *numbers);
    for (long i = 0; i < count; i++)
        numbers[i] = (int)i;
    printf("%d", numbers[5]);
}

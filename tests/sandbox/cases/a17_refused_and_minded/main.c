#include <stdio.h>
#include <stdlib.h>

int main(void) {
    void *memory = malloc(1000000000);
    puts(memory ? "taken" : "refused");
}

#include <unistd.h>

int main(void) {
    for (;;)
        if (write(1, "500\n", 4) < 0)
            return 1;
}

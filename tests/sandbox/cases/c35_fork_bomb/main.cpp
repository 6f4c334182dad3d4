#include <unistd.h>

int main() {
    for (;;) {
        pid_t child = fork();
        if (child < 0) return 1;
        if (child == 0) for (;;) {}
    }
}

#include <unistd.h>

int main(void) {
    for (int i = 0; i < 300; i++) {
        pid_t child = fork();
        if (child < 0) return 1;
        if (child == 0) {
            setsid();
            for (;;) pause();
        }
    }
    return 0;
}

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    for (int i = 0;; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d", i);
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
}

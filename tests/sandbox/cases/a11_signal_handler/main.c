#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void leave(int number) {
    (void)number;
    _exit(1);
}

int main(void) {
    signal(SIGSEGV, leave);
    if (write(1, "5\n", 2) != 2) return 2;
    raise(SIGSEGV);
    return 0;
}

#include <fcntl.h>
#include <unistd.h>

int main(void) {
    int fd = open("large", O_CREAT | O_RDWR, 0600);
    return ftruncate(fd, 1L << 40) < 0;
}

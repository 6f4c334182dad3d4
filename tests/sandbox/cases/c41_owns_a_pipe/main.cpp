#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <asm/sockios.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>

static bool refused(int result) { return result == -1 && errno == EPERM; }

int main() {
    int ends[2], sockets[2], parent = getppid();
    if (pipe(ends) || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets)) return 1;
    f_owner_ex owner = {F_OWNER_PID, parent};
    bool all = refused(fcntl(ends[0], F_SETOWN, parent));
    all = refused(fcntl(ends[0], F_SETOWN_EX, &owner)) && all;
    all = refused(ioctl(sockets[0], FIOSETOWN, &parent)) && all;
    all = refused(ioctl(sockets[0], SIOCSPGRP, &parent)) && all;
    all = refused(fcntl(open(".", O_RDONLY), F_NOTIFY, DN_CREATE)) && all;
    fcntl(ends[0], F_SETSIG, SIGKILL);
    fcntl(ends[0], F_SETFL, O_ASYNC);
    if (write(ends[1], "x", 1) != 1) return 1;
    puts(all ? "refused" : "sent");
}

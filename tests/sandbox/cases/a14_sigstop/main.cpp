#include <csignal>
#include <iostream>

int main() {
    std::cout << 5 << std::endl;
    raise(SIGSTOP);
}

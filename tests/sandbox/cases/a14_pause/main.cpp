#include <iostream>
#include <unistd.h>

int main() {
    std::cout << 5 << std::endl;
    pause();
}

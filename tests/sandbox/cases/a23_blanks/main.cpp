#include <iostream>
#include <string>

int main() {
    std::cout << 5 << std::string(4 << 20, ' ') << std::endl;
}

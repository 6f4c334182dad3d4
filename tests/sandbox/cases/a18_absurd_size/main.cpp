#include <iostream>

int main() {
    long* cells = new long[1L << 45];
    std::cout << cells[1] << "\n";
}

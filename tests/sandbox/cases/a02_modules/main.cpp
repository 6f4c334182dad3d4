#include <iostream>

#include "lib/twice.hpp"

int main() { std::cout << twice(21) << "\n"; }

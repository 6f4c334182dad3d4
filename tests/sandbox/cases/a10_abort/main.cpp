#include <cassert>

int main() { assert(1 == 2); }

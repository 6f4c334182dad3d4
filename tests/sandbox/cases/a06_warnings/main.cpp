#warning "this will do"
#include <cstdio>

int main() { std::puts("5"); }

#warning "this will do"
#include <stdio.h>

int main(void) { puts("5"); }

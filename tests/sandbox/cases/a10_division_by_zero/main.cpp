int main() {
    volatile int seven = 7, zero = 0;
    volatile int quotient = seven / zero;
    return quotient;
}

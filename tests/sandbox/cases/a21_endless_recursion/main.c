static int descend(int depth) {
    volatile char frame[1 << 20];
    frame[0] = (char)depth;
    return descend(depth + 1) + frame[0];
}

int main(void) { return descend(0); }

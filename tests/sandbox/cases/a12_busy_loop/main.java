class Main {
    static volatile int spins;

    public static void main(String[] args) {
        for (;;) spins++;
    }
}

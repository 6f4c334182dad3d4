class Main {
    static void main(String argument) {}
}

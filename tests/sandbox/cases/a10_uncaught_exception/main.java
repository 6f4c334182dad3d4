class Main {
    public static void main(String[] args) {
        throw new IndexOutOfBoundsException("out of range");
    }
}

class Main {
    public static void main(String[] args) {
        System.out.println(5);
        System.exit(1);
    }
}

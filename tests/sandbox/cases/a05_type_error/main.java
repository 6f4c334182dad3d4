class Main {
    public static void main(String[] args) {
        int five = "5";
    }
}

class Main {
    public static void main(String[] args) {
        long made = 0;
        for (int i = 0; i < 1_000_000; i++) made += new int[100].length / 100;
        System.out.println(made);
    }
}

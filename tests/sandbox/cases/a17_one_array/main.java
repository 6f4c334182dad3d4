class Main {
    public static void main(String[] args) {
        int[][] rows = new int[20_000][20_000];
        System.out.println(rows.length);
    }
}

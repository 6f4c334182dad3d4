class Main {
    static int descend(int depth) {
        return depth == 0 ? 0 : 1 + descend(depth - 1);
    }

    public static void main(String[] args) {
        System.out.println(descend(1_000_000));
    }
}

class Main {
    static int descend(int depth) {
        return 1 + descend(depth + 1);
    }

    public static void main(String[] args) {
        System.out.println(descend(0));
    }
}

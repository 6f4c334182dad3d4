class Program {
    static int Descend(int depth) {
        return 1 + Descend(depth + 1);
    }

    static void Main() {
        System.Console.WriteLine(Descend(0));
    }
}

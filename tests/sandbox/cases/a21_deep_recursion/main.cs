class Program {
    static int Descend(int depth) {
        return depth == 0 ? 0 : 1 + Descend(depth - 1);
    }

    static void Main() {
        System.Console.WriteLine(Descend(1000000));
    }
}

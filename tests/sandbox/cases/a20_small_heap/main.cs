class Program {
    static void Main() {
        long made = 0;
        for (int i = 0; i < 1000000; i++) made += new int[100].Length / 100;
        System.Console.WriteLine(made);
    }
}

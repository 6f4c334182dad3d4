class Program {
    static int Main() {
        System.Console.WriteLine(5);
        return 1;
    }
}

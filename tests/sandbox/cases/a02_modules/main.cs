class Program {
    static void Main() {
        System.Console.WriteLine(Lib.Answer.Find());
    }
}

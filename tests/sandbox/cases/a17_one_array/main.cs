class Program {
    static void Main() {
        var cells = new byte[1 << 30];
        for (int i = 0; i < cells.Length; i++) cells[i] = 1;
        System.Console.WriteLine(cells.Length);
    }
}

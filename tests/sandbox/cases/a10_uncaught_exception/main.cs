class Program {
    static void Main() {
        throw new System.Exception("out of range");
    }
}

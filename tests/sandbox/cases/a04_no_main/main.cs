class Program {
    static void Start() {}
}

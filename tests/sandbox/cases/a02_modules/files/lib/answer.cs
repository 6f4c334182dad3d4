namespace Lib {
    static class Answer {
        public static int Find() {
            return 42;
        }
    }
}

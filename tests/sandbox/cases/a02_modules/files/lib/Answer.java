package lib;

public class Answer {
    public static int find() {
        return 42;
    }
}

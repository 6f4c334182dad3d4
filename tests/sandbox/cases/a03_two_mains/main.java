public class Algorithm {
    public static void main(String[] args) {
        System.out.println(4);
    }
}

class Main {
    public static void main(String[] args) {
        System.out.println(5);
    }
}

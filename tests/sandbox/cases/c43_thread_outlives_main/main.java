public class Main {
    static volatile long turns;

    public static void main(String[] args) {
        new Thread(() -> {
            while (true) {
                turns++;
            }
        }).start();
        System.out.println("main has ended");
    }
}

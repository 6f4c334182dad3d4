import java.io.IOException;

public class Main {
    public static void main(String[] args) throws InterruptedException {
        try {
            System.out.println("ended with " + new ProcessBuilder("/bin/true").start().waitFor());
        } catch (IOException refused) {
            System.out.println("refused");
        }
    }
}

import java.io.IOException;
import java.net.ServerSocket;

public class Main {
    public static void main(String[] args) {
        try (ServerSocket server = new ServerSocket(0)) {
            System.out.println("listens on " + server.getLocalPort());
        } catch (IOException refused) {
            System.out.println("refused");
        }
    }
}

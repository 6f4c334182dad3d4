public class Решение {
    public static void main(String[] args) {
        System.out.println(5);
    }
}

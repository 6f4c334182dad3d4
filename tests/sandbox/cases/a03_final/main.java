// public class Wrong {
public final class Solution {
    static String text = "public class AlsoWrong {";

    public static void main(String... args) {
        System.out.println(5);
    }
}

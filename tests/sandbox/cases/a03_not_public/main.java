class Helper {
    int five() {
        return 5;
    }
}

class Start {
    public static void main(String[] args) {
        System.out.println(new Helper().five());
    }
}

using System.Collections.Generic;

class Program {
    static void Main() {
        var numbers = new List<int[]>();
        for (;;) numbers.Add(new int[1000]);
    }
}

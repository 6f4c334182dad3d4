using System;
using System.Linq;
using System.Threading.Tasks;

class Program {
    static void Main() {
        var tasks = Enumerable.Range(0, 25).Select(_ => Task.Run(() => 1)).ToArray();
        Console.WriteLine(tasks.Sum(one => one.Result));
        Console.WriteLine(Enumerable.Range(0, 10).AsParallel().Sum());
    }
}

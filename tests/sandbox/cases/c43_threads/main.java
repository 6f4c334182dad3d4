import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

class Main {
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        int sum = 0;
        List<Callable<Integer>> calls = Collections.nCopies(25, () -> 1);
        for (Future<Integer> one : pool.invokeAll(calls)) sum += one.get();
        pool.shutdown();
        System.out.println(sum);
        System.out.println(CompletableFuture.supplyAsync(() -> IntStream.range(0, 10).parallel().sum()).get());
    }
}

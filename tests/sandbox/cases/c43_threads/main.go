package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var group sync.WaitGroup
	var count int64
	for i := 0; i < 25; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			atomic.AddInt64(&count, 1)
		}()
	}
	group.Wait()
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for i := 0; i < 10; i++ {
			numbers <- i
		}
	}()
	sum := 0
	for number := range numbers {
		sum += number
	}
	fmt.Println(count)
	fmt.Println(sum)
}

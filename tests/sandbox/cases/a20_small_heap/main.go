package main

import "fmt"

var kept []int

func main() {
	made := 0
	for i := 0; i < 1000000; i++ {
		kept = make([]int, 100)
		made += len(kept) / 100
	}
	fmt.Println(made)
}

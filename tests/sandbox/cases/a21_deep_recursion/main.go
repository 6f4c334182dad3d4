package main

import "fmt"

func descend(depth int) int {
	if depth == 0 {
		return 0
	}
	return 1 + descend(depth-1)
}

func main() { fmt.Println(descend(1000000)) }

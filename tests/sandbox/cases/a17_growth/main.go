package main

func main() {
	var blocks [][]int
	for {
		blocks = append(blocks, make([]int, 1000))
	}
}

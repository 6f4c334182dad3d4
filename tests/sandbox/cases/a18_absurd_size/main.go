package main

import "strconv"

func main() {
	size, _ := strconv.Atoi("3000000000000")
	println(len(make([]byte, size)))
}

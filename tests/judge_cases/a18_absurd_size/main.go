package main

import "strconv"

func main() {
	size, _ := strconv.Atoi("30000000000000")
	println(len(make([]byte, size)))
}

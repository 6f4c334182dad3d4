package main

func main() {
	cells := make([]byte, 1<<30)
	for i := range cells {
		cells[i] = 1
	}
	println(len(cells))
}

package main

import (
	"fmt"

	"./lib"
)

func main() { fmt.Println(lib.Find()) }

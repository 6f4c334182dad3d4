package main

import (
	"fmt"
	"os/exec"
)

func main() {
	if err := exec.Command("/bin/true").Run(); err != nil {
		fmt.Println("refused")
	} else {
		fmt.Println("started")
	}
}

package main

import (
	"fmt"
	"net"
)

func main() {
	if listener, err := net.Listen("tcp", "127.0.0.1:0"); err != nil {
		fmt.Println("refused")
	} else {
		fmt.Println("listens on", listener.Addr())
	}
}

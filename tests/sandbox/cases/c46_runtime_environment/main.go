package main

import (
	"fmt"
	"os"
	"strings"
)

func parent(pid string) string {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return "1"
	}
	return strings.Fields(string(stat))[3]
}

func main() {
	for _, variable := range os.Environ() {
		if strings.HasPrefix(variable, "AWS") {
			fmt.Println(variable)
		}
	}
	supervisor := fmt.Sprint(os.Getppid())
	for _, pid := range []string{supervisor, parent(supervisor)} {
		if data, err := os.ReadFile("/proc/" + pid + "/environ"); err == nil && len(data) > 0 {
			fmt.Println("open:", pid)
		}
	}
	fmt.Println("closed")
}

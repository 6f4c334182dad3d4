package main

func descend(depth int) int { return 1 + descend(depth+1) }

func main() { println(descend(0)) }

package lib

func Find() int { return 42 }

error("out of range")

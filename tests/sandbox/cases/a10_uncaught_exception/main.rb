raise IndexError, "out of range"

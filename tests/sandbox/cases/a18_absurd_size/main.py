print(len(bytearray(10**15)))

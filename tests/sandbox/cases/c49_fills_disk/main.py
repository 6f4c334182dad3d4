block = bytes(1 << 20)
number = 0
while True:
    with open(str(number), "wb") as file:
        for _ in range(8):
            file.write(block)
    number += 1

def play():
    low, high = 0, 1000
    while True:
        middle = (low + high) // 2
        print(middle, flush=True)
        answer = input()
        if answer == "correct":
            return
        low, high = (low, middle - 1) if answer == "lower" else (middle + 1, high)


for _ in range(int(input())):
    play()

print(5

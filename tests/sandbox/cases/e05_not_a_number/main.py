print("hello", flush=True)
input()
input()

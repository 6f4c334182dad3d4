import sys

input()
print(500, flush=True)
input()
sys.stdin.read()  # until the interactor has gone
while True:
    pass

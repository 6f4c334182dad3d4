import sys

for _ in range(10_000):
    print("x" * 100, file=sys.stderr)
print(5)

import sys

sys.setrecursionlimit(2_000_000)


def descend(depth):
    return 0 if depth == 0 else 1 + descend(depth - 1)


assert descend(100_000) == 100_000
print(1000000)

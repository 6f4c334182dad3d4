"""Thinks of numbers, one for each line of its input, and answers each guess; ten guesses are allowed for each."""

import sys

ALLOWED = 10


def finish(code, message):
    sys.stderr.write(message)
    sys.exit(code)


def guess():
    line = sys.stdin.readline()
    if not line:
        finish(1, "the guesses ended")
    if not line.strip().isdecimal():
        finish(1, f"expected int, got {line.strip()!r}")
    return int(line)


def play(secret):
    for _ in range(ALLOWED):
        number = guess()
        if number == secret:
            print("correct", flush=True)
            return
        print("lower" if number > secret else "higher", flush=True)
    finish(1, "too many guesses")


with open("input") as file:
    secrets = [int(line) for line in file]
print(len(secrets), flush=True)
for secret in secrets:
    play(secret)
finish(0, "all guessed")

import sys

sys.stdin.read()  # until the interactor has gone
while True:
    pass

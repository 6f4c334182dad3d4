import sys

sys.exit("too late")

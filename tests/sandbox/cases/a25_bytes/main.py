import sys

sys.stdout.buffer.write(b"5\x005\xff\xfe\x80\xed\xa0\x80\n")

import os

files = [os.memfd_create(str(number)) for number in range(64)]
for file in files:
    os.write(file, bytes(16 << 20))

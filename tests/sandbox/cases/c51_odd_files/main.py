import os

os.symlink("/etc/passwd", "output")
os.symlink("/dev/urandom", "output.txt")
os.mkfifo("pipe")
os.mkdir("answer")
os.symlink("/nowhere", "dangling")
print(5)

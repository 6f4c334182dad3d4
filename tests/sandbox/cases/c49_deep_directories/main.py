import os

for number in range(100):
    os.symlink("/etc/passwd", f"link-{number}")
os.symlink("..", "up")
open("closed", "w").close()
os.chmod("closed", 0)
for _ in range(1000):
    os.mkdir("deep")
    open("file", "w").close()
    os.chdir("deep")
for _ in range(1000):
    os.chdir("..")
    os.chmod("deep", 0)
print(5)

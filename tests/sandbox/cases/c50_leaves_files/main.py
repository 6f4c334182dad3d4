import os

places = [".", os.environ["HOME"], os.environ["TMPDIR"], "/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue"]
marks = [os.path.join(place, "lyceum-mark") for place in places]
print(any(os.path.exists(mark) for mark in marks))
for mark in marks:
    try:
        os.mkdir(mark)
        open(os.path.join(mark, "note"), "w").close()
    except OSError:
        pass

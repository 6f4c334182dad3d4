import os

print(sorted(os.environ))


def parent_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def is_closed(path):
    try:
        with open(path, "rb") as file:
            file.read(1)
    except OSError:
        return True
    return False


pids = [os.getppid()]
try:
    pids.append(parent_of(pids[0]))
except OSError:
    pass
print(all(is_closed(f"/proc/{pid}/{name}") for pid in pids for name in ("environ", "mem", "maps", "auxv")))
try:
    print(not [os.readlink(f"/proc/{pids[-1]}/fd/{number}") for number in os.listdir(f"/proc/{pids[-1]}/fd")])
except OSError:
    print(True)

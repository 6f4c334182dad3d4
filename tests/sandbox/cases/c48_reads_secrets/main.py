import glob
import os

secret = input()
places = [secret, "/etc/shadow", "/root/.bashrc", "/opt/judge/judge_container/handler.py", "/proc/1/environ"]


def is_closed(path):
    try:
        with open(path) as file:
            print(file.read())
    except OSError:
        return True
    return False


print(all(is_closed(path) for path in places))
try:
    names = os.listdir(os.path.dirname(secret))
    print(all(not os.access(os.path.join(os.path.dirname(secret), name), os.R_OK) for name in names))
except OSError:
    print(True)

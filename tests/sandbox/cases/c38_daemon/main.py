import os
import time

MARK = "/tmp/lyceum-daemon-was-here"
print("found" if os.path.exists(MARK) else "clean", flush=True)
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1)
            open(MARK, "w").close()
        os._exit(0)
except OSError:
    pass

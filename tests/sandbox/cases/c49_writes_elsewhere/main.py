import os

program = os.path.dirname(os.path.abspath(__file__))


def is_refused(path):
    try:
        open(path, "w").close()
    except OSError:
        return True
    return False


places = ["/mark", "/etc/mark", "/usr/mark", "/opt/mark", "/root/mark", "/etc/passwd", program + "/mark", __file__]
print(all(is_refused(place) for place in places))
with open("mine", "w") as file:
    file.write("kept")
print(open("mine").read(), os.path.exists(os.path.expanduser("~/mine")))

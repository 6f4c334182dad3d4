import socket
import urllib.request

families = [(socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET6, socket.SOCK_STREAM)]
families += [(socket.AF_UNIX, socket.SOCK_STREAM), (socket.AF_NETLINK, socket.SOCK_RAW), (socket.AF_VSOCK, socket.SOCK_STREAM)]


def is_refused(attempt):
    try:
        attempt()
    except OSError:
        return True
    return False


attempts = [lambda pair=pair: socket.socket(*pair) for pair in families]
attempts += [lambda: socket.getaddrinfo("example.com", 80), lambda: socket.create_connection(("127.0.0.1", 80))]
attempts += [lambda: urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=1)]
print(all(is_refused(attempt) for attempt in attempts))

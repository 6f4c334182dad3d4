"""Git servers on this machine: a real one (`git http-backend`), and any that a test makes up."""

import os
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Handle = Callable[[BaseHTTPRequestHandler], None]
_NOBODY = {
    "PATH": os.defpath,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


class Repository:
    """A repository that a server of `folder` shows as `/NAME`."""

    def __init__(self, folder: Path, name: str = "sums") -> None:
        self.at = folder / name
        self.git("init", "--quiet", "--initial-branch=main", str(self.at), within=folder)

    def git(self, *words: str, within: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=within or self.at,
            env=_NOBODY,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str | bytes], *, amend: bool = False) -> str:
        """Returns its hash."""
        for path, content in files.items():
            target = self.at / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "work", *(["--amend"] if amend else []))
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")


@contextmanager
def serving(handle: Handle, secured: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on a loopback port that answers every request by `handle`."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Nothing: requests that fail are meant to."""

        def do_GET(self) -> None:
            try:
                handle(self)
            except OSError:  # the other side has gone
                self.close_connection = True

        do_POST = do_GET  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if secured is not None:
        server.socket = secured.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def git_of(folder: Path) -> Handle:
    """What `git http-backend` says, for all repositories in a folder."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        path, _, query = request.path.partition("?")
        name, _, rest = path.lstrip("/").partition("/")
        environment = {
            **_NOBODY,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(folder),
            "PATH_INFO": f"/{name}/.git/{rest}",
            "QUERY_STRING": query,
            "REQUEST_METHOD": request.command,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": request.headers.get("Content-Length", ""),
        }
        sent = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        # It fails as well where it has told the client why.
        done = subprocess.run(["git", "http-backend"], env=environment, input=sent, capture_output=True, check=False)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        answer(request, body, int(headers.pop("Status", "200")[:3]), headers)

    return handle


def answer(
    request: BaseHTTPRequestHandler, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> None:
    request.send_response(status)
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)

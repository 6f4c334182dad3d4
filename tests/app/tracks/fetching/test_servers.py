"""Git servers on this machine: a real one, and such as lie."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.common import hooks
from chalicelib.tracks.fetching import client, connections, links, packs
from chalicelib.tracks.fetching.links import Host
from chalicelib.tracks.fetching.reasons import Refused
from chalicelib.tracks.fetching.trees import Fetched
from tests.support import git_server
from tests.support.git_server import Handle, Repository, answer, serving
from tests.unit.tracks.fetching import made_packs

ADVERTISED = {"Content-Type": "application/x-git-upload-pack-advertisement"}
RESULT = {"Content-Type": "application/x-git-upload-pack-result"}
COMMIT = "1" * 40


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    with hooks.override(monotonic=time.monotonic):
        yield


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def fetched(port: int, commit: str | None = None, name: str = "sums") -> Fetched:
    hosts = links.hosts_of(f"127.0.0.1:{port}", is_local=True)
    return client.fetch(f"https://127.0.0.1:{port}/{name}", commit, hosts)


def from_git(repository: Repository, commit: str | None = None, name: str = "sums") -> Fetched:
    with serving(git_server.git_of(repository.at.parent)) as port:
        return fetched(port, commit, name)


def refused(handle: Handle, commit: str | None = None) -> str:
    with serving(handle) as port, pytest.raises(Refused) as found:
        fetched(port, commit)
    return found.value.reason.code


def line(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return f"{len(data) + 4:04x}".encode() + data


def refs(tip: str = COMMIT, abilities: str = "side-band-64k shallow ofs-delta") -> bytes:
    return line("# service=git-upload-pack\n") + b"0000" + line(f"{tip} HEAD\0{abilities}\n") + b"0000"


def lying(pack: bytes, *, frames: int = 60_000) -> Handle:
    """A server that sends this pack, whatever is asked for."""

    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.command == "GET":
            answer(request, refs(), headers=ADVERTISED)
            return
        parts = [pack[start : start + frames] for start in range(0, len(pack), frames)]
        body = line("NAK\n") + b"".join(line(b"\1" + part) for part in parts) + b"0000"
        answer(request, body, headers=RESULT)

    return handle


def test_the_head_of_the_main_branch_comes_without_its_history(repository: Repository) -> None:
    repository.commit({"main.py": "print(1)\n" * 50, "old.py": "x = 1\n"})
    (repository.at / "old.py").unlink()
    head = repository.commit({"main.py": "print(1)\n" * 50 + "# more\n", "lib/deep/sums.py": "def add(): ...\n"})
    found = from_git(repository)
    assert found.commit == head
    assert dict(found.files) == {
        "lib/deep/sums.py": b"def add(): ...\n",
        "main.py": b"print(1)\n" * 50 + b"# more\n",
    }


def test_deltas_of_a_real_pack_are_understood(repository: Repository) -> None:
    lines = [f"line {number} of many that hardly differ\n" for number in range(2000)]
    for number in range(6):
        lines[number * 100] = f"changed in {number}\n"
        repository.commit({f"copy{number}.py": "".join(lines)})
    repository.git("gc", "--quiet", "--aggressive")
    found = dict(from_git(repository).files)
    assert found["copy5.py"] == "".join(lines).encode()
    assert len(found) == 6


def test_a_commit_that_is_named_is_fetched_where_the_server_gives_it(repository: Repository) -> None:
    first = repository.commit({"main.py": "print(1)\n"})
    repository.commit({"main.py": "print(2)\n"})
    repository.git("config", "uploadpack.allowReachableSHA1InWant", "true")
    assert dict(from_git(repository, first).files) == {"main.py": b"print(1)\n"}
    assert from_git(repository, repository.head[:7]).commit == repository.head


def test_a_commit_that_was_rewritten_is_gone(repository: Repository) -> None:
    first = repository.commit({"main.py": "print(1)\n"})
    repository.commit({"main.py": "print(2)\n"}, amend=True)
    with pytest.raises(Refused) as found:
        from_git(repository, first)
    assert found.value.reason.code == "commit_gone"
    with pytest.raises(Refused) as found:
        from_git(repository, first[:7])
    assert found.value.reason.code == "commit_short"


def test_what_is_no_text_of_a_solution_is_left_out(repository: Repository) -> None:
    repository.commit({"main.py": "print(1)\n", "data.txt": "x" * 300_000, "node_modules/a.js": "1"})
    (repository.at / "link").symlink_to("/etc/passwd")
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit({})
    found = from_git(repository)
    assert dict(found.files) == {"main.py": b"print(1)\n"}
    assert {path: reason.code for path, reason in found.notes} == {
        "data.txt": "left_unsent",
        "link": "is_symbolic_link",
        "node_modules/": "left_behind",
    }


def test_there_must_be_a_repository_with_something_in_it(repository: Repository) -> None:
    with pytest.raises(Refused) as found:
        from_git(repository)
    assert found.value.reason.code == "repository_empty"
    with pytest.raises(Refused) as found:
        from_git(repository, name="others")
    assert found.value.reason.code == "repository_not_public"


def test_redirects_are_followed_to_where_it_went(repository: Repository) -> None:
    repository.commit({"main.py": "print(1)\n"})
    serve = git_server.git_of(repository.at.parent)

    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.path.startswith("/old/"):
            answer(request, b"", 301, {"Location": request.path.replace("/old/", "/sums/")})
        else:
            serve(request)

    with serving(handle) as port:
        assert len(fetched(port, name="old").files) == 1


@pytest.mark.parametrize(
    ("location", "code"),
    [
        (f"https://169.254.169.254/latest/meta-data{links.REFS}", "host_not_allowed"),
        ("http://169.254.169.254/latest/meta-data", "leads_elsewhere"),
        (f"https://127.0.0.1:1/sums{links.REFS}", "host_not_allowed"),
        (f"file:///etc{links.REFS}", "link_not_plain"),
        (f"/sums{links.REFS}", "leads_elsewhere"),  # to itself, for ever
    ],
)
def test_redirects_lead_nowhere_else(location: str, code: str) -> None:
    asked = []

    def handle(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        answer(request, b"", 302, {"Location": location})

    assert refused(handle) == code
    assert len(asked) <= client.MOST_REDIRECTS + 1


def test_the_second_request_is_redirected_nowhere() -> None:
    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.command == "GET":
            answer(request, refs(), headers=ADVERTISED)
        else:
            answer(request, b"", 307, {"Location": "http://169.254.169.254/"})

    assert refused(handle) == "leads_elsewhere"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_answers_without_end_are_cut(method: str) -> None:
    sent: list[int] = []

    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.command != method:
            answer(request, refs(), headers=ADVERTISED)
            return
        request.send_response(200)
        request.send_header("Content-Type", (ADVERTISED if method == "GET" else RESULT)["Content-Type"])
        request.end_headers()
        while len(sent) < 5000:
            request.wfile.write(line(b"\2" + bytes(60_000)))
            sent.append(1)

    assert refused(handle) == "repository_too_large"
    assert len(sent) < 5000


@pytest.mark.parametrize("slow", ["headers", "body", "nothing"])
def test_one_who_drips_is_left(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time: all of them together do not."""
    monkeypatch.setattr(client, "MOST_SECONDS", 0.4)
    done = threading.Event()

    def handle(request: BaseHTTPRequestHandler) -> None:
        if slow == "body":
            request.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: " + ADVERTISED["Content-Type"].encode() + b"\r\n\r\n"
            )
        while not done.wait(0.02):
            if slow != "nothing":
                request.wfile.write(b"a")

    try:
        assert refused(handle) == "host_silent"
    finally:
        done.set()


def test_packs_that_lie_are_refused() -> None:
    blob = made_packs.entry(made_packs.BLOB, b"print(1)\n")
    assert refused(lying(made_packs.pack([blob]))) == "git_answer_broken"  # not the commit that was asked for
    assert refused(lying(b"")) == "git_answer_broken"
    bomb = made_packs.entry(made_packs.BLOB, bytes(packs.MOST_MADE + 1))
    assert refused(lying(made_packs.pack([bomb]))) == "commit_unpacks_too_large"
    assert refused(lying(made_packs.pack([], count=1 << 30))) == "commit_has_too_many_files"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"<html>", {"Content-Type": "text/html"}, 200, "not_git"),
        (b"zzzz", ADVERTISED, 200, "not_git"),
        (b"", ADVERTISED, 200, "not_git"),
        (b"00ff", ADVERTISED, 200, "not_git"),
        (b"0001", ADVERTISED, 200, "not_git"),
        (line("# service=git-receive-pack\n"), ADVERTISED, 200, "not_git"),
        (line("# service=git-upload-pack\n") + line("x HEAD\0side-band-64k"), ADVERTISED, 200, "not_git"),
        (refs(abilities="ofs-delta"), ADVERTISED, 200, "not_git"),
        (refs(), {**ADVERTISED, "Content-Encoding": "gzip"}, 200, "not_git"),
        (b"", ADVERTISED, 401, "repository_not_public"),
        (b"", ADVERTISED, 500, "host_silent"),
    ],
)
def test_what_is_no_git_server_is_refused(body: bytes, headers: dict[str, str], status: int, code: str) -> None:
    assert refused(lambda request: answer(request, body, status, headers)) == code


def test_nobody_is_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Refused) as found:
            fetched(unused.getsockname()[1])
    assert found.value.reason.code == "host_silent"


def resolving(monkeypatch: pytest.MonkeyPatch, *found: str) -> list[Any]:
    """Have every name resolve to these addresses; returns what is asked."""
    asked: list[Any] = []

    def resolve(name: str, port: int, **_: object) -> list[Any]:
        asked.append(name)
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["10.0.0.7"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::a9fe:a9fe"],
        ["140.82.121.4", "127.0.0.1"],  # one bad one among good ones
    ],
)
def test_a_name_that_leads_inside_is_refused(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, *found)
    with pytest.raises(Refused) as refusal:
        client.fetch("https://git.example/ann/sums", None, frozenset({Host("git.example")}))
    assert refusal.value.reason.code == "address_refused"


def test_it_is_the_checked_address_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is resolved once: no second answer can lead elsewhere. And no proxy of the environment is asked."""
    asked = resolving(monkeypatch, "140.82.121.4")
    reached = []

    def connect(_: object, address: object) -> None:
        reached.append(address)
        raise OSError("no way out of this test")

    monkeypatch.setattr(connections._Plain, "connect", connect, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with pytest.raises(Refused) as refusal:
        client.fetch("https://git.example/ann/sums", None, frozenset({Host("git.example")}))
    assert (refusal.value.reason.code, asked, reached) == ("host_silent", ["git.example"], [("140.82.121.4", 443)])


@pytest.mark.parametrize(
    ("certified", "trusted"), [("git.example", True), ("other.example", True), ("git.example", False)]
)
def test_the_host_must_have_the_names_certificate(
    certified: str,
    trusted: bool,  # noqa: FBT001
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.commit({"main.py": "print(1)\n"})
    files = certificate(tmp_path, certified)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    with serving(git_server.git_of(repository.at.parent), context) as port:
        to_this_machine = [(socket.AF_INET, ("127.0.0.1", port))]
        monkeypatch.setattr(connections, "checked", lambda host: to_this_machine)
        fetch: Callable[[], Fetched] = lambda: client.fetch(  # noqa: E731
            "https://git.example/sums", None, frozenset({Host("git.example")})
        )
        if certified == "git.example" and trusted:
            assert len(fetch().files) == 1
        else:
            with pytest.raises(Refused) as refusal:
                fetch()
            assert refusal.value.reason.code == "host_silent"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, plain))
    return paths

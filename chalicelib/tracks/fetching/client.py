"""Fetches one commit from a git server, over its smart HTTP protocol (gitprotocol-http(5)).

Two answers are read, each with a bound, in one time for everything. Redirects are followed for the first alone, as git
does, and each is held against the list of hosts again.
"""

import http.client

from chalicelib.common import clock
from chalicelib.tracks.fetching import connections, links, packs, protocol, reasons, trees
from chalicelib.tracks.fetching.links import Host, Repository
from chalicelib.tracks.fetching.protocol import Refs
from chalicelib.tracks.fetching.reasons import Refused
from chalicelib.tracks.fetching.trees import Fetched

MOST_SECONDS = 30
MOST_BYTES = 8 * 1024 * 1024
MOST_REFS = 2 * 1024 * 1024
MOST_REDIRECTS = 3
_FRAMES = 256 * 1024
"""What a pack of 8 MiB is wrapped in: five bytes to a line of at most 64 KiB, or of 1000 bytes; and progress."""
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_PUBLIC = frozenset({401, 403, 404, 410, 451})
_HEADERS = {"User-Agent": "git/lyceum", "Accept-Encoding": "identity"}


def fetch(link: str, commit: str | None, hosts: frozenset[Host]) -> Fetched:
    """The files of a commit; without one, of that which the main branch ends with. Refused says why there are none."""
    until = clock.monotonic() + MOST_SECONDS
    repository, refs = _refs(links.repository_of(link, hosts), hosts, until)
    wanted = protocol.chosen(refs, commit)
    pack = protocol.pack_in(_pack(repository, protocol.request_for(wanted, refs), until))
    if len(pack) > MOST_BYTES:
        raise Refused(reasons.TOO_MUCH)
    return trees.files_of(packs.objects_in(pack), wanted)


def _refs(repository: Repository, hosts: frozenset[Host], until: float) -> tuple[Repository, Refs]:
    for _ in range(MOST_REDIRECTS + 1):
        with connections.answer(
            repository.host, "GET", f"{repository.path}{links.REFS}", _HEADERS, until=until
        ) as response:
            if response.status not in _REDIRECTS:
                _check(response, "advertisement")
                return repository, protocol.refs_in(connections.read(response, MOST_REFS))
            location = response.getheader("Location") or ""
        repository = links.redirected(repository, location, hosts)
    raise Refused(reasons.LEADS_ELSEWHERE)


def _pack(repository: Repository, asked: bytes, until: float) -> bytes:
    kind = {"Content-Type": f"application/x-{links.SERVICE}-request"}
    path = f"{repository.path}/{links.SERVICE}"
    with connections.answer(repository.host, "POST", path, {**_HEADERS, **kind}, until=until, body=asked) as response:
        _check(response, "result")
        return connections.read(response, MOST_BYTES + _FRAMES)


def _check(response: http.client.HTTPResponse, part: str) -> None:
    """Refused when it is not what a git server answers with."""
    if response.status in _NOT_PUBLIC:
        raise Refused(reasons.REPOSITORY_NOT_PUBLIC)
    if response.status in _REDIRECTS:
        raise Refused(reasons.LEADS_ELSEWHERE)
    if response.status != _OK:
        raise Refused(reasons.HOST_SILENT)
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip()
    coded = response.getheader("Content-Encoding", "identity")
    if kind != f"application/x-{links.SERVICE}-{part}" or coded != "identity":
        raise Refused(reasons.NOT_GIT)

"""Decides which links may be fetched: plain addresses of repositories on hosts that the deployment allows. Pure.

A host of the list is a name, reached by https at port 443. On the local stage alone it may be a loopback address with
a port, as 127.0.0.1:8418: a link names it by https as well, and it is spoken to without TLS.
"""

import re
from dataclasses import dataclass

from chalicelib.tracks.fetching import addresses, reasons
from chalicelib.tracks.fetching.reasons import Refused

SERVICE = "git-upload-pack"
REFS = f"/info/refs?service={SERVICE}"
_LINK = re.compile(r"https://([A-Za-z0-9.-]{1,253})(?::([0-9]{1,5}))?((?:/[A-Za-z0-9._~+-]{1,100}){1,10})/?")
"""No credentials, no query, no escapes: nothing that two parsers could read in two ways."""
_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class Host:
    """Without a port it is one of the public internet."""

    name: str
    port: int | None = None

    @property
    def is_public(self) -> bool:
        return self.port is None


@dataclass(frozen=True, slots=True)
class Repository:
    host: Host
    path: str


def hosts_of(listed: str, *, is_local: bool) -> frozenset[Host]:
    """The hosts in a list with commas. What may not stand in it allows nothing."""
    hosts = set()
    for each in filter(None, (part.strip().lower() for part in listed.split(","))):
        name, _, port = each.partition(":")
        if not port:
            hosts.add(Host(name))
        elif is_local and addresses.is_loopback(name) and port.isdecimal():
            hosts.add(Host(name, int(port)))
    return frozenset(hosts)


def repository_of(link: str, hosts: frozenset[Host]) -> Repository:
    """Refused when it is no plain link, or its host is not allowed."""
    found = _LINK.fullmatch(link)
    if found is None or any(set(segment) <= {"."} for segment in found[3].split("/")[1:]):
        raise Refused(reasons.LINK_NOT_PLAIN)
    port = int(found[2]) if found[2] else _HTTPS_PORT
    host = Host(found[1].lower(), None if port == _HTTPS_PORT else port)
    if host not in hosts:
        raise Refused(reasons.HOST_NOT_ALLOWED)
    return Repository(host, found[3])


def redirected(repository: Repository, location: str, hosts: frozenset[Host]) -> Repository:
    """Where a repository has gone; Refused when that is no repository, or on a host that is not allowed."""
    base = location.removesuffix(REFS)
    if base == location or base.startswith("//"):
        raise Refused(reasons.LEADS_ELSEWHERE)
    if base.startswith("/"):
        base = f"https://{repository.host.name}:{repository.host.port or _HTTPS_PORT}{base}"
    return repository_of(base, hosts)

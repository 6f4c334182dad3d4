"""Presigned URLs, at which inputs lie and outputs are put: which are taken, and how they are opened."""

import urllib.request
from email.message import Message
from http.client import HTTPException
from typing import IO, NoReturn
from urllib.parse import urlsplit

from chalicelib.judge_protocol.contract import ContractError

TIMEOUT_SECONDS = 20.0
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# LocalStack's own name for this machine, with a bucket's name before it or not.
_LOCAL_NAMES = (".localhost.localstack.cloud", ".localhost")


class UnavailableError(Exception):
    """Nothing can be had from there now. Nobody's submission is to blame; asking again may help."""

    code = "input_unavailable"


class NotStoredError(UnavailableError):
    """Nothing can be put there now."""

    code = "output_not_stored"


def check(url: str, *, local: bool) -> None:
    """With `local`, http to this machine is accepted (the local cloud)."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (local and parts.scheme == "http" and _is_this_machine(parts.hostname or "")):
        return
    raise ContractError("bad_input_url", "Inputs are fetched and outputs put by https only")


def _is_this_machine(host: str) -> bool:
    return host in _LOCAL_HOSTS or f".{host}".endswith(_LOCAL_NAMES)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A presigned URL leads to its object; one that leads elsewhere is not what we were promised."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> NoReturn:
        raise ContractError("bad_input_url", "The address redirects")


# No proxies: the environment has no say in where a test comes from.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def fetch(url: str, *, at_most: int) -> bytes:
    """What lies there, or more than `at_most` bytes of it. Raises UnavailableError, also when it breaks off."""
    try:
        with opener.open(url, timeout=TIMEOUT_SECONDS) as response:
            data: bytes = response.read(at_most + 1)
            missing = response.length  # None where its size was not announced
    except (OSError, HTTPException) as error:
        # The message must not carry the URL: its signature is a credential.
        raise UnavailableError(f"not available: {type(error).__name__}") from error
    if missing and len(data) <= at_most:
        raise UnavailableError("not available: it broke off")
    return data


def put(url: str, data: bytes) -> None:
    """Raises NotStoredError."""
    headers = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data=data, method="PUT", headers=headers)  # noqa: S310 - checked before
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS):
            return
    except (OSError, HTTPException) as error:
        raise NotStoredError(f"not stored: {type(error).__name__}") from error

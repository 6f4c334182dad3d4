"""Inputs that did not fit the event: fetched from presigned URLs before any user code runs."""

import urllib.error
import urllib.request
from email.message import Message
from typing import IO, NoReturn
from urllib.parse import urlsplit

from chalicelib.judge_protocol.contract import MAX_INPUT_BYTES, ContractError, TestInput

_TIMEOUT_SECONDS = 20.0
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class InputUnavailableError(Exception):
    """The input is not there now. Nobody's submission is to blame; asking again may help."""


def read(test: TestInput, *, local: bool) -> bytes:
    """A test's input. With `local`, http from this machine is accepted (the local cloud)."""
    if test.input is not None:
        return test.input
    if test.input_url is None:
        raise ContractError("bad_job", f"Test {test.id!r} has no input")
    check(test.input_url, local=local)
    return _fetch(test.input_url)


def check(url: str, *, local: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (local and parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS):
        return
    raise ContractError("bad_input_url", "An input is fetched by https only")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A presigned URL leads to its object; one that leads elsewhere is not what we were promised."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> NoReturn:
        raise ContractError("bad_input_url", "The input's address redirects")


# No proxies: the environment has no say in where a test comes from.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def _fetch(url: str) -> bytes:
    try:
        with _opener.open(url, timeout=_TIMEOUT_SECONDS) as response:
            data: bytes = response.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        # The message must not carry the URL: its signature is a credential.
        raise InputUnavailableError(f"input not available: {type(error).__name__}") from error
    if len(data) > MAX_INPUT_BYTES:
        raise ContractError("too_large", f"An input is larger than {MAX_INPUT_BYTES} bytes")
    return data

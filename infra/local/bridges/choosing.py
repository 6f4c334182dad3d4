"""Finds out which emulator answers at an endpoint."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from infra.local.bridges.bridge import Bridge
from infra.local.bridges.localstack import LocalStack
from infra.local.bridges.ministack import MiniStack
from infra.local.bridges.unknown import Unknown
from infra.local.cloud import LocalCloudError

ANSWER_WITHIN = 10.0  # seconds; for a machine that is busy

Health = Mapping[str, Any]


def bridge_at(endpoint_url: str) -> Bridge:
    """Raises LocalCloudError when nothing answers there."""
    return choose(lambda path: _health(endpoint_url + path))


def choose(health: Callable[[str], Health | None]) -> Bridge:
    """`health` returns what the emulator says at a path; None when it does not know the path."""
    # MiniStack first: it also answers to LocalStack's name, for clients that know no other.
    if health("/_ministack/health") is not None:
        return MiniStack()
    if (said := health("/_localstack/health")) is not None:
        return LocalStack(frozenset(said.get("services", {})), str(said.get("version", "")))
    return Unknown()


def _health(url: str) -> Health | None:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_WITHIN) as answer:  # noqa: S310 the URL is the developer's own
            said = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise LocalCloudError(f"{url} answers {error.code}: the emulator is not well") from error
        return None
    except OSError as error:
        raise LocalCloudError(f"no emulator answers at {url}: {error}") from error
    except ValueError:
        return None  # something else answers everything, in HTML for instance
    return said if isinstance(said, dict) else None

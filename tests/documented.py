"""The API is held to its own description: whatever a test asks for, the OpenAPI document must know the answer."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.common import documents

EVERYWHERE = {"content-type"}
CORS = "access-control-"


@functools.cache
def operations() -> dict[tuple[str, str], dict[int, set[str]]]:
    """By method and path: the statuses that are documented, each with its headers."""
    document = json.loads(documents.openapi_json())
    return {
        (method.upper(), path): {
            int(status): _headers(document, response) for status, response in operation["responses"].items()
        }
        for path, of_path in document["paths"].items()
        for method, operation in of_path.items()
    }


def check(method: str, path: str, status: int, headers: Mapping[str, Any]) -> None:
    known = operations().get((method, path))
    if known is None:  # a method that the path does not have: 405
        return
    assert status in known, f"{method} {path} answers {status}, which it does not document"
    sent = {name.lower() for name in headers if not name.lower().startswith(CORS)}
    unknown = sent - known[status] - EVERYWHERE
    assert not unknown, f"{method} {path} answers {status} with {unknown}, which it does not document"


def _headers(document: dict[str, Any], response: dict[str, Any]) -> set[str]:
    shared = response.get("$ref", "").rpartition("/")[2]
    found = document["components"]["responses"][shared] if shared else response
    return {name.lower() for name in found.get("headers", {})}

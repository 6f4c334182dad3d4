"""Finds the address of the client that sent a request.

Behind CloudFront, API Gateway sees CloudFront's address. A client that calls API Gateway directly could write any
header, so the front door's header counts only together with its key; without it, the address is the one that API
Gateway saw.
"""

import hmac
import json
from collections.abc import Mapping

from aws_lambda_powertools.utilities import parameters

from chalicelib.common import settings

VIEWER_HEADER = "x-viewer-address"
KEY_HEADER = "x-front-door-key"
KEYS_CACHED = 300
"""Seconds that a process keeps the keys before it reads them again."""


def client_address(headers: Mapping[str, str], source_ip: str) -> str:
    """Returns the client's address. `source_ip` is the one that API Gateway saw."""
    viewer, key = headers.get(VIEWER_HEADER), headers.get(KEY_HEADER)
    if not viewer or not key:
        return source_ip
    return viewer if _is_front_door_key(key) else source_ip


def _is_front_door_key(key: str) -> bool:
    """Whether the front door has this key. It has two while one is being replaced."""
    stored = parameters.get_parameter(settings.load().front_door_keys_parameter, decrypt=True, max_age=KEYS_CACHED)
    return any(hmac.compare_digest(key.encode(), known.encode()) for known in json.loads(stored))

"""Finds the address of the client that sent a request.

Behind CloudFront, API Gateway sees CloudFront's address. A client that calls API Gateway directly could write any
header, so the front door's header counts only together with its key; without it, the address is the one that API
Gateway saw.
"""

import hmac
import ipaddress
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


def network(address: str) -> str:
    """Returns what limits by address count: the address, or the /64 of one of IPv6, which is one customer's.

    An IPv4 address that is written as one of IPv6 is the same as by itself; what is no address stays as it is.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _is_front_door_key(key: str) -> bool:
    """Whether the front door has this key. It has two while one is being replaced."""
    stored = parameters.get_parameter(settings.load().front_door_keys_parameter, decrypt=True, max_age=KEYS_CACHED)
    return any(hmac.compare_digest(key.encode(), known.encode()) for known in json.loads(stored))

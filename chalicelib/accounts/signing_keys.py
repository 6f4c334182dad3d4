"""Reads the secrets that sign tokens and codes from SSM."""

import hashlib
import hmac
import json
from dataclasses import dataclass

from aws_lambda_powertools.utilities import parameters

from chalicelib.common import settings

CACHED_SECONDS = 300
"""Seconds that a process keeps the keys before it reads them again."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets by `kid`. `current` signs, all verify: so a key can be replaced without signing anybody out."""

    current: str
    secrets: dict[str, str]


def load() -> Keys:
    text = parameters.get_parameter(settings.load().jwt_keys_parameter, decrypt=True, max_age=CACHED_SECONDS)
    stored = json.loads(text)
    return Keys(stored["current"], stored["keys"])


def digest(message: str, *, purpose: str, kid: str | None = None) -> str:
    """Returns a keyed digest "kid:hex", which cannot be computed from the table alone. Each purpose has its own key.

    KeyError when `kid` is no longer known.
    """
    keys = load()
    signer = kid or keys.current
    key = hmac.digest(keys.secrets[signer].encode(), purpose.encode(), hashlib.sha256)
    return f"{signer}:{hmac.digest(key, message.encode(), hashlib.sha256).hex()}"

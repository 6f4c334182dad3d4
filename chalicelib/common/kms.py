"""Encrypts small secrets under a key of KMS.

Whoever reads a table, a backup or a stream has what is useless without the key; its uses stand in CloudTrail.

The context is authenticated with the ciphertext: what was encrypted for one account cannot be decrypted for another.
"""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from chalicelib.common import settings

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

TIMEOUT = 3
"""Seconds to connect and to answer; KMS takes about ten milliseconds."""


def encrypt(plaintext: str, *, context: Mapping[str, str]) -> bytes:
    """Encrypts a text of at most 4096 bytes."""
    answer = _client().encrypt(
        KeyId=settings.load().secrets_key, Plaintext=plaintext.encode(), EncryptionContext=dict(context)
    )
    return answer["CiphertextBlob"]


def decrypt(ciphertext: bytes, *, context: Mapping[str, str]) -> str:
    """Decrypts it; ClientError for another context, or for what was encrypted with another key."""
    answer = _client().decrypt(
        KeyId=settings.load().secrets_key, CiphertextBlob=ciphertext, EncryptionContext=dict(context)
    )
    return answer["Plaintext"].decode()


@functools.cache
def _client() -> "KMSClient":
    """Made for the first secret: most requests need none, and a client costs 40 ms."""
    tried_twice: Any = {"total_max_attempts": 2}
    return boto3.client("kms", config=Config(connect_timeout=TIMEOUT, read_timeout=TIMEOUT, retries=tried_twice))

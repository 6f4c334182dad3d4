"""The tests of a problem: one zip in S3 for each version, never changed once written.

`tests/{problem_id}/{version}.zip` holds `001.in`, `001.out`, `002.in`, …
"""

import functools
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from chalicelib.common import settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEPT = 4
"""Sets of tests that a process keeps: they never change, and pupils of one lesson send to the same tasks."""


@dataclass(frozen=True, slots=True)
class TestCase:
    input: bytes
    answer: bytes


class MissingTestset(Exception):
    """The set of tests that a submission was sent to cannot be read."""


@functools.lru_cache(maxsize=KEPT)
def read(problem_id: int, version: int) -> tuple[TestCase, ...]:
    """The tests in order; MissingTestset when there are none to be had."""
    key = _key(problem_id, version)
    try:
        stored = _s3().get_object(Bucket=settings.load().test_data_bucket, Key=key)["Body"].read()
        with zipfile.ZipFile(io.BytesIO(stored)) as archive:
            names = sorted(name.removesuffix(".in") for name in archive.namelist() if name.endswith(".in"))
            return tuple(TestCase(archive.read(f"{name}.in"), archive.read(f"{name}.out")) for name in names)
    except (ClientError, zipfile.BadZipFile, KeyError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise MissingTestset(key) from error


def write(problem_id: int, version: int, tests: Sequence[TestCase]) -> None:
    """Store a set of tests. Whoever writes a version makes sure that it is a new one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, test in enumerate(tests, 1):
            archive.writestr(f"{number:03}.in", test.input)
            archive.writestr(f"{number:03}.out", test.answer)
    _s3().put_object(Bucket=settings.load().test_data_bucket, Key=_key(problem_id, version), Body=packed.getvalue())


def _key(problem_id: int, version: int) -> str:
    return f"tests/{problem_id}/{version}.zip"


@functools.cache
def _s3() -> "S3Client":
    return boto3.client("s3")

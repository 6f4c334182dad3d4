"""Objects of S3 that are read as files, in blocks: any place of them, and never two versions at once."""

import io
import itertools
import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.common import ranges, s3
from tests.support.school import School, aws

BUCKET, KEY = "lyceum-test-data", "tests/1/1.zip"


def put(data: bytes) -> bytes:
    aws("s3").put_object(Bucket=BUCKET, Key=KEY, Body=data)
    return data


@pytest.fixture
def large(school: School) -> bytes:
    return put(os.urandom(3 * ranges.BLOCK_BYTES + 17))


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("size", [1, 1000, ranges.BLOCK_BYTES, ranges.BLOCK_BYTES + 1])
def test_an_object_is_read_whole(size: int) -> None:
    data = put(b"ab" * (size // 2) + b"c" * (size % 2))
    assert ranges.opened(BUCKET, KEY).read() == data


@pytest.mark.usefixtures("school")
def test_an_empty_object_is_an_empty_file() -> None:
    put(b"")
    assert ranges.opened(BUCKET, KEY).read() == b""


def test_any_place_of_an_object_is_read(large: bytes) -> None:
    file, reference = ranges.opened(BUCKET, KEY), io.BytesIO(large)
    for place, size in itertools.product(range(0, len(large) + 10, 700_001), [1, 30, 70_000, ranges.BLOCK_BYTES + 5]):
        assert file.seek(place) == reference.seek(place)
        assert file.read(size) == reference.read(size)
    assert (file.seek(-22, io.SEEK_END), file.read()) == (len(large) - 22, large[-22:])


def test_each_block_is_fetched_once(large: bytes) -> None:
    file = ranges.opened(BUCKET, KEY)
    asked: list[Any] = []
    s3.client().meta.events.register("before-call.s3.GetObject", lambda params, **_: asked.append(params))
    for _ in range(3):
        file.seek(0)
        assert len(file.read()) == len(large)
    assert len(asked) == 3


def test_an_object_that_was_replaced_is_read_no_further(large: bytes) -> None:
    file = ranges.opened(BUCKET, KEY)
    put(large[::-1])
    file.seek(2 * ranges.BLOCK_BYTES)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        file.read(1)

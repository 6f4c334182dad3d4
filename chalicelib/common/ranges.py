"""Reads an object of S3 as a file, at any place of it, in blocks: nobody holds the whole of it."""

import io
from collections import OrderedDict
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from chalicelib.common import s3

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK_BYTES = 4 * 1024 * 1024
MAX_BLOCKS = 16
"""That are held: an object of no more is fetched once, however it is read."""


def opened(bucket: str, key: str) -> BinaryIO:
    """The object as it is now; when another takes its place, reading it fails."""
    try:
        first = s3.client().get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{BLOCK_BYTES - 1}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidRange":
            raise
        return io.BytesIO()  # S3 has no first byte of an empty object
    size = int(first["ContentRange"].rpartition("/")[2])
    return io.BufferedReader(_Object(bucket, key, size, first["ETag"], first["Body"].read()))


class _Object(io.RawIOBase):
    def __init__(self, bucket: str, key: str, size: int, tag: str, first: bytes) -> None:
        super().__init__()
        self._bucket, self._key, self._size, self._tag = bucket, key, size, tag
        self._position = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict({0: first})

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        wanted = memoryview(buffer).cast("B")
        if self._position >= self._size:
            return 0
        number, start = divmod(self._position, BLOCK_BYTES)
        piece = self._block(number)[start : start + len(wanted)]
        wanted[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            self._blocks[number] = self._fetched(number)
            if len(self._blocks) > MAX_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]

    def _fetched(self, number: int) -> bytes:
        first = number * BLOCK_BYTES
        last = min(first + BLOCK_BYTES, self._size) - 1
        answer = s3.client().get_object(
            Bucket=self._bucket, Key=self._key, Range=f"bytes={first}-{last}", IfMatch=self._tag
        )
        return answer["Body"].read()

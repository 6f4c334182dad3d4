"""Files beside the source of a program that was sent, as its submission keeps them. Pure.

Only the jury's programs have any: pupils send one source.
"""

import base64
import json
import zlib
from collections.abc import Iterable

from chalicelib.judge_protocol.contract import File

MAX_PACKED_BYTES = 64 * 1024
"""Of all files of a program: with its source and results it must fit one item of 400 KB."""


def pack(files: Iterable[File]) -> bytes:
    listed = {file.name: base64.b64encode(file.data).decode("ascii") for file in files}
    return zlib.compress(json.dumps(listed).encode())


def unpack(packed: bytes | None) -> tuple[File, ...]:
    """Those that `pack` was given; none for None."""
    if packed is None:
        return ()
    listed = json.loads(zlib.decompress(packed))
    return tuple(File(name=name, data=base64.b64decode(data)) for name, data in listed.items())

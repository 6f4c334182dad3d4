"""Pages of an import: what one run of its function makes and checks in its time, as it lies there for the next."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import BinaryIO

from chalicelib.common import clock
from chalicelib.judge.packages.recipes import Checked, Kept, Made

_CHECKED, _STATE = "checked.json", "state.json"


class OutOfTime(Exception):
    """What has been made is kept; the rest is for the next page."""


@dataclass(slots=True)
class PageTime:
    """The time of one page ends at `until`, of the monotonic clock. But its first job is begun: each gets on."""

    until: float
    has_begun: bool = False

    @property
    def is_over(self) -> bool:
        return self.has_begun and clock.monotonic() > self.until

    def begin_job(self) -> None:
        self.check()
        self.has_begun = True

    def check(self) -> None:
        """OutOfTime when nothing more is to be begun."""
        if self.is_over:
            raise OutOfTime


def pack(made: Made) -> BinaryIO:
    """A page, as it lies beside the package, to be read from its beginning."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, files in _files(made).items():
            for number, data in files.items():
                if isinstance(data, bytes):
                    archive.writestr(f"{number}.{ending}", data)
        archive.writestr(_CHECKED, json.dumps(asdict(made.checked)))
        kept = [_kept(files) for files in _files(made).values()]
        archive.writestr(_STATE, json.dumps({"kept": kept, "careful": made.careful}))
    packed.seek(0)
    return packed


def _files(made: Made) -> dict[str, dict[int, bytes | Kept]]:
    """By the endings of their names. A page that was written before there were others has the first ones."""
    return {"in": made.inputs, "out": made.answers, "first": made.firsts}


def _kept(files: Mapping[int, bytes | Kept]) -> dict[str, tuple[int, str]]:
    return {str(number): (data.size, data.name) for number, data in files.items() if isinstance(data, Kept)}


def unpack(page: BinaryIO) -> Made:
    """What `pack` wrote: our own, and so not looked through."""
    with zipfile.ZipFile(page) as archive:
        state = json.loads(archive.read(_STATE))
        made = Made(checked=Checked(**json.loads(archive.read(_CHECKED))), careful=state["careful"])
        for files, kept in zip(_files(made).values(), state["kept"], strict=False):
            files.update({int(number): Kept(*each) for number, each in kept.items()})
        for name in archive.namelist():
            if name in (_CHECKED, _STATE):
                continue
            number, _, ending = name.partition(".")
            _files(made)[ending][int(number)] = archive.read(name)
    return made

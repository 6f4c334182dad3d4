"""The rules that the files of a solution keep, however they were sent. Pure.

A path is relative, in Unicode's form NFC, and means the same on every system. A file is UTF-8 text. `.git` is refused:
its configuration and logs name who wrote what.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.common.texts import Text

MOST_FILES = 64
MAX_FILE_BYTES = 256 * 1024
MAX_TOTAL_BYTES = 1024 * 1024
"""Of a solution's files together, in UTF-8."""
MAX_PATH, MAX_SEGMENT_BYTES, MOST_SEGMENTS = 200, 255, 12
"""Characters of a path, bytes of a name in it, and names in it."""
MAX_SHOWN_PATH = 512
"""Of a path as reviewers are shown it: each name of four letters has become one of nine."""

GIT_FOLDER = ".git"
_DRIVE = re.compile(r"^[A-Za-z]:")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode's categories of characters that nobody sees, or that turn the text around."""


@dataclass(frozen=True, slots=True)
class SolutionFile:
    path: str
    text: str


def refusal_of_path(path: str) -> Text | None:
    """Returns why a path is refused; None for one that is taken."""
    if len(path) > MAX_PATH:
        return Text("path_too_long", "a path has at most {max} characters", {"max": MAX_PATH})
    if any(unicodedata.category(each) in _HIDDEN for each in path) or not unicodedata.is_normalized("NFC", path):
        return odd_path()
    segments = path.split("/")
    if "\\" in path or _DRIVE.match(path) or not all(map(_is_name, segments)) or len(segments) > MOST_SEGMENTS:
        return Text("path_not_relative", "a path is relative, without .., empty names and backslashes")
    if any(_same(each) == GIT_FOLDER for each in segments):
        return Text("git_folder", "the folder .git is not taken: it names who wrote what")
    return None


def refusal_of_text(text: str) -> Text | None:
    """Returns why a text is refused; None for one that is taken."""
    if "\0" in text:
        return not_text()
    size = size_of(text)
    if size is None:
        return not_text()
    return too_large() if size > MAX_FILE_BYTES else None


def refusals_of_paths(paths: Sequence[str]) -> list[tuple[int, Text]]:
    """Returns the positions of paths that do not go with the others: files of one name, also in other letters, and
    a file where another has a folder.
    """
    seen: set[str] = set()
    folders = {folder for path in paths for folder in _folders(_same(path))}
    refused = []
    for position, path in enumerate(paths):
        name = _same(path)
        if name in seen or name in folders:
            refused.append((position, Text("path_twice", "another file has this path, perhaps in other letters")))
        seen.add(name)
    return refused


def refusal_of_all(texts: Iterable[str]) -> Text | None:
    """Returns why files are refused together; None when they are taken."""
    if sum(size_of(each) or 0 for each in texts) <= MAX_TOTAL_BYTES:
        return None
    limit = {"limit": MAX_TOTAL_BYTES}
    return Text("solution_too_large", "The files of a solution have at most {limit} bytes together", limit)


def size_of(text: str) -> int | None:
    """Returns the bytes of a text in UTF-8; None when it has half of a surrogate pair."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return None


def not_text() -> Text:
    return Text("not_text", "this is no text in UTF-8")


def too_large() -> Text:
    return Text("solution_file_too_large", "a file has at most {limit} bytes", {"limit": MAX_FILE_BYTES})


def odd_path() -> Text:
    return Text("path_not_plain", "a path has no control characters and is in Unicode's form NFC")


def lines_of(text: str) -> list[str]:
    """Returns the lines as they are numbered everywhere, from 1: LF and CRLF end one; the last need not have an end."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines if lines[-1] else lines[:-1]


def _is_name(segment: str) -> bool:
    """Whether a part of a path is a name: blanks and dots at its end mean nothing on Windows."""
    plain = segment == segment.strip() and not segment.endswith(".")
    return bool(segment) and plain and len(segment.encode()) <= MAX_SEGMENT_BYTES


def _same(path: str) -> str:
    """Two paths for which this is the same are one file on some systems."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _folders(path: str) -> Iterable[str]:
    segments = path.split("/")
    return ("/".join(segments[:length]) for length in range(1, len(segments)))

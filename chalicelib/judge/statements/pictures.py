"""Files of statements: their kinds and names, and how they are found by what a text calls them. Pure."""

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

MAX_BYTES = 2 * 1024 * 1024
MAX_FILES = 60
"""Of one problem."""
MAX_TOTAL_BYTES = 24 * 1024 * 1024
"""Of the files of one package."""

SVG, PDF = "image/svg+xml", "application/pdf"

KINDS: Mapping[str, str] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": SVG,
    ".pdf": PDF,
}
"""By the end of a name. A browser shows all but the last as pictures; of a PDF a statement has a link."""

_SIGNATURES: Mapping[str, tuple[int, tuple[bytes, ...]]] = {
    "image/png": (0, (b"\x89PNG\r\n\x1a\n",)),
    "image/jpeg": (0, (b"\xff\xd8\xff",)),
    "image/gif": (0, (b"GIF87a", b"GIF89a")),
    "image/webp": (8, (b"WEBP",)),
    PDF: (0, (b"%PDF-",)),
}
HEAD_BYTES = 1024
"""As much of a file tells what it is."""

NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}\.[A-Za-z]{3,4}$"
DIGEST = r"^[0-9a-f]{32}$"


def kind_of(name: str) -> str | None:
    """The content type of a file that is called so; None for a kind that statements do not have."""
    return KINDS.get(PurePosixPath(name).suffix.lower())


def is_of_kind(head: bytes, kind: str) -> bool:
    """Whether a file that begins so is what its name says."""
    if kind == SVG:
        return re.search(rb"<svg[\s>]", head) is not None
    start, signatures = _SIGNATURES[kind]
    return head[start:].startswith(signatures)


def is_shown(name: str, data: bytes) -> bool:
    """Whether a whole file is what its name says, of a kind that statements have, and not too large."""
    kind = kind_of(name)
    return kind is not None and len(data) <= MAX_BYTES and is_of_kind(data[:HEAD_BYTES], kind)


def digest(data: bytes) -> str:
    """What a file is found by: nobody can guess it who has not seen the file."""
    return hashlib.sha256(data).hexdigest()[:32]


def safe_name(path: str) -> str:
    """The name of a file of a package, as a problem may have it."""
    path_name = PurePosixPath(path)
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "_", path_name.stem).strip(".-") or "picture"
    return f"{stem[:90]}{path_name.suffix.lower()}"


def found(name: str, files: Collection[str]) -> str | None:
    """The file that a text calls so: by its whole path, its last part, and without an ending, as TeX finds it."""
    asked = name.strip().removeprefix("./")
    safe = safe_name(asked) if kind_of(asked) else re.sub(r"[^A-Za-z0-9_.-]+", "_", PurePosixPath(asked).name)
    for candidate in (asked, PurePosixPath(asked).name, safe):
        if candidate in files:
            return candidate
    lowered = {each.lower(): each for each in files}
    ends = ["", *KINDS] if not kind_of(asked) or kind_of(asked) == PDF else [""]
    stems = [safe, safe[: -len(".pdf")]] if safe.lower().endswith((".pdf", ".eps")) else [safe]
    tried = (f"{stem}{end}".lower() for stem in stems for end in ends)
    return next((lowered[each] for each in tried if each in lowered), None)

"""Compiles the catalogues of texts into what gettext reads. They lie beside their sources, and are not in git."""

import io
import os
from pathlib import Path

from chalicelib.common import texts


def compile_all() -> None:
    """Compiles each catalogue that has changed since."""
    for language in texts.languages()[1:]:
        source = texts.DIRECTORY / language / "LC_MESSAGES" / f"{texts.DOMAIN}.po"
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - seldom needed, and takes as long as a test
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file))
    # Several processes may do this at once: each writes its own, and the last one stays.
    partial = target.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(compiled.getvalue())
    partial.replace(target)

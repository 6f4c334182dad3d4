"""Takes the files of a solution out of a zip archive. Pure; nothing is unpacked to a disk.

The checks against archives from strangers are those of packages: links, encrypted files, bombs and names that lead
elsewhere refuse the whole. What is no text, what version control and tools leave behind, and what is too large is left
out, with a note that names it. A folder that holds everything, as archives of repositories have, is taken away.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.common.texts import Text
from chalicelib.judge.packages import archive
from chalicelib.judge.packages.archive import Archive, Fault
from chalicelib.tracks.solutions import file_rules
from chalicelib.tracks.solutions.file_rules import SolutionFile

MAX_BYTES = 1024 * 1024
"""Of an archive."""
MOST_ENTRIES = 1000
MAX_UNPACKED = 16 * 1024 * 1024
"""Of everything in it, also of what is left out: it is read to see whether it is text."""
LEFT_BEHIND = frozenset({".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv", "venv", ".idea", ".vscode"})
"""Folders in which nobody writes a solution, or that name who wrote it."""


class Refused(Exception):
    """An archive of which nothing is taken; `faults` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.file}: {fault.reason}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Taken:
    """The files of an archive, and what was left out of them and why."""

    files: tuple[SolutionFile, ...]
    notes: tuple[Fault, ...]


def take(packed: bytes) -> Taken:
    """Returns the files in an archive; Refused when there are none, or anything is amiss."""
    found = opened(packed)
    return of_entries(found, sorted(found.entries))


def opened(packed: bytes) -> Archive:
    """Returns an archive that may be read; Refused when anything is amiss."""
    try:
        found = archive.look_through(io.BytesIO(packed))
    except archive.Refused as refused:
        raise Refused(refused.faults) from refused
    _refuse_large(found)
    return found


def of_entries(found: Archive, names: Sequence[str]) -> Taken:
    """Returns the files of these names in an archive."""
    return of_named(_read(found, name) for name in names)


def of_named(found: Iterable[tuple[str, bytes | Text]]) -> Taken:
    """Returns the files among what has these names; a text says why one of them was not even read."""
    given = list(found)
    top = _top([name for name, _ in given])
    files, notes = [], []
    for name, data in given:
        path = name.removeprefix(top)
        text = _text(path, data)
        if isinstance(text, Text):
            notes.append(Fault(path, text))
        else:
            files.append(SolutionFile(path, text))
    _refuse(files)
    return Taken(tuple(files), _once(notes))


def _refuse_large(found: Archive) -> None:
    if len(found.entries) > MOST_ENTRIES:
        raise Refused([Fault("", Text("too_many_files", "There are more than {limit} files", {"limit": MOST_ENTRIES}))])
    total = sum(info.file_size for info in found.entries.values())
    if total > MAX_UNPACKED:
        english = "It unpacks to {size} bytes, more than {limit}"
        sizes = {"size": total, "limit": MAX_UNPACKED}
        raise Refused([Fault("", Text("unpacked_too_large", english, sizes))])


def _read(found: Archive, name: str) -> tuple[str, bytes | Text]:
    """A file's bytes, or why it is left out unread."""
    reason = left_behind(name)
    if reason is not None:
        return name, reason
    if found.entries[name].file_size > file_rules.MAX_FILE_BYTES:
        return name, file_rules.too_large()
    try:
        return name, found.read(name)
    except archive.Broken as broken:
        raise Refused([Fault(name, broken.text)]) from broken


def left_behind(name: str) -> Text | None:
    """Returns why a file is left out by the folder that it is in; None when it is not."""
    folders = name.split("/")[:-1]
    return of_tools() if LEFT_BEHIND.intersection(folders) else None


def of_tools() -> Text:
    return Text("left_behind", "it is in a folder of tools")


def _text(path: str, data: bytes | Text) -> str | Text:
    """The text of a file, or why it is none that is taken."""
    if isinstance(data, Text):
        return data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file_rules.not_text()
    return file_rules.refusal_of_text(text) or file_rules.refusal_of_path(path) or text


def _top(names: Sequence[str]) -> str:
    """The folder that everything is in, with its slash; empty when there is none."""
    first = names[0].partition("/") if names else ("", "", "")
    top = f"{first[0]}/" if first[1] else ""
    return top if top and all(name.startswith(top) for name in names) else ""


def _refuse(files: Sequence[SolutionFile]) -> None:
    if not files:
        raise Refused([Fault("", Text("no_text_files", "There is no text file in it"))])
    if len(files) > file_rules.MOST_FILES:
        limit = {"limit": file_rules.MOST_FILES}
        raise Refused([Fault("", Text("too_many_files", "There are more than {limit} files", limit))])
    clashes = file_rules.refusals_of_paths([each.path for each in files])
    if clashes:
        raise Refused([Fault(files[position].path, reason) for position, reason in clashes])
    too_large = file_rules.refusal_of_all(each.text for each in files)
    if too_large is not None:
        raise Refused([Fault("", too_large)])


def _once(notes: Sequence[Fault]) -> tuple[Fault, ...]:
    """A folder that is left out as a whole is told once, not file by file."""
    told: dict[str, Fault] = {}
    for note in notes:
        segments = note.file.split("/")
        depth = next((at for at, each in enumerate(segments[:-1]) if each in LEFT_BEHIND), None)
        name = note.file if depth is None else "/".join(segments[: depth + 1]) + "/"
        told.setdefault(name, Fault(name, note.reason))
    return tuple(told.values())

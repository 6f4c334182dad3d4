"""Reads a package's files and collects everything that is wrong, so that its author gets all faults at once. Pure."""

import codecs
import contextlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

from chalicelib.common.texts import Text
from chalicelib.judge.packages.archive import Archive, Broken, Fault
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES

MAX_TEXT_BYTES = 1024 * 1024
"""Of a file that is read as text: a description, a statement, a program."""
HELD_BYTES = 32 * 1024 * 1024
"""Of tests, which are read once; more are read anew whenever one is needed."""

_EMPTY = TestCase(None, b"")
_AFTER_A_SLASH = "0"
"""What comes after it in order: the names in a directory lie between."""
_CONSTANT = re.compile(rb"\{\{([^{}]+)\}\}")


class Inspection:
    """`names` are the package's files, from the directory on that holds them all.

    `constants` are what its author writes as `{{name}}` in programs, statements and settings.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._root = _common_directory(archive.entries)
        self.names = sorted(name.removeprefix(self._root) for name in archive.entries)
        self.faults: list[Fault] = []
        self.warnings = [Fault(each.file.removeprefix(self._root), each.reason) for each in archive.left_out]
        self.constants: Mapping[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return self._root + name in self._archive.entries

    def pass_over(self, is_nothing: Callable[[str], bool]) -> None:
        """Have files be none of the package's, which a format says are none."""
        self.names = [name for name in self.names if not is_nothing(name)]

    def fault(self, file: str, reason: Text) -> None:
        """Something for which the package cannot be taken."""
        self.faults.append(Fault(file, reason))

    def warn(self, file: str, reason: Text) -> None:
        """Something that is left out."""
        self.warnings.append(Fault(file, reason))

    @contextlib.contextmanager
    def only_warning(self) -> Iterator[None]:
        """What would be a fault is a warning: it is about something without which the problem is judged the same."""
        known = len(self.faults)
        yield
        self.warnings += self.faults[known:]
        del self.faults[known:]

    def below(self, directory: str) -> list[str]:
        """The files in a directory and in those beneath it; `directory` ends with a slash. Each test asks for some."""
        end = directory.removesuffix("/") + _AFTER_A_SLASH
        return self.names[bisect_left(self.names, directory) : bisect_left(self.names, end)]

    def bytes_of(self, name: str, *, at_most: int | None = None) -> bytes | None:
        """None, and a fault, for a file that is not there or broken, or larger; one that is larger is not unpacked."""
        if name not in self:
            self.fault(name, Text("file_missing", "It is missing"))
            return None
        if at_most is not None and self.size_of(name) > at_most:
            self.fault(name, Text("file_too_large", "It is larger than {limit} bytes", {"limit": at_most}))
            return None
        try:
            return self._archive.read(self._root + name)
        except Broken as error:
            self.fault(name, error.text)
            return None

    def text_of(self, name: str, *, at_most: int = MAX_TEXT_BYTES) -> str | None:
        """None, and a fault, also for what is not UTF-8, or too large."""
        data = self.bytes_of(name, at_most=at_most)
        if data is None:
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            english = "It is not UTF-8: byte {position} cannot be read"
            self.fault(name, Text("file_not_utf8", english, {"position": error.start}))
            return None
        if "\0" in text:
            self.fault(name, Text("file_with_nul", "There is a NUL character in it"))
            return None
        return text

    def source_of(self, name: str) -> str | None:
        """The text of a program; None, and a fault, for one that cannot be judged."""
        source = self.text_of(name, at_most=MAX_SOURCE_BYTES)
        if source is not None and not source.strip():
            self.fault(name, Text("file_empty", "It is empty"))
            return None
        return None if source is None else self.with_constants(source.encode()).decode()

    def jury_source_of(self, name: str) -> str | None:
        """The same of a program that only proves something: what is wrong with its text is a warning."""
        with self.only_warning():
            return self.source_of(name)

    def with_constants(self, data: bytes) -> bytes:
        """A file with the values of the constants that it names; other names in double braces stay, and those that
        stand in values: constants that name one another would grow beyond any memory.
        """
        known = {name.encode(): value.encode() for name, value in self.constants.items()}
        return _CONSTANT.sub(lambda found: known.get(found[1], found[0]), data) if known else data

    def tests_of(self, pairs: Iterable[tuple[str, str]], empty: Sequence[TestCase] = ()) -> Sequence[TestCase]:
        """The tests of (input, answer) files; those that cannot be read are faults.

        `empty` are the same tests without input and answer: what else they have.
        """
        pairs = list(pairs)
        wanted = [*empty, *[_EMPTY] * (len(pairs) - len(empty))]
        listed = [(given, answer, own) for (given, answer), own in zip(pairs, wanted, strict=True)]
        is_held = self.fit((name for pair in pairs for name in pair), count=2 * len(pairs), size=HELD_BYTES)
        held, readable = [], []
        for each in listed:
            test = self._test(*each)
            if test is not None:
                readable.append(each)
                held += [test] if is_held else []
        return held if is_held else TestsInArchive(self, readable)

    def size_of(self, name: str) -> int:
        return self._archive.entries[self._root + name].file_size

    def fit(self, names: Iterable[str], *, count: int, size: int) -> bool:
        """Whether these are at most so many files and bytes. They are not unpacked for it: nothing else bounds them."""
        sizes = [self.size_of(name) for name in names if name in self]
        return len(sizes) <= count and sum(sizes) <= size

    def read(self, name: str) -> bytes:
        """A file that could be read before; Broken when it no longer can be."""
        return self._archive.read(self._root + name)

    def files(self, names: Iterable[str]) -> "FilesInArchive":
        """Those of these files that can be read; the others are faults."""
        return FilesInArchive(self, [name for name in names if self.bytes_of(name) is not None])

    def read_test(self, given: str, answer: str, empty: TestCase) -> TestCase:
        """A test that could be read before; Broken when it no longer can be."""
        if empty.is_static:
            return replace(empty, input=b"")
        return replace(empty, input=self.read(given), answer=self.read(answer))

    def _test(self, given_name: str, answer_name: str, empty: TestCase) -> TestCase | None:
        if empty.is_static:
            return replace(empty, input=b"")
        given, answer = self.bytes_of(given_name), self.bytes_of(answer_name)
        if given is None or answer is None:
            return None
        self._tell_encoding(given_name, given)
        self._tell_encoding(answer_name, answer)
        return replace(empty, input=given, answer=answer)

    def _tell_encoding(self, name: str, data: bytes) -> None:
        """A test is taken byte for byte, and what is in front of its text nobody sees."""
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self.warn(name, Text("test_utf16", "It is UTF-16: programs read it byte for byte"))
        elif data.startswith(codecs.BOM_UTF8):
            self.warn(name, Text("test_bom", "It begins with a byte order mark, which programs read"))


@dataclass(frozen=True, slots=True)
class TestsInArchive(Sequence[TestCase]):
    """Tests that are read when they are asked for, one by one; `_files` are those of their inputs and answers."""

    __test__ = False  # whatever pytest makes of the name

    _inspection: Inspection
    _files: Sequence[tuple[str, str, TestCase]]

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, index: int) -> TestCase: ...
    @overload
    def __getitem__(self, index: slice) -> "TestsInArchive": ...
    def __getitem__(self, index: int | slice) -> "TestCase | TestsInArchive":
        if isinstance(index, slice):
            return TestsInArchive(self._inspection, self._files[index])
        return self._inspection.read_test(*self._files[index])


@dataclass(frozen=True, slots=True)
class FilesInArchive(Mapping[str, bytes]):
    """Files that are read when they are asked for, one by one."""

    _inspection: Inspection
    _names: Sequence[str]

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._inspection.read(name)


def naturally(name: str) -> list[tuple[int, int, str]]:
    """A key that puts 2.in before 10.in."""
    parts = re.split(r"([0-9]+)", name)  # the numbers are every second: other digits, such as a raised 2, are none
    return [(0, int(part), part) if place % 2 else (1, 0, part) for place, part in enumerate(parts) if part]


def _common_directory(names: Iterable[str]) -> str:
    """The one directory that holds everything, with its slash, if there is one."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""

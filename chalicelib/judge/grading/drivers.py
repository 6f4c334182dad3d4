"""Main programs that come with a problem and call the pupil's: what is compiled as what. Pure.

A file beside programs that is called as the judge calls the main source of a language (`main.py`, `Main.java`) takes
its place. The program that was sent then lies beside it: in languages that compile files together under any name, else
under the one by which the main program asks for it.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath

from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES, File

_NAME = "submission"
_TOGETHER = frozenset({"c", "cpp17", "cpp20", "cpp23", "csharp", "go", "java", "kotlin"})
_QUOTED = r"""['"](?:\./)?([\w-]+)(?:\.{suffix})?['"]"""
_PYTHON = r"^[ \t]*(?:from[ \t]+(\w+)[ \t]+import\b|import[ \t]+([\w ,]+))"
_ASKS = {
    "python3": _PYTHON,
    "pypy3": _PYTHON,
    "javascript": r"\b(?:require[ \t]*\([ \t]*|from[ \t]+|import[ \t]*\(?[ \t]*)['\"]\./([\w-]+)(?:\.[cm]?js)?['\"]",
    "typescript": r"\b(?:require[ \t]*\([ \t]*|from[ \t]+|import[ \t]*\(?[ \t]*)['\"]\./([\w-]+)(?:\.[jt]s)?['\"]",
    "php": rf"\b(?:require|include)(?:_once)?\b[^;]*?{_QUOTED.format(suffix='php')}",
    "ruby": rf"\b(?:require_relative|load)\b[ \t(]*{_QUOTED.format(suffix='rb')}",
    "lua": rf"\b(?:require|dofile|loadfile)\b[ \t(]*{_QUOTED.format(suffix='lua')}",
    "rust": r"^[ \t]*(?:pub[ \t]+)?mod[ \t]+(\w+)[ \t]*;",
    "haskell": r"^import[ \t]+(?:safe[ \t]+)?(?:qualified[ \t]+)?([A-Z][\w.]*)",
    "pascal": r"(?i)\buses\b([^;]+);|\{\$(?:i|include)[ \t]+'?([\w-]+)\.pas'?[ \t]*\}",
}
"""By language: how its programs ask for another file."""
_OF_GHC = frozenset(
    {
        "Control",
        "Data",
        "Debug",
        "Foreign",
        "GHC",
        "Language",
        "Numeric",
        "Prelude",
        "System",
        "Text",
        "Type",
        "Unsafe",
    }
)
"""What the names of Haskell's own modules begin with."""
_OF_FREE_PASCAL = re.compile(
    "baseunix|character|classes|cmem|contnrs|crt|cthreads|cwstring|dateutils|dos|fgl|generics|getopts|heaptrc|lineinfo"
    "|linux|math|matrix|mmx|objects|objpas|rtlconsts|sockets|strings|strutils|sysconst|system|sysutils|types|typinfo"
    "|ucomplex|unix|unixtype|unixutil|variants",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PlacedProgram:
    """A program as the judge compiles it. `name` is what the pupil's own source is called; empty where it is the main
    one.
    """

    source: str
    files: tuple[File, ...]
    name: str = ""

    def said_of_own(self, words: str, main: str) -> str:
        """What a compiler or a runtime said, with the pupil's source under the name that it has without a driver."""
        if not self.name:
            return words
        other = f"driver{PurePosixPath(main).suffix}"
        names = re.compile(rf"(?<![\w.]){re.escape(main)}(?!\w)|(?<![\w.]){re.escape(self.name)}(?!\w)")
        return names.sub(lambda found: other if found[0] == main else main, words)


def placed(language: str, main: str, source: str, own: Sequence[File], included: Sequence[File]) -> PlacedProgram:
    """`main` is what the judge calls a main source, `own` are further files of the program.

    Where one of these is called as the main program asks, the source was a main program itself, whose place is taken.
    """
    files = {file.name: file for file in (*own, *included)}
    driver = next((file for file in included if file.name == main), None)
    name = called(language, main, included, own) if driver is not None else None
    if driver is None or name is None:
        return PlacedProgram(source, tuple(files.values()))
    del files[main]
    files.setdefault(name, File(name=name, data=source.encode("utf-8", "surrogatepass")))
    return PlacedProgram(driver.data.decode("utf-8", "replace"), tuple(files.values()), name)


def called(language: str, main: str, included: Sequence[File], own: Sequence[File] = ()) -> str | None:
    """What the pupil's source is called beside the main program among the included; None where nobody can tell."""
    driver = next((file for file in included if file.name == main), None)
    if driver is None or len(driver.data) > MAX_SOURCE_BYTES:
        return None
    suffix = PurePosixPath(main).suffix
    if language in _TOGETHER:
        taken = {file.name for file in (*included, *own)}
        names = (f"{_NAME}{number or ''}{suffix}" for number in count())
        return next(name for name in names if name not in taken)
    stems = [PurePosixPath(file.name).with_suffix("").parts for file in included]
    there = {name.lower() for parts in stems for name in (parts[0], ".".join(parts))}
    asked = [each for each in _asked(language, driver.data.decode("utf-8", "replace")) if each.lower() not in there]
    return f"{asked[0].replace('.', '/')}{suffix}" if len(asked) == 1 else None


def _asked(language: str, text: str) -> Iterable[str]:
    """The files that a program asks for, besides its language's own library."""
    pattern = _ASKS.get(language)
    found = _names(re.finditer(pattern, text, re.MULTILINE)) if pattern else ()
    return dict.fromkeys(each for each in found if not _is_of_library(language, each))


def _is_of_library(language: str, name: str) -> bool:
    top = name.partition(".")[0]
    match language:
        case "python3" | "pypy3":
            return top in sys.stdlib_module_names or top == "numpy"
        case "haskell":
            return top in _OF_GHC
        case "pascal":
            return _OF_FREE_PASCAL.fullmatch(top) is not None
        case _:
            return False


def _names(found: Iterator[re.Match[str]]) -> Iterator[str]:
    for match in found:
        listed = (each for group in match.groups() if group for each in group.split(","))
        yield from (each.split()[0] for each in listed if each.strip())

"""Finds the lines of a program's source that its compiler or its runtime complains of. Pure.

Each family of compilers and of runtimes has its reader, by language. What lies in other files, headers and libraries is
left out; an error inside one is put down to the line of the source that led there. Warnings are no complaints.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from typing import Any

MOST = 20
"""Of one compilation or run: the first are what there is to mend."""
MAX_MESSAGE = 300
"""Characters of a message."""
MAX_READ = 64 * 1024
"""Characters of what was said: compilers are cut there too."""
MAX_LINE = 2000
"""Characters of one line of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A complaint of a line of the source. Lines and columns count from 1; `column` is None where none is said."""

    line: int
    column: int | None = None
    message: str

    def to_json(self) -> list[Any]:
        return [self.line, self.column, self.message]

    @classmethod
    def of_json(cls, stored: Sequence[Any]) -> "Annotation":
        line, column, message = stored
        return cls(line=line, column=column, message=message)


def of_compilation(language: str, output: str, source: str) -> tuple[Annotation, ...]:
    """What a compiler says of the source; none for a language that nobody knows."""
    return _found(_COMPILERS.get(language), output, source)


def of_run(language: str, stderr: str, source: str) -> tuple[Annotation, ...]:
    """Where a program failed, the innermost line first; none where its runtime tells no lines."""
    return _found(_RUNTIMES.get(language), stderr, source)


def complaint(language: str, stderr: str, source: str) -> str:
    """The line in which a runtime says why a program failed, where that is not the last of what it wrote; "" where
    nobody knows it.
    """
    found = next(iter(of_run(language, stderr, source)), None)
    if found is not None:
        return found.message
    pattern = _WITHOUT_PLACES.get(language)
    said = pattern.search(stderr[:MAX_READ]) if pattern else None
    return _cut(said["message"]) if said else ""


Reader = Callable[[list[str], list[str]], Iterable[Annotation]]
"""(lines of what was said, lines of the source)"""


def _found(reader: Reader | None, said: str, source: str) -> tuple[Annotation, ...]:
    """In the order in which they were said, each line once with the same words, and none beyond the source."""
    if reader is None:
        return ()
    lines = source.removeprefix("\ufeff").split("\n")
    spoken = [line[:MAX_LINE] for line in said[:MAX_READ].splitlines()]
    found = (each for each in reader(spoken, lines) if 1 <= each.line <= len(lines))
    return tuple(islice(dict.fromkeys(found), MOST))


def _annotation(found: re.Match[str], message: str | None = None) -> Annotation:
    parts = found.groupdict()
    column = int(parts["column"]) if parts.get("column") else None
    return Annotation(
        line=int(parts["line"]), column=column, message=_cut(parts["message"] if message is None else message)
    )


def _cut(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= MAX_MESSAGE else line[:MAX_MESSAGE] + "…"


_LINE, _PLACE = r"(?P<line>\d{1,6})", r"(?P<line>\d{1,6}):(?P<column>\d{1,6})"
_MESSAGE = r"(?P<message>.*)"


def _by_line(pattern: str, said: list[str], _source: list[str]) -> Iterator[Annotation]:
    """Compilers that say everything in one line."""
    for line in said:
        if found := re.match(pattern, line):
            yield _annotation(found)


_GCC_ERROR = re.compile(rf"(?P<file>[^\s:]+):{_PLACE}: (?:fatal )?error: {_MESSAGE}")
_GCC_OWN = re.compile(rf"main\.c(?:pp)?:{_PLACE}: +required from here")


def _gcc(said: list[str], _source: list[str]) -> Iterator[Annotation]:
    """An error in a template of a header follows the line that asked for it."""
    asked: re.Match[str] | None = None
    for line in said:
        if required := _GCC_OWN.match(line):
            asked = required
        elif found := _GCC_ERROR.match(line):
            if found["file"] in {"main.c", "main.cpp"}:
                yield _annotation(found)
            elif asked:
                yield _annotation(asked, found["message"])
            asked = None


def _with_caret(pattern: str, said: list[str], source: list[str]) -> Iterator[Annotation]:
    """Compilers that show the line, and the column by a caret below it."""
    for index, line in enumerate(said):
        if found := re.match(pattern, line):
            annotation = _annotation(found)
            yield Annotation(
                line=annotation.line,
                column=_caret(said[index + 1 : index + 5], source, annotation.line),
                message=annotation.message,
            )


def _caret(said: Sequence[str], source: list[str], line: int) -> int | None:
    """The column of the source at which a caret points, below the line as it was shown: without its indentation, or
    with another.
    """
    if not 1 <= line <= len(source):
        return None
    written = source[line - 1]
    for shown, below in pairwise(said):
        place = below.find("^")
        if place != -1 and not below.strip(" \t~^") and shown.strip() and shown.strip() in written:
            begins = written.index(shown.strip()) - (len(shown) - len(shown.lstrip()))
            return max(begins + place + 1, 1)
    return None


_PYTHON_FRAME = re.compile(rf'  File "main\.py", line {_LINE}')
_PYTHON_ERROR = re.compile(r"(?P<message>[A-Za-z_][\w.]*(?:: .*)?)$")


def _python_syntax(said: list[str], source: list[str]) -> Iterator[Annotation]:
    for index, line in enumerate(said):
        if found := _PYTHON_FRAME.match(line):
            rest = said[index + 1 :]
            message = next((each for each in rest if _PYTHON_ERROR.match(each)), "")
            at = int(found["line"])
            yield Annotation(line=at, column=_caret(rest[:2], source, at), message=_cut(message))


def _python(said: list[str], source: list[str]) -> Iterator[Annotation]:
    """The last traceback: what was raised while another was handled, or from it."""
    begin = max((index for index, line in enumerate(said) if line.startswith("Traceback (most")), default=len(said))
    said = said[begin + 1 :]
    message = next((line for line in said if line[:1].strip()), "")
    frames = [(index, found) for index, line in enumerate(said) if (found := _PYTHON_FRAME.match(line))]
    for index, found in reversed(frames):
        at = int(found["line"])
        yield Annotation(line=at, column=_caret(said[index + 1 : index + 3], source, at), message=_cut(message))


_RUST_ERROR = re.compile(rf"error(?:\[\w+\])?: {_MESSAGE}")
_RUST_PLACE = re.compile(rf" +--> main\.rs:{_PLACE}")


def _rust(said: list[str], _source: list[str]) -> Iterator[Annotation]:
    for line, following in pairwise(said):
        error, place = _RUST_ERROR.match(line), _RUST_PLACE.match(following)
        if error and place:
            yield _annotation(place, error["message"])


_RUST_PANIC = re.compile(rf"thread '.*' (?:\(\d+\) )?panicked at (?:'(?P<message>.*)', )?main\.rs:{_PLACE}")


def _rust_panic(said: list[str], _source: list[str]) -> Iterator[Annotation]:
    for index, line in enumerate(said):
        if found := _RUST_PANIC.match(line):
            yield _annotation(found, found["message"] or " ".join(said[index + 1 : index + 2]))


_GHC_ERROR = re.compile(rf"Main\.hs:\(?{_LINE}[:,](?P<column>\d+)\S*: error:{_MESSAGE}")


def _ghc(said: list[str], _source: list[str]) -> Iterator[Annotation]:
    """The words stand in the same line, or indented below."""
    for index, line in enumerate(said):
        if found := _GHC_ERROR.match(line):
            yield _annotation(found, " ".join([found["message"], *_indented(said[index + 1 :])]))


def _indented(said: Sequence[str]) -> Iterator[str]:
    for line in said:
        if not line.startswith("    "):
            return
        yield line


_HASKELL_CALL = re.compile(rf"  error, called at Main\.hs:{_PLACE}")
_HASKELL_PLACE = re.compile(rf"main: Main\.hs:\(?{_LINE}[:,](?P<column>\d+)\S*: {_MESSAGE}")


def _haskell(said: list[str], _source: list[str]) -> Iterator[Annotation]:
    first = said[0].removeprefix("main: ") if said else ""
    for line in said:
        if found := _HASKELL_PLACE.match(line):
            yield _annotation(found)
        elif found := _HASKELL_CALL.match(line):
            yield _annotation(found, first)


_V8_PLACE = re.compile(rf"(?:file://)?main\.js:{_LINE}$")
_V8_FRAME = re.compile(rf"    at (?:.* \()?(?:file://)?main\.js:{_PLACE}\)?$")
_V8_ERROR = re.compile(r"(?:Uncaught )?\w*(?:Error|Exception)\b.*")


def _v8(said: list[str], source: list[str]) -> Iterator[Annotation]:
    """An error has frames; of a syntax error, and of what is no error, there is the place alone."""
    error = next((line for line in said if _V8_ERROR.match(line)), None)
    frames = [found for line in said if (found := _V8_FRAME.match(line))]
    for found in frames:
        yield _annotation(found, error or "")
    for index, line in enumerate(said if not frames else ()):
        if found := _V8_PLACE.match(line):
            at, words = int(found["line"]), [each for each in said[index + 3 :] if each.strip()]
            column = _caret(said[index + 1 : index + 3], source, at)
            yield Annotation(line=at, column=column, message=_cut(error or next(iter(words), "")))
            return


def _frames(frame: str, error: str, said: list[str], _source: list[str]) -> Iterator[Annotation]:
    """Runtimes that say what happened in one line, and in further lines where; of several errors the last counts, which
    caused the others.
    """
    message = None
    for begin, line in enumerate(said):
        if found := re.match(error, line):
            message, at = found["message"], begin
    if message is not None:
        for line in said[at:]:
            if placed := re.search(frame, line):
                yield _annotation(placed, message)


_JAVA_ERROR, _JAVA_FRAME = rf"(\w+)\.java:{_LINE}: error: {_MESSAGE}", rf"\s+at [^/]*\((\w+)\.java:{_LINE}\)$"
_JVM_ERROR = rf'(?:Exception in thread "[^"]*" |Caused by: ){_MESSAGE}'


def _javac(said: list[str], source: list[str]) -> Iterable[Annotation]:
    return _with_caret(_JAVA_ERROR, _of_its_own_file(_JAVA_ERROR, said, source), source)


def _java(said: list[str], source: list[str]) -> Iterable[Annotation]:
    return _frames(_JAVA_FRAME, _JVM_ERROR, _of_its_own_file(_JAVA_FRAME, said, source), source)


def _of_its_own_file(pattern: str, said: list[str], source: list[str]) -> list[str]:
    """What was said without places in other files: a source is called as its public class is."""
    classes = {"Main", *re.findall(r"\b(?:class|interface|enum|record)\s+(\w+)", "\n".join(source))}
    return [line for line in said if not (found := re.match(pattern, line)) or found[1] in classes]


_LUA_FRAME = rf"(?:^|[\s/.])main\.lua:{_LINE}:"
_LUA_ERROR = rf"\S*lua\S*: (?:\S*main\.lua:\d+: )?{_MESSAGE}"

_WITHOUT_PLACES: Mapping[str, re.Pattern[str]] = {
    "csharp": re.compile(rf"^\[ERROR\] FATAL UNHANDLED EXCEPTION: {_MESSAGE}", re.MULTILINE),
    "pascal": re.compile(r"^(?P<message>Runtime error \d+|E\w+: .*)", re.MULTILINE),
    "typescript": re.compile(r"^(?P<message>\w*(?:Error|Exception): .*)", re.MULTILINE),
}
"""What runtimes say that name no line of the source, before lines that tell a pupil nothing."""

_COMPILERS: Mapping[str, Reader] = {
    **dict.fromkeys(("c", "cpp17", "cpp20", "cpp23"), _gcc),
    "csharp": partial(_by_line, rf"main\.cs\({_LINE},(?P<column>\d+)\): error {_MESSAGE}"),
    "go": partial(_by_line, rf"\./main\.go:{_PLACE}: {_MESSAGE}"),
    "haskell": _ghc,
    "java": _javac,
    "javascript": _v8,
    "kotlin": partial(_by_line, rf"main\.kt:{_PLACE}: error: {_MESSAGE}"),
    "lua": partial(_by_line, rf"\S*luac\S*: main\.lua:{_LINE}: {_MESSAGE}"),
    "pascal": partial(
        _by_line, rf"main\.pas\({_LINE}(?:,(?P<column>\d+))?\) (?:Error|Fatal): (?!There were ){_MESSAGE}"
    ),
    "php": partial(_by_line, rf"(?:PHP )?(?:Parse|Fatal) error: +(?P<message>.*) in main\.php on line {_LINE}"),
    **dict.fromkeys(("python3", "pypy3"), _python_syntax),
    "ruby": partial(_with_caret, rf"main\.rb:{_LINE}: {_MESSAGE}"),
    "rust": _rust,
    "sql": partial(_by_line, rf"main\.sql:{_LINE}: {_MESSAGE}"),
    "typescript": partial(_by_line, rf"main\.ts\({_LINE},(?P<column>\d+)\): error {_MESSAGE}"),
}

_RUNTIMES: Mapping[str, Reader] = {
    "go": partial(_frames, rf"^\s+(?:\./)?main\.go:{_LINE}\b", rf"(?:panic|fatal error): {_MESSAGE}"),
    "haskell": _haskell,
    "java": _java,
    "javascript": _v8,
    "kotlin": partial(_frames, rf"^\s+at .*\(main\.kt:{_LINE}\)", _JVM_ERROR),
    "lua": partial(_frames, _LUA_FRAME, _LUA_ERROR),
    "php": partial(
        _frames,
        rf"(?: in |#\d+ )main\.php(?:[:(]| on line ){_LINE}",
        r"(?:PHP )?Fatal error: +(?P<message>.*?)(?: in main\.php.*)?$",
    ),
    **dict.fromkeys(("python3", "pypy3"), _python),
    "ruby": partial(_frames, rf"^(?:\tfrom )?main\.rb:{_LINE}:in ", rf"main\.rb:\d+:in [`'].*?': {_MESSAGE}"),
    "rust": _rust_panic,
}
"""C, C++, Pascal and Mono name no lines; those of TypeScript are those of the JavaScript that was made of it."""

LANGUAGES = frozenset(_COMPILERS)

"""Writes Markdown: pieces of text in their styles become lines in which nothing reads as markup by chance. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Kind(StrEnum):
    TEXT = "text"
    FORMULA = "formula"
    MARKUP = "markup"
    """Markdown already."""
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Style:
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    style: Style = Style()
    kind: Kind = Kind.TEXT


_SPECIAL = re.compile(
    r"[\\`*$]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])"
    r"|\](?=[(:\[])"
    r"|!(?=\[)"
    r"|&(?=#?\w+;)"
    r"|~(?=~)"
)
_LINE_START = re.compile(r"(\s*)(?:([-+>])(?=\s|$)|(#{1,6}|={1,}|-{2,}|~~~)(?=\s|$|~)|(\d{1,9})([.)])(?=\s|$))")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_PUNCTUATION_LAST = re.compile(r"(.*?\w)([^\w\s*`$\\)\]]+)", re.DOTALL)


def escaped(text: str) -> str:
    """A text that is shown just so."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def code(text: str) -> str:
    """A piece of code in a line."""
    inner = " ".join(text.split("\n"))
    if not inner.strip():
        return inner
    fence = "`" * (_longest(inner, "`") + 1)
    pad = " " if inner.startswith("`") or inner.endswith("`") else ""
    return f"{fence}{pad}{inner}{pad}{fence}"


def code_block(text: str) -> str:
    fence = "`" * max(3, _longest(text, "`") + 1)
    return f"{fence}\n{text}\n{fence}"


def heading(level: int, text: str) -> str:
    return f"{'#' * min(level, 6)} {' '.join(text.split())}"


def quoted(blocks: Sequence[str]) -> str:
    return "\n".join(f"> {line}".rstrip() for line in joined(blocks).split("\n"))


def listed(items: Sequence[Sequence[str]], *, numbered: bool) -> str:
    """A list; each item is its blocks. Without blank lines where every item begins with one paragraph and lists."""
    is_tight = all(len(item) <= 1 or all(_is_list(block) for block in item[1:]) for item in items)
    lines = []
    for number, item in enumerate(items, 1):
        mark = f"{number}. " if numbered else "- "
        inner = ("\n" if is_tight else "\n\n").join(item)
        first, *others = inner.split("\n")
        lines.append("\n".join([f"{mark}{first}".rstrip(), *(_indented(line, len(mark)) for line in others)]))
    return ("\n" if is_tight else "\n\n").join(lines)


def table(rows: Sequence[Sequence[str]], alignments: Sequence[str]) -> str:
    """A table; its first row is the head, since Markdown has none without."""
    width = max((len(row) for row in rows), default=0)
    marks = {"c": ":---:", "r": "---:"}
    aligned = [*alignments, *["l"] * width][:width]
    rule = [marks.get(each, "---") for each in aligned]
    lines = [[*row, *[""] * (width - len(row))] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [*lines[:1], rule, *lines[1:]])


def joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(block for block in blocks if block.strip())


def line(runs: Sequence[Run]) -> str:
    """A paragraph of runs."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.kind is Kind.BREAK:
            lines.append([])
        else:
            lines[-1].append(run)
    written = [_begun(_one_line(each)) for each in lines]
    return "\\\n".join(each for each in written if each)


def _one_line(runs: Sequence[Run]) -> str:
    styled = [(style, "".join(_written(group))) for style, group in _segments(runs)]
    parts: list[str] = []
    for number, (style, text) in enumerate(styled):
        after = styled[number + 1][1][:1] if number + 1 < len(styled) else ""
        parts.append(_emphasized(text, style, after))
    return re.sub(r"[ \t\n]+", " ", "".join(parts)).strip(" ")


def _segments(runs: Sequence[Run]) -> Iterable[tuple[Style, Iterable[Run]]]:
    """Runs that are emphasized alike. Spaces take the style of what is in front of them."""
    return groupby(runs, key=lambda run: Style(bold=run.style.bold, italic=run.style.italic))


def _written(runs: Iterable[Run]) -> Iterable[str]:
    for (is_code, kind), group in groupby(runs, key=lambda run: (run.style.code, run.kind)):
        texts = [run.text for run in group]
        if kind is Kind.TEXT:
            yield code("".join(texts)) if is_code else escaped("".join(texts))
        else:
            yield "".join(texts)


def _emphasized(text: str, style: Style, after: str) -> str:
    marks = ("**" if style.bold else "") + ("*" if style.italic else "")
    found = _EDGES.fullmatch(text)
    if not marks or found is None or not found[2]:
        return text
    before, inner, behind = found.groups()
    tail = ""
    if not behind and after.isalnum() and (ends := _PUNCTUATION_LAST.fullmatch(inner)):
        inner, tail = ends.groups()
    return f"{before}{marks}{inner}{marks[::-1]}{tail}{behind}"


def _begun(text: str) -> str:
    """A line whose first characters do not read as a list, a heading or a quotation."""
    found = _LINE_START.match(text)
    if found is None:
        return text
    at = found.end(4) if found[4] else found.end(1)
    return f"{text[:at]}\\{text[at:]}"


def _is_list(block: str) -> bool:
    return re.match(r"(?:- |\d+\. )", block) is not None


def _indented(text: str, by: int) -> str:
    return f"{' ' * by}{text}" if text else ""


def _longest(text: str, char: str) -> int:
    return max((len(each) for each in re.findall(f"{char}+", text)), default=0)

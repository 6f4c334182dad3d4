"""Tables of TeX: their rows and cells, and how the columns are aligned. Pure."""

import re
from collections.abc import Iterator

from chalicelib.judge.statements import tex_formulas

_MARK = re.compile(r"\\\\(?:\*|\s*\[[^\]\n]*\])?|\\(?:tabularnewline|cr)(?![A-Za-z])|\\.|[{}&]", re.DOTALL)
_NESTED = re.compile(r"\\(begin|end)\s*\{[^{}]*\}")
_RULE = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|Xhline)(?![A-Za-z])\s*"
    r"(?:\[[^\]]*\])?|\\(?:cline|cmidrule|hhline|rowcolor|cellcolor)(?:\([^)]*\)|\[[^\]]*\])?\s*\{[^{}]*\}"
)
_SPAN = re.compile(r"\s*\\multicolumn\s*\{\s*(\d{1,2})\s*\}")
_REPEATED = re.compile(r"\*\s*\{?\s*(\d{1,2})\s*\}?\s*\{([^{}]*)\}")
_COLUMN = re.compile(r"[@!><]\s*\{(?:[^{}]|\{[^{}]*\})*\}|([lcrXLCRJSpmb])\s*(?:\{[^{}]*\}|\[[^\]]*\])?")
_BAR = re.compile(r"(?<!\\)\|")
_FORMULA = re.compile(r"(?<!\\)\$[^$]*\$")


def rows(source: str) -> list[list[str]]:
    """The cells of each row, without rules; a cell over several columns is followed by empty ones."""
    found = []
    for row in _split(source):
        cells: list[str] = []
        for cell in row:
            text = _RULE.sub("", cell).strip()
            span = _SPAN.match(text)
            cells += [text, *[""] * (int(span[1]) - 1 if span and span[1] != "0" else 0)]
        if any(cells):
            found.append(cells)
    return found


def alignments(spec: str) -> list[str]:
    """`l`, `c` or `r` for each column."""
    written_out = _REPEATED.sub(lambda each: each[2] * int(each[1]), spec)
    letters = [found[1].lower() for found in _COLUMN.finditer(written_out) if found[1]]
    return [letter if letter in {"c", "r"} else "l" for letter in letters]


def cell(text: str) -> str:
    """Markdown that can stand in a table: no bar that would end the cell."""
    return _BAR.sub(r"\\|", _FORMULA.sub(lambda found: tex_formulas.in_table(found[0]), text))


def _split(source: str) -> Iterator[list[str]]:
    """Rows of cells; what is in braces or environments of its own belongs to its cell."""
    inner = [(found.start(), 1 if found[1] == "begin" else -1) for found in _NESTED.finditer(source)]
    row: list[str] = []
    start = depth = nested = 0
    for mark in _MARK.finditer(source):
        while inner and inner[0][0] <= mark.start():
            nested += inner.pop(0)[1]
        sign = mark[0]
        if sign in {"{", "}"}:
            depth += 1 if sign == "{" else -1
        elif depth <= 0 and nested <= 0 and (sign == "&" or _ends_row(sign)):
            row.append(source[start : mark.start()])
            start = mark.end()
            if sign != "&":
                yield row
                row = []
    yield [*row, source[start:]]


def _ends_row(sign: str) -> bool:
    return sign.startswith("\\\\") or sign in {"\\tabularnewline", "\\cr"}

"""Reads lists of pupils from CSV: name, secondname, email and class, one pupil a line. Pure.

The first line names the columns, in any order; commas, semicolons or tabs part them, as spreadsheets write them.
Everything that is wrong is told at once, each fault with its line.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pydantic

from chalicelib.accounts import emails
from chalicelib.accounts.requests import CLASS
from chalicelib.common.http import validation
from chalicelib.common.http.errors import In
from chalicelib.common.texts import Text
from chalicelib.school.group_requests import PupilLine

MOST_LINES = 1000
COLUMNS = ("name", "secondname", "email", CLASS)
SEPARATORS = ",;\t"

_UNREADABLE = Text("not_csv", "this is not CSV")
_NO_LINES = Text("no_pupils", "there is no pupil in this list")
_TOO_MANY = Text("too_many_pupils", "a list has at most {max} pupils", {"max": MOST_LINES})
_TOO_LONG = Text("too_many_columns", "this line has more columns than the first one")


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """`line` counts from 1, with the line of the columns."""

    line: int
    pupil: PupilLine


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line; `column` is None when it is the line as a whole."""

    line: int
    column: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class PupilList:
    """The lines that are right, and what is wrong with the others."""

    lines: Sequence[NumberedLine]
    faults: Sequence[Fault]


def read(text: str, *, school_class: int | None = None) -> PupilList:
    """Reads a list; of one that cannot be read at all the only fault says why. One into a class names no other."""
    whole = text.removeprefix("\ufeff")
    first, _, _ = whole.lstrip("\r\n").partition("\n")
    separator = max(SEPARATORS, key=first.count)
    try:
        rows = list(_rows(whole, separator))
    except _Unreadable as unreadable:
        return PupilList((), [Fault(unreadable.line, None, _UNREADABLE)])
    if not rows:
        return PupilList((), [Fault(1, None, _NO_LINES)])
    (line, header), *others = rows
    columns = [cell.casefold() for cell in header]
    amiss = [Fault(line, each, _not_once(each, columns)) for each in COLUMNS if columns.count(each) != 1]
    if amiss:
        return PupilList((), amiss)
    if not others:
        return PupilList((), [Fault(line, None, _NO_LINES)])
    if len(others) > MOST_LINES:
        return PupilList((), [Fault(others[MOST_LINES][0], None, _TOO_MANY)])
    return _checked(columns, others, school_class)


class _Unreadable(Exception):
    """The row that begins in this line is no CSV."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Returns the rows that are not empty, each with the number of its line and without blanks around its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for row in reader:
            begins, cells = reader.line_num + 1, [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise _Unreadable(begins) from error


def _checked(columns: Sequence[str], rows: Sequence[tuple[int, list[str]]], school_class: int | None) -> PupilList:
    lines: list[NumberedLine] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        if len(cells) > len(columns):
            faults.append(Fault(number, None, _TOO_LONG))
            continue
        given = {column: cell for column, cell in zip(columns, cells, strict=False) if column in COLUMNS}
        found = _line(number, given, school_class)
        if not isinstance(found, NumberedLine):
            faults += found
            continue
        first = seen.setdefault(emails.fold(found.pupil.email), number)
        if first != number:
            faults.append(
                Fault(number, "email", Text("same_email", "this e-mail is in line {line} already", {"line": first}))
            )
        else:
            lines.append(found)
    return PupilList(lines, faults)


def _line(number: int, given: Mapping[str, str], school_class: int | None) -> NumberedLine | list[Fault]:
    try:
        pupil = PupilLine.model_validate(dict(given))
    except pydantic.ValidationError as error:
        found = validation.violations_of(error, part=In.BODY, given=given)
        return [Fault(number, each.place.field.removeprefix("/"), each.text) for each in found]
    if school_class is not None and pupil.school_class not in {None, school_class}:
        return [Fault(number, CLASS, Text("other_class", "must be {class}, or empty", {"class": school_class}))]
    return NumberedLine(number, pupil)


def _not_once(column: str, columns: Sequence[str]) -> Text:
    if column in columns:
        return Text("column_twice", "the first line names the column {column} twice", {"column": column})
    return Text("missing_column", "the first line does not name the column {column}", {"column": column})

"""Comments on lines of a solution: what they may be about, their order, and criteria that demand them. Pure.

Lines count from 1, as `solutions.file_rules.lines_of` has them. An empty file has one line to speak of.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.common.http import validation
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Text

FIELD = "line_comments"
"""Of a review on the wire."""
MOST_COMMENTS = 50
"""In one review: they are stored with it, in one transaction."""
NO_SUCH_FILE = Text("no_such_file", "there is no such file in this version")
ENDS_BEFORE_IT_BEGINS = Text("ends_before_it_begins", "must not be before from_line")
NO_SUCH_CRITERION = Text("no_such_criterion", "the track has no such criterion")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineComment:
    """What a reviewer says of the lines from one to another, both included. `criterion` is of the track, or none."""

    path: str
    from_line: int
    to_line: int
    text: str
    criterion: str | None = None


def violations_in(
    comments: Sequence[LineComment], lines: Mapping[str, int], criteria: Collection[str]
) -> list[Violation]:
    """What comments are about that is not there: a file, a line or a criterion. `lines` says how many a file has."""
    return [wrong for at, each in enumerate(comments) for wrong in _violations_of(at, each, lines, criteria)]


def _violations_of(
    at: int, comment: LineComment, lines: Mapping[str, int], criteria: Collection[str]
) -> Iterable[Violation]:
    there = lines.get(comment.path)
    if there is None:
        yield validation.invalid(_place(at, "path"), NO_SUCH_FILE)
    elif comment.to_line > (last := max(there, 1)):
        member = "to_line" if comment.from_line <= last else "from_line"
        beyond = Text("beyond_end", "the file ends with line {max}", {"max": last})
        yield validation.invalid(_place(at, member), beyond, {"max": last})
    if comment.to_line < comment.from_line:
        yield validation.invalid(_place(at, "to_line"), ENDS_BEFORE_IT_BEGINS)
    if comment.criterion is not None and comment.criterion not in criteria:
        yield validation.invalid(_place(at, "criterion"), NO_SUCH_CRITERION)


def uncommented(demanding: Iterable[str], comments: Iterable[LineComment], remarks: Collection[str]) -> list[str]:
    """Criteria that demand a comment and have none: neither on a line nor, as with a link, on the whole."""
    said = {*remarks, *(each.criterion for each in comments)}
    return [name for name in demanding if name not in said]


def _place(at: int, member: str) -> Place:
    return Place(In.BODY, validation.pointer(FIELD, at, member))

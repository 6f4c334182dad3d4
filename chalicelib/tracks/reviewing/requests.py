"""Request bodies of comments on lines, of drafts of reviews, and of answers."""

from typing import Annotated

from pydantic import Field

from chalicelib.common.http import validation
from chalicelib.common.http.requests import Body
from chalicelib.tracks.reviewing.line_comments import MOST_COMMENTS, LineComment
from chalicelib.tracks.solutions.file_rules import MAX_SHOWN_PATH

MAX_TEXT, MAX_CRITERION = 2000, 64
"""In characters."""
MAX_LINE = 10_000_000

Line = Annotated[int, Field(ge=1, le=MAX_LINE)]


class LineCommentDraft(Body):
    """A comment on the lines from one to another, both included; they count from 1. `criterion` is of the track."""

    path: Annotated[str, Field(min_length=1, max_length=MAX_SHOWN_PATH)]
    from_line: Line
    to_line: Line
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    criterion: Annotated[str, Field(max_length=MAX_CRITERION)] | None = None

    def said(self) -> LineComment:
        return LineComment(
            path=self.path,
            from_line=self.from_line,
            to_line=self.to_line,
            text=self.text,
            criterion=self.criterion,
        )


class LineCommentBody(LineCommentDraft):
    text: Annotated[str, Field(max_length=MAX_TEXT), validation.NOT_BLANK]


LineComments = Annotated[list[LineCommentBody], Field(max_length=MOST_COMMENTS)]
LineCommentDrafts = Annotated[list[LineCommentDraft], Field(max_length=MOST_COMMENTS)]
CodeVersion = Annotated[
    int, Field(ge=1, description="Which version `line_comments` are about; without it the one that stands")
]


class ReplyBody(Body):
    text: Annotated[str, Field(max_length=MAX_TEXT), validation.NOT_BLANK]

"""The request body of a review that is being written."""

from typing import Annotated

from pydantic import Field

from chalicelib.common.http.requests import Body
from chalicelib.tracks.requests import MAX_COMMENT, Remark, Score
from chalicelib.tracks.reviewing.drafts import Content
from chalicelib.tracks.reviewing.requests import CodeVersion, LineCommentDrafts


class ReviewDraftBody(Body):
    """A review as it is now, with what there is of it: it is held to the track and to the code when it is sent."""

    criteria_scores: Annotated[dict[str, Score], Field(max_length=100)] = Field(default_factory=dict)
    criteria_comments: Annotated[dict[str, Remark], Field(max_length=100)] = Field(default_factory=dict)
    comment: Annotated[str, Field(max_length=MAX_COMMENT)] | None = None
    line_comments: LineCommentDrafts = Field(default_factory=list)
    code_version: CodeVersion | None = None

    def content(self) -> Content:
        return Content(
            scores=self.criteria_scores,
            remarks=self.criteria_comments,
            comment=self.comment,
            line_comments=[each.said() for each in self.line_comments],
            code_version=self.code_version,
        )

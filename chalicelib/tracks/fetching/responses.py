"""Answers about the fetching of code."""

from typing import Literal, Self

from chalicelib.common.http.responses import Moment, View, WordedText
from chalicelib.tracks.fetching.states import Fetch


class FetchView(View):
    """`commit` is what was fetched last, and `reason` why that failed the last time. Code that was fetched stays:
    it is `fetched` also where a later attempt says `commit_gone`. `not_judged` says of an assignment with a problem why
    the code was not sent to the judge; while it is `waiting` with its `commit`, that is tried again.
    """

    state: Literal["waiting", "fetched", "failed"]
    commit: str | None
    reason: WordedText | None
    reason_code: str | None
    not_judged: WordedText | None
    not_judged_code: str | None
    asked_at: Moment
    ended_at: Moment | None

    @classmethod
    def of(cls, fetch: Fetch) -> Self:
        return cls(
            state=fetch.state.value,
            commit=fetch.commit,
            reason=fetch.reason,
            reason_code=fetch.reason.code if fetch.reason else None,
            not_judged=fetch.not_judged,
            not_judged_code=fetch.not_judged.code if fetch.not_judged else None,
            asked_at=fetch.asked_at,
            ended_at=fetch.ended_at,
        )

"""What is known of fetching the code of a link: `Submission.fetch`. Pure.

It waits, or its code was fetched, or that failed. A `mark` says for which close of the assignment it was asked for.
Once code was fetched it stays fetched: a later attempt that fails only says why. Where solutions are judged, it waits
also with its code, until the judge has room for the program.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from chalicelib.common.texts import Stored, Text


class FetchState(StrEnum):
    WAITING = "waiting"
    FETCHED = "fetched"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """`id` names the request that is waited for; `commit` is what was fetched last, at `ended_at`. `not_judged` says
    why its program was not sent to the judge, which was tried `tries` times.
    """

    id: int
    state: FetchState
    asked_at: datetime
    ended_at: datetime | None = None
    commit: str | None = None
    reason: Text | None = None
    mark: str | None = None
    not_judged: Text | None = None
    tries: int = 0

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> Self | None:
        if stored is None:
            return None
        ended_at = stored["ended_at"]
        return cls(
            id=int(stored["id"]),
            state=FetchState(stored["state"]),
            asked_at=datetime.fromisoformat(stored["asked_at"]),
            ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
            commit=stored["commit"],
            reason=_text_of(stored["reason"]),
            mark=stored["mark"],
            not_judged=_text_of(stored.get("not_judged")),
            tries=stored.get("tries", 0),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state.value,
            "asked_at": self.asked_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "commit": self.commit,
            "reason": None if self.reason is None else self.reason.to_json(),
            "mark": self.mark,
            "not_judged": None if self.not_judged is None else self.not_judged.to_json(),
            "tries": self.tries,
        }

    @property
    def is_waiting(self) -> bool:
        return self.state is FetchState.WAITING

    def fetched(self, commit: str | None, at: datetime) -> Self:
        return replace(self, state=FetchState.FETCHED, commit=commit, reason=None, ended_at=at, not_judged=None)

    def refused_by_judge(self, why: Text, *, again: bool) -> Self:
        """What was fetched stays; `again`: it waits to be sent to the judge once more."""
        state = FetchState.WAITING if again else self.state
        return replace(self, state=state, not_judged=why, tries=self.tries + 1)

    def failed(self, reason: Text, at: datetime) -> Self:
        """What was fetched before stays."""
        state = FetchState.FETCHED if self.commit else FetchState.FAILED
        return replace(self, state=state, reason=reason, ended_at=at)


def _text_of(stored: Stored | None) -> Text | None:
    return None if stored is None else Text.from_json(stored)


def begun(fetch_id: int, at: datetime, *, mark: str | None = None, before: Fetch | None = None) -> Fetch:
    """A request for the same link as the one before, or for the first time."""
    commit = before.commit if before else None
    return Fetch(id=fetch_id, state=FetchState.WAITING, asked_at=at, commit=commit, mark=mark)


def refused(fetch_id: int, reason: Text, at: datetime) -> Fetch:
    """A link that is not even asked for."""
    return Fetch(id=fetch_id, state=FetchState.FAILED, asked_at=at, ended_at=at, reason=reason)

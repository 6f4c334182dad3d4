"""Extensions of one participant: more time in one assignment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time for one participant in one assignment: to send in, and to write reviews before later assignments are
    shut to them.
    """

    submission_until: datetime | None
    code_review_until: datetime | None
    reason: str
    granted_by: int
    granted_at: datetime
    version: int = 1

    def may_submit(self, now: datetime) -> bool:
        return self.submission_until is not None and now < self.submission_until

    def may_review(self, now: datetime) -> bool:
        return self.code_review_until is not None and now < self.code_review_until

    @staticmethod
    def ends_at(before: "Extension | None", after: "Extension | None", now: datetime) -> datetime | None:
        """When somebody can send in no more by what they have after a change: now, where it is taken away. None where
        nothing is changed about that.
        """
        if after is not None and after.submission_until is not None:
            return after.submission_until
        return now if before is not None and before.may_submit(now) else None

    def to_json(self) -> dict[str, Any]:
        moments = {name: getattr(self, name) for name in ("submission_until", "code_review_until", "granted_at")}
        shown = {name: each.isoformat() for name, each in moments.items() if each is not None}
        return {**shown, "reason": self.reason, "granted_by": self.granted_by, "version": self.version}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        names = ("submission_until", "code_review_until", "granted_at")
        moments = {name: datetime.fromisoformat(stored[name]) if name in stored else None for name in names}
        return cls(**{**stored, **moments})

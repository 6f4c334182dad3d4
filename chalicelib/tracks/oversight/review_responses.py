"""What results say of a review and of a submission beside the reviews: ratings and decisions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self

from chalicelib.common.http.responses import Moment, View
from chalicelib.tracks.masking import NO_MASK, Mask


class RatingView(View):
    """How helpful the author found a review, from 1 to 5."""

    helpful: int
    text: str | None

    @classmethod
    def of(cls, rating: Mapping[str, Any] | None, mask: Mask = NO_MASK) -> Self | None:
        """`mask` hides who gave it."""
        if not rating:
            return None
        text = rating["text"]
        return cls(helpful=rating["helpful"], text=text and mask.text(text))


class WithheldView(View):
    """A review that counts nowhere: a teacher has hidden it, or given it back, to be written again by `until`."""

    state: Literal["hidden", "returned"]
    reason: str
    until: Moment | None

    @classmethod
    def of(cls, withheld: Mapping[str, Any] | None) -> Self | None:
        if not withheld:
            return None
        until = datetime.fromisoformat(withheld["until"]) if withheld["until"] else None
        return cls(state=withheld["state"], reason=withheld["reason"], until=until)


class DecisionView(View):
    """What a teacher decided on an appeal: the scores stand in place of the medians."""

    scores: dict[str, float]
    reason: str

    @classmethod
    def of(cls, decision: Mapping[str, Any] | None) -> Self | None:
        return cls(scores=decision["scores"], reason=decision["reason"]) if decision else None

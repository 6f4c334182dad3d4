"""Responses about the reliability of reviewers."""

from collections.abc import Iterator

from chalicelib.common.http.responses import Moment, View, WordedText
from chalicelib.common.texts import Text
from chalicelib.tracks.reliability.reliability import ENOUGH, Reliability
from chalicelib.tracks.reliability.reports import Report
from chalicelib.tracks.responses import PersonView


class ReviewerView(PersonView):
    """How reliable a reviewer is, from 0 to 1: null with fewer than three reviews that can be compared.

    `agreement` is what their own `reviews` say, `shrunk_by` how far that was drawn toward the mean of all.
    `from_others` is the mean distance of their points from the medians of others, `from_judge` that of the criterion
    `works` from the judge, in the `judged` among the reviews: both as parts of the highest score, null where there is
    nothing to compare with. `explanation` says the same in words. A reviewer sees of themselves what comes of runs of
    assignments with three reviews each that can be compared: before the first there is none of these numbers.
    """

    reliability: float | None
    agreement: float | None
    shrunk_by: float | None
    reviews: int
    from_others: float | None
    judged: int
    from_judge: float | None
    explanation: list[WordedText]

    @classmethod
    def of(cls, user_id: int, username: str | None, of: Reliability, mean: float | None) -> "ReviewerView":
        return cls(
            user_id=user_id,
            username=username,
            reliability=of.value,
            agreement=of.agreement,
            shrunk_by=None if of.value is None or of.agreement is None else round(of.value - of.agreement, 6),
            reviews=of.reviews,
            from_others=of.from_others,
            judged=of.judged,
            from_judge=of.from_judge,
            explanation=list(_explanation(of, mean)),
        )


class ReliabilityView(View):
    """For teachers all `reviewers`, for a reviewer themselves alone, in steps from which nobody can compute what others
    gave.

    It is computed when a review stage ends; what comes later counts from the end of its day (UTC). Before the first end
    `computed_at` is null; so it is for a reviewer while an assignment that it `rests_on` is open again, or they owe
    reviews of one. With `weighted` reviews count by it.
    """

    weighted: bool
    computed_at: Moment | None
    rests_on: list[int]
    mean: float | None
    reviewers: list[ReviewerView]

    @classmethod
    def of(cls, report: Report) -> "ReliabilityView":
        return cls(
            weighted=report.weighted,
            computed_at=report.computed_at,
            rests_on=list(report.rests_on),
            mean=report.mean,
            reviewers=[
                ReviewerView.of(user_id, report.names[user_id], each, report.mean)
                for user_id, each in sorted(report.reviewers.items())
            ],
        )


def _explanation(of: Reliability, mean: float | None) -> Iterator[Text]:
    count = {"count": of.reviews}
    yield Text("reliability_rests_on", "{count} review was compared", count, plural="{count} reviews were compared")
    if of.from_others is not None:
        away = {"percent": _percent(of.from_others)}
        yield Text("reliability_others", "On average {percent} % of the points away from the median of others", away)
    if of.from_judge is not None:
        away = {"count": of.judged, "percent": _percent(of.from_judge)}
        yield Text(
            "reliability_judge",
            "{count} was compared with the judge: {percent} % of the points away",
            away,
            plural="{count} were compared with the judge: on average {percent} % of the points away",
        )
    if of.value is None or of.agreement is None or mean is None:
        yield Text("reliability_too_few", "It takes {needed} reviews to tell how reliable they are", {"needed": ENOUGH})
        return
    drawn = {"agreement": _percent(of.agreement), "reliability": _percent(of.value), "mean": _percent(mean)}
    yield Text(
        "reliability_drawn",
        "That is {agreement} % of agreement, drawn to {reliability} % because of the mean of all, {mean} %",
        drawn,
    )


def _percent(part: float) -> int:
    return round(100 * part)

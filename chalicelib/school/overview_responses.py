"""Answers about what awaits a teacher."""

from collections.abc import Mapping
from typing import Any, Self

from chalicelib.accounts import names
from chalicelib.common.http.responses import Moment, Named, View
from chalicelib.school.overviews import Behind, BehindKind, Disagreement, NamedOverview, Place, Waiting, WaitingKind

Names = Mapping[int, str | None]
"""By account."""


class TaughtPlaceView(View):
    """A course, track or group, `within`, and what of it: null where it is all of it."""

    within: str
    title: Named | None
    course_id: int | None
    lesson_id: int | None
    task_id: int | None
    track_id: int | None
    assignment_id: int | None
    group_id: int | None


class AwaitedView(TaughtPlaceView):
    """What waits for the caller since then. `track`: it does not start by itself, and so many wait for it; `reviews`:
    so many submissions lack reviews, whose review stage is over; `import`: a list of so many pupils was undone;
    `enrollment`: so many pupils of a group were not taken.
    """

    kind: WaitingKind
    since: Moment
    count: int

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        return cls(**_place(waiting.place), kind=waiting.kind, since=waiting.since, count=waiting.count)


class BehindView(TaughtPlaceView):
    """A pupil who falls behind. `missed`: since then so many times passed although they were reminded; `stuck`: the
    last of so many programs failed one after the other, all on that `test`; `quiet`: nothing came since then.
    """

    kind: BehindKind
    user_id: int
    name: str | None
    since: Moment
    count: int
    test: int | None

    @classmethod
    def of(cls, behind: Behind, called: Names) -> Self:
        return cls(
            **_place(behind.place),
            kind=behind.kind,
            user_id=behind.user_id,
            name=called[behind.user_id],
            since=behind.since,
            count=behind.count,
            test=behind.test,
        )


class DisagreementView(TaughtPlaceView):
    """A submission on which reviewers disagree: their points lie apart by `spread`, from 0 to 1 of what can be had, for
    the whole or for the `criterion`. A review by one who teaches the track settles it.
    """

    submission_id: int
    user_id: int
    name: str | None
    since: Moment
    spread: float
    criterion: str | None
    reviews: int

    @classmethod
    def of(cls, found: Disagreement, called: Names) -> Self:
        return cls(
            **_place(found.place),
            submission_id=found.place.ids["submission_id"],
            user_id=found.user_id,
            name=called[found.user_id],
            since=found.since,
            spread=found.spread,
            criterion=found.criterion,
            reviews=found.reviews,
        )


class TeachingView(View):
    """What awaits the caller in the courses, tracks and groups that they own or teach, each list with what has waited
    longest at its head: a hundred at most. `whole` is false when there was more than is looked at.
    """

    waiting: list[AwaitedView]
    behind: list[BehindView]
    disagreements: list[DisagreementView]
    whole: bool

    @classmethod
    def of(cls, found: NamedOverview) -> Self:
        seen = found.overview
        called = {user_id: names.full_name(account) for user_id, account in found.accounts.items()}
        return cls(
            waiting=[AwaitedView.of(each) for each in seen.waiting],
            behind=[BehindView.of(each, called) for each in seen.behind],
            disagreements=[DisagreementView.of(each, called) for each in seen.disagreements],
            whole=seen.is_whole,
        )


def _place(place: Place) -> dict[str, Any]:
    ids = ("course_id", "lesson_id", "task_id", "track_id", "assignment_id", "group_id")
    return {"within": place.within, "title": place.title, **{name: place.ids.get(name) for name in ids}}

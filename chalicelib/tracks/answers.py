"""How tracks look from outside, in seed 001's words."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

from pydantic import RootModel

from chalicelib.common.http.responses import Moment, View
from chalicelib.tracks.assignments import Seen
from chalicelib.tracks.diary import Diary
from chalicelib.tracks.models import DiaryEntry, Participant, Track
from chalicelib.tracks.results import Place


class PersonView(View):
    user_id: int
    username: str | None


class TrackView(View):
    id: int
    title: str
    description: str | None
    required_participants: int
    current_participants: int
    status: Literal["waiting", "active", "completed"]
    started_at: Moment | None
    created_at: Moment
    review_criteria: dict[str, str]
    max_score: float
    reviews_per_user: int

    @classmethod
    def of(cls, track: Track) -> Self:
        return cls(
            id=track.id,
            title=track.title,
            description=track.description,
            required_participants=track.required_participants,
            current_participants=track.current_participants,
            status=track.status,
            started_at=track.started_at,
            created_at=track.created_at,
            review_criteria=track.criteria,
            max_score=track.max_score,
            reviews_per_user=track.reviews_per_user,
        )


class TracksList(RootModel[list[TrackView]], View):
    """A bare array."""

    @classmethod
    def of(cls, found: Iterable[Track]) -> Self:
        return cls([TrackView.of(each) for each in found])


class EnrollmentView(View):
    id: int
    user_id: int
    track_id: int
    enrolled_at: Moment

    @classmethod
    def of(cls, participant: Participant) -> Self:
        return cls(
            id=participant.id,
            user_id=participant.user_id,
            track_id=participant.track_id,
            enrolled_at=participant.enrolled_at,
        )


class UnenrolledView(View):
    message: Literal["Successfully unenrolled from track"] = "Successfully unenrolled from track"


class AssignmentView(View):
    """`description` is null until the assignment is open to the caller. Both deadlines are known once it is open."""

    id: int
    track_id: int
    title: str
    description: str | None
    order: int
    deadline_hours: float
    review_hours: float
    created_at: Moment
    is_available: bool
    submission_deadline: Moment | None
    code_review_deadline: Moment | None
    current_stage: Literal["not_started", "submission", "code_review", "completed"]
    reviews_done: int
    reviews_required: int

    @classmethod
    def of(cls, seen: Seen) -> Self:
        assignment = seen.assignment
        return cls(
            id=assignment.id,
            track_id=assignment.track_id,
            title=assignment.title,
            description=None if seen.is_hidden else assignment.description,
            order=assignment.order,
            deadline_hours=assignment.deadline_hours,
            review_hours=assignment.review_hours,
            created_at=assignment.created_at,
            is_available=seen.is_available,
            submission_deadline=assignment.submission_deadline,
            code_review_deadline=assignment.code_review_deadline,
            current_stage=seen.stage.value,
            reviews_done=seen.reviews_done,
            reviews_required=seen.reviews_required,
        )


class AssignmentsList(RootModel[list[AssignmentView]], View):
    """A bare array, in the order of the assignments."""

    @classmethod
    def of(cls, found: Iterable[Seen]) -> Self:
        return cls([AssignmentView.of(each) for each in found])


class EntryView(PersonView):
    id: int
    assignment_id: int
    content: str
    created_at: Moment

    @classmethod
    def of(cls, entry: DiaryEntry, username: str | None) -> Self:
        return cls(
            id=entry.id,
            user_id=entry.user_id,
            username=username,
            assignment_id=entry.assignment_id,
            content=entry.content,
            created_at=entry.created_at,
        )


class DiaryList(RootModel[list[EntryView]], View):
    """A bare array, the newest first."""

    @classmethod
    def of(cls, diary: Diary) -> Self:
        return cls([EntryView.of(each, diary.names[each.user_id]) for each in diary.page.items])


class StandingView(PersonView):
    """`score` is the sum of the medians; `assignments` counts those that it comes from."""

    place: int
    score: float
    assignments: int

    @classmethod
    def of(cls, place: Place) -> Self:
        standing = place.standing
        return cls(
            place=place.place,
            user_id=standing.user_id,
            username=place.username,
            score=standing.score,
            assignments=standing.assignments,
        )


class StandingsList(RootModel[list[StandingView]], View):
    """A bare array, the best first."""

    @classmethod
    def of(cls, places: Sequence[Place]) -> Self:
        return cls([StandingView.of(each) for each in places])

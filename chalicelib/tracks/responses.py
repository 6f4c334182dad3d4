"""Responses of tracks, with Learning Platform's names: tracks, assignments, solutions and their reviews."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import RootModel

from chalicelib.common import clock
from chalicelib.common.http.paging import Page
from chalicelib.common.http.responses import ListView, Moment, View
from chalicelib.school.late_responses import LatePolicyView
from chalicelib.tracks import review_duties
from chalicelib.tracks.assignments import AssignmentForViewer
from chalicelib.tracks.diary import Diary
from chalicelib.tracks.diary_models import DiaryEntry
from chalicelib.tracks.extensions import Granted
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.masking import NO_MASK, Mask
from chalicelib.tracks.models import Assignment, Participant, Track
from chalicelib.tracks.oversight.review_responses import DecisionView, RatingView, WithheldView
from chalicelib.tracks.standings import OwedReviews, RankedParticipant, Result, Results
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.submissions import OwnSolution
from chalicelib.tracks.tracks import TrackForViewer
from chalicelib.tracks.work_models import Review, Submission


class TodoView(View):
    """What is left to do in an assignment: `stage` says whether to send something in, or how many reviews to write.

    A review may be written after its deadline.
    """

    track_id: int
    track_title: str
    assignment_id: int
    assignment_title: str
    stage: Literal["submission", "code_review"]
    deadline: Moment
    reviews_left: int

    @classmethod
    def of(cls, track_state: TrackState, assignment: Assignment, deadline: datetime, *, reviews_left: int = 0) -> Self:
        return cls(
            track_id=track_state.track.id,
            track_title=track_state.track.title,
            assignment_id=assignment.id,
            assignment_title=assignment.title,
            stage="code_review" if reviews_left else "submission",
            deadline=deadline,
            reviews_left=reviews_left,
        )


class PersonView(View):
    user_id: int
    username: str | None


class TrackCard(View):
    """What everybody may know of a track. One that waits with `starts_at` starts then; else when it is full."""

    id: int
    title: str
    description: str | None
    tags: list[str]
    required_participants: int
    current_participants: int
    status: Literal["waiting", "active", "completed"]
    starts_at: Moment | None
    started_at: Moment | None
    created_at: Moment

    @classmethod
    def of_track(cls, track: Track, **more: Any) -> Self:
        """`more` are the members that a subclass adds."""
        return cls(
            id=track.id,
            title=track.title,
            description=track.description,
            tags=track.tags,
            required_participants=track.required_participants,
            current_participants=track.current_participants,
            status=track.status,
            starts_at=track.starts_at,
            started_at=track.started_at,
            created_at=track.created_at,
            **more,
        )


class TrackCards(ListView):
    items: list[TrackCard]

    @classmethod
    def of(cls, page: Page[Track]) -> Self:
        return cls(items=[TrackCard.of_track(each) for each in page.items], next=page.next_cursor)


class CriterionOptionsView(View):
    """`comment_required`: a review must say something of this criterion. `works`: its points say whether the program
    works, and are compared with the judge.
    """

    comment_required: bool
    works: bool


class TrackView(TrackCard):
    """`is_enrolled` and `reviews_owed` are about the caller: whether they take part, and how many reviews they owe.
    `late_days` is how many days everybody may be late in all without a penalty. `criteria_options` say what else is
    asked of some criteria; with `weighted` medians go by how reliable reviewers are.
    """

    review_criteria: dict[str, str]
    criteria_options: dict[str, CriterionOptionsView]
    weighted: bool
    max_score: float
    reviews_per_user: int
    late_days: int
    author_id: int
    author_name: str | None
    is_enrolled: bool
    enrolled_at: Moment | None
    reviews_owed: int

    @classmethod
    def of(cls, seen: TrackForViewer) -> Self:
        track, participant = seen.track, seen.participant
        return cls.of_track(
            track,
            review_criteria=track.criteria,
            criteria_options=track.criteria_options,
            weighted=track.weighted,
            max_score=track.max_score,
            reviews_per_user=track.reviews_per_user,
            late_days=track.late_days,
            author_id=track.author_id,
            author_name=seen.author_name,
            is_enrolled=participant is not None,
            enrolled_at=participant.enrolled_at if participant else None,
            reviews_owed=len(participant.owes or ()) if participant else 0,
        )


class TracksList(RootModel[list[TrackView]], View):
    """A bare array."""

    @classmethod
    def of(cls, found: Iterable[TrackForViewer]) -> Self:
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


class JudgedView(View):
    """What the judge says of a solution; `verdict` and `points` are null while it waits. `submission_id` is what the
    judge calls its program: `GET /submissions/{submission_id}` has the tests.
    """

    submission_id: int
    verdict: str | None
    points: float | None
    max_points: float | None

    @classmethod
    def of(cls, submission: Submission) -> Self | None:
        said = submission.judged
        if not said:
            return None
        return cls(
            submission_id=said["submission_id"],
            verdict=said["verdict"],
            points=said["points"],
            max_points=said.get("max_points"),
        )


class SolutionView(View):
    """`user_id` and `submitted_at` are null for reviewers: the time would tell whose it is. `repository_url` is null
    where files were sent in without a link; `code_version` is the version of the files, 0 for none. `judged` is null
    where no problem is, for reviewers, and for authors until they may know it.
    """

    id: int
    user_id: int | None
    assignment_id: int
    repository_url: str | None
    commit: str | None
    code_version: int
    submitted_at: Moment | None
    judged: JudgedView | None

    @classmethod
    def of(cls, submission: Submission, *, blind: bool = False, shows_verdict: bool = False) -> Self:
        return cls(
            id=submission.id,
            user_id=None if blind else submission.user_id,
            assignment_id=submission.assignment_id,
            repository_url=submission.repository_url,
            commit=submission.commit,
            code_version=submission.code_version,
            submitted_at=None if blind else submission.submitted_at,
            judged=JudgedView.of(submission) if shows_verdict else None,
        )

    @classmethod
    def of_own(cls, own: OwnSolution) -> Self:
        return cls.of(own.submission, shows_verdict=own.shows_verdict)


class SolutionToReviewView(SolutionView):
    """`reserved_until`: nobody else is handed it before; null for what was allotted to the caller."""

    reserved_until: Moment | None

    @classmethod
    def of_handed(cls, submission: Submission, reviewer_id: int) -> Self:
        reserved_until = review_duties.leases_of(submission, clock.now()).get(reviewer_id)
        return cls(**SolutionView.of(submission, blind=True).model_dump(), reserved_until=reserved_until)


class OwnExtension(View):
    """More time that the caller was given. Until `code_review_until` reviews that they owe shut no later assignment."""

    submission_until: Moment | None
    code_review_until: Moment | None
    reason: str

    @classmethod
    def of(cls, extension: Extension, **more: Any) -> Self:
        return cls(
            submission_until=extension.submission_until,
            code_review_until=extension.code_review_until,
            reason=extension.reason,
            **more,
        )


class ExtensionView(OwnExtension):
    """More time for one participant, and who gave it when. If-Match takes its `version`: "0" where there is none."""

    version: int
    assignment_id: int
    user_id: int
    username: str | None
    granted_by: int
    granted_at: Moment

    @classmethod
    def of_participant(cls, granted: Granted) -> Self:
        extension = granted.extension
        return cls.of(
            extension,
            version=extension.version,
            assignment_id=granted.assignment_id,
            user_id=granted.user_id,
            username=granted.username,
            granted_by=extension.granted_by,
            granted_at=extension.granted_at,
        )


class ExtensionsView(ListView):
    items: list[ExtensionView]

    @classmethod
    def of(cls, page: Page[Granted]) -> Self:
        return cls(items=[ExtensionView.of_participant(each) for each in page.items], next=page.next_cursor)


_OF_JUDGING = ("problem_id", "verdict_shown", "evidence_points")


class AssignmentView(View):
    """`description` is null until the assignment is open to the caller. Both deadlines are known once it is open.

    `submission` is the caller's own; null when there is none. `is_enrolled` says whether they take part: who does not
    sees it as its teachers do. `reviews_required` are the reviews that they have written, and those that they owe;
    before the reviews, those that everybody is to write. `review_criteria`, `criteria_options` and `max_score` are the
    track's, for the reviews. Late work is taken until `closes_at`; `extension` is more time of the caller's own.
    Authors may appeal for `appeal_hours` after the review stage. Where there is a `problem_id` solutions are judged.
    """

    id: int
    track_id: int
    track_title: str
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
    submission: SolutionView | None
    is_enrolled: bool
    review_criteria: dict[str, str]
    criteria_options: dict[str, CriterionOptionsView]
    max_score: float
    late_policy: LatePolicyView | None
    closes_at: Moment | None
    extension: OwnExtension | None
    appeal_hours: float
    problem_id: int | None
    verdict_shown: Literal["at_once", "after_deadline", "never"]
    evidence_points: float

    @classmethod
    def of(cls, seen: AssignmentForViewer) -> Self:
        assignment = seen.assignment
        return cls(
            id=assignment.id,
            track_id=assignment.track_id,
            track_title=seen.track.title,
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
            submission=SolutionView.of(seen.submission, shows_verdict=seen.shows_verdict) if seen.submission else None,
            is_enrolled=seen.takes_part,
            review_criteria=seen.track.criteria,
            criteria_options=seen.track.criteria_options,
            max_score=seen.track.max_score,
            late_policy=LatePolicyView.of(assignment.late_policy),
            closes_at=assignment.closes_at or assignment.submission_deadline,
            extension=OwnExtension.of(seen.extension) if seen.extension else None,
            appeal_hours=assignment.appeal_hours,
            **{name: getattr(assignment, name) for name in _OF_JUDGING},
        )


class AssignmentsList(RootModel[list[AssignmentView]], View):
    """A bare array, in the order of the assignments."""

    @classmethod
    def of(cls, found: Iterable[AssignmentForViewer]) -> Self:
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
    """`score` is the sum of the medians, and of what counter-tests have earned, which is `evidence`: 0 until the track
    is over. `assignments` counts those that medians come from.
    """

    place: int
    score: float
    assignments: int
    evidence: float

    @classmethod
    def of(cls, place: RankedParticipant) -> Self:
        standing = place.standing
        return cls(
            place=place.place,
            user_id=standing.user_id,
            username=place.username,
            score=standing.score,
            assignments=standing.assignments,
            evidence=standing.evidence,
        )


class StandingsList(RootModel[list[StandingView]], View):
    """A bare array, the best first."""

    @classmethod
    def of(cls, places: Sequence[RankedParticipant]) -> Self:
        return cls([StandingView.of(each) for each in places])


class ReviewView(View):
    """Reviewers do not learn the author (`reviewee_id` is null), authors neither the reviewer nor `completed_at`.

    `criteria_comments` has those criteria of which the reviewer said something; `line_comments` is how many comments
    on single lines there are (`GET /submissions/{submission_id}/comments`). `rating` is the author's of the review.
    One that is `withheld` counts nowhere, and its author does not see it.
    """

    id: int
    submission_id: int
    reviewer_id: int | None
    reviewer_name: str | None
    reviewee_id: int | None
    criteria_scores: dict[str, float]
    criteria_comments: dict[str, str]
    comment: str | None
    line_comments: int
    completed_at: Moment | None
    rating: RatingView | None
    withheld: WithheldView | None

    @classmethod
    def of(
        cls, review: Review, *, reviewer: bool, author: bool, reviewer_name: str | None = None, mask: Mask = NO_MASK
    ) -> Self:
        """Whether its reviewer and its author may be known; `mask` hides what the one who may not is called, in what
        they wrote.
        """
        reviewers, authors = (NO_MASK, mask) if reviewer else (mask, NO_MASK)
        return cls(
            id=review.id,
            submission_id=review.submission_id,
            reviewer_id=review.reviewer_id if reviewer else None,
            reviewer_name=reviewer_name if reviewer else None,
            reviewee_id=review.author_id if author else None,
            criteria_scores=review.scores,
            criteria_comments={name: reviewers.text(said) for name, said in review.remarks.items()},
            comment=review.comment and reviewers.text(review.comment),
            line_comments=review.line_comments,
            completed_at=review.completed_at if reviewer else None,
            rating=RatingView.of(review.rating, authors),
            withheld=WithheldView.of(review.withheld),
        )


class ResultView(View):
    """`median` by criterion; `score` is their sum, less `penalty` percent for being late; null without reviews. The
    scores of a teacher's `decision` on an appeal stand in place of the medians.

    `late_days` were taken from the author's budget. `author` is for teachers.
    """

    submission: SolutionView
    author: PersonView | None
    median: dict[str, float] | None
    score: float | None
    penalty: float
    late_days: int
    decision: DecisionView | None
    reviews: list[ReviewView]

    @classmethod
    def of(cls, result: Result, names: Mapping[int, str | None] | None, mask: Mask) -> Self:
        user_id = result.submission.user_id
        everything, known = names is not None, names or {}
        return cls(
            submission=SolutionView.of(result.submission, shows_verdict=result.shows_verdict),
            author=PersonView(user_id=user_id, username=known.get(user_id)) if everything else None,
            median=dict(result.medians) if result.medians is not None else None,
            score=result.score,
            penalty=result.charge.percent,
            late_days=result.charge.days,
            decision=DecisionView.of(result.submission.decision),
            reviews=[
                ReviewView.of(
                    each, reviewer=everything, author=True, reviewer_name=known.get(each.reviewer_id), mask=mask
                )
                for each in result.reviews
            ],
        )


class ResultsView(View):
    """One's own submission; for teachers, all. With `weighted` medians go by how reliable the reviewers are."""

    assignment_id: int
    weighted: bool
    results: list[ResultView]

    @classmethod
    def of(cls, found: Results) -> Self:
        results = [ResultView.of(each, found.names, found.mask) for each in found.results]
        return cls(assignment_id=found.assignment.id, weighted=found.track.weighted, results=results)


class OwedReviewsView(PersonView):
    submission_ids: list[int]


class WaitingView(PersonView):
    """A submission that has fewer reviews than it is to get, and whose it is."""

    submission: SolutionView
    reviews: int
    reviews_expected: int


class OwedView(View):
    assignment_id: int
    owed: list[OwedReviewsView]
    waiting: list[WaitingView]

    @classmethod
    def of(cls, found: OwedReviews) -> Self:
        return cls(
            assignment_id=found.assignment.id,
            owed=[
                OwedReviewsView(user_id=user_id, username=found.names[user_id], submission_ids=list(submission_ids))
                for user_id, submission_ids in found.by_reviewer.items()
            ],
            waiting=[_waiting(each, found) for each in found.waiting],
        )


def _waiting(submission: Submission, found: OwedReviews) -> WaitingView:
    return WaitingView(
        user_id=submission.user_id,
        username=found.names[submission.user_id],
        submission=SolutionView.of(submission, shows_verdict=True),
        reviews=submission.reviews,
        reviews_expected=found.assignment.reviews_each,
    )

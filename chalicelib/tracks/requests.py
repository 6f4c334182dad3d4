"""Request bodies and queries of tracks, with Learning Platform's names."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from chalicelib.common import ids
from chalicelib.common.http import errors, paging, searching, validation
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.requests import Body
from chalicelib.common.http.searching import Tags
from chalicelib.common.texts import Text
from chalicelib.school.late_requests import LateDays, LatePolicyBody
from chalicelib.tracks import criteria
from chalicelib.tracks.assignments import NewAssignment
from chalicelib.tracks.criteria import CriterionOptions
from chalicelib.tracks.evidence.judging import VerdictShown
from chalicelib.tracks.evidence.programs import Choice
from chalicelib.tracks.extensions import MoreTime
from chalicelib.tracks.models import DEFAULT_APPEAL_HOURS, Status
from chalicelib.tracks.reviewing.requests import CodeVersion, LineComments
from chalicelib.tracks.reviews import Opinion
from chalicelib.tracks.solutions import file_rules
from chalicelib.tracks.solutions.requests import Files, UploadId
from chalicelib.tracks.submissions import Solution
from chalicelib.tracks.tracks import NewTrack

MAX_TITLE, MAX_DESCRIPTION, MAX_COMMENT, MAX_REMARK, MAX_ENTRY, MAX_URL = 128, 4096, 8192, 1024, 8192, 2048
"""In characters."""
MAX_REASON = 500
MAX_CRITERIA, MAX_CRITERION, MAX_SCORE = 20, 64, 1000
MIN_PARTICIPANTS, MAX_PARTICIPANTS = 2, 500
MAX_REVIEWS = 10
MIN_HOURS, MAX_HOURS = 1 / 3600, 24 * 366
DEFAULT_REVIEW_HOURS = 48

Title = Annotated[
    str,
    Field(
        max_length=MAX_TITLE,
    ),
    validation.NOT_BLANK,
]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION)]
Hours = Annotated[float, Field(ge=MIN_HOURS, le=MAX_HOURS, allow_inf_nan=False)]
AppealHours = Annotated[float, Field(ge=0, le=MAX_HOURS, allow_inf_nan=False)]
Participants = Annotated[int, Field(ge=MIN_PARTICIPANTS, le=MAX_PARTICIPANTS)]
Reviews = Annotated[int, Field(ge=1, le=MAX_REVIEWS)]
Order = Annotated[int, Field(ge=1, le=10_000)]
Criterion = Annotated[
    str,
    Field(
        max_length=MAX_CRITERION,
    ),
    validation.NOT_BLANK,
]
Criteria = Annotated[
    dict[Criterion, Annotated[str, Field(max_length=256)]], Field(min_length=1, max_length=MAX_CRITERIA)
]
MaxScore = Annotated[float, Field(gt=0, le=MAX_SCORE, allow_inf_nan=False)]
Score = Annotated[float, Field(allow_inf_nan=False)]
Remark = Annotated[str, Field(max_length=MAX_REMARK)]
RepositoryUrl = Annotated[
    str,
    Field(max_length=MAX_URL),
    validation.Form(
        r"^https://[^\s\/?#@\\]+(?:[\/?#][^\s\\]*)?$",
        Text("not_a_repository", "must be a link that begins with https://"),
    ),
]
"""Neither a user nor a password may stand in it."""
Commit = Annotated[
    str,
    validation.Form(
        r"^[0-9a-fA-F]{7,64}$", Text("not_a_commit", "must be the hash of a commit: 7 to 64 hexadecimal digits")
    ),
]
Instant = Annotated[AwareDatetime, Field(strict=False)]
LanguageName = Annotated[str, Field(min_length=1, max_length=40)]
VerdictShownName = Literal["at_once", "after_deadline", "never"]
ProblemId = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
EvidencePoints = Annotated[float, Field(ge=0, le=MAX_SCORE, allow_inf_nan=False)]
"""For each counter-test that breaks a program."""
StatusName = Literal["waiting", "active", "completed"]
StageName = Literal["submission", "code_review"]


def left_out() -> Any:
    """Stands for a member of a change that is left out. It is never read: only what was given is."""


class ChangesBody(Body):
    """Part of an item: a member that is left out stays."""

    def changes(self) -> dict[str, Any]:
        """The new values by the item's fields."""
        return {field: getattr(self, field) for field in self.model_fields_set}


class TracksQuery(paging.ListQuery):
    status: StatusName | None = None
    q: searching.Words = None
    tag: searching.Tag = None

    @property
    def statuses(self) -> list[Status]:
        return [Status(self.status)] if self.status else list(Status)

    @property
    def sought(self) -> searching.Sought:
        return searching.Sought.of(self.q, self.tag)


class CriterionOptionsBody(Body):
    """`comment_required`: a review must say something of this criterion. `works`: its points say whether the program
    works, and are compared with the judge; one criterion at most.
    """

    comment_required: bool = False
    works: bool = False

    def options(self) -> CriterionOptions:
        return CriterionOptions(comment_required=self.comment_required, works=self.works)


CriteriaOptions = Annotated[dict[Criterion, CriterionOptionsBody], Field(max_length=MAX_CRITERIA)]


class TrackBody(Body):
    """`review_criteria` are descriptions by name; reviews give each from 0 to `max_score` points. `criteria_options`
    say what else is asked of some of them. With `weighted` medians go by how reliable reviewers are.

    `late_days` are each participant's, to be late without a penalty. With `starts_at` the track starts then, with
    whoever takes part; without, as soon as it is full.
    """

    title: Title
    description: Description | None = None
    tags: Tags = Field(default_factory=list)
    required_participants: Participants
    review_criteria: Criteria
    criteria_options: CriteriaOptions = Field(default_factory=dict)
    weighted: bool = False
    max_score: MaxScore = 10
    reviews_per_user: Reviews = 3
    late_days: LateDays = 0
    starts_at: Instant | None = None

    def new_track(self) -> NewTrack:
        return NewTrack(
            title=self.title,
            description=self.description,
            tags=self.tags,
            required_participants=self.required_participants,
            reviews_per_user=self.reviews_per_user,
            criteria=self.review_criteria,
            criteria_options={name: each.options() for name, each in self.criteria_options.items()},
            weighted=self.weighted,
            max_score=self.max_score,
            late_days=self.late_days,
            starts_at=self.starts_at,
        )


class TrackChanges(ChangesBody):
    title: Title = Field(default_factory=left_out)
    description: Description | None = None
    tags: Tags = Field(default_factory=list)
    required_participants: Participants = Field(default_factory=left_out)
    reviews_per_user: Reviews = Field(default_factory=left_out)
    criteria_options: CriteriaOptions = Field(default_factory=dict)
    weighted: bool = False
    late_days: LateDays = Field(default_factory=left_out)
    starts_at: Instant | None = None

    def changes(self) -> dict[str, Any]:
        changed = super().changes()
        if criteria.FIELD in changed:
            options = {name: each.options() for name, each in self.criteria_options.items()}
            changed[criteria.FIELD] = criteria.options_to_json(options)
        return changed


class AssignmentBody(Body):
    """Hours may be fractional. Without `order` it comes last. Without `late_policy` no late work is taken. With no
    `appeal_hours` after its review stage nobody may appeal.

    With a problem of the library solutions are judged: `verdict_shown` says when their authors learn the verdict, and
    `evidence_points` are what a counter-test that breaks a program earns its reviewer.
    """

    title: Title
    description: Description
    order: Order | None = None
    deadline_hours: Hours
    review_hours: Hours = DEFAULT_REVIEW_HOURS
    late_policy: LatePolicyBody | None = None
    appeal_hours: AppealHours = DEFAULT_APPEAL_HOURS
    problem_id: ProblemId | None = None
    verdict_shown: VerdictShownName = "at_once"
    evidence_points: EvidencePoints = 0

    def new_assignment(self) -> NewAssignment:
        return NewAssignment(
            title=self.title,
            description=self.description,
            order=self.order,
            deadline_hours=self.deadline_hours,
            review_hours=self.review_hours,
            late_policy=self.late_policy.policy() if self.late_policy else None,
            appeal_hours=self.appeal_hours,
            problem_id=self.problem_id,
            verdict_shown=VerdictShown(self.verdict_shown),
            evidence_points=self.evidence_points,
        )


class AssignmentChanges(ChangesBody):
    title: Title = Field(default_factory=left_out)
    description: Description = Field(default_factory=left_out)
    order: Order = Field(default_factory=left_out)
    deadline_hours: Hours = Field(default_factory=left_out)
    review_hours: Hours = Field(default_factory=left_out)
    late_policy: LatePolicyBody | None = None
    appeal_hours: AppealHours = Field(default_factory=left_out)
    problem_id: ProblemId | None = None
    verdict_shown: VerdictShownName = "at_once"
    evidence_points: EvidencePoints = 0

    def changes(self) -> dict[str, Any]:
        changed = super().changes()
        if self.late_policy is not None:
            changed["late_policy"] = self.late_policy.policy().to_json()
        return changed


class StageBody(Body):
    """The stage that is meant: what was meant for one is not done to the next."""

    stage: StageName


class DeadlineBody(StageBody):
    deadline: Instant


class ExtensionBody(Body):
    """More time for one participant: to send in, to write reviews, or both. The reason is told to them."""

    submission_until: Instant | None = None
    code_review_until: Instant | None = None
    reason: Annotated[str, Field(max_length=MAX_REASON), validation.NOT_BLANK]

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.submission_until is None and self.code_review_until is None:
            raise errors.BadRequest("nothing_extended", "Name submission_until, code_review_until or both")
        return self

    def more_time(self) -> MoreTime:
        return MoreTime(
            submission_until=self.submission_until, code_review_until=self.code_review_until, reason=self.reason
        )


class SolutionBody(Body):
    """A link, files, or both: what is reviewed are the files, where there are some. They stand in `files`, or in a zip
    archive that was uploaded, whose `upload_id` it has then.

    Where the assignment has a problem, `main` of the files is the program, in a `language` of the judge; what lies in
    its folder and below goes along. One file alone needs no `main`. That of a link is judged when it was fetched.
    """

    repository_url: RepositoryUrl | None = None
    commit: Commit | None = None
    files: Files = Field(default_factory=list)
    upload_id: UploadId | None = None
    language: LanguageName | None = None
    main: Annotated[str, Field(max_length=file_rules.MAX_PATH)] | None = None

    @model_validator(mode="after")
    def _sends_something(self) -> Self:
        if self.repository_url is None and not self.files and self.upload_id is None:
            raise validation.incomplete(Text("nothing_sent_in", "name repository_url, files or upload_id"))
        if self.files and self.upload_id is not None:
            raise errors.BadRequest("two_ways_of_files", "Name either files or upload_id")
        wrong = file_rules.refusals_of_paths([each.path for each in self.files])
        if wrong:
            violations = [
                validation.invalid(Place(In.BODY, validation.pointer("files", position, "path")), reason)
                for position, reason in wrong
            ]
            raise errors.BadRequest("files_clash", "Files have one path", violations=violations)
        too_large = file_rules.refusal_of_all(each.content for each in self.files)
        if too_large is not None:
            raise errors.bad_request(too_large)
        return self

    def solution(self) -> Solution:
        files = tuple(each.file() for each in self.files)
        return Solution(
            repository_url=self.repository_url,
            commit=self.commit,
            files=files,
            upload_id=self.upload_id,
            choice=Choice(language=self.language, main=self.main),
        )


class ReviewBody(Body):
    """`criteria_scores` names every criterion of the track, and nothing else. `criteria_comments` are for those of
    which there is something to say, `comment` is for the whole, `line_comments` for single lines of the code. What the
    caller's draft says counts for nothing: what is sent is the review.
    """

    criteria_scores: Annotated[dict[str, Score], Field(max_length=100)]
    criteria_comments: Annotated[dict[str, Remark], Field(max_length=100)] = Field(default_factory=dict)
    comment: Annotated[str, Field(max_length=MAX_COMMENT)] | None = None
    line_comments: LineComments = Field(default_factory=list)
    code_version: CodeVersion | None = None

    def opinion(self) -> Opinion:
        said = {name: remark for name, remark in self.criteria_comments.items() if remark.strip()}
        return Opinion(
            scores=self.criteria_scores,
            remarks=said,
            comment=self.comment,
            line_comments=[each.said() for each in self.line_comments],
            code_version=self.code_version,
        )


class EntryBody(Body):
    content: Annotated[
        str,
        Field(
            max_length=MAX_ENTRY,
        ),
        validation.NOT_BLANK,
    ]

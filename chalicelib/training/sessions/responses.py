"""Responses of training sessions, with Team Training's names: sessions, submissions, standings, snapshots of rooms."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, RootModel

from chalicelib.common import texts
from chalicelib.common.http import paging
from chalicelib.common.http.responses import CamelView, ListView, Moment, Named, View, WordedText
from chalicelib.common.http.schemas import ShownAs
from chalicelib.common.spoken_names import SpokenName
from chalicelib.courses.responses import SampleView
from chalicelib.judge.grading import verdict as verdicts
from chalicelib.judge.languages import offered
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems.statements import Shown
from chalicelib.judge.responses import StatementInfo, SubmissionView
from chalicelib.judge_protocol.contract import Language, Verdict
from chalicelib.realtime.frames import SnapshotPayload, told_in
from chalicelib.realtime.rooms import RoomKind
from chalicelib.training.frames import CommentServerPayload, ControlPayload, UserMembers, UserObject
from chalicelib.training.models import Session
from chalicelib.training.sessions import scoreboard, sessions
from chalicelib.training.sessions import submissions as session_submissions
from chalicelib.training.sessions.event_log import Page
from chalicelib.training.sessions.history import PastTraining
from chalicelib.training.sessions.scoreboard import Cell, ProblemAttempts, ProblemStatus, Row
from chalicelib.training.sessions.standings import StandingsTable
from chalicelib.training.sessions.submissions import ListedSubmission
from chalicelib.training.statuses import TrainingStatus

Names = Mapping[int, str | None]
"""What members are called, by their accounts' ids."""


class TrainingView(View):
    """`dtCreated` and `dt_created` are the same: Team Training's frames and paths differ. `time_left` is in seconds.

    `team_name` is what the team was called then; null where that was not kept.
    """

    id: str
    status: TrainingStatus
    started_at: Moment = Field(serialization_alias="dtCreated")
    dt_created: Moment
    ends_at: Moment
    finished_at: Moment | None
    time_left: int
    team_id: int
    team_name: str | None
    contest_id: int
    contest_name: str

    @classmethod
    def of(cls, session: Session, **more: Any) -> Self:
        """`more` are the members that a subclass adds."""
        return cls(
            id=session.id,
            status=sessions.status(session),
            started_at=session.started_at,
            dt_created=session.started_at,
            ends_at=session.ends_at,
            finished_at=session.finished_at,
            time_left=sessions.seconds_left(session),
            team_id=session.team_id,
            contest_id=session.contest_id,
            contest_name=session.contest_name,
            **{"team_name": session.team_name, **more},
        )


class TeamTrainingView(TrainingView):
    """A training as its team lists it: `penalty` is in minutes. `is_repetition`: some of the team had trained in the
    contest before.
    """

    team_name: str
    problems_count: int
    solved: int
    penalty: int
    is_repetition: bool

    @classmethod
    def of_past(cls, past: PastTraining) -> Self:
        session, row = past.session, past.result
        return cls.of(
            session,
            team_name=row.run.team_name,
            problems_count=len(session.aliases),
            solved=row.solved,
            penalty=row.penalty,
            is_repetition=row.run.repeats,
        )


class TeamTrainings(ListView):
    items: list[TeamTrainingView]

    @classmethod
    def of(cls, page: paging.Page[PastTraining]) -> Self:
        return cls(items=[TeamTrainingView.of_past(each) for each in page.items], next=page.next_cursor)


class TrainingProblem(CamelView):
    """`alias` is `problemAlias`. Status and attempts are the team's."""

    problem_alias: str
    alias: str
    title: Named
    status: ProblemStatus
    attempts: int
    assigned_user: UserObject | None
    compiler: str | None

    @classmethod
    def of(cls, session: Session, alias: str, attempts: Sequence[ProblemAttempts], assignee: UserObject | None) -> Self:
        placed = session.problem_of(alias) or {}
        status, tried = scoreboard.problem_status(attempts, alias)
        return cls(
            problem_alias=alias,
            alias=alias,
            title=SpokenName(placed["title"], placed.get("titles", {})),
            status=status,
            attempts=tried,
            assigned_user=assignee,
            compiler=session.compiler_of(alias),
        )


class TrainingProblems(View):
    problems: list[TrainingProblem]


class StatementView(View):
    """`time_limit` in seconds, `memory_limit` in MiB; `languages` are those that programs may be in.

    `title` and `statement` are in the language that the request asks for, if there is a statement in it.
    """

    problem_alias: str = Field(serialization_alias="problemAlias")
    title: str
    statement: str
    statement_language: str | None
    statements: list[StatementInfo]
    time_limit: float
    memory_limit: int
    samples: list[SampleView]
    languages: list[str]

    @classmethod
    def of(cls, alias: str, problem: Problem, languages: Sequence[Language], shown: Shown) -> Self:
        allowed = problem.languages
        return cls(
            problem_alias=alias,
            title=shown.title,
            statement=shown.text,
            statement_language=shown.language,
            statements=StatementInfo.all_of(problem),
            time_limit=float(problem.time_limit_ms) / 1000,
            memory_limit=problem.memory_limit_kb // 1024,
            samples=[SampleView.of(sample) for sample in problem.samples],
            languages=offered(languages, allowed),
        )


class CodeView(View):
    """A text that nobody has edited is empty, and of version 0."""

    code: str
    version: int


class CompilerView(View):
    compiler: str | None


class CommentsList(RootModel[list[CommentServerPayload]], View):
    """A bare array, as Team Training's."""


class EventsView(View):
    """Frames as the room was told them; edits as deltas. `next` is the `from_seq` of what follows, if there is more."""

    events: Annotated[
        list[dict[str, JsonValue]],
        ShownAs(lambda: list[told_in(frozenset({RoomKind.TRAINING}))]),
    ]
    next: int | None

    @classmethod
    def of(cls, page: Page, language: texts.Language) -> Self:
        return cls(events=[event.frame.worded(language) for event in page.events], next=page.next_seq)


class TrainingSubmissionView(UserMembers):
    """`runId` is `id`: what Team Training's client reads. `code` is the verdict for programs, `verdict` for people."""

    id: int
    run_id: int
    problem_alias: str
    compiler: str
    verdict: WordedText
    code: Verdict
    submission_time: Moment
    time_from_start: int
    user_name: str | None

    @classmethod
    def of(cls, session: Session, submission: Submission, names: Names) -> Self:
        return cls(**_submission_members(session, submission, names))

    @classmethod
    def of_listed(cls, session: Session, listed: ListedSubmission, names: Names) -> Self:
        sent = listed.sent
        return cls(
            id=sent.submission_id,
            run_id=sent.submission_id,
            problem_alias=sent.alias,
            user_id=sent.user_id,
            compiler=sent.compiler,
            verdict=verdicts.TEXTS[listed.verdict],
            code=listed.verdict,
            submission_time=sent.submitted_at,
            time_from_start=int((sent.submitted_at - session.started_at).total_seconds()),
            user_name=names.get(sent.user_id),
        )


class TrainingSubmissionList(View):
    """`timeFromStart` of each is in seconds."""

    count: int
    submissions: list[TrainingSubmissionView]

    @classmethod
    def of(cls, session: Session, listed: Sequence[ListedSubmission], names: Names) -> Self:
        views = [TrainingSubmissionView.of_listed(session, each, names) for each in listed]
        return cls(count=len(views), submissions=views)


class TrainingSubmissionDetail(TrainingSubmissionView):
    """`time` in seconds, `memory` in KiB; `test` is the first that failed."""

    time: float
    memory: int
    test: int | None
    compile_log: str

    @classmethod
    def of(cls, session: Session, submission: Submission, names: Names) -> Self:
        return cls(
            **_submission_members(session, submission, names),
            time=round(submission.time_ms / 1000, 3),
            memory=submission.memory_kb,
            test=session_submissions.first_failure(submission),
            compile_log=submission.compiler_output,
        )


class TrainingSubmissionInFull(View):
    """With its source and tests."""

    submission: TrainingSubmissionDetail
    source: str
    judged: SubmissionView

    @classmethod
    def of(cls, session: Session, submission: Submission, names: Names) -> Self:
        return cls(
            submission=TrainingSubmissionDetail.of(session, submission, names),
            source=submission.source,
            judged=SubmissionView.of(submission, teaches=False),
        )


def _submission_members(session: Session, submission: Submission, names: Names) -> dict[str, Any]:
    return {
        "id": submission.id,
        "run_id": submission.id,
        "problem_alias": session_submissions.alias_of(submission),
        "user_id": submission.user_id,
        "compiler": submission.language,
        "verdict": submission.text or verdicts.TEXTS[Verdict(submission.verdict)],
        "code": Verdict(submission.verdict),
        "submission_time": submission.submitted_at,
        "time_from_start": int((submission.submitted_at - session.started_at).total_seconds()),
        "user_name": names.get(submission.user_id),
    }


class SnapshotSession(CamelView):
    """`timeLeft` is in seconds; times are RFC 3339."""

    id: str
    status: TrainingStatus
    dt_created: Moment
    ends_at: Moment
    time_left: int
    contest_id: str


class SnapshotProblem(CamelView):
    """Status and attempts are the team's."""

    problem_alias: str
    status: ProblemStatus
    attempts: int
    assigned_user: UserObject | None


class SnapshotCode(View):
    """`code` is null where no frame has room for it: the alias stands in `fetch`."""

    code: str | None
    version: int


class LobbySnapshot(SnapshotPayload):
    """The contest that is selected, the session that is going on, and who is there."""

    contest_id: str | None
    session: SnapshotSession | None
    online: list[UserObject]


class TrainingSnapshot(SnapshotPayload):
    """`controller` is who has the editor, `control` its `userId` alone; `codes` and `compilers` are by alias.

    `fetch` names the problems whose texts are to be read over HTTP: `complete` is false when there are any.
    """

    session: SnapshotSession
    control: str
    controller: ControlPayload
    problems: list[SnapshotProblem]
    compilers: dict[str, str]
    codes: dict[str, SnapshotCode]
    fetch: list[str]
    online: list[UserObject]


class ContestRejudgingView(View):
    """What was sent to the problem is judged anew in the background."""

    status: Literal["Checking"] = "Checking"


class CellView(CamelView):
    """`minute` is when it was solved; `hidden` are attempts after the standings stood still."""

    problem_alias: str
    status: ProblemStatus
    attempts: int
    minute: int | None
    penalty: int
    hidden: int

    @classmethod
    def of(cls, cell: Cell) -> Self:
        return cls(
            problem_alias=cell.alias,
            status=cell.status,
            attempts=cell.attempts,
            minute=cell.minute,
            penalty=cell.penalty,
            hidden=cell.hidden,
        )


class RowView(View):
    """`penalty` is in minutes. A repetition stands behind the first runs, with its rank among repetitions."""

    rank: int
    is_repetition: bool
    team_id: int
    team: str
    training_session_id: str
    dt_created: Moment = Field(serialization_alias="dtCreated")
    solved: int
    penalty: int
    problems: list[CellView]

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            rank=row.rank,
            is_repetition=row.run.repeats,
            team_id=row.run.team_id,
            team=row.run.team_name,
            training_session_id=row.run.session_id,
            dt_created=row.run.started_at,
            solved=row.solved,
            penalty=row.penalty,
            problems=[CellView.of(cell) for cell in row.cells],
        )


class StandingsView(View):
    contest_id: int
    problems: list[str]
    rows: list[RowView]

    @classmethod
    def of(cls, table: StandingsTable) -> Self:
        rows = [RowView.of(row) for row in table.rows]
        return cls(contest_id=table.contest_id, problems=list(table.aliases), rows=rows)

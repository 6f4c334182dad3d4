"""Submissions of a team during a session: submits programs, and records and announces their verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.accounts.authentication import Caller
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, paging
from chalicelib.common.texts import InEnglish
from chalicelib.judge import models as judge_models
from chalicelib.judge import origins
from chalicelib.judge.grading import verdict as verdicts
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.submissions import announcements, rejudging, submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.realtime import broadcasts
from chalicelib.realtime.broadcasts import RoomFrame
from chalicelib.realtime.frames import UserPayload
from chalicelib.school import teaching
from chalicelib.school.relations import Group, GroupKind
from chalicelib.training import models, score_models, submission_models
from chalicelib.training.frames import Type
from chalicelib.training.models import Session, SubmissionRef
from chalicelib.training.sessions import scoreboard, sessions
from chalicelib.training.sessions.scoreboard import ProblemAttempts
from chalicelib.training.teams import contests

ORIGIN = origins.TRAINING
"""The first part of the origin of a submission of a session: training#{session}#{alias}."""


@dataclass(frozen=True, slots=True)
class ListedSubmission:
    """A submission as a session lists it."""

    sent: SubmissionRef
    verdict: Verdict


def submit(caller: Caller, session_id: str, alias: str, program: Program) -> tuple[Session, Submission]:
    """Send a program to a problem of a session that is going on; its room is told."""
    session = sessions.going_on(sessions.get_as_member(session_id, caller.id))
    origin = _origin(session.id, alias)
    submission = submissions.submit(
        caller.id, problem(session, alias), program, origin=origin, coarse_results=session.coarse_results
    )
    _announce(session, submission)
    return session, submission


def problem(session: Session, alias: str) -> Problem:
    """The problem behind an alias; 404 when there is none."""
    placed = session.problem_of(alias)
    found = judge_models.find_problem(placed["problem_id"]) if placed else None
    if found is None:
        raise errors.NotFound("alias_not_found", "There is no such problem in this training")
    return found


def get(session: Session, submission_id: int) -> Submission:
    """404 for one that is not of this session."""
    sent = submission_models.find(session.id, submission_id)
    if sent is None:
        raise errors.NotFound("submission_not_found", "Submission not found")
    return submissions.get(submission_id)


def page(session: Session, query: paging.ListQuery, *, alias: str | None = None) -> paging.Page[ListedSubmission]:
    """What was sent in, or to one problem, the newest first; 404 for one that is not of this session."""
    if alias is not None:
        problem(session, alias)
    found = submission_models.list_page(session.id, query, alias=alias)
    return paging.Page(_listed(session, found.items), found.next_cursor)


def record(submission: Submission, judgement: Judgement, transaction: Transaction) -> None:
    """Add what a verdict is worth to the transaction that writes it."""
    session, alias = _place(submission)
    score = score_models.find(session)
    known = scoreboard.attempts_of(score.attempts) if score else {}
    attempt = ProblemAttempts(
        alias=alias, user_id=submission.user_id, at=submission.submitted_at, verdict=judgement.verdict
    )
    worth = scoreboard.after(known.get(submission.id), attempt)
    score_models.add_attempt(transaction, session, submission.id, worth.to_json())


def announce(submission: Submission, is_new: bool) -> None:  # noqa: FBT001 - the grader's `Announcer`
    """Tell the author and the room of a verdict, once, and the room what has become of the problem by it."""
    announcements.announce(submission, is_new)
    session, alias = _place(submission)
    if submission_models.find(session.id, submission.id) is None:
        _announce(session, submission)
    if not is_new:
        return
    room, cause = sessions.room_of(session.id), f"{submission.id}#{submission.judging}"
    broadcasts.send(room, Type.SUBMISSION_VERDICT_RETRIEVED, _verdict(submission, alias), cause=f"verdict#{cause}")
    if scoreboard.is_attempt(Verdict(submission.verdict)):
        status, attempts = scoreboard.problem_status(attempts_in(session), alias)
        payload = {"problemAlias": alias, "status": status, "attempts": attempts}
        broadcasts.send(room, Type.PROBLEM_STATUS_UPDATED, payload, cause=f"status#{cause}")


def rejudge_all(caller: Caller, contest_id: int, alias: str) -> None:
    """Have judged anew what was sent to a problem in all trainings of a contest, by the tests of now.

    403 for who does not teach the contest, 404 for a problem that it does not have.
    """
    contest = contests.get(contest_id)
    if not contests.may_write(caller, contest):
        raise contests.not_yours()
    if not any(placed["alias"] == alias for placed in contest.problems):
        raise errors.NotFound("contest_problem_not_found", "There is no such problem in this contest")
    session_ids = [score.session_id for score in score_models.list_in(contest_id)]
    rejudging.rejudge_each([_origin(each, alias) for each in session_ids])


def taught_by(caller: Caller, submission: Submission) -> bool:
    """Whether the caller owns or teaches the contest of the session; nobody does once it is gone."""
    session, _ = _place(submission)
    contest = models.find_contest(session.contest_id)
    group = Group(GroupKind.CONTEST, session.contest_id)
    return contest is not None and teaching.may_write(caller, group, contest.author_id)


def attempts_in(session: Session) -> list[ProblemAttempts]:
    """The verdicts of a session so far."""
    score = score_models.find(session)
    return list(scoreboard.attempts_of(score.attempts).values()) if score else []


def alias_of(submission: Submission) -> str:
    return submission.origin.rpartition("#")[2]


def first_failure(submission: Submission) -> int | None:
    """The number of the first test that failed, among those that are kept with the submission."""
    failed = verdicts.first_failure(map(TestResult.of_json, submission.results))
    return None if failed is None else failed.number


def _announce(session: Session, submission: Submission) -> None:
    """Tell the room that a program was sent in, unless it knows: the verdict may have been faster than its sender."""
    alias = alias_of(submission)
    broadcasts.send_with_change(
        sessions.room_of(session.id),
        RoomFrame(Type.SUBMISSION_VERDICT_PENDING, _pending(submission, alias)),
        lambda transaction: submission_models.add(transaction, session.id, submission, alias),
    )


def _origin(session_id: str, alias: str) -> str:
    return f"{ORIGIN}#{session_id}#{alias}"


def _listed(session: Session, sent: Sequence[SubmissionRef]) -> list[ListedSubmission]:
    score = score_models.find(session)
    known = scoreboard.attempts_of(score.attempts) if score else {}
    return [
        ListedSubmission(each, known[each.submission_id].verdict)
        if each.submission_id in known
        else ListedSubmission(each, Verdict(submissions.get(each.submission_id).verdict))
        for each in sent
    ]


def _place(submission: Submission) -> tuple[Session, str]:
    _, session_id, alias = submission.origin.split("#")
    return sessions.get(session_id), alias


def _identity(submission: Submission, alias: str) -> dict[str, Any]:
    return {"id": submission.id, "problemAlias": alias, **UserPayload(user_id=submission.user_id).model_dump()}


def _pending(submission: Submission, alias: str) -> dict[str, Any]:
    """Also when the verdict was faster: it follows."""
    pending = Verdict.PENDING
    return {**_identity(submission, alias), "verdict": str(verdicts.TEXTS[pending]), "code": pending}


def _verdict(submission: Submission, alias: str) -> dict[str, Any]:
    return {
        **_identity(submission, alias),
        "verdict": InEnglish(submission.text),
        "code": submission.verdict,
        "time": round(submission.time_ms / 1000, 3),
        "memory": submission.memory_kb,
        "test": first_failure(submission),
    }

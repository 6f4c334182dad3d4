"""Solutions to an assignment with a problem: sends them to the judge, and keeps what it says with the solution.

A solution and its program are stored in one write, so that neither is there without the other. A verdict is kept only
while the solution is the one that was judged: that of a solution that was replaced changes nothing. A fault of ours
(SYSTEM_ERROR) is no verdict: the solution waits, as if it had not been judged.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.judge import languages, origins
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading import answers
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem
from chalicelib.judge.models import Submission as JudgedProgram
from chalicelib.judge.origins import AssignmentOrigin
from chalicelib.judge.problems import library
from chalicelib.judge.submissions import announcements
from chalicelib.judge.submissions import submissions as judge_submissions
from chalicelib.judge.submissions.submissions import Placement
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.tracks import access, models, state, work_models
from chalicelib.tracks.evidence import programs
from chalicelib.tracks.evidence.programs import Choice, ChosenProgram
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.reliability import recounts
from chalicelib.tracks.solutions.file_rules import SolutionFile
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Submission

ORIGIN = origins.TRACK
"""The first part of the origin of a program: track#{track}#{assignment}."""
NOT_COUNTED = (Verdict.SYSTEM_ERROR, Verdict.CANCELLED)
SOLUTION_AS_JUDGED = "solution_as_judged"
AFTER_SUBMISSION = frozenset({Stage.CODE_REVIEW, Stage.COMPLETED})


class VerdictShown(StrEnum):
    """When the author of a solution learns what the judge says of it."""

    AT_ONCE = "at_once"
    AFTER_DEADLINE = "after_deadline"
    NEVER = "never"


def check_usable(caller: Caller, problem_id: int | None) -> None:
    """404 for no such problem, 403 for another's that is not published; 422 for one without tests."""
    if problem_id is None:
        return
    if not library.readable_by(caller, problem_id).tests_count:
        raise errors.Unprocessable("problem_without_tests", "This problem has no tests yet")


def program_of(assignment: Assignment, files: tuple[SolutionFile, ...], choice: Choice) -> ChosenProgram | None:
    """Returns what the judge is sent; None where there is no problem. 400 when it cannot be told from the solution."""
    if assignment.problem_id is None:
        return None
    problem = problem_of(assignment)
    if answers.are_wanted(problem.languages):
        return programs.program_of(files, Choice(language=answers.LANGUAGE, main=choice.main), "")
    return programs.program_of(files, choice, languages.get_known(_language(choice)).source_file)


def check_choice(assignment: Assignment, choice: Choice) -> None:
    """What can be said of a program whose files are yet to come: 400 without a language, or with one that nobody knows;
    422 for one that the problem does not take, or that is not available.
    """
    problem = problem_of(assignment)
    if answers.are_wanted(problem.languages):
        return
    language = _language(choice)
    languages.get_known(language)
    judge_submissions.check_language(language, problem.languages)
    languages.usable(language)


def _language(choice: Choice) -> str:
    if choice.language is None:
        english = "This assignment is judged: name the language of your program"
        raise errors.BadRequest("language_needed", english, where=programs.LANGUAGE)
    return choice.language


def store(
    chosen: ChosenProgram | None, submission: Submission, assignment: Assignment, fill: Callable[[Transaction], None]
) -> None:
    """Store a solution by what `fill` writes, and have its program judged, if there is one: both or neither.

    ConditionFailed as `fill` names its conditions. `submission` says afterwards that it waits for its verdict. 422 for
    a language that the problem does not take, 429 beyond the limits of the judge.
    """
    if chosen is None:
        transactions.transact(fill)
        return
    choice = chosen.choice

    def also(sent: JudgedProgram, transaction: Transaction) -> None:
        waiting = {"submission_id": sent.id, "verdict": None, "points": None}
        submission.judged = {**waiting, "language": choice.language, "main": choice.main}
        fill(transaction)

    problem, origin = problem_of(assignment), origin_of(assignment)
    placement = Placement(also=also, listed=False)  # a list would say whose program this is
    judge_submissions.submit(submission.user_id, problem, chosen.program, origin=origin, placement=placement)


def is_judged_as(submission: Submission, chosen: ChosenProgram | None) -> bool:
    """Whether a solution with the same files was sent to the judge with the same choice."""
    said = submission.judged
    if chosen is None or not said:
        return False
    return (said.get("language"), said.get("main")) == (chosen.choice.language, chosen.choice.main)


def withdraw(replaced: Mapping[str, Any] | None) -> None:
    """Take back the program that a solution was judged by until now, unless it was judged: nobody waits for it."""
    if not replaced or replaced["verdict"] is not None:
        return
    sent = judge_models.find_submission(replaced["submission_id"])
    if sent is None or sent.is_final or not sent.holds_place:
        return
    try:
        judge_submissions.cancel(sent)
    except errors.Conflict:  # judged at this moment
        return


def is_shown_to_author(assignment: Assignment, participant: Participant | None, now: datetime) -> bool:
    """Whether the author of a solution may know its verdict now: after the deadline is when nothing can be sent in."""
    match assignment.verdict_shown:
        case VerdictShown.AT_ONCE:
            return True
        case VerdictShown.AFTER_DEADLINE:
            may_submit = participant is not None and participant.may_submit(assignment.id, now)
            return Stage(assignment.stage) in AFTER_SUBMISSION and not may_submit
        case _:
            return False


def record(judged: JudgedProgram, judgement: Judgement, transaction: Transaction) -> None:
    """Add the verdict of a solution to the transaction that writes it."""
    if judgement.verdict in NOT_COUNTED:
        return
    place = _place(judged)
    solution = work_models.find_submission(place.assignment_id, judged.user_id)
    if solution is None or not solution.judged or solution.judged["submission_id"] != judged.id:
        return
    said = {
        **solution.judged,
        "verdict": judgement.verdict.value,
        "points": judgement.points,
        "max_points": judgement.max_points,
    }
    transaction.update(
        Submission(solution.pk, solution.sk),
        actions=[Submission.judged.set(said)],
        condition=Submission.judged == solution.judged,
        named=SOLUTION_AS_JUDGED,
    )
    if said["verdict"] != solution.judged["verdict"]:
        recounts.note_verdict(transaction, place.track_id, place.assignment_id)


def announce(judged: JudgedProgram, is_new: bool) -> None:  # noqa: FBT001 - the grader's `Announcer`
    """Tell the author at once, where the assignment says so."""
    assignment = _assignment(judged)
    if is_new and assignment is not None and assignment.verdict_shown == VerdictShown.AT_ONCE:
        announcements.tell(judged)


def taught_by(caller: Caller, judged: JudgedProgram) -> bool:
    """Whether the caller teaches the track, and does not take part: whose work is whose they must not learn then."""
    return teaches_alone(caller, _place(judged).track_id)


def teaches_alone(caller: Caller, track_id: int) -> bool:
    """Whether the caller teaches a track and does not take part in it."""
    track = models.find_track(track_id)
    if track is None or models.find_participant(track_id, caller.id) is not None:
        return False
    return access.may_write(caller, track)


def origin_of(assignment: Assignment) -> str:
    """Of the programs of its solutions."""
    return f"{ORIGIN}#{assignment.track_id}#{assignment.id}"


def read_by(caller: Caller, judged: JudgedProgram) -> bool:
    """Whether the caller may read a program with its verdict: those who teach the track, and its author when it is
    shown to them. Nobody else, not even who teaches the author elsewhere.
    """
    if caller.id != judged.user_id:
        return taught_by(caller, judged)
    assignment = _assignment(judged)
    participant = models.find_participant(_place(judged).track_id, caller.id)
    return assignment is not None and is_shown_to_author(assignment, participant, clock.now())


def _place(judged: JudgedProgram) -> AssignmentOrigin:
    named = origins.read(judged.origin)
    if not isinstance(named, AssignmentOrigin):
        raise TypeError(f"no assignment: {judged.origin}")
    return named


def _assignment(judged: JudgedProgram) -> Assignment | None:
    place = _place(judged)
    track_state = state.find(place.track_id)
    return track_state.find(place.assignment_id) if track_state is not None else None


def problem_of(assignment: Assignment) -> Problem:
    """The problem of an assignment that has one; also one that was taken out of the library."""
    problem = judge_models.find_problem(assignment.problem_id) if assignment.problem_id is not None else None
    if problem is None:
        raise errors.NotFound("problem_not_found", "Problem not found")
    return problem

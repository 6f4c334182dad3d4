"""Counter-tests: a reviewer's inputs that they claim break the program under review, and what came of them.

The judge decides (`judge/grading/counter_tests.py`); here is who may send them, and who sees what. The answer of the
jury to a reviewer's own input is shown with it: it is the evidence. So that nobody learns much of hidden tests by it,
there are few of them, and none for one who may still send in a solution of their own.
"""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place
from chalicelib.common.texts import EMPTY, Text
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading import counter_test_rules
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem, Writes
from chalicelib.judge.models import Submission as JudgedProgram
from chalicelib.judge.problems import library
from chalicelib.judge.submissions import counter_tests as trials
from chalicelib.judge.submissions import rejudging
from chalicelib.judge.submissions.counter_tests import TrialResult
from chalicelib.judge.submissions.submissions import Placement
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.realtime import broadcasts, rooms
from chalicelib.tracks import access, models, review_duties, work_models
from chalicelib.tracks.evidence import counter_models, judging
from chalicelib.tracks.evidence.counter_models import CounterTest, Outcome
from chalicelib.tracks.evidence.frames import CounterTestJudged, Type
from chalicelib.tracks.evidence.judging import SOLUTION_AS_JUDGED
from chalicelib.tracks.masking import Mask
from chalicelib.tracks.reliability import recounts
from chalicelib.tracks.solutions import access as solution_access
from chalicelib.tracks.solutions.access import Reader, ReaderRole
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Submission, SubmissionPlace

ORIGIN = "counter"
"""The first part of the origin of a trial: counter#{track}#{assignment}#{author}#{reviewer}#{place}."""
MAX_EXCERPT_BYTES = 2048
TRIES = 10
SOLUTION_THERE = "solution_there"
"""The condition that its author was not erased: the place of the work goes first."""
NOT_RUN = Text("counter_test_not_run", "The judge could not run it: send it again")
_HOLDS = frozenset({Verdict.OK, Verdict.PARTIAL})
"""Who earns only a part of the points with what they print has not failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCounterTest:
    """A counter-test as somebody sees it. `review_id` is that of the review it belongs to, once that is written.

    Authors do not learn by whom it is, nor when it was sent. `tried` is there for a single one.
    """

    counter_test: CounterTest
    review_id: int | None
    shows_reviewer: bool
    tried: TrialResult | None = None

    @classmethod
    def by_teacher(cls, counter_test: CounterTest, reviews: Mapping[int, int]) -> Self:
        """As who teaches the track sees it. `reviews` are the ids of those of the submission, by reviewer."""
        review_id = reviews.get(counter_test.reviewer_id)
        return cls(counter_test=counter_test, review_id=review_id, shows_reviewer=True)


def send(caller: Caller, submission_id: int, given: str) -> SeenCounterTest:
    """Have the judge try the program under review on an input. The same input again is the same counter-test.

    404 for one who neither reviews nor teaches, 403 for its author; 409 with the reason where there are none, and
    beyond `MOST` for a review; 413 for an input that is too large.
    """
    data = _data(given)
    for _ in range(TRIES):
        reader = _reviewer(caller, submission_id)
        problem = judging.problem_of(reader.assignment)
        against = _program(reader.submission)
        earlier = counter_models.of_review(reader.assignment.id, reader.submission.user_id, caller.id)
        digest = hashlib.sha256(data).hexdigest()
        if (same := _same(earlier, digest, against)) is not None:
            return _seen(reader, caller, same)
        made = _counter_test(reader, caller, data, digest, place=_free_place(earlier))
        trials.check_taken(problem)
        made.program_id = against.id
        try:
            trials.send(against, problem, data, origin=_origin(reader, made), placement=_placement(reader, made))
        except transactions.ConditionFailed as refused:
            if refused.failed <= {counter_models.PLACE_FREE, SOLUTION_AS_JUDGED, SOLUTION_THERE}:
                continue  # another took the place at the same time, or the solution was replaced or erased
            raise
        observe.logger.info("counter-test sent", counter_test_id=made.id, submission_id=submission_id)
        return _seen(reader, caller, made)
    raise errors.ChangedMeanwhile


def list_all(caller: Caller, submission_id: int) -> list[SeenCounterTest]:
    """Of a reviewer their own; all for teachers, and for the author once the review stage is over: until then 403."""
    reader = _reader(caller, submission_id)
    found = _visible(reader, caller)
    reviews = _reviews(reader)
    return [_seen(reader, caller, each, reviews) for each in found]


def get(caller: Caller, submission_id: int, counter_test_id: int) -> SeenCounterTest:
    """One with all of its input, what the jury answers, and what the program printed."""
    reader = _reader(caller, submission_id)
    counter_test = _one_of(_visible(reader, caller), counter_test_id)
    trial = judge_models.find_submission(counter_test.trial_id)
    if trial is None:
        raise _missing()
    seen = _seen(reader, caller, counter_test, _reviews(reader))
    return replace(seen, tried=_masked(trials.tried(trial), reader.mask))


def _masked(tried: TrialResult, mask: Mask) -> TrialResult:
    """A program may print what its author is called."""
    return replace(tried, output=mask.text(tried.output), message=mask.worded(tried.message))


@dataclass(frozen=True, slots=True)
class Adopted:
    """A problem with a counter-test among its tests, and the assignment that it came from."""

    problem: Problem
    assignment_id: int


def adopt(caller: Caller, submission_id: int, counter_test_id: int) -> Adopted:
    """Take a counter-test that breaks a program into the tests of its problem; doing it again changes nothing.

    404 for all but those who teach the track, 403 when the problem is another's; 409 for one that breaks nothing, and
    for tests to which none can be added here.
    """
    reader = _reader(caller, submission_id)
    if reader.role is not ReaderRole.TEACHER:
        raise _missing()
    counter_test = _one_of(_visible(reader, caller), counter_test_id)
    problem = library.editable_by(caller, judging.problem_of(reader.assignment).id)
    if counter_test.tests_version is not None:
        return Adopted(problem, reader.assignment.id)
    if counter_test.outcome != Outcome.BREAKS:
        raise errors.Conflict("counter_test_breaks_nothing", "Only a counter-test that breaks a program can be taken")
    if any(each.digest == counter_test.digest and each.tests_version for each in _all(reader)):
        raise errors.Conflict("counter_test_known", "The same input was taken into the tests before")
    trial = judge_models.find_submission(counter_test.trial_id)
    if trial is None:
        raise _missing()
    given, answer = trials.test_of(trial)
    added = library.add_test(problem, given, answer, also=functools.partial(_mark_adopted, counter_test))
    observe.logger.info("counter-test adopted", counter_test_id=counter_test.id, problem_id=problem.id, by=caller.id)
    return Adopted(added, reader.assignment.id)


def rejudge(caller: Caller, assignment_id: int) -> None:
    """Have all solutions to an assignment judged anew by the tests of now, as they stand. Comes about in the
    background.
    """
    viewer = access.get_viewer(caller, assignment_id)
    if not viewer.sees_all:
        raise access.not_yours()
    judging.problem_of(viewer.assignment)
    judged = (each.judged for each in work_models.submissions_to(assignment_id))
    rejudging.rejudge_these(judging.origin_of(viewer.assignment), [each["submission_id"] for each in judged if each])


def record(trial: JudgedProgram, judgement: Judgement, transaction: Transaction) -> None:
    """Add what came of a counter-test to the transaction that writes it."""
    found = counter_models.find(*_key(trial))
    if found is None or found.trial_id != trial.id:
        return
    outcome, reason = _outcome(judgement)
    transaction.update(
        found,
        actions=[
            CounterTest.outcome.set(outcome),
            CounterTest.reason.set(reason),
            CounterTest.verdict.set(judgement.verdict.value)
            if outcome in {Outcome.BREAKS, Outcome.HOLDS}
            else CounterTest.verdict.remove(),
            CounterTest.was_not_run.set(reason == NOT_RUN),
        ],
        condition=CounterTest.trial_id == trial.id,
        named="counter_test_as_read",
    )
    if Outcome.BREAKS in {outcome, found.outcome}:
        _, track_id, *_ = trial.origin.split("#")
        recounts.note_verdict(transaction, int(track_id), found.assignment_id)


def announce(trial: JudgedProgram, is_new: bool) -> None:  # noqa: FBT001 - the grader's `Announcer`
    """Tell its reviewer, and nobody else: the author is not to learn when it was tried."""
    found = counter_models.find(*_key(trial)) if is_new else None
    if found is None or found.trial_id != trial.id:
        return
    _, track_id, *_ = trial.origin.split("#")
    judged = CounterTestJudged(
        track_id=int(track_id),
        assignment_id=found.assignment_id,
        submission_id=found.submission_id,
        counter_test_id=found.id,
        outcome=found.outcome,
    )
    cause = f"counter_test#{trial.id}#{trial.judging}"
    room = rooms.personal(found.reviewer_id)
    broadcasts.send(room, Type.COUNTER_TEST_JUDGED, judged.model_dump(mode="json"), cause=cause)


def taught_by(caller: Caller, trial: JudgedProgram) -> bool:
    """Whether the caller teaches the track and does not take part in it."""
    _, track_id, *_ = trial.origin.split("#")
    return judging.teaches_alone(caller, int(track_id))


def _outcome(judgement: Judgement) -> tuple[Outcome, Text]:
    """A fault of ours is held against nobody: neither against the program, nor against the input."""
    if judgement.verdict in _HOLDS:
        return Outcome.HOLDS, EMPTY
    if judgement.verdict is not Verdict.SYSTEM_ERROR:
        return Outcome.BREAKS, EMPTY
    return Outcome.INVALID, counter_test_rules.reason_of(judgement) or NOT_RUN


def _reader(caller: Caller, submission_id: int) -> Reader:
    place = work_models.find_submission_place(submission_id)
    if place is None:
        raise solution_access.no_such_submission()
    return solution_access.reader_of(caller, place.assignment_id, submission_id)


def _reviewer(caller: Caller, submission_id: int) -> Reader:
    """Who may send counter-tests now: who owes or writes the review, or has written it and the stage still runs."""
    reader = _reader(caller, submission_id)
    if reader.role is ReaderRole.AUTHOR:
        raise errors.Forbidden("own_submission", "Cannot review own submission")
    assignment, stage = reader.assignment, Stage(reader.assignment.stage)
    participant = models.find_participant(assignment.track_id, caller.id)
    if participant is None:
        in_time = stage in solution_access.REVIEWED_IN
    else:
        if participant.may_submit(assignment.id, clock.now()):
            raise errors.Conflict("may_still_submit", "You may still send in a solution of your own")
        has_written = reader.submission.id in review_duties.reviews_by(participant, assignment.id)
        in_time = stage is Stage.CODE_REVIEW or not has_written
    if not in_time:
        raise errors.Conflict("reviews_closed", "The review stage is over")
    return reader


def _data(given: str) -> bytes:
    try:
        data = given.encode()
    except UnicodeEncodeError as bad:
        raise errors.BadRequest("input_not_text", "The input is not text", where=Place(In.BODY, "/input")) from bad
    if len(data) > trials.MAX_INPUT_BYTES:
        limit = trials.MAX_INPUT_BYTES
        raise errors.TooLarge("input_too_large", "The input is larger than {limit} bytes", limit=limit)
    return data


def _program(submission: Submission) -> JudgedProgram:
    found = judge_models.find_submission(submission.judged["submission_id"]) if submission.judged else None
    if found is None:
        english = "There are no counter-tests here: {reason}"
        reason = Text("counter_tests_no_code", "This solution has no program that was judged")
        raise errors.Conflict("no_counter_tests", english, reason=reason)
    return found


def _same(earlier: list[CounterTest], digest: str, against: JudgedProgram) -> CounterTest | None:
    """The same input against the same program: what was tried on one that was replaced since proves nothing of this."""
    found = (each for each in earlier if (each.digest, each.program_id) == (digest, against.id))
    return next((each for each in found if each.takes_place), None)


def _free_place(earlier: list[CounterTest]) -> int:
    taken = {each.place for each in earlier if each.takes_place}
    free = next((place for place in range(1, counter_models.MOST + 1) if place not in taken), None)
    if free is None:
        english = "There are at most {limit} counter-tests in a review"
        raise errors.Conflict("too_many_counter_tests", english, limit=counter_models.MOST)
    return free


def _counter_test(reader: Reader, caller: Caller, data: bytes, digest: str, *, place: int) -> CounterTest:
    submission = reader.submission
    key = models.counter_test_key(submission.assignment_id, submission.user_id, caller.id, place)
    return CounterTest(
        *key,
        id=ids.new_timeless_id(),
        place=place,
        assignment_id=submission.assignment_id,
        submission_id=submission.id,
        author_id=submission.user_id,
        reviewer_id=caller.id,
        by_teacher=reader.role is ReaderRole.TEACHER,
        digest=digest,
        excerpt=data[:MAX_EXCERPT_BYTES].decode("utf-8", "ignore"),
        size=len(data),
        sent_at=clock.now(),
    )


def _placement(reader: Reader, made: CounterTest) -> Placement:
    submission = reader.submission

    def also(trial: JudgedProgram, transaction: Transaction) -> None:
        made.trial_id = trial.id
        counter_models.add(transaction, made)
        place = models.submission_place_key(submission.id)
        transaction.check(SubmissionPlace, *place, condition=SubmissionPlace.pk.exists(), named=SOLUTION_THERE)
        transaction.check(
            Submission,
            submission.pk,
            submission.sk,
            condition=models.same(Submission.judged, submission.judged),
            named=SOLUTION_AS_JUDGED,
        )

    return Placement(also=also, listed=False)


def _origin(reader: Reader, made: CounterTest) -> str:
    return (
        f"{ORIGIN}#{reader.assignment.track_id}#{made.assignment_id}#{made.author_id}#{made.reviewer_id}#{made.place}"
    )


def _key(trial: JudgedProgram) -> tuple[int, int, int, int]:
    _, _, assignment_id, author_id, reviewer_id, place = trial.origin.split("#")
    return int(assignment_id), int(author_id), int(reviewer_id), int(place)


def _all(reader: Reader) -> list[CounterTest]:
    return counter_models.of_assignment(reader.assignment.id)


def _visible(reader: Reader, caller: Caller) -> list[CounterTest]:
    assignment, author_id = reader.assignment, reader.submission.user_id
    if reader.role is ReaderRole.REVIEWER:
        return counter_models.of_review(assignment.id, author_id, caller.id)
    if reader.role is ReaderRole.AUTHOR and assignment.stage != Stage.COMPLETED:
        raise errors.Forbidden("results_not_out", "Results are shown when the review stage is over")
    found = counter_models.of_submission(assignment.id, author_id)
    if reader.role is ReaderRole.AUTHOR:  # what belongs to a review that a teacher has withheld is not for them
        reviews = work_models.reviews_of(assignment.id, author_id)
        withheld = {each.reviewer_id for each in reviews if not each.counts}
        found = [each for each in found if each.reviewer_id not in withheld]
    return found


def _reviews(reader: Reader) -> dict[int, int]:
    """The ids of reviews of the submission, by reviewer."""
    found = work_models.reviews_of(reader.assignment.id, reader.submission.user_id)
    return {each.reviewer_id: each.id for each in found}


def _seen(
    reader: Reader, caller: Caller, counter_test: CounterTest, reviews: dict[int, int] | None = None
) -> SeenCounterTest:
    is_own = counter_test.reviewer_id == caller.id
    return SeenCounterTest(
        counter_test=counter_test,
        review_id=(reviews if reviews is not None else _reviews(reader)).get(counter_test.reviewer_id),
        shows_reviewer=is_own or reader.role is ReaderRole.TEACHER,
    )


def _one_of(found: list[CounterTest], counter_test_id: int) -> CounterTest:
    counter_test = next((each for each in found if each.id == counter_test_id), None)
    if counter_test is None:
        raise _missing()
    return counter_test


def _mark_adopted(counter_test: CounterTest, tests_version: int) -> Writes:
    def write(transaction: Transaction) -> None:
        transaction.update(
            CounterTest(counter_test.pk, counter_test.sk),
            actions=[CounterTest.tests_version.set(tests_version)],
            condition=(CounterTest.id == counter_test.id) & CounterTest.tests_version.does_not_exist(),
            named="not_adopted",
        )

    return write


def _missing() -> errors.NotFound:
    return errors.NotFound("counter_test_not_found", "There is no such counter-test")

"""What the demo school shows of evidence: an assignment with a problem, on whose solutions the judge has spoken.

The problem has a validator and a jury, so counter-tests may be sent; it is not published. What the judge says stands
here as it writes it: nothing is judged while the school is loaded. Ids are fixed.
"""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.common.texts import EMPTY, Text
from chalicelib.judge import import_models
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.samples import SampleRun
from chalicelib.judge.grading.verdict import TEXTS, VISIBLE_TESTS
from chalicelib.judge.models import Submission as Program
from chalicelib.judge.problems import jury, testsets
from chalicelib.judge.problems.testsets import InputValidator, TestCase
from chalicelib.judge_protocol.contract import Source, Verdict
from chalicelib.tracks import models
from chalicelib.tracks.evidence import counter_tests, judging
from chalicelib.tracks.evidence.counter_models import CounterTest, Outcome
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.reliability import reliability, reliability_models
from chalicelib.tracks.reliability.reliability import Marks, Rubric
from chalicelib.tracks.reliability.reliability_models import StoredReliability, StoredTally
from chalicelib.tracks.reviewing import models as comment_models
from chalicelib.tracks.reviewing.models import By, Comment, Reply
from chalicelib.tracks.solutions.file_rules import SolutionFile
from chalicelib.tracks.work_models import Review, Submission

PROBLEM, IMPORT, RIGHT_PROGRAM = 21, 2101, 2102
LANGUAGE = "python3"
STATEMENT = """
The first line has n, the number of numbers (1 <= n <= 1000), the second has them. Print them in order, the least first.

В первой строке дано n — количество чисел (1 <= n <= 1000), во второй — сами числа. Выведите их по возрастанию.
"""
TESTS = (("3\n2 3 1\n", "1 2 3\n"), ("1\n5\n", "5\n"), ("4\n2 1 2 1\n", "1 1 2 2\n"))
RIGHT = "input()\nprint(*sorted(map(int, input().split())))\n"
VALIDATOR = """import sys

lines = sys.stdin.read().splitlines()
right = len(lines) == 2 and lines[0].isdigit() and 1 <= int(lines[0]) == len(lines[1].split()) <= 1000
sys.exit(42 if right else 43)
"""
LOSING = """def insertion_sort(numbers):
    done = []
    for number in numbers:
        at = 0
        while at < len(done) and done[at] < number:
            at += 1
        if done[at : at + 1] != [number]:
            done.insert(at, number)
    return done


input()
print(*insertion_sort([int(word) for word in input().split()]))
"""
LOSER = (SolutionFile("sort.py", LOSING),)
"""Of equal numbers it loses all but one: the tests that everybody sees have none."""


class InputWithOutcome(NamedTuple):
    """An input, the jury's answer to it, what the program printed, and what that means."""

    given: str
    answer: str | None
    printed: str | None
    outcome: Outcome
    reason: Text = EMPTY


TRIED = (
    InputWithOutcome("2\n7 7\n", "7 7\n", "7\n", Outcome.BREAKS),
    InputWithOutcome("3\n3 2 1\n", "1 2 3\n", "1 2 3\n", Outcome.HOLDS),
    InputWithOutcome(
        "0\n\n", None, None, Outcome.INVALID, Text("counter_test_not_input", "The problem's validator refuses it")
    ),
)
"""Against the program that loses numbers."""
SAID = "Do equal numbers stay? Остаются ли равные числа?"
ANSWERS = (
    (By.AUTHOR, "I think so: nothing is deleted. Думаю, да: ничего не удаляется."),
    (By.REVIEWER, "Try 7 and 7. Попробуйте 7 и 7."),
)


def add_problem(author_id: int, now: datetime) -> None:
    validator = InputValidator(program=Source(language=LANGUAGE, source=VALIDATOR), accepts=42)
    testsets.write(
        PROBLEM, 1, [TestCase(given.encode(), answer.encode()) for given, answer in TESTS], validators=[validator]
    )
    judge_models.new_problem(
        PROBLEM,
        author_id,
        now,
        title="Sort. Сортировка",
        statement=STATEMENT.strip(),
        published=False,
        tests_version=1,
        tests_count=len(TESTS),
        samples=[judge_models.sample(*test) for test in TESTS[:VISIBLE_TESTS]],
        jury_import=IMPORT,
    ).save()
    _program(RIGHT_PROGRAM, author_id, jury.origin(PROBLEM, IMPORT), RIGHT, now)
    promised = [[RIGHT_PROGRAM, "right.py", [Verdict.OK.value]]]
    import_models.new_import(IMPORT, PROBLEM, author_id, now, size=1, state="done", jury=promised).save()


def judge(assignment: Assignment, submission: Submission, files: Sequence[SolutionFile]) -> None:
    """Have the solution know its verdict; it is not stored here."""
    source, program_id = files[0].text, submission.id * 10
    failed_at = 3 if source == LOSING else None
    origin = judging.origin_of(assignment)
    program = _program(program_id, submission.user_id, origin, source, submission.submitted_at, failed_at)
    submission.judged = {
        "submission_id": program_id,
        "verdict": program.verdict,
        "points": program.points,
        "max_points": program.max_points,
        "language": LANGUAGE,
        "main": None,
    }


def try_out(submission: Submission, review: Review) -> None:
    """What a reviewer tried on a program."""
    for place, tried in enumerate(TRIED, 1):
        _try(submission, review, place, tried)


def _try(submission: Submission, review: Review, place: int, tried: InputWithOutcome) -> None:
    given, answer, printed, outcome, reason = tried
    trial_id = submission.id * 100 + place
    within = (submission.assignment_id, submission.user_id, review.reviewer_id, place)
    origin = "#".join(map(str, (counter_tests.ORIGIN, submission.track_id, *within)))
    sent_at = review.completed_at - timedelta(minutes=10 - place)
    is_wrong = outcome is Outcome.BREAKS
    trial = judge_models.new_submission(
        trial_id, submission.user_id, origin, sent_at, holds_place=False, problem_id=PROBLEM, tests_version=1,
        language=LANGUAGE, source=LOSING, given=zlib.compress(given.encode()), tests_total=1,
        verdict=Verdict.WRONG_ANSWER if is_wrong else Verdict.OK if answer else Verdict.SYSTEM_ERROR,
    )  # fmt: skip
    trial.text = reason or TEXTS[Verdict(trial.verdict)]
    if answer is not None and printed is not None:
        trial.answer = zlib.compress(answer.encode())
        trial.samples = [SampleRun(number=1, input=given, expected=answer, got=printed).to_json()]
    trial.waiting = trial.waiting_since = None
    trial.save()
    CounterTest(
        *models.counter_test_key(*within),
        id=trial_id,
        place=place,
        assignment_id=submission.assignment_id,
        submission_id=submission.id,
        author_id=submission.user_id,
        reviewer_id=review.reviewer_id,
        program_id=submission.judged["submission_id"],
        trial_id=trial_id,
        digest=str(trial_id),
        excerpt=given,
        size=len(given),
        sent_at=sent_at,
        outcome=outcome,
        verdict=trial.verdict if answer else None,
        reason=reason,
    ).save()


def talk(submission: Submission, review: Review) -> None:
    """A comment of the review on a line, with answers of both sides."""
    comment_id = review.id * 10 + 1
    Comment(
        *comment_models.comment_key(submission.id, comment_id),
        id=comment_id,
        submission_id=submission.id,
        assignment_id=submission.assignment_id,
        review_id=review.id,
        author_id=submission.user_id,
        reviewer_id=review.reviewer_id,
        path=LOSER[0].path,
        from_line=7,
        to_line=8,
        text=SAID,
        code_version=1,
        replies=len(ANSWERS),
        replies_by_author=1,
        replies_by_reviewer=1,
        last_reply_by=ANSWERS[-1][0],
    ).save()
    for number, (by, text) in enumerate(ANSWERS, 1):
        Reply(
            *comment_models.reply_key(submission.id, comment_id, number),
            comment_id=comment_id,
            number=number,
            user_id=submission.user_id if by is By.AUTHOR else review.reviewer_id,
            by=by,
            text=text,
            created_at=review.completed_at + timedelta(days=number),
        ).save()


def calibrate(assignment: Assignment, reviews: Sequence[Review], rubric: Rubric) -> None:
    """How reliable the reviewers of a stage that is over are."""
    marks = [
        Marks(reviewer_id=each.reviewer_id, submission_id=each.submission_id, scores=each.scores) for each in reviews
    ]
    tallies = reliability.tally(marks, rubric)
    found = reliability.reliabilities(tallies)
    track_id = assignment.track_id
    StoredTally(
        *models.tally_key(track_id, assignment.id),
        track_id=track_id,
        assignment_id=assignment.id,
        by_reviewer=reliability_models.to_stored(tallies),
    ).save()
    StoredReliability(
        *models.reliability_key(track_id),
        track_id=track_id,
        by_reviewer=reliability_models.to_stored(found.by_reviewer),
        mean=found.mean,
        rests_on=[assignment.id],
        computed_at=assignment.code_review_deadline,
    ).save()


def _program(
    program_id: int, user_id: int, origin: str, source: str, at: datetime, failed_at: int | None = None
) -> Program:
    """One that the judge has run on all tests."""
    results = [
        TestResult(number=number, verdict=_verdict(number == failed_at), time_ms=14, memory_kb=8400, share=1.0)
        for number in range(1, len(TESTS) + 1)
    ]
    if failed_at is not None:
        results[failed_at - 1] = replace(results[failed_at - 1], share=0.0)
    verdict = _verdict(failed_at is not None)
    program = judge_models.new_submission(
        program_id, user_id, origin, at, holds_place=False, problem_id=PROBLEM, tests_version=1, rules_version=1,
        language=LANGUAGE, source=source, verdict=verdict, points=float(failed_at is None), max_points=1,
        time_ms=14, memory_kb=8400, tests_passed=len(TESTS) - (failed_at is not None), tests_total=len(TESTS),
        results=[each.to_json() for each in results], judged_at=at,
    )  # fmt: skip
    program.text = TEXTS[verdict]
    program.waiting = program.waiting_since = None
    program.save()
    return program


def _verdict(is_wrong: bool) -> Verdict:  # noqa: FBT001 - a mark, not a switch
    return Verdict.WRONG_ANSWER if is_wrong else Verdict.OK

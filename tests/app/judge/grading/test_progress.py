"""How far a judging is: told on the author's channel and with the submission, never more than the results may tell."""

import contextlib
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.judge.grading import batches, grader
from chalicelib.judge.grading.judge_client import Failure, JudgeUnavailable
from chalicelib.judge.models import Problem
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import Run, TestInput
from tests.app.failures import faults
from tests.app.judge.grading.test_grading import Script, fives, ran
from tests.support.live import Socket
from tests.support.log import Log
from tests.support.school import Person, School


def progress(socket: Socket) -> list[tuple[Any, ...]]:
    payloads = [frame["payload"] for frame in socket.got if frame["type"] == "SUBMISSION_PROGRESS"]
    return [(each["stage"], each["test"], each["testsPassed"], each["testsTotal"]) for each in payloads]


def send(school: School, pupil: Person, problem: Problem) -> int:
    school.queue.held = True
    return int(submissions.submit(pupil.id, problem, Program(language="python3", source="x"), origin="test#1").id)


def slow(school: School, *, wrong: str = "") -> Script:
    """Each test takes half a second."""

    def act(test: TestInput) -> Run:
        school.clock.forward(timedelta(milliseconds=500))
        return ran(test, stdout=b"4" if test.id == wrong else b"5", wall_ms=500)

    return Script(act)


def test_ten_slow_tests_are_seen_one_by_one(school: School, pupil: Person) -> None:
    mine, other = school.live.join(pupil), school.live.join(school.person())
    submission_id = send(school, pupil, school.problem(fives(10)))
    school.use_judge(slow(school, wrong="3"))

    grader.judge(submission_id)

    assert progress(mine) == [
        ("compiling", 0, 0, 10),
        ("testing", 1, 1, 10),
        ("testing", 2, 2, 10),
        ("testing", 3, 2, 10),
    ]
    assert progress(other) == []


def test_every_test_but_the_last_is_told_when_all_pass(school: School, pupil: Person) -> None:
    mine = school.live.join(pupil)
    submission_id = send(school, pupil, school.problem(fives(10)))
    school.use_judge(slow(school))

    grader.judge(submission_id)

    assert progress(mine) == [("compiling", 0, 0, 10), *(("testing", each, each, 10) for each in range(1, 10))]
    assert mine.types[-1] == "SUBMISSION_VERDICT_RETRIEVED"
    told = [frame for frame in mine.got if frame["type"] == "SUBMISSION_PROGRESS"]
    assert all("seq" not in frame and frame["payload"]["id"] == submission_id for frame in told)


def test_quick_tests_are_not_told_one_by_one(school: School, pupil: Person) -> None:
    mine = school.live.join(pupil)
    submission_id = send(school, pupil, school.problem(fives(60)))
    script = Script(lambda test: ran(test, wall_ms=batches.PACE_MS / 10))
    school.use_judge(script)

    grader.judge(submission_id)

    assert progress(mine) == [("compiling", 0, 0, 60)]  # the clock stands still here: nothing took 300 ms


def test_coarse_results_tell_the_stage_alone(school: School, pupil: Person) -> None:
    mine = school.live.join(pupil)
    submission_id = send(school, pupil, school.problem(fives(10), coarse_results=True))
    school.use_judge(slow(school, wrong="3"))

    grader.judge(submission_id)

    assert progress(mine) == [("compiling", 0, 0, 0), ("testing", 0, 0, 0)]


def test_a_submission_says_how_far_it_is(school: School, pupil: Person) -> None:
    problem = school.problem(fives(4))
    first = send(school, pupil, problem)
    school.clock.forward(timedelta(seconds=1))
    second = send(school, pupil, problem)
    path = f"/submissions/{second}"
    seen = [school.api.get(path, token=pupil.token).body["progress"]]

    def act(test: TestInput) -> Run:
        seen.append(school.api.get(path, token=pupil.token).body["progress"])
        school.clock.forward(timedelta(milliseconds=500))
        return ran(test, wall_ms=500)

    school.use_judge(Script(act))
    grader.judge(second)

    def shown(stage: str, test: int, *, before: int = 0, total: int = 4) -> dict[str, Any]:
        return {"stage": stage, "before": before, "test": test, "tests_passed": test, "tests_total": total}

    assert seen == [
        shown("queued", 0, before=1, total=0),
        shown("compiling", 0),
        shown("testing", 1),
        shown("testing", 2),
        shown("testing", 3),
    ]
    assert school.api.get(path, token=pupil.token).body["progress"] is None
    assert school.api.get(f"/submissions/{first}", token=pupil.token).body["progress"]["before"] == 0


def test_a_submission_whose_judge_is_away_waits_in_the_queue_again(school: School, pupil: Person) -> None:
    submission_id = send(school, pupil, school.problem(fives(3)))
    path = f"/submissions/{submission_id}"
    during = []

    def act(test: TestInput) -> Run:
        during.append(school.api.get(path, token=pupil.token).body["progress"]["stage"])
        school.clock.forward(timedelta(milliseconds=500))
        return ran(test, wall_ms=500)

    school.use_judge(Script(act, fails_over={"3": Failure.AWAY}))
    with pytest.raises(JudgeUnavailable):
        grader.judge(submission_id)
    assert during == ["compiling", "testing"]
    assert school.api.get(path, token=pupil.token).body["progress"]["stage"] == "queued"

    mine = school.live.join(pupil)
    school.use_judge(slow(school))
    grader.judge(submission_id)
    assert progress(mine)[0] == ("compiling", 0, 0, 3)


def test_progress_that_cannot_be_told_stops_no_judging(school: School, pupil: Person, log: Log) -> None:
    submission_id = send(school, pupil, school.problem(fives(3)))
    fault = faults.refused_at(1)

    def act(test: TestInput) -> Run:
        school.clock.forward(timedelta(milliseconds=500))
        if test.id == "1":
            stack.enter_context(fault)  # strikes what the first test is told by
        return ran(test, wall_ms=500)

    with contextlib.ExitStack() as stack:
        school.use_judge(Script(act))
        grader.judge(submission_id)

    assert fault.struck
    assert submissions.get(submission_id).verdict == "OK"
    assert len(log.events("progress not told")) == 1

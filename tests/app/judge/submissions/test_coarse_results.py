"""Coarse results on every way by which a pupil reads of a submission, and exact ones for those who teach.

The judge is a fake whose programs carry a byte of a hidden test out; real ones do it in `tests/sandbox/test_coarse.py`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.judge import models
from chalicelib.judge.grading import grader
from chalicelib.judge.models import Problem
from chalicelib.judge.submissions import rejudging, submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import Outcome, Run, TestInput
from tests.app.judge.grading.test_grading import Act, Script, ran
from tests.support.school import Person, School

HIDDEN = 3
"""The first hidden test, which holds the secret."""
SECONDS_APART = timedelta(seconds=3)
"""So far apart a pupil may send programs, and a socket does not fall silent."""
BYTES = range(0, 256, 11)
UNTOLD = {"id", "user_id", "problem_id", "submission_id", "submitted_at", "origin", "seq", "userId", "problemId"}
"""Members that no program has a say in."""


def by(byte: int, **changes: Any) -> Act:
    """A program that is right, and puts a byte of the hidden test into everything that is measured of it."""

    def act(test: TestInput) -> Run:
        if test.id != str(HIDDEN):
            return ran(test, cpu_ms=5.0, memory_kb=5000)
        load = {"cpu_ms": 60.0 * (byte >> 4), "memory_kb": 16_000 * (byte & 15), "wall_ms": 60.0 * (byte >> 4)}
        return ran(test, **{**load, "stderr": b"%d" % byte, **changes})

    return act


@pytest.fixture
def problem(school: School) -> Problem:
    """With two tests that are shown and three that are hidden."""
    samples = [models.sample("2 3", "5")] * 2
    return school.problem(("5",) * 5, coarse_results=True, samples=samples)


@dataclass
class JudgedProgram:
    """A submission of a pupil with a socket, judged."""

    school: School
    pupil: Person
    id: int
    frames: list[Any]

    def read(self, path: str, who: Person | None = None) -> Any:
        reply = self.school.api.get(f"/submissions{path}", token=(who or self.pupil).token)
        assert reply.status == 200, reply.body
        return reply.body

    @property
    def told(self) -> str:
        """Everything that the pupil can read of it."""
        answers = [self.read(f"/{self.id}"), self.read(f"/{self.id}/tests"), self.read(f"/{self.id}/judgings")]
        listed = next(each for each in self.read("")["submissions"] if each["id"] == self.id)
        return json.dumps([stripped(each) for each in (*answers, listed, *self.frames)], sort_keys=True)


def stripped(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: stripped(value) for name, value in answer.items() if name not in UNTOLD}
    return [stripped(each) for each in answer] if isinstance(answer, list) else answer


@pytest.fixture
def send(school: School, pupil: Person, problem: Problem) -> Callable[..., JudgedProgram]:
    """Sends a program that does what an act says."""
    socket = school.live.join(pupil)

    def sent(act: Act, to: Problem = problem) -> JudgedProgram:
        school.clock.forward(SECONDS_APART)
        school.queue.held = True
        school.use_judge(Script(act))
        known = len(socket.got)
        program = Program(language="python3", source="a program")
        made = submissions.submit(pupil.id, to, program, origin="test#1#7")
        grader.judge(made.id)
        school.queue.waiting.clear()
        return JudgedProgram(school, pupil, made.id, [frame["payload"] for frame in socket.got[known:]])

    return sent


def test_a_byte_of_a_hidden_test_leaves_two_bits_in_everything_that_is_told(
    school: School, send: Callable[..., JudgedProgram]
) -> None:
    told = set()
    for byte in BYTES:
        sent = send(by(byte))
        assert sent.frames
        told.add(sent.told)
    assert len(told) == 4


def test_by_default_everything_is_told_exactly(school: School, send: Callable[..., JudgedProgram]) -> None:
    """So the test above looks where the byte would be."""
    plain = school.problem(("5",) * 5)
    assert len({send(by(byte), plain).told for byte in BYTES}) == len(BYTES)


def test_a_byte_leaves_nothing_where_the_program_fails(send: Callable[..., JudgedProgram]) -> None:
    died = {send(by(byte, outcome=Outcome.RUNTIME_ERROR, exit_code=byte)).told for byte in (1, 77, 144, 255)}
    wrong = {send(by(byte, stdout=b"%d" % byte)).told for byte in (1, 77, 144, 255)}
    assert (len(died), len(wrong)) == (1, 1)


def test_which_hidden_test_failed_is_not_told(send: Callable[..., JudgedProgram]) -> None:
    def failing_at(number: int) -> Act:
        return lambda test: ran(test, stdout=b"4", cpu_ms=9.0) if int(test.id) >= number else ran(test)

    sent = [send(failing_at(number)) for number in (3, 4, 5)]
    assert len({each.told for each in sent}) == 1
    shown = sent[0].read(f"/{sent[0].id}")
    assert (shown["verdict"], shown["code"], shown["tests_passed"]) == ("Wrong answer", "WRONG_ANSWER", 2)
    assert [each["verdict"] for each in shown["tests"]] == ["OK", "OK", "HIDDEN", "HIDDEN", "HIDDEN"]


def test_a_failure_on_a_test_that_is_shown_is_told_as_ever(send: Callable[..., JudgedProgram]) -> None:
    sent = send(lambda test: ran(test, stdout=b"4", cpu_ms=7.0))
    shown = sent.read(f"/{sent.id}")
    assert shown["verdict"] == "Wrong answer on test 1: expected 5 in line 1, got 4"
    assert (shown["tests"][0]["time"], shown["tests"][0]["message"]) == (0.007, "expected 5 in line 1, got 4")


def test_those_who_teach_see_everything_exactly(
    school: School, admin: Person, send: Callable[..., JudgedProgram]
) -> None:
    sent = send(by(0x79))
    exactly, coarsely = sent.read(f"/{sent.id}", admin), sent.read(f"/{sent.id}")
    assert (exactly["time"], exactly["memory"]) == (0.42, 144_000)
    assert exactly["judged_at"] is not None
    assert (coarsely["time"], coarsely["memory"], coarsely["judged_at"]) == (0.75, 192 * 1024, None)
    assert exactly["coarse_results"] is coarsely["coarse_results"] is True
    times = [[each["time"] for each in view["tests"]] for view in (exactly, coarsely)]
    assert times == [[0.005, 0.005, 0.42, 0.005, 0.005], [0.005, 0.005, 0.75, 0.75, 0.75]]
    assert sent.read(f"/{sent.id}/tests", admin)["tests"] == exactly["tests"]
    assert sent.read(f"/{sent.id}/tests")["tests"] == coarsely["tests"]


def test_the_author_of_a_problem_sees_how_their_own_program_did(school: School, teacher: Person) -> None:
    for author_id, time in ((teacher.id, 0.42), (teacher.id + 1, 0.75)):
        problem = school.problem(("5",) * 3, coarse_results=True, author_id=author_id)
        school.use_judge(Script(by(0x79)))
        sent = submissions.submit(teacher.id, problem, Program(language="python3", source="x"), origin="test#1#7")
        shown = school.api.get(f"/submissions/{sent.id}", token=teacher.token).body
        assert (shown["code"], shown["time"]) == ("OK", time)


def test_a_verdict_that_was_replaced_stays_coarse(
    school: School, admin: Person, send: Callable[..., JudgedProgram]
) -> None:
    sent = send(by(0x79))
    school.use_judge(Script(by(0x11)))
    rejudging.rejudge(sent.id)
    pending = sent.read(f"/{sent.id}", admin)
    assert (pending["code"], pending["time"], pending["tests"]) == ("PENDING", 0, [])
    school.queue.deliver()
    (coarsely,) = sent.read(f"/{sent.id}/judgings")["judgings"]
    (exactly,) = sent.read(f"/{sent.id}/judgings", admin)["judgings"]
    assert (coarsely["time"], coarsely["judged_at"]) == (0.75, None)
    assert (exactly["time"], exactly["memory"], exactly["tests_passed"]) == (0.42, 144_000, 5)
    assert sent.read(f"/{sent.id}", admin)["time"] == 0.06


def test_results_beyond_the_first_hundred_are_coarse_as_well(
    school: School, admin: Person, send: Callable[..., JudgedProgram]
) -> None:
    sent = send(lambda test: ran(test, cpu_ms=float(test.id)), school.problem(("5",) * 150, coarse_results=True))
    coarsely, exactly = (sent.read(f"/{sent.id}/tests?after=100", who)["tests"] for who in (None, admin))
    assert {each["time"] for each in coarsely} == {0.25}
    assert [each["time"] for each in exactly] == [number / 1000 for number in range(101, 151)]


def test_a_sample_that_nobody_can_read_is_a_hidden_test(school: School, send: Callable[..., JudgedProgram]) -> None:
    """It was too large to be shown, or belongs to newer tests than those that judged."""

    def act(test: TestInput) -> Run:
        return ran(test, outcome=Outcome.RUNTIME_ERROR, exit_code=9, stderr=b"what it read")

    whole = [models.sample("2 3", "5")] * 2
    for samples, shown in ((whole, True), ([], False)):
        problem = school.problem(("5",) * 3, coarse_results=True, samples=samples)
        sent = send(act, problem)
        assert ("what it read" in sent.told) is shown


def test_what_was_judged_before_a_problem_asked_stays_as_it_was_told(
    school: School, teacher: Person, send: Callable[..., JudgedProgram]
) -> None:
    problem = school.problem(("5",) * 3, author_id=teacher.id)
    before = send(by(0x79), problem)
    reply = school.api.request(
        "PATCH", f"/problems/{problem.id}", json_body={"coarse_results": True}, token=teacher.token
    )
    assert (reply.status, reply.body["coarse_results"]) == (200, True)
    after = send(by(0x79), models.find_problem(problem.id, consistent=True))
    assert [each.read(f"/{each.id}")["time"] for each in (before, after)] == [0.42, 0.75]


def test_another_teacher_of_the_pupil_sees_what_the_pupil_sees(
    school: School, pupil: Person, teacher: Person, problem: Problem
) -> None:
    """Exact results are for those who teach what the program was sent to."""
    other = school.person(Role.TEACHER)
    school.task_path(pupil, author_id=other.id)
    school.use_judge(Script(by(0x79)))
    path = school.task_path(pupil, problem, author_id=teacher.id)
    sent = school.api.post(path, {"code": "a program"}, token=pupil.token).body["submission_id"]
    read = [school.api.get(f"/submissions/{sent}", token=who.token).body["time"] for who in (pupil, teacher, other)]
    assert read == [0.75, 0.42, 0.75]

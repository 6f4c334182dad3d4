"""Tracks whose assignment has a problem, with a jury and a judge whose programs do what their sources say.

A program's source is what it does: `echo` prints its input, `lose` all but the last word of it, `first` the first word,
`crash` fails, `slow` takes too long (`slow once` the first time alone), `refuse` is a validator that wants a digit at
the beginning.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.accounts.permissions import Role
from chalicelib.judge import import_models, models
from chalicelib.judge.grading.judge_client import Failure, JudgeUnavailable
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import jury, testsets
from chalicelib.judge.problems.testsets import InputValidator
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, Job, Outcome, Report, Run, Source, TestInput, Verdict
from tests.app.tracks.peers import ASSIGNMENT, HOUR, TRACK, Peers, crowd, good
from tests.support.school import START, Person, Reply, School

VALIDATOR = InputValidator(program=Source(language="python3", source="refuse"), accepts=42)


@dataclass
class Programs:
    """A judge for `School.use_judge`. Remembers jobs, and fails as often as it is told to."""

    school: School
    jobs: list[Job] = field(default_factory=list)
    tenants: dict[str, str] = field(default_factory=dict)
    down_over: str = ""
    """The program over which it goes down."""

    def __call__(self, event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
        if event["kind"] == "describe" or self.school.judge.failures:
            return self.school.judge(event, tenant)
        job = wire.job_from_json(event)
        self.jobs.append(job)
        self.tenants[job.job_id] = tenant
        if job.source == self.down_over:
            raise JudgeUnavailable("down", Failure.CRASHED)
        return wire.report_to_json(self._report(job))

    def _report(self, job: Job) -> Report:
        if job.source == "broken":
            return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.COMPILE_ERROR, output="no"))
        is_late = job.source == "slow once" and [each.source for each in self.jobs].count(job.source) == 1
        runs = tuple(_run("slow" if is_late else job.source, test) for test in job.tests)
        return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs, toolchain="fake 1")


def _run(source: str, test: TestInput) -> Run:
    given = (test.input or b"").decode()
    outcome, exit_code, stdout, stderr = Outcome.OK, 0, given, b""
    match source:
        case "lose":
            stdout = " ".join(given.split()[:-1])
        case "first":
            stdout = given.split()[0]
        case "crash":
            outcome, exit_code = Outcome.RUNTIME_ERROR, 1
        case "slow":
            outcome = Outcome.TIME_LIMIT
        case "long":
            outcome = Outcome.OUTPUT_LIMIT
        case "refuse":
            accepted = given[:1].isdigit()
            outcome, exit_code = Outcome.RUNTIME_ERROR, 42 if accepted else 43
            stderr = b"" if accepted else b"no digit at the beginning"
    return Run(
        id=test.id,
        outcome=outcome,
        exit_code=exit_code,
        cpu_ms=12.0,
        memory_kb=9000,
        stdout=stdout.encode(),
        stderr=stderr,
    )


_ids = itertools.count(9_000_000)


def problem_with_jury(
    school: School, author: Person, right: tuple[str, ...] = ("echo",), *, validated: bool = True, **overrides: Any
) -> Problem:
    """One whose test is passed by what prints its input, and whose jury's programs are known to be right."""
    problem = school.problem(("1",), given=b"1", author_id=author.id, **overrides)
    validators = [VALIDATOR] if validated else []
    testsets.write(problem.id, 1, [testsets.TestCase(b"1", b"1")], None, None, validators)
    testsets.forget()
    import_id, described = next(_ids), []
    for number, source in enumerate(right):
        made = models.new_submission(
            next(_ids), author.id, jury.origin(problem.id, import_id), START, holds_place=False,
            problem_id=problem.id, tests_version=1, rules_version=1, language="python3", source=source,
            verdict=Verdict.OK,
        )  # fmt: skip
        made.waiting = made.waiting_since = None
        made.save()
        described.append([made.id, f"right{number}.py", ["OK"]])
    import_models.new_import(import_id, problem.id, author.id, START, size=1, state="done", jury=described).save()
    problem.jury_import = import_id
    problem.save()
    return problem


@dataclass
class Judged:
    """A track of three under way, whose only assignment has a problem."""

    track: Peers
    problem: Problem
    judge: Programs

    @property
    def school(self) -> School:
        return self.track.school

    def submit(self, person: Person, source: str = "echo", **more: Any) -> Reply:
        body = {"files": [{"path": "main.py", "content": source}], "language": "python3", **more}
        return self.school.api.post(f"{self.track.assignment}/submit", body, token=person.token)

    def replace(self, person: Person, source: str, **more: Any) -> Reply:
        body = {"files": [{"path": "main.py", "content": source}], "language": "python3", **more}
        return self.school.api.request("PUT", f"{self.track.assignment}/submit", json_body=body, token=person.token)

    def own(self, person: Person) -> Any:
        return good(self.school.api.get(f"{self.track.assignment}/submit", token=person.token))

    def review(self, *sources: str) -> list[Any]:
        """Everybody sends these in; then submissions close. What each has to review, without its author's name."""
        for person, source in zip(self.track.people, sources, strict=True):
            good(self.submit(person, source))
            self.school.clock.forward(HOUR / 60)
        self.track.pass_time(10 * HOUR)
        return [good(self.track.next_to_review(person)) for person in self.track.people]

    def send(self, person: Person, submission_id: int, given: str) -> Reply:
        path = f"/submissions/{submission_id}/counter-tests"
        return self.school.api.post(path, {"input": given}, token=person.token)

    def listed(self, person: Person, submission_id: int) -> Reply:
        return self.school.api.get(f"/submissions/{submission_id}/counter-tests", token=person.token)


def judged(
    school: School,
    problem: Problem | None = None,
    teacher: Person | None = None,
    works: str | None = None,
    **assignment: Any,
) -> Judged:
    """`works` is the criterion that the judge knows."""
    teacher = teacher or school.person(Role.TEACHER)
    judge = Programs(school)
    school.use_judge(judge)
    problem = problem or problem_with_jury(school, teacher)
    return replace(begun(school, problem.id, teacher, works, **assignment), judge=judge)


def begun(school: School, problem_id: int, teacher: Person, works: str | None = None, **assignment: Any) -> Judged:
    """With whatever judge the school has."""
    people = crowd(school, 3)
    options = {works: {"works": True}} if works else {}
    body = {**TRACK, "required_participants": 3, "reviews_per_user": 1, "criteria_options": options}
    track_id = good(school.api.post("/tracks", body, token=teacher.token))["id"]
    described = {**ASSIGNMENT, "problem_id": problem_id, **assignment}
    added = good(school.api.post(f"/tracks/{track_id}/assignments", described, token=teacher.token))
    problem = models.find_problem(problem_id, consistent=True)
    assert problem is not None
    return Judged(Peers(school, teacher, people, track_id, [added["id"]]).start(), problem, Programs(school))

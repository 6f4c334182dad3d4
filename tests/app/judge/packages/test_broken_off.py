"""Imports whose function is killed before each step it takes, in turn, and repeated as the queue does: the problem is
the same in the end, and nothing more lies anywhere.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.common import hooks, s3
from chalicelib.common.dynamo import items
from chalicelib.judge import languages
from chalicelib.judge.grading import judge_client
from chalicelib.judge.packages import imports
from chalicelib.judge.problems import testsets
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, Job, Outcome, Report, Run, TestInput
from tests.app.judge.packages.sending import VALIDATED, Files, announce, deliver, pages_of, report, send, shown
from tests.app.tracks import repeated_messages
from tests.support import zips
from tests.support.paths import ROOT
from tests.support.school import Person, Queue, School, aws

BUCKET = "lyceum-test-data"
LARGE = 300 * 1024
PARTS = 12
"""In which the steps are tried, side by side: on a busy machine, too, each takes less than the minute after which it
counts as hanging. The first begins with what all of them import.
"""
PACKAGE: Files = {
    **VALIDATED,
    "tests/01": "one",
    "statements/english/problem.tex": "\\includegraphics{p.png}",
    "statements/english/p.png": zips.PNG,
}


class Killed(BaseException):
    """The function has ended, as by a timeout: no code of it runs any more."""


@dataclass
class Steps:
    """Counts what the import asks of others, and ends it before the so-manyth step."""

    last: int | None = None
    taken: int = 0

    def take(self, **_: object) -> None:
        if self.taken == self.last:
            raise Killed
        self.taken += 1

    @contextmanager
    def watched(self) -> Iterator[None]:
        named = {"dynamodb": items.connection().client, "s3": s3.client()}
        for service, client in named.items():
            client.meta.events.register(f"before-call.{service}", self.take)
        try:
            yield
        finally:
            for service, client in named.items():
                client.meta.events.unregister(f"before-call.{service}", self.take)


@dataclass
class Waiting(Queue):
    """The queue of the jury's programs: putting one there is a step, too."""

    steps: Steps
    held: bool = True
    waiting: list[int] = field(default_factory=list)

    def put(self, submission_id: int, user_id: int) -> None:
        self.steps.take()
        super().put(submission_id, user_id)


def answer(job: Job) -> Report:
    """A judge whose programs print their source, and whose main solution prints so much that it lies in the bucket."""

    def run(test: TestInput) -> Run:
        if test.output_url is None or job.source != "5":
            return Run(id=test.id, outcome=Outcome.OK, exit_code=0, stdout=job.source.encode())
        key = urlsplit(test.output_url).path.partition("made/")
        aws("s3").put_object(Bucket=BUCKET, Key="".join(key[1:]), Body=b"5" + b" " * LARGE)
        return Run(id=test.id, outcome=Outcome.OK, exit_code=0, stored_bytes=LARGE + 1)

    runs = tuple(map(run, job.tests))
    return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs)


def keys(prefix: str = "") -> set[str]:
    return {each["Key"] for each in aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])}


@dataclass
class World:
    """A package that has been sent, which can be imported again and again from its arrival on."""

    school: School
    teacher: Person
    problem_id: int
    import_id: int
    before: repeated_messages.Items

    def end_before(self, step: int | None) -> int:
        """Import it, ended once before this step; return how many steps that took in all."""
        repeated_messages.restore(self.before)
        package = f"imports/{self.import_id}.zip"
        if left := [{"Key": key} for key in keys() - {package}]:
            aws("s3").delete_objects(Bucket=BUCKET, Delete={"Objects": left})
        testsets.forget()
        steps = Steps(step)
        self.school.sqs.submissions = self.school.queue = Waiting(steps)
        self.school.use_judge(lambda event, _: self._judged(event, steps))
        reports, seen = [report(self.import_id)], {package}
        while reports:
            reports += self._handle(reports.pop(0), steps)
            arrived = sorted(keys("imports/") - seen)
            seen.update(arrived)
            reports[:0] = [report(self.import_id, key=key) for key in arrived]
        taken, steps.last = steps.taken, None
        self.school.queue.deliver()
        return taken

    def _judged(self, event: Mapping[str, Any], steps: Steps) -> Mapping[str, Any]:
        steps.take()
        return wire.report_to_json(answer(wire.job_from_json(event)))

    def _handle(self, event: dict[str, Any], steps: Steps) -> list[dict[str, Any]]:
        """What comes again: a message whose function was killed, after what arrived meanwhile."""
        moments = itertools.count(step=60)  # time passes so fast that a page has two jobs
        try:
            with hooks.override(monotonic=lambda: float(next(moments))), steps.watched():
                assert deliver(event)
        except Killed:
            steps.last = None
            record = event["Records"][0]
            record["attributes"]["ApproximateReceiveCount"] = "2"
            return [event]
        return []

    def result(self) -> Any:
        """Everything of it that may not depend on how it came to be; a version of tests may be drawn and not used."""
        done = shown(self.school, self.teacher, self.problem_id, self.import_id)
        problem = self.school.api.get(f"/problems/{self.problem_id}", token=self.teacher.token).body
        jury = [(each.pop("submission_id"), each)[1] for each in done["jury"]]
        version = done.pop("tests_version")
        assert problem.pop("tests_version") == version
        tests = list(testsets.read(self.problem_id, version).tests)
        kinds = Counter(
            (package, item.get("kind", {}).get("S"))
            for package, found in repeated_messages.stored().items()
            for item in found
        )
        lasting = {key.replace(f"/{version}", "/V") for key in keys() if not key.startswith("made/")}
        return done, jury, problem, tests, kinds, lasting


@pytest.fixture
def world(school: School, teacher: Person, problem_id: int) -> World:
    school.live.join(teacher)
    data = zips.packed(PACKAGE)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    return World(school, teacher, problem_id, import_id, repeated_messages.stored())


@pytest.mark.parametrize("part", range(PARTS))
def test_an_import_that_is_killed_before_any_step_and_repeated_leaves_the_same(world: World, part: int) -> None:
    steps = world.end_before(None)
    expected = world.result()
    assert (expected[0]["state"], len(expected[1]), len(expected[3])) == ("done", 1, 3)
    assert {key for key in expected[-1] if "-made-" in key}
    for step in range(part, steps, PARTS):
        world.end_before(step)
        assert world.result() == expected, f"before step {step}"


FUNCTION_SECONDS = 900
READING_AND_WRITING = 150
"""Seconds that the rest of a page takes at most: to read a package of 1 GiB, to write a page or all tests."""


@dataclass
class SlowJudges:
    """The first job of each delivery takes as long as a page has, almost. All others take as long as they may, if they
    do not time out.
    """

    time_out: bool
    now: float = 0.0
    asked: int = 0

    def __call__(self, event: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        self.asked += 1
        is_job = event["kind"] == "judge"
        self.now += imports.PAGE_SECONDS - 1 if is_job and self.asked == 1 else judge_client.LONGEST_ANSWER
        if not is_job:
            return wire.languages_to_json(languages.list_all(), {})
        if self.time_out and self.asked > 1:
            raise judge_client.JudgeUnavailable("no answer", judge_client.Failure.TIMED_OUT)
        return wire.report_to_json(answer(wire.job_from_json(event)))


MEASURED: Files = {
    "problem.yaml": "name: Five",
    **{f"data/secret/{number}.in": "x" for number in range(9)},
    **{f"data/secret/{number}.ans": "5" for number in range(9)},
    "submissions/accepted/right.py": "5",
    "submissions/accepted/right_too.py": "5 ",
}
"""Without a time limit, so that programs of the jury are measured: a test is a job, as slow as that is."""


@pytest.mark.parametrize("time_out", [True, False])
@pytest.mark.parametrize("files", [PACKAGE, MEASURED], ids=["made", "measured"])
def test_no_page_outlasts_its_function_however_slow_the_judge_is(
    school: School, teacher: Person, problem_id: int, files: Files, *, time_out: bool
) -> None:
    judge = SlowJudges(time_out)
    school.use_judge(judge)
    school.override(monotonic=lambda: judge.now)
    school.queue.held = True
    data = zips.packed(files)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    took = []
    for event in (report(import_id), *itertools.islice(pages_of(import_id), 20)):
        began, judge.asked = judge.now, 0
        deliver(event)
        took.append(judge.now - began)
        if shown(school, teacher, problem_id, import_id)["state"] != "importing":
            break
    assert shown(school, teacher, problem_id, import_id)["state"] in {"failed", "judging"}
    assert imports.PAGE_SECONDS < max(took) <= FUNCTION_SECONDS - READING_AND_WRITING, took


def test_the_function_has_the_time_that_its_pages_count_on() -> None:
    declared = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))["lambda_functions"]
    assert declared["import_package"]["lambda_timeout"] == FUNCTION_SECONDS

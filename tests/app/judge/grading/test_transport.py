"""What no invocation of the judge can carry goes by way of S3: inputs, files and outputs, also to authors' programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.common import s3
from chalicelib.judge.grading import batches, grader, judge_client
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.judge_client import JudgeUnavailable
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.packages import reader
from chalicelib.judge.packages.checking import Inspector
from chalicelib.judge.packages.pages import PageTime
from chalicelib.judge.packages.recipes import Checked
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, File, Job, Outcome, Report, Run, Source, TestInput
from tests.support import zips
from tests.support.school import Person, School, aws

BUCKET = "lyceum-test-data"
EVENT_BYTES = 6_000_000
CHECKER = Source(language="python3", source="the checker")
INTERACTOR = Source(language="cpp17", source="the interactor")
LARGE = "7" * (batches.MAX_INPUT_BYTES + 1)


def key_of(address: str) -> str:
    return urlsplit(address).path.lstrip("/")


def fetched(address: str | None) -> bytes:
    assert address is not None
    found: bytes = aws("s3").get_object(Bucket=BUCKET, Key=key_of(address))["Body"].read()
    return found


@dataclass
class Judge:
    """Does with S3 what the real one does. Programs print their `output`; what each job had is kept."""

    output: bytes = b"5"
    reported: int | None = None
    exit_code: int = 0
    puts: bool = True
    given: list[dict[str, bytes]] = field(default_factory=list)
    put: list[str] = field(default_factory=list)

    def __call__(self, event: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        job = wire.job_from_json(event)
        assert len(str(event)) < EVENT_BYTES
        runs = tuple(self._run(job, test) for test in job.tests)
        return wire.report_to_json(Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs))

    def _run(self, job: Job, test: TestInput) -> Run:
        data = fetched(test.input_url) if test.input is None else test.input
        files = {file.name: file.data for file in test.files}
        files |= {remote.name: fetched(remote.url) for remote in test.fetched or ()}
        self.given.append({"": data, **files})
        run = Run(id=test.id, outcome=Outcome.OK, exit_code=self.exit_code, stdout=self.output)
        if job.interactor is not None:
            return replace(run, interactor=Run(id=test.id, outcome=Outcome.OK, exit_code=0))
        if job.source == CHECKER.source or test.output_url is None:
            return replace(run, stdout=self.output if job.source != CHECKER.source else b"")
        self.put.append(key_of(test.output_url))
        if self.puts:
            aws("s3").put_object(Bucket=BUCKET, Key=self.put[-1], Body=self.output)
        return replace(run, stdout=b"", stored_bytes=self.reported or len(self.output))


def judged(school: School, pupil: Person, problem: Problem, judge: Judge) -> Submission:
    school.queue.held = True
    school.use_judge(judge)
    sent = submissions.submit(pupil.id, problem, Program(language="python3", source="a program"), origin="test#1")
    grader.judge(sent.id)
    return submissions.get(sent.id)


def test_a_checker_gets_files_of_any_size(school: School, pupil: Person) -> None:
    judge = Judge(output=LARGE.encode())
    problem = school.problem((LARGE,), given=LARGE.encode(), programs={Role.CHECKER: CHECKER}, checker="custom")
    assert judged(school, pupil, problem, judge).verdict == "OK"
    run, checked = judge.given
    assert run == {"": LARGE.encode()}
    assert checked == {"": b"", **dict.fromkeys(("input", "answer", "output"), LARGE.encode())}


def test_an_interactor_gets_files_of_any_size(school: School, pupil: Person) -> None:
    judge = Judge()
    problem = school.problem(
        (LARGE,), given=LARGE.encode(), programs={Role.INTERACTOR: INTERACTOR}, checker="interactive"
    )
    assert judged(school, pupil, problem, judge).verdict == "OK"
    assert judge.given == [{"": LARGE.encode(), "answer": LARGE.encode()}]


def test_an_output_that_no_answer_carries_is_compared_whole(school: School, pupil: Person) -> None:
    problem = school.problem((LARGE, "5"), checker="exact", stop_at_first_failure=False)
    right = judged(school, pupil, problem, Judge(output=LARGE.encode()))
    assert [code for _, code, *_ in right.results] == ["OK", "WRONG_ANSWER"]
    judge = Judge(output=LARGE.encode()[:-1] + b"8")
    wrong = judged(school, pupil, problem, judge)
    assert [code for _, code, *_ in wrong.results] == ["WRONG_ANSWER", "WRONG_ANSWER"]
    assert len(judge.put) == 1


@pytest.mark.parametrize("told", [{"reported": 7}, {"puts": False}])
def test_an_output_that_is_not_what_the_judge_says_is_no_answer(
    school: School, pupil: Person, told: Mapping[str, Any]
) -> None:
    with pytest.raises(JudgeUnavailable, match="wrong_output"):
        judged(school, pupil, school.problem((LARGE,)), Judge(output=LARGE.encode(), **told))


def test_a_part_is_put_once_a_day(school: School) -> None:
    school.use_judge(judge := Judge())
    files = (File(name="answer", data=LARGE.encode()), File(name="small", data=b"small"))
    job = Job(job_id="1", language="python3", source="x", tests=(TestInput(id="1", input=b"", files=files),))
    put: list[str] = []

    def note(params: Mapping[str, Any], **_: object) -> None:
        put.append(params["url_path"])

    s3.client().meta.events.register("before-call.s3.PutObject", note)
    for hours in (0, 1, 23):
        school.clock.forward(timedelta(hours=hours))
        judge_client.judge(job, "user-1")
    s3.client().meta.events.unregister("before-call.s3.PutObject", note)
    assert judge.given == [{"": b"", "answer": LARGE.encode(), "small": b"small"}] * 3
    assert len(put) == 2
    assert len(set(put)) == 1


def test_validators_of_answers_read_large_tests(school: School) -> None:
    files = {
        "problem.yaml": "name: Large",
        "data/secret/1.in": LARGE,
        "data/secret/1.ans": LARGE + "8",
        "answer_validators/v.py": "pass",
    }
    package, _ = reader.read(zips.packed(files))
    school.use_judge(judge := Judge(exit_code=42))
    checked = Inspector(name="import-1", tenant="user-1", time=PageTime(0)).check(package, Checked())
    assert [str(each.reason) for each in checked] == []
    assert judge.given == [{"": (LARGE + "8").encode(), "input": LARGE.encode()}]

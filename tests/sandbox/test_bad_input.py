"""Events that no honest caller sends, and honest ones at the edge: an answer with a name, and a judge that goes on."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.judge_protocol import contract, wire
from chalicelib.judge_protocol.contract import Job, Outcome, TestInput
from tests.sandbox import workers
from tests.sandbox.workers import HELLO, Worker

COUNTS = """
import sys
data = sys.stdin.buffer.read()
sys.stdout.buffer.write(b"%d %d" % (len(data), sum(data[::4096])))
"""
ECHOES = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())\n"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with workers.worker() as worker:
        yield worker


@pytest.fixture(autouse=True)
def goes_on(worker: Worker) -> Iterator[None]:
    yield
    [run] = worker.judge(HELLO).runs
    assert run.outcome is Outcome.OK
    assert worker.survivors() == []
    assert worker.leftovers() == []


def python(source: str, *inputs: bytes, output_limit_bytes: int = 64 * 1024) -> Job:
    tests = tuple(
        TestInput(id=str(number), input=data, time_limit_ms=5000, output_limit_bytes=output_limit_bytes)
        for number, data in enumerate(inputs)
    )
    return replace(HELLO, source=source, tests=tests)


@pytest.mark.parametrize("line", [b"[" * 200_000, b'{"a":' * 200_000, b"\xff\xfe", b"\0", b"", b"1e999", b'"\\ud800"'])
def test_line_that_is_no_event_is_refused(worker: Worker, line: bytes) -> None:
    assert worker.answer_line(line)["refused"] == "bad_kind"


@pytest.mark.parametrize("limit", ["time_limit_ms", "memory_limit_kb", "output_limit_bytes"])
@pytest.mark.parametrize("value", [10**400, 10**30, 2**63, 0, -1, 1.5, "1", None])
def test_absurd_limit_is_refused(worker: Worker, limit: str, value: object) -> None:
    event = wire.job_to_json(HELLO)
    event["tests"][0][limit] = value
    assert worker.answer(event)["refused"] == "bad_field"


def test_greatest_limits_are_only_large(worker: Worker) -> None:
    most = contract.MAX_LIMIT
    test = TestInput(id="1", input=b"4\n", time_limit_ms=most, memory_limit_kb=most, output_limit_bytes=most)
    [run] = worker.judge(replace(HELLO, tests=(test,))).runs
    assert (run.outcome, run.stdout) == (Outcome.OK, b"5\n")


def test_lone_surrogates_in_a_source_are_a_compile_error(worker: Worker) -> None:
    assert worker.judge(python("print('\ud800')", b"")).compilation.outcome is Outcome.COMPILE_ERROR


def test_every_byte_arrives_and_comes_back(worker: Worker) -> None:
    data = bytes(range(256)) * 4
    [run] = worker.judge(python(ECHOES, data)).runs
    assert (run.outcome, run.stdout) == (Outcome.OK, data)


def test_input_of_20_mb_arrives(worker: Worker) -> None:
    data = os.urandom(20 * 1024 * 1024)
    [run] = worker.judge(python(COUNTS, data)).runs
    assert (run.outcome, run.stdout) == (Outcome.OK, b"%d %d" % (len(data), sum(data[::4096])))


def test_output_of_20_mb_comes_back(worker: Worker) -> None:
    data = os.urandom(20 * 1024 * 1024)
    [run] = worker.judge(python(ECHOES, data, output_limit_bytes=len(data))).runs
    assert (run.outcome, run.stdout == data) == (Outcome.OK, True)


def test_input_beyond_the_limit_is_refused(worker: Worker) -> None:
    assert worker.judge(python(COUNTS, bytes(contract.MAX_INPUT_BYTES + 1))).refused == "too_large"


def test_job_beyond_the_limit_is_refused(worker: Worker) -> None:
    inputs = [bytes(contract.MAX_INPUT_BYTES)] * (contract.MAX_JOB_BYTES // contract.MAX_INPUT_BYTES + 1)
    assert worker.judge(python(COUNTS, *inputs)).refused == "too_large"


def test_ten_thousand_tests_stop_at_the_first_failure(worker: Worker) -> None:
    job = python("import sys\nsys.exit(input() == '2')", *[b"1", b"1", b"2"], *[b"1"] * 9_997)
    runs = worker.judge(replace(job, stop_on_failure=True)).runs
    assert [run.outcome for run in runs] == [Outcome.OK, Outcome.OK, Outcome.RUNTIME_ERROR]


def test_job_without_tests_is_compiled(worker: Worker) -> None:
    report = worker.judge(python("print(1)"))
    assert (report.compilation.outcome, report.runs) == (Outcome.OK, ())


def test_many_tests_with_many_limits_are_run_in_order(worker: Worker) -> None:
    tests = tuple(
        TestInput(id=str(number), input=b"%d" % number, time_limit_ms=5000, memory_limit_kb=100_000 + number)
        for number in range(30)
    )
    runs = worker.judge(replace(HELLO, language="python3", source=ECHOES, tests=tests)).runs
    assert [(run.id, run.stdout) for run in runs] == [(str(number), b"%d" % number) for number in range(30)]

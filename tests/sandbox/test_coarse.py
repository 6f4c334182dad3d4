"""A real program that carries a byte of a hidden test out, and what coarse results leave of it."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.judge.grading import checkers, coarse, scoring, verdict
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge_protocol.contract import Job, Outcome, TestInput
from tests.sandbox import workers
from tests.sandbox.workers import HELLO, Worker

SECRETS = (0x00, 0x05, 0x09, 0x0E, 0x40, 0x45, 0x89, 0xC2, 0xCE, 0xFF)
TIME_LIMIT_MS, MEMORY_LIMIT_KB = 1000, 128 * 1024
ANSWER = b"right"
PLAIN = scoring.all_or_nothing(2, stops=True)

LEAKS = """
import sys, time
byte = int(sys.stdin.readline())
load = bytearray((byte & 15) * 6 * 2**20)
load[::4096] = b"x" * len(load[::4096])
until = (byte >> 4) * 0.04
while time.process_time() < until:
    pass
print(byte, file=sys.stderr)
print("right" if RIGHT else byte)
sys.exit(CODE)
"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with workers.worker() as worker:
        yield worker


def judged(worker: Worker, source: str, secret: int) -> Judgement:
    """Of the first test, which is shown and whose byte is 0, and of one that is hidden."""
    tests = tuple(
        TestInput(id=id_, input=b"%d\n" % byte, time_limit_ms=TIME_LIMIT_MS, memory_limit_kb=MEMORY_LIMIT_KB)
        for id_, byte in (("1", 0), ("2", secret))
    )
    job: Job = replace(HELLO, source=source, tests=tests)
    report = worker.judge(job)
    results = {}
    for run in report.runs:
        said = checkers.tokens(ANSWER, run.stdout) if run.outcome is Outcome.OK else None
        results[int(run.id)] = verdict.of_run(run, number=int(run.id), check_result=said, visible=1)
    return verdict.of_submission(report.compilation, results, PLAIN)


def hidden(judgement: Judgement, *, exactly: bool = False) -> str:
    """What is told of the hidden test, and of the submission when the test that is shown is as ever."""
    told = coarse.told(judgement, PLAIN, shown=1, time_limit_ms=TIME_LIMIT_MS, memory_limit_kb=MEMORY_LIMIT_KB)
    shown = judgement if exactly else told
    return json.dumps([shown.verdict, str(shown.text), shown.points, [each.to_json() for each in shown.results[1:]]])


def test_a_right_program_carries_two_bits_out(worker: Worker) -> None:
    source = LEAKS.replace("RIGHT", "True").replace("CODE", "0")
    many = [judged(worker, source, secret) for secret in SECRETS]
    assert {each.verdict for each in many} == {"OK"}
    assert len({hidden(each, exactly=True) for each in many}) == len(SECRETS)
    assert len({hidden(each) for each in many}) == 4


@pytest.mark.parametrize(("right", "code"), [("False", "0"), ("True", "byte or 1"), ("byte == 0", "byte")])
def test_a_program_that_fails_carries_nothing_out_beside_its_verdict(worker: Worker, right: str, code: str) -> None:
    source = LEAKS.replace("RIGHT", f"({right}) or byte == 0").replace("CODE", f"({code}) if byte else 0")
    many = [judged(worker, source, secret) for secret in SECRETS[1:5]]
    assert len({hidden(each, exactly=True) for each in many}) == len(many)
    assert len({hidden(each) for each in many}) == 1

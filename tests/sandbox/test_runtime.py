"""The handler inside AWS's own runtime client, driven by AWS's emulator of the Lambda runtime API."""

import tempfile
import threading
import urllib.error
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Outcome
from tests.sandbox import case_files as cases
from tests.sandbox import runtime_emulator
from tests.sandbox.runtime_emulator import Emulator
from tests.sandbox.workers import HELLO

pytestmark = pytest.mark.timeout(180)  # the first time the emulator is downloaded


@pytest.fixture(scope="module")
def lambda_function() -> Iterator[Emulator]:
    with tempfile.TemporaryDirectory(prefix="lyceum-test-") as directory:
        scratch = Path(directory)
        scratch.chmod(0o711)
        with runtime_emulator.running("tests.sandbox.spoiled_machine.handler", scratch) as running:
            yield running


def test_job_over_http_becomes_a_report(lambda_function: Emulator) -> None:
    report = wire.report_from_json(lambda_function.invoke(wire.job_to_json(HELLO)))
    assert [(run.outcome, run.stdout) for run in report.runs] == [(Outcome.OK, b"5\n")]
    assert report.clean


def test_bad_event_is_answered_and_the_loop_goes_on(lambda_function: Emulator) -> None:
    before = lambda_function.invoke({"kind": "nonsense"})
    after = lambda_function.invoke(wire.job_to_json(HELLO))
    assert (before["refused"], after["refused"]) == ("bad_kind", None)
    assert before["pid"] == after["pid"]


def test_hostile_program_does_not_take_the_runtime_along(lambda_function: Emulator) -> None:
    [case] = [case for case in cases.load() if case.name == "c41_kills_parent-python3"]
    before = lambda_function.invoke(wire.describe_event())["pid"]
    answer = lambda_function.invoke(wire.job_to_json(case.job(Path("/nowhere"))))
    assert set(case.verdicts(wire.report_from_json(answer))) <= set(case.expect)
    assert lambda_function.invoke(wire.describe_event())["pid"] == before


def test_dirty_judge_answers_and_is_replaced(lambda_function: Emulator) -> None:
    spoilt = lambda_function.invoke({**wire.job_to_json(HELLO), "spoil": True})
    assert not wire.report_from_json(spoilt).clean
    _wait_for_end(spoilt["pid"])

    answer = _ask_again_after_failure(lambda_function, wire.job_to_json(HELLO))

    report = wire.report_from_json(answer)
    assert [(run.outcome, report.clean) for run in report.runs] == [(Outcome.OK, True)]
    assert answer["pid"] != spoilt["pid"]


def _ask_again_after_failure(lambda_function: Emulator, event: Any) -> Any:
    """As dispatch does. The emulator replaces a runtime that ended by failing the invocation that finds it gone."""
    try:
        return lambda_function.invoke(event)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.BAD_GATEWAY:
            raise
    return lambda_function.invoke(event)


def _wait_for_end(pid: int) -> None:
    pause = threading.Event()
    for _ in range(6000):
        if not Path(f"/proc/{pid}").exists():
            return
        pause.wait(0.01)
    raise AssertionError("the spoilt judge lives on")

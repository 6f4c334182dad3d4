"""The jobs and pairs in which a problem author's programs run, and what their failures mean. Pure."""

from chalicelib.judge import conventions
from chalicelib.judge.batches import MAX_INPUT_BYTES
from chalicelib.judge.conventions import Convention
from chalicelib.judge.testsets import TestCase
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, File, Job, Source, TestInput

CHECKER_TIME_MS = 10_000
CHECKER_MEMORY_KB = 512 * 1024
CHECKER_OUTPUT_BYTES = 64 * 1024
CHECKER_USUAL_MS = 1000
"""On the clock: a checker reads three files. Many that take longer are tried again in parts."""
MAX_PACKED_BYTES = 5 * 1024 * 1024
"""Of one test's files as they travel: an invocation takes 6 MB."""

_FEEDBACK = (conventions.MESSAGE_FILE, conventions.TEAM_MESSAGE_FILE, conventions.SCORE_FILE)
_FEEDBACK_DIRECTORY = "feedback/"


class TooLarge(Exception):
    """A test with a program of the author's that no job can carry."""


def checker_input(test_id: str, test: TestCase, output: bytes, convention: Convention) -> TestInput:
    """One output to check; TooLarge when its files do not fit."""
    if test.input is None:
        raise TooLarge
    icpc = convention is Convention.ICPC
    files = (File(name="input", data=test.input), File(name="answer", data=test.answer))
    made = TestInput(
        id=test_id,
        input=output if icpc else b"",
        time_limit_ms=CHECKER_TIME_MS,
        memory_limit_kb=CHECKER_MEMORY_KB,
        output_limit_bytes=CHECKER_OUTPUT_BYTES,
        args=("input", "answer", _FEEDBACK_DIRECTORY) if icpc else ("input", "output", "answer"),
        files=files if icpc else (*files, File(name="output", data=output)),
        collect=_FEEDBACK if icpc else (),
    )
    return _fitting(made)


def interactive(test: TestInput, answer: bytes, convention: Convention) -> TestInput:
    """A test of a pair: what it has besides its limits is the interactor's; TooLarge when it does not fit."""
    icpc = convention is Convention.ICPC
    made = TestInput(
        id=test.id,
        input=test.input,
        input_url=test.input_url,
        time_limit_ms=test.time_limit_ms,
        memory_limit_kb=test.memory_limit_kb,
        output_limit_bytes=test.output_limit_bytes,
        args=("input", "answer", _FEEDBACK_DIRECTORY) if icpc else ("input", "output", "answer"),
        files=(File(name="answer", data=answer),),
        collect=_FEEDBACK if icpc else (),
    )
    return _fitting(made)


def checker_job(job_id: str, program: Source, tests: tuple[TestInput, ...]) -> Job:
    return Job(job_id=job_id, language=program.language, source=program.source, files=program.files, tests=tests)


def does_not_compile(role: str, compilation: Compilation) -> str:
    """For the author: a student is told nothing of it, and least of all a compile error."""
    said = compilation.output.strip()[: conventions.MAX_MESSAGE]
    return f"The {role} does not compile: {said}" if said else f"The {role} does not compile"


def _fitting(test: TestInput) -> TestInput:
    parts = [test.input or b"", *(file.data for file in test.files)]
    if sum(map(len, parts)) > MAX_INPUT_BYTES and sum(len(wire.pack(part)) for part in parts) > MAX_PACKED_BYTES:
        raise TooLarge
    return test

"""Runs a program on the user's own input, within the request. Nothing is stored, and nothing counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.common import clock, ids, limits
from chalicelib.common.http import errors
from chalicelib.common.limits import Limit
from chalicelib.judge import languages, waiting_models
from chalicelib.judge.grading import annotations, answers, drivers, judge_client
from chalicelib.judge.grading.annotations import Annotation
from chalicelib.judge.grading.drivers import PlacedProgram
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import Job, Outcome, Report, TestInput

RUNS = Limit("runs", 10, timedelta(minutes=1))
RUNS_IN_RUSH = Limit("rush-runs", 2, timedelta(minutes=1))
"""While many programs wait for a judge. A run keeps a request waiting, and there are only so many of them."""
MAX_INPUT_BYTES = 64 * 1024
MAX_OUTPUT_BYTES = 64 * 1024
LONGEST_TIME_MS = 2000
MOST_MEMORY_KB = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomRun:
    """What a program did. `compiler_output` is all there is of one that did not compile.

    `annotations` are the lines of its source that the compiler or the runtime complained of.
    """

    outcome: Outcome
    output: str = ""
    errors: str = ""
    truncated: bool = False
    exit_code: int | None = None
    time_ms: float = 0.0
    memory_kb: int = 0
    compiler_output: str = ""
    annotations: tuple[Annotation, ...] = ()


def run(
    user_id: int,
    program: Program,
    given: str,
    *,
    time_limit_ms: int = LONGEST_TIME_MS,
    memory_limit_kb: int = MOST_MEMORY_KB,
    allowed: Sequence[str] | None = None,
    files: tuple[str, str] = ("", ""),
) -> CustomRun:
    """Run a program once, within the given limits and our own. `allowed` are the languages that its place takes,
    `files` the names under which it finds its input and may write its output, if it has any.

    400, 413 and 422 as `submissions.submit` has them; 413 for an input that is too large, 429 for too many runs (a rush
    allows fewer), 503 when the judge does not answer in time.
    """
    submissions.check(program, allowed)
    if program.language == answers.LANGUAGE:
        raise errors.Unprocessable("answers_not_run", "Answers are no program that could be run")
    if len(given.encode()) > MAX_INPUT_BYTES:
        raise errors.TooLarge("input_too_large", "The input is larger than {limit} bytes", limit=MAX_INPUT_BYTES)
    _count(user_id)
    test = TestInput(
        id="1",
        input=given.encode(),
        time_limit_ms=min(time_limit_ms, LONGEST_TIME_MS),
        memory_limit_kb=min(memory_limit_kb, MOST_MEMORY_KB),
        output_limit_bytes=MAX_OUTPUT_BYTES,
    )
    return _judged(user_id, program, test, files)


def _count(user_id: int) -> None:
    limits.hit(RUNS, str(user_id))
    if waiting_models.is_rush(clock.now()):
        limits.hit(RUNS_IN_RUSH, str(user_id))


def _judged(user_id: int, program: Program, test: TestInput, files: tuple[str, str]) -> CustomRun:
    main = languages.get_known(program.language).source_file
    placed = drivers.placed(program.language, main, program.source, (), program.beside)
    return _of_report(_judge_run(user_id, program, placed, test, files), program, placed, main)


def _judge_run(
    user_id: int, program: Program, placed: PlacedProgram, test: TestInput, files: tuple[str, str]
) -> Report:
    input_file, output_file = (name or None for name in files)
    job = Job(
        job_id=f"run-{user_id}-{ids.new_id(clock.now())}",
        language=program.language,
        source=placed.source,
        files=placed.files,
        files_at_run=bool(program.beside) or None,
        tests=(test,),
        input_file=input_file,
        output_file=output_file,
    )
    try:
        return judge_client.judge_soon(job, judge_client.tenant_of(user_id))
    except judge_client.JudgeUnavailable as away:
        raise errors.Unavailable("judge_unavailable", "The judge does not answer now, try again") from away


def _of_report(report: Report, program: Program, placed: PlacedProgram, main: str) -> CustomRun:
    compiled = report.compilation
    told = placed.said_of_own(compiled.output, main)
    if compiled.outcome is not Outcome.OK:
        where = annotations.of_compilation(program.language, told, program.source)
        return CustomRun(outcome=compiled.outcome, compiler_output=told, annotations=where)
    (run,) = report.runs
    failed = run.outcome is Outcome.RUNTIME_ERROR
    words = placed.said_of_own(run.stderr.decode("utf-8", "replace"), main)
    return CustomRun(
        outcome=run.outcome,
        output=run.stdout.decode("utf-8", "replace"),
        errors=words,
        truncated=run.truncated,
        exit_code=run.exit_code,
        time_ms=run.wall_ms if run.outcome is Outcome.WALL_TIME_LIMIT else run.cpu_ms,
        memory_kb=run.memory_kb,
        compiler_output=told,
        annotations=annotations.of_run(program.language, words, program.source) if failed else (),
    )

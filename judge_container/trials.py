"""Runs the tests of a compiled program: alone, or paired with an interactor."""

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.judge_protocol.contract import (
    INTERACTOR_WALL_MS,
    MAX_COLLECTED_BYTES,
    File,
    Job,
    Outcome,
    Run,
    TestInput,
)
from judge_container import box, building, outcomes, outputs, programs, transfers
from judge_container.building import Build
from judge_container.environment import Environment
from judge_container.runner import Ready
from judge_container.sandbox import Execution, LauncherError, Program

INTERACTOR_CPU_MS = 10_000
INTERACTOR_MEMORY_KB = 512 * 1024

_NOT_RUN = b"judge: not run, because processes of an earlier run are left"
_INPUT = "input"


def run_all(
    environment: Environment, build: Build, interactor: Build | None, job: Job, data: Sequence[bytes]
) -> Iterator[Run]:
    """One after the other, `data` being the tests' inputs; if the job stops on failure, the last is the first to fail.

    What goes wrong on our side is a Run, too: the tests before it keep theirs.
    """
    tests = zip(job.tests, data, strict=True)
    shared = job.files if job.files_at_run else ()
    runs = (
        _alone(environment, build, _with_files(tests, shared, job.input_file), job.output_file)
        if interactor is None
        else _in_pairs(environment, build, interactor, tests, shared)
    )
    with contextlib.closing(runs):
        for run in runs:
            yield run
            if job.stop_on_failure and run.outcome is not Outcome.OK:
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class _PreparedTest:
    test: TestInput
    ready: Ready


class _Line:
    """Tests in the order of the job, of which at most one has been made ready before its turn."""

    def __init__(self, tests: Iterator[_PreparedTest]) -> None:
        self._tests = tests
        self._next: _PreparedTest | None = None

    def prepare_next(self) -> None:
        self._next = next(self._tests, None)

    def take(self) -> _PreparedTest | None:
        if self._next is None:
            self.prepare_next()
        prepared, self._next = self._next, None
        return prepared

    def close(self) -> None:
        if self._next is not None:
            self._next.ready.close()


def _with_files(
    tests: Iterable[tuple[TestInput, bytes]], shared: Sequence[File], input_file: str | None
) -> Iterator[tuple[TestInput, bytes]]:
    """The tests with all that lies in a run's directory: of two files of one name the test's own."""
    for test, data in tests:
        files = {file.name: file for file in (*shared, *test.files)}
        if input_file is not None:
            files[input_file] = File(name=input_file, data=data)
        yield replace(test, files=tuple(files.values())), data


def _alone(
    environment: Environment, build: Build, tests: Iterable[tuple[TestInput, bytes]], output_file: str | None
) -> Generator[Run]:
    """While one runs, the next is made ready: for a small program that is a good part of what judging it costs."""
    with contextlib.closing(_Line(_make_ready(environment, build, test, data) for test, data in tests)) as line:
        while prepared := line.take():
            with contextlib.closing(prepared.ready):
                run = partial(_run_alone, environment, build, prepared, line, output_file)
                yield _guarded(environment, prepared.test, run)


def _in_pairs(
    environment: Environment,
    build: Build,
    interactor: Build,
    tests: Iterable[tuple[TestInput, bytes]],
    shared: tuple[File, ...],
) -> Generator[Run]:
    for test, data in tests:
        yield _guarded(environment, test, partial(_run_pair, environment, build, interactor, test, data, shared))


def _guarded(environment: Environment, test: TestInput, run: Callable[[], Run]) -> Run:
    if environment.dirty:
        return Run(id=test.id, outcome=Outcome.SYSTEM_ERROR, stderr=_NOT_RUN)
    try:
        return run()
    except LauncherError as error:
        return Run(id=test.id, outcome=Outcome.SYSTEM_ERROR, stderr=building.own_fault(error).encode())


def _make_ready(environment: Environment, build: Build, test: TestInput, data: bytes) -> _PreparedTest:
    program = programs.solution(build.spec, test, data, build=build.path, place=build.box)
    return _PreparedTest(test=test, ready=environment.make_ready(_with_arguments(program, test)))


def _run_alone(
    environment: Environment, build: Build, prepared: _PreparedTest, line: _Line, output_file: str | None
) -> Run:
    test, ready = prepared.test, prepared.ready
    with _prepared_box(build, test, test.files):
        execution = environment.run_ready(ready, line.prepare_next)
        run = _as_run(test, build, ready.program, _with_output_file(execution, build, test, output_file))
    return outputs.stored(run, test)


def _with_output_file(execution: Execution, build: Build, test: TestInput, name: str | None) -> Execution:
    """An output that lies in a file stands for that on stdout; a file without a byte is none."""
    if name is None or not execution.clean:
        return execution
    limit = test.output_limit_bytes
    written = transfers.collect(build.box, [name], build.identity.uid, at_most=limit + 1).get(name)
    if not written:
        return execution
    return replace(execution, stdout=written[:limit], truncated=execution.truncated or len(written) > limit)


def _run_pair(
    environment: Environment, build: Build, interactor: Build, test: TestInput, data: bytes, shared: tuple[File, ...]
) -> Run:
    """`shared` are the solution's own: all of the test's are the interactor's."""
    bare = replace(test, args=(), files=shared, collect=())
    files = (File(name=_INPUT, data=data), *(file for file in test.files if file.name != _INPUT))
    with (
        _prepared_box(build, bare, shared),
        _prepared_box(interactor, test, files),
    ):
        solution = _with_arguments(programs.solution(build.spec, bare, b"", build=build.path, place=build.box), bare)
        program = _interactor(interactor, test, solution.limits.wall_ms)
        pair = environment.run_pair(solution, program)
        first = pair.solution_first
        other = replace(_as_run(test, interactor, program, pair.interactor), ended_first=not first)
        return replace(_as_run(bare, build, solution, pair.solution), ended_first=first, interactor=other)


def _interactor(build: Build, test: TestInput, solutions_wall_ms: int) -> Program:
    """An interactor's limits are its own: no test of a pupil's speed shall measure the author's program."""
    generous = replace(test, time_limit_ms=INTERACTOR_CPU_MS, memory_limit_kb=INTERACTOR_MEMORY_KB)
    program = _with_arguments(programs.solution(build.spec, generous, b"", build=build.path, place=build.box), test)
    return replace(program, limits=replace(program.limits, wall_ms=solutions_wall_ms + INTERACTOR_WALL_MS))


def _with_arguments(program: Program, test: TestInput) -> Program:
    """A test's own files do not count as what the program wrote."""
    files_bytes = sum(box.size_of(len(file.data)) for file in test.files)
    limits = replace(program.limits, box_bytes=program.limits.box_bytes + files_bytes)
    return replace(program, command=(*program.command, *test.args), limits=limits)


@contextlib.contextmanager
def _prepared_box(build: Build, test: TestInput, files: tuple[File, ...]) -> Iterator[None]:
    """The same directory for each run, since its launcher knows it; empty but for the test's files."""
    try:
        transfers.put(build.box, files, build.identity.uid)
        transfers.make_directories(build.box, test.collect, build.identity.uid)
        yield
    finally:
        box.wipe(build.box)


def _as_run(test: TestInput, build: Build, program: Program, execution: Execution) -> Run:
    ending = execution.ending
    ended_by_itself = not execution.dismissed
    names = test.collect if execution.clean else ()
    return Run(
        id=test.id,
        outcome=outcomes.of_run(execution, program.limits, build.spec.memory_errors),
        exit_code=ending.exit_code if ended_by_itself and not ending.signal else None,
        signal=ending.signal or None if ended_by_itself else None,
        cpu_ms=ending.cpu_ms,
        wall_ms=ending.wall_ms,
        memory_kb=ending.peak_kb,
        stdout=execution.stdout,
        stderr=execution.stderr.replace(f"{build.path}/".encode(), b""),
        truncated=execution.truncated,
        collected=transfers.collect(
            program.box, names, build.identity.uid, at_most=min(MAX_COLLECTED_BYTES, test.output_limit_bytes)
        ),
    )

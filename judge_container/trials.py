"""One test of a compiled program: alone, or face to face with an interactor."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from chalicelib.judge.contract import INTERACTOR_WALL_MS, File, Outcome, Run, TestInput

from . import box, building, outcomes, programs, transfers
from .building import Build
from .environment import Environment
from .sandbox import Execution, LauncherError, Program

INTERACTOR_CPU_MS = 10_000
INTERACTOR_MEMORY_KB = 512 * 1024

_NOT_RUN = b"judge: not run, because processes of an earlier run are left"
_INPUT = "input"


def run(environment: Environment, build: Build, interactor: Build | None, test: TestInput, data: bytes) -> Run:
    """`data` is the test's input. What goes wrong on our side is a Run, too: the tests before it keep theirs."""
    if environment.dirty:
        return Run(id=test.id, outcome=Outcome.SYSTEM_ERROR, stderr=_NOT_RUN)
    try:
        if interactor is None:
            return _run_alone(environment, build, test, data)
        return _run_pair(environment, build, interactor, test, data)
    except LauncherError as error:
        return Run(id=test.id, outcome=Outcome.SYSTEM_ERROR, stderr=building.own_fault(error).encode())


def _run_alone(environment: Environment, build: Build, test: TestInput, data: bytes) -> Run:
    with _furnished_box(build, test, test.files):
        program = _with_arguments(programs.solution(build.spec, test, data, build=build.path, place=build.box), test)
        execution = environment.run(program)
        return _as_run(test, build, program, execution)


def _run_pair(environment: Environment, build: Build, interactor: Build, test: TestInput, data: bytes) -> Run:
    bare = replace(test, args=(), files=(), collect=())
    files = (File(name=_INPUT, data=data), *(file for file in test.files if file.name != _INPUT))
    with (
        _furnished_box(build, bare, ()),
        _furnished_box(interactor, test, files),
    ):
        solution = programs.solution(build.spec, bare, b"", build=build.path, place=build.box)
        program = _interactor(interactor, test, solution.limits.wall_ms)
        execution, counterpart = environment.run_pair(solution, program)
        solution_first = execution.ending.ended_us < counterpart.ending.ended_us
        other = replace(_as_run(test, interactor, program, counterpart), ended_first=not solution_first)
        return replace(_as_run(bare, build, solution, execution), ended_first=solution_first, interactor=other)


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
def _furnished_box(build: Build, test: TestInput, files: tuple[File, ...]) -> Iterator[None]:
    """The same directory for each run, since its launcher knows it; empty but for the test's files."""
    try:
        transfers.put(build.box, files, build.identity.uid)
        transfers.make_directories(build.box, test.collect, build.identity.uid)
        yield
    finally:
        box.wipe(build.box)


def _as_run(test: TestInput, build: Build, program: Program, execution: Execution) -> Run:
    ending = execution.ending
    names = test.collect if execution.clean else ()
    return Run(
        id=test.id,
        outcome=outcomes.of_run(execution, program.limits, build.spec.memory_errors),
        exit_code=None if ending.signal else ending.exit_code,
        signal=ending.signal or None,
        cpu_ms=ending.cpu_ms,
        wall_ms=ending.wall_ms,
        memory_kb=ending.peak_kb,
        stdout=execution.stdout,
        stderr=execution.stderr.replace(f"{build.path}/".encode(), b""),
        truncated=execution.truncated,
        collected=transfers.collect(program.box, names, build.identity.uid),
    )

"""A job from source to report: compile once, run each test in a fresh box, leave nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

from chalicelib.judge.contract import Compilation, ContractError, Job, Language, Outcome, Report, Run, TestInput

from . import box, events, inputs, languages, outcomes, probe, processes, programs, runner
from .languages import LanguageSpec
from .runner import Execution, LauncherError, Program, Sandbox
from .settings import Settings

_NOT_RUN = b"judge: not run, because processes of an earlier run are left"
_RAN_OUT_OF = {"cpu": "time", "wall": "time", "memory": "memory", "request": "disk space"}


class Judge:
    """What lives as long as the process. Once `dirty`, user code may have left something running: end this process."""

    def __init__(self, settings: Settings, sandbox: Sandbox, specs: dict[str, LanguageSpec]) -> None:
        self.dirty = False
        self._settings = settings
        self._sandbox = sandbox
        self._specs = specs
        self._versions: dict[str, str] = {}

    def judge(self, job: Job) -> Report:
        """Raises ContractError for a bad job, InputUnavailableError when a test's input cannot be fetched."""
        spec = self._specs.get(job.language)
        if spec is None or not languages.is_available(spec):
            raise ContractError("unknown_language", f"No such language here: {job.language!r}")
        data = [inputs.read(test, local=self._settings.local_inputs) for test in job.tests]
        toolchain = self._version(spec)
        with box.job_directory(self._settings.scratch, self._uid) as directory:
            compilation, runs = self._judge_in(directory, job, spec, data)
        return Report(
            job_id=job.job_id,
            compilation=compilation,
            runs=runs,
            toolchain=toolchain,
            isolation=self.isolation(),
            clean=not self.dirty,
        )

    def describe(self) -> tuple[Language, ...]:
        return tuple(
            Language(
                id=spec.id,
                name=spec.name,
                version=self._version(spec),
                available=languages.is_available(spec),
                source_file=spec.source_file,
            )
            for spec in self._specs.values()
        )

    def isolation(self) -> dict[str, bool]:
        return {layer: layer in self._sandbox.required for layer in runner.LAYERS}

    @property
    def _uid(self) -> int | None:
        return self._sandbox.identity.uid

    def _judge_in(
        self, directory: Path, job: Job, spec: LanguageSpec, data: list[bytes]
    ) -> tuple[Compilation, tuple[Run, ...]]:
        build = box.create(directory, "build", self._uid)
        compilation = self._compile(spec, job.source, build)
        if compilation.outcome is not Outcome.OK:
            return compilation, ()
        box.seal(build, self._uid)
        return compilation, tuple(self._runs(job, spec, data, build))

    def _compile(self, spec: LanguageSpec, source: str, build: Path) -> Compilation:
        path = build / spec.source_file
        path.write_bytes(source.encode("utf-8", "surrogatepass"))
        path.chmod(0o644)
        try:
            execution = self._run(programs.compiler(spec, build))
        except LauncherError as error:
            return Compilation(outcome=Outcome.SYSTEM_ERROR, output=_own_fault(error))
        return Compilation(
            outcome=outcomes.of_compilation(execution),
            output=_compiler_said(execution, build),
            wall_ms=execution.ending.wall_ms,
        )

    def _runs(self, job: Job, spec: LanguageSpec, data: list[bytes], build: Path) -> Iterator[Run]:
        for test, stdin in zip(job.tests, data, strict=True):
            run = self._run_test(spec, test, stdin, build)
            yield run
            if job.stop_on_failure and run.outcome is not Outcome.OK:
                return

    def _run_test(self, spec: LanguageSpec, test: TestInput, stdin: bytes, build: Path) -> Run:
        if self.dirty:
            return Run(id=test.id, outcome=Outcome.SYSTEM_ERROR, stderr=_NOT_RUN)
        try:
            with box.fresh(build.parent, "run", self._uid) as place:
                program = programs.solution(spec, test, stdin, build=build, place=place)
                execution = self._run(program)
        except LauncherError as error:
            return Run(id=test.id, outcome=Outcome.SYSTEM_ERROR, stderr=_own_fault(error).encode())
        ending = execution.ending
        return Run(
            id=test.id,
            outcome=outcomes.of_run(execution, program.limits, spec.memory_errors),
            exit_code=None if ending.signal else ending.exit_code,
            signal=ending.signal or None,
            cpu_ms=ending.cpu_ms,
            wall_ms=ending.wall_ms,
            memory_kb=ending.peak_kb,
            stdout=execution.stdout,
            stderr=execution.stderr.replace(f"{build}/".encode(), b""),
            truncated=execution.truncated,
        )

    def _run(self, program: Program) -> Execution:
        execution = runner.run(self._sandbox, program)
        if not execution.clean:
            self.dirty = True
            events.emit("processes left", survivors=len(processes.descendants()))
        self._wipe_elsewhere(program.box.parent)
        return execution

    def _wipe_elsewhere(self, keep: Path) -> None:
        """Without Landlock a program can write to /tmp and the like: delete what is certainly a program's."""
        if "landlock" in self._sandbox.required:
            return
        if self._uid is not None:
            box.wipe_shared_places(self._uid, keep)
        elif self._settings.owns_machine:
            box.wipe_shared_places(os.geteuid(), keep)

    def _version(self, spec: LanguageSpec) -> str:
        """The first line of what the toolchain says about itself; asked once."""
        if spec.id not in self._versions:
            self._versions[spec.id] = self._ask_version(spec) if languages.is_available(spec) else ""
        return self._versions[spec.id]

    def _ask_version(self, spec: LanguageSpec) -> str:
        with (
            box.job_directory(self._settings.scratch, self._uid) as directory,
            box.fresh(directory, "version", self._uid) as place,
        ):
            execution = self._run(programs.version(spec, place))
        return execution.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def prepare(settings: Settings) -> Judge:
    """Guard this process, find out which layers hold here, and read the languages."""
    processes.guard()
    box.clear_abandoned(settings.scratch)
    return Judge(settings, probe.sandbox(settings), languages.load())


def _compiler_said(execution: Execution, build: Path) -> str:
    words = execution.stdout.decode("utf-8", "replace").replace(f"{build}/", "").rstrip()
    missing = _RAN_OUT_OF.get(execution.ending.stopped)
    return f"{words}\nThe compiler ran out of {missing}.".lstrip() if missing else words


def _own_fault(error: LauncherError) -> str:
    events.emit("launcher failed", error=str(error))
    return f"judge: {error}"

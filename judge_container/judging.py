"""Judges a job, from source to report: compiles once, runs each test in a fresh box, and leaves nothing behind."""

from pathlib import Path

from chalicelib.judge_protocol.contract import Compilation, Job, Language, Outcome, Report, Run, Source
from judge_container import box, building, inputs, languages, probe, processes, programs, trials
from judge_container.building import Build
from judge_container.environment import Environment
from judge_container.identity import Identity
from judge_container.languages import LanguageSpec
from judge_container.settings import Settings


class Judge:
    def __init__(self, environment: Environment, specs: dict[str, LanguageSpec]) -> None:
        self._environment = environment
        self._specs = specs
        self._versions: dict[str, str] = {}

    @property
    def dirty(self) -> bool:
        return self._environment.dirty

    def judge(self, job: Job) -> Report:
        """Raises ContractError for a bad job, InputUnavailableError when a test's input cannot be fetched."""
        spec = building.spec_of(_program(job), self._specs)
        if job.interactor is not None:
            building.spec_of(job.interactor, self._specs)
        data = [inputs.read(test, local=self._environment.settings.local_inputs) for test in job.tests]
        toolchain = self._version(spec)
        with self._environment.job_directory() as directory:
            compilation, interactors, runs = self._judge_in(directory, job, data)
        return Report(
            job_id=job.job_id,
            compilation=compilation,
            interactor_compilation=interactors,
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
                time_factor=spec.time_factor,
            )
            for spec in self._specs.values()
        )

    def isolation(self) -> dict[str, bool]:
        return self._environment.isolation()

    @property
    def _uid(self) -> int | None:
        return self._environment.identity.uid

    def _judge_in(
        self, directory: Path, job: Job, data: list[bytes]
    ) -> tuple[Compilation, Compilation | None, tuple[Run, ...]]:
        identity = self._environment.identity
        compilation, build = self._compile(directory, "build", _program(job), identity)
        interactors, partner = None, None
        if compilation.outcome is Outcome.OK and job.interactor is not None:
            interactors, partner = self._compile(directory, "interactor", job.interactor, identity.partner())
        ready = all(each is None or each.outcome is Outcome.OK for each in (compilation, interactors))
        runs = trials.run_all(self._environment, build, partner, job, data) if ready else ()
        return compilation, interactors, tuple(runs)

    def _compile(self, directory: Path, name: str, source: Source, identity: Identity) -> tuple[Compilation, Build]:
        build = Build(
            spec=building.spec_of(source, self._specs),
            path=box.create(directory, name, self._uid),
            box=box.create(directory, f"{name}-run", identity.uid),
            identity=identity,
        )
        return building.compile_source(self._environment, source, build), build

    def _version(self, spec: LanguageSpec) -> str:
        """The first line of what the toolchain says about itself; asked once."""
        if spec.id not in self._versions:
            self._versions[spec.id] = self._ask_version(spec) if languages.is_available(spec) else ""
        return self._versions[spec.id]

    def _ask_version(self, spec: LanguageSpec) -> str:
        with (
            self._environment.job_directory() as directory,
            box.fresh(directory, "version", self._uid) as place,
        ):
            execution = self._environment.run(programs.version(spec, place))
        return execution.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def prepare(settings: Settings) -> Judge:
    """Guard this process, find out which layers hold here, and read the languages."""
    processes.guard()
    box.clear_abandoned(settings.scratch)
    return Judge(Environment(settings, probe.sandbox(settings)), languages.load())


def _program(job: Job) -> Source:
    return Source(language=job.language, source=job.source, files=job.files)

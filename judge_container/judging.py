"""Judges a job, from source to report: compiles once, runs each test in a fresh box, and leaves only builds behind."""

import contextlib
from dataclasses import replace
from pathlib import Path

from chalicelib.judge_protocol.contract import Compilation, Job, Language, Outcome, Report, Run, Source
from judge_container import box, building, inputs, languages, probe, processes, programs, trials
from judge_container.building import Build
from judge_container.environment import Environment
from judge_container.identity import Identity
from judge_container.kept_builds import KeptBuilds
from judge_container.languages import LanguageSpec
from judge_container.settings import Settings


class Judge:
    def __init__(self, environment: Environment, specs: dict[str, LanguageSpec]) -> None:
        self._environment = environment
        self._specs = specs
        self._versions: dict[str, str] = {}
        self._builds = KeptBuilds(environment)

    @property
    def dirty(self) -> bool:
        return self._environment.dirty

    def judge(self, job: Job) -> Report:
        """Raises ContractError for a bad job, UnavailableError when an input cannot be fetched or an output stored."""
        spec = building.spec_of(_program(job), self._specs)
        if job.interactor is not None:
            building.spec_of(job.interactor, self._specs)
        local = self._environment.settings.local_inputs
        data = [inputs.read(test, local=local) for test in job.tests]
        job = replace(job, tests=tuple(inputs.with_files(test, local=local) for test in job.tests))
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

    def close(self) -> None:
        """Leave nothing behind."""
        self._builds.close()

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
        with self._compiled(directory, "build", _program(job), identity) as (compilation, build):
            if compilation.outcome is not Outcome.OK:
                return compilation, None, ()
            if job.interactor is None:
                return compilation, None, tuple(trials.run_all(self._environment, build, None, job, data))
            with self._compiled(directory, "interactor", job.interactor, identity.partner()) as (interactors, partner):
                ready = interactors.outcome is Outcome.OK
                runs = trials.run_all(self._environment, build, partner, job, data) if ready else ()
                return compilation, interactors, tuple(runs)

    def _compiled(
        self, directory: Path, name: str, source: Source, identity: Identity
    ) -> contextlib.AbstractContextManager[tuple[Compilation, Build]]:
        spec = building.spec_of(source, self._specs)
        return self._builds.compiled(source, spec, directory=directory, name=name, identity=identity)

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

"""Makes the tests that a package only describes: its generators and its solution run in the judge, job by job.

What does not fit the time of one run is made in the next (`pages.py`). What is large the judge puts into S3 itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.common.texts import Text
from chalicelib.judge import languages
from chalicelib.judge.grading import batches, validators
from chalicelib.judge.grading.checkers import SecondRun
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.packages.archive import Fault, Refused
from chalicelib.judge.packages.pages import PageTime
from chalicelib.judge.packages.recipes import Command, Kept, Made, Recipe
from chalicelib.judge.packages.upload import Shelf
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import (
    MAX_COLLECTED_BYTES,
    MAX_INPUT_BYTES,
    Compilation,
    Job,
    Outcome,
    Report,
    Run,
    Source,
    TestInput,
)

TIME_MS = 15_000
"""Of CPU for one input or answer: the authors' machines were faster."""
MEMORY_KB = 512 * 1024
MAX_BYTES = MAX_INPUT_BYTES
"""Of one input or answer: no larger input can be judged."""
MAX_MADE_BYTES = 256 * 1024 * 1024
"""Of all of them together, which the import holds in the end."""
MAX_INTERACTIVE_BYTES = MAX_COLLECTED_BYTES
"""Of what an interactor writes as an answer."""
USUAL_MS = 1000
_GIVEN, _WRITTEN = "input", "output"
"""Files of an interactor: what it reads, and what it writes for the checker."""
_INTERACTOR = "interactor"

_Making = Callable[[], TestInput]
"""Makes a test when it is its turn: its addresses hold for a few minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where tests are made: `tenant` is their author, `shelf` the place of what is large."""

    name: str
    tenant: str
    time: PageTime
    shelf: Shelf
    files: tuple[str, str]

    def make(self, recipe: Recipe, made: Made) -> list[TestCase]:
        """All tests. OutOfTime when there is more to do, Refused for what cannot be made."""
        commands = [each.input for each in recipe.tests if isinstance(each.input, Command)]
        for name, file in dict.fromkeys((each.generator, each.file) for each in commands):
            tests = dict(self._inputs_of(name, file, recipe))
            generator = recipe.generators[name]
            self._run(_Work(name, generator, tests, made.inputs, "in", files=("", file), leaves=file), made)
        given = {number: each.input for number, each in enumerate(recipe.tests, 1) if isinstance(each.input, bytes)}
        inputs = {**given, **made.inputs}
        if recipe.solution is not None:
            self._make_answers(recipe, recipe.solution, inputs, made)
        return [
            TestCase(
                self._data(f"{number}.in", inputs[number]),
                self._data(f"{number}.out", made.answers[number] if each.answer is None else each.answer),
            )
            for number, each in enumerate(recipe.tests, 1)
        ]

    def _make_answers(self, recipe: Recipe, solution: Source, inputs: Mapping[int, bytes | Kept], made: Made) -> None:
        interactor, second = recipe.interactor, recipe.second_run
        found = made.answers if second is SecondRun.NONE else made.firsts
        tests = dict(self._questions(recipe, inputs, is_interactive=interactor is not None))
        self._run(_Work("solution", solution, tests, found, files=self.files, interactor=interactor), made)
        if second is not SecondRun.NONE:
            interactor = interactor if second is SecondRun.INTERACTIVE else None
            tests = dict(self._questions(recipe, made.firsts, is_interactive=interactor is not None))
            self._run(_Work("solution-again", solution, tests, made.answers, interactor=interactor), made)

    def _data(self, file: str, made: bytes | Kept) -> bytes:
        if isinstance(made, bytes):
            return made
        data = self.shelf.read(made.name, at_most=MAX_BYTES)
        if data is None or len(data) != made.size:
            english = "What was made of test {name} is not there as it was reported: send the package again"
            raise Refused([Fault("", Text("made_test_differs", english, {"name": file}))])
        return data

    def _inputs_of(self, generator: str, file: str, recipe: Recipe) -> Iterator[tuple[int, "_Making"]]:
        for number, each in enumerate(recipe.tests, 1):
            if isinstance(each.input, Command) and (each.input.generator, each.input.file) == (generator, file):
                test = replace(_test(number, each.input.arguments), input=b"", collect=(file,) if file else ())
                yield number, partial(self._with_place, test, f"{number}.in")

    def _questions(
        self, recipe: Recipe, inputs: Mapping[int, bytes | Kept], *, is_interactive: bool
    ) -> Iterator[tuple[int, "_Making"]]:
        for number, each in enumerate(recipe.tests, 1):
            if each.answer is None:
                yield number, partial(self._question, number, inputs[number], is_interactive)

    def _question(self, number: int, given: bytes | Kept, is_interactive: bool) -> TestInput:  # noqa: FBT001
        arguments = (_GIVEN, _WRITTEN) if is_interactive else ()
        test = replace(_test(number, arguments), collect=(_WRITTEN,) if is_interactive else ())
        if isinstance(given, bytes):
            return self._with_place(replace(test, input=given), f"{number}.out")
        return self._with_place(replace(test, input_url=self.shelf.address(given.name)), f"{number}.out")

    def _with_place(self, test: TestInput, file: str) -> TestInput:
        return replace(test, output_url=self.shelf.address_to_put(self.shelf.name(file)))

    def _run(self, work: "_Work", made: Made) -> None:
        _require(work.name, work.program)

        def job(batch: tuple[TestInput, ...]) -> Job:
            made.careful = made.careful or runner.is_recovering
            self.time.begin_job()
            return work.job(f"{self.name}-{work.name}-{batch[0].id}", batch)

        budget = batches.JobBudget(usual_wall_ms=USUAL_MS, interactive=work.interactor is not None)
        runner = JobRunner(work.pending, job, budget, tenant=self.tenant, careful=made.careful)
        for report in runner.reports():
            if (reason := work.compiler_said(report)) is not None:
                raise Refused([Fault("", reason)])
            work.found.update({int(run.id): work.made_by(run, self.shelf) for run in report.runs})
            _check_size(made)


@dataclass(frozen=True, slots=True)
class _Work:
    """What one program has to make, and what it has made. It `leaves` that in a file, unless it prints it."""

    name: str
    program: Source
    wanted: Mapping[int, "_Making"]
    found: dict[int, bytes | Kept]
    ending: str = "out"
    files: tuple[str, str] = ("", "")
    interactor: Source | None = None
    leaves: str = ""

    def pending(self) -> Iterator[TestInput]:
        return (make() for number, make in self.wanted.items() if number not in self.found)

    def compiler_said(self, report: Report) -> Text | None:
        """Why there can be no tests, if a program does not compile."""
        if report.compilation.outcome is not Outcome.OK:
            return _not_compiled(self.name, report.compilation)
        talked = report.interactor_compilation
        if talked is not None and talked.outcome is not Outcome.OK:
            return _not_compiled(_INTERACTOR, talked)
        return None

    def made_by(self, run: Run, shelf: Shelf) -> bytes | Kept:
        printed = _printed(self.name, run)
        if self.leaves and self.leaves not in run.collected:
            english = "'{program}' leaves no file '{file}', which is to be test {test}"
            params = {"program": self.name, "file": self.leaves, "test": int(run.id)}
            raise Refused([Fault("", Text("maker_left_no_file", english, params))])
        if self.interactor is None:
            return Kept(run.stored_bytes, shelf.name(f"{run.id}.{self.ending}")) if run.stored_bytes else printed
        talked = run.interactor
        if talked is None or talked.outcome is not Outcome.OK:
            raise Refused([Fault("", _failed(_INTERACTOR, run.id, talked or run))])
        written = talked.collected.get(_WRITTEN, b"")
        if len(written) >= MAX_INTERACTIVE_BYTES:
            raise Refused([Fault("", _too_large(_INTERACTOR, int(run.id), MAX_INTERACTIVE_BYTES))])
        return written

    def job(self, job_id: str, batch: tuple[TestInput, ...]) -> Job:
        input_file, output_file = self.files
        return Job(
            job_id=job_id,
            language=self.program.language,
            source=self.program.source,
            files=self.program.files,
            tests=batch,
            input_file=input_file or None,
            output_file=output_file or None,
            interactor=self.interactor,
        )


def _test(number: int, arguments: tuple[str, ...]) -> TestInput:
    return TestInput(
        id=str(number),
        args=arguments,
        time_limit_ms=TIME_MS,
        memory_limit_kb=MEMORY_KB,
        output_limit_bytes=MAX_BYTES,
    )


def _check_size(made: Made) -> None:
    if made.size > MAX_MADE_BYTES:
        english = "Its tests are larger than {limit} bytes"
        raise Refused([Fault("", Text("made_too_large", english, {"limit": MAX_MADE_BYTES}))])


def _require(name: str, program: Source) -> None:
    language = languages.find(program.language)
    if language is None or not language.available:
        english = "'{program}' makes tests and is written in '{language}', which is not available"
        params = {"program": name, "language": program.language}
        raise Refused([Fault("", Text("maker_language_unavailable", english, params))])


def _not_compiled(name: str, compilation: Compilation) -> Text:
    english = "'{program}' makes tests and does not compile: {said}"
    said = compilation.output.strip()[: validators.MAX_MESSAGE]
    return Text("maker_not_compiled", english, {"program": name, "said": said})


def _printed(name: str, run: Run) -> bytes:
    if run.outcome is Outcome.OUTPUT_LIMIT:
        raise Refused([Fault("", _too_large(name, int(run.id), MAX_BYTES))])
    if run.outcome is not Outcome.OK:
        raise Refused([Fault("", _failed(name, run.id, run))])
    return run.stdout


def _failed(name: str, test_id: str, run: Run) -> Text:
    english = "'{program}', which makes test {test}, {ended}"
    return Text("maker_failed", english, {"program": name, "test": int(test_id), "ended": validators.failure(run)})


def _too_large(name: str, number: int, limit: int) -> Text:
    english = "Test {test} is larger than '{program}' can make here ({limit} bytes): take the full package"
    return Text("made_test_too_large", english, {"test": number, "program": name, "limit": limit})

"""Makes the tests that a package only describes: its generators and its solution run in the judge, job by job.

What was made goes on in pages: a page lies beside the package, and its arrival is the next message.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from chalicelib.common import clock
from chalicelib.common.texts import Text
from chalicelib.judge import languages
from chalicelib.judge.grading import batches, validators
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.packages.archive import MAX_TOTAL_BYTES, Fault, Refused
from chalicelib.judge.packages.recipes import Checked, Command, Made, Recipe
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import Compilation, Job, Outcome, Run, Source, TestInput

TIME_MS = 15_000
"""Of CPU for one input or answer: the authors' machines were faster."""
MEMORY_KB = 512 * 1024
MAX_BYTES = 4 * 1024 * 1024
"""Of one input or answer: it comes with the judge's answer, of which Lambda takes 6 MB."""
USUAL_MS = 1000
_CHECKED = "checked.json"


class OutOfTime(Exception):
    """What has been made is kept; the rest is for the next page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where tests are made: `tenant` is their author, `until` a time of the monotonic clock."""

    name: str
    tenant: str
    until: float
    files: tuple[str, str]

    def make(self, recipe: Recipe, made: Made) -> list[TestCase]:
        """All tests. OutOfTime when there is more to do, Refused for what cannot be made."""
        for name, generator in recipe.generators.items():
            wanted = dict(_inputs_of(name, recipe))
            self._run(_Work(name, generator, wanted, made.inputs), made)
        given = {number: each.input for number, each in enumerate(recipe.tests, 1) if isinstance(each.input, bytes)}
        inputs = {**given, **made.inputs}
        if recipe.solution is not None:
            wanted = dict(_questions(recipe, inputs))
            self._run(_Work("solution", recipe.solution, wanted, made.answers, files=self.files), made)
        return [
            TestCase(inputs[number], made.answers[number] if each.answer is None else each.answer)
            for number, each in enumerate(recipe.tests, 1)
        ]

    def _run(self, work: "_Work", made: Made) -> None:
        _require(work.name, work.program)

        def job(batch: tuple[TestInput, ...]) -> Job:
            return work.job(f"{self.name}-{work.name}-{batch[0].id}", batch)

        budget = batches.JobBudget(usual_wall_ms=USUAL_MS)
        for report in JobRunner(work.pending, job, budget, tenant=self.tenant).reports():
            if report.compilation.outcome is not Outcome.OK:
                raise Refused([Fault("", _not_compiled(work.name, report.compilation))])
            work.found.update({int(run.id): _printed(work.name, run) for run in report.runs})
            if made.size > MAX_TOTAL_BYTES:
                english = "Its tests are larger than {limit} bytes"
                raise Refused([Fault("", Text("made_too_large", english, {"limit": MAX_TOTAL_BYTES}))])
            if clock.monotonic() > self.until:
                raise OutOfTime


@dataclass(frozen=True, slots=True)
class _Work:
    """What one program has to make, and what it has made."""

    name: str
    program: Source
    wanted: Mapping[int, TestInput]
    found: dict[int, bytes]
    files: tuple[str, str] = ("", "")

    def pending(self) -> Iterator[TestInput]:
        return (test for number, test in self.wanted.items() if number not in self.found)

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
        )


def _inputs_of(generator: str, recipe: Recipe) -> Iterator[tuple[int, TestInput]]:
    for number, each in enumerate(recipe.tests, 1):
        if isinstance(each.input, Command) and each.input.generator == generator:
            yield number, _test(number, b"", each.input.arguments)


def _questions(recipe: Recipe, inputs: Mapping[int, bytes]) -> Iterator[tuple[int, TestInput]]:
    for number, each in enumerate(recipe.tests, 1):
        if each.answer is None:
            if len(inputs[number]) > MAX_BYTES:
                raise Refused([Fault("", _too_large("solution", number))])
            yield number, _test(number, inputs[number], ())


def _test(number: int, given: bytes, arguments: tuple[str, ...]) -> TestInput:
    return TestInput(
        id=str(number),
        input=given,
        args=arguments,
        time_limit_ms=TIME_MS,
        memory_limit_kb=MEMORY_KB,
        output_limit_bytes=MAX_BYTES,
    )


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
        raise Refused([Fault("", _too_large(name, int(run.id)))])
    if run.outcome is not Outcome.OK:
        english = "'{program}', which makes test {test}, {ended}"
        params = {"program": name, "test": int(run.id), "ended": validators.failure(run)}
        raise Refused([Fault("", Text("maker_failed", english, params))])
    return run.stdout


def _too_large(name: str, number: int) -> Text:
    english = "Test {test} is larger than '{program}' can make here ({limit} bytes): take the full package"
    return Text("made_test_too_large", english, {"test": number, "program": name, "limit": MAX_BYTES})


def pack(made: Made) -> bytes:
    """A page, as it lies beside the package."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, files in (("in", made.inputs), ("out", made.answers)):
            for number, data in files.items():
                archive.writestr(f"{number}.{ending}", data)
        archive.writestr(_CHECKED, json.dumps(asdict(made.checked)))
    return packed.getvalue()


def unpack(page: bytes) -> Made:
    """What `pack` wrote: our own, and so not looked through."""
    with zipfile.ZipFile(io.BytesIO(page)) as archive:
        made = Made(checked=Checked(**json.loads(archive.read(_CHECKED))))
        for name in archive.namelist():
            if name == _CHECKED:
                continue
            number, _, ending = name.partition(".")
            (made.inputs if ending == "in" else made.answers)[int(number)] = archive.read(name)
    return made

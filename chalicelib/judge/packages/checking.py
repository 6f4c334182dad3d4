"""Has the tests of a package read by its validators, in the judge: a package with a bad test is not taken.

A validator that cannot be run (it does not compile, or runs out of time) proves nothing: that is a warning.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.common.texts import Text
from chalicelib.judge import languages
from chalicelib.judge.grading import batches, validators
from chalicelib.judge.grading.job_runner import JobRunner
from chalicelib.judge.packages.archive import MAX_FAULTS, Fault, Refused
from chalicelib.judge.packages.format import Package, Validator
from chalicelib.judge.packages.making import MEMORY_KB, TIME_MS, USUAL_MS
from chalicelib.judge.packages.pages import OutOfTime, PageTime
from chalicelib.judge.packages.recipes import Checked
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import Compilation, File, Job, Outcome, Report, Run, TestInput

OUTPUT_BYTES = 64 * 1024
_INPUT = "input"
_STOPPED = frozenset(
    {Outcome.TIME_LIMIT, Outcome.WALL_TIME_LIMIT, Outcome.MEMORY_LIMIT, Outcome.OUTPUT_LIMIT, Outcome.SYSTEM_ERROR}
)
"""How a run ends that says nothing of its test."""

UNREFUSED = Text("invalid_input_unrefused", "It is meant to be invalid, and no validator refuses it")


@dataclass(frozen=True, slots=True)
class _Question:
    """A test of one validator: the file by which people know it, and what makes the test when it is its turn."""

    file: str
    make: Callable[[], TestInput]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Where tests are read: `tenant` is their author."""

    name: str
    tenant: str
    time: PageTime

    def check(self, package: Package, checked: Checked) -> list[Fault]:
        """Warnings of what could not be checked. OutOfTime when there is more to do, Refused for bad tests.

        `checked` is what was read before, and grows.
        """
        for position, validator in enumerate(package.validators, 1):
            if (reason := _not_available(validator)) is not None and not _is_left_out(validator, checked):
                _warn(checked, validator.name, reason)
            if not _is_left_out(validator, checked):
                self._read_all(f"{self.name}-validator-{position}", validator, package, checked)
        warned = [Fault(str(file), Text.from_json(reason)) for file, reason in checked.warnings]
        if any(_is_left_out(validator, checked) for validator in package.validators):
            return warned
        return [*warned, *(Fault(file, UNREFUSED) for file in package.invalid_inputs if file not in checked.refused)]

    def _read_all(self, name: str, validator: Validator, package: Package, checked: Checked) -> None:
        questions = list(_questions(validator, package))
        bad: list[Fault] = []
        try:
            for report in self._reports(name, validator, questions, checked):
                if (reason := _why_not(report, questions)) is not None:
                    _warn(checked, validator.name, reason)
                    break
                for run in report.runs:
                    bad += _judged(validator, questions[int(run.id) - 1].file, run, package, checked)
                    checked.read[validator.name] = int(run.id)
                if len(bad) >= MAX_FAULTS:
                    break
        except OutOfTime:
            if not bad:
                raise
        if bad:
            raise Refused(bad[:MAX_FAULTS])

    def _reports(
        self, name: str, validator: Validator, questions: Sequence[_Question], checked: Checked
    ) -> Iterator[Report]:
        def pending() -> Iterator[TestInput]:
            return (each.make() for each in questions[checked.read.get(validator.name, 0) :])

        def job(batch: tuple[TestInput, ...]) -> Job:
            self.time.begin_job()
            program = validator.program
            return Job(
                job_id=f"{name}-{batch[0].id}",
                language=program.language,
                source=program.source,
                files=program.files,
                tests=batch,
            )

        budget = batches.JobBudget(usual_wall_ms=USUAL_MS)
        return JobRunner(pending, job, budget, tenant=self.tenant, paced=True).reports()


def _questions(validator: Validator, package: Package) -> Iterator[_Question]:
    places = [place for place, file in enumerate(package.files) if place not in package.static]
    for number, place in enumerate(places, 1):
        file = package.files[place]
        yield _Question(file, partial(_of_test, validator, file, package.tests, place, number))
    if not validator.reads_answers:
        found: dict[str, Callable[[], bytes]] = {
            **{file: partial(package.invalid_inputs.__getitem__, file) for file in package.invalid_inputs},
            **{each.input_file: partial(each.read, each.input_file) for each in package.outputs},
        }
        others = [(file, read) for file, read in found.items() if file not in package.files]
        for number, (file, read) in enumerate(others, len(places) + 1):
            yield _Question(file, partial(_of_input, validator, file, read, number))


def _of_input(validator: Validator, file: str, read: Callable[[], bytes], number: int) -> TestInput:
    return _input(number, read(), validator.arguments.get(file, ()))


def _of_test(validator: Validator, file: str, tests: Sequence[TestCase], place: int, number: int) -> TestInput:
    test, arguments = tests[place], validator.arguments.get(file, ())
    given = test.input or b""
    if validator.reads_answers:
        made = _input(number, test.answer, (_INPUT, *arguments))
        return replace(made, files=(File(name=_INPUT, data=given),))
    return replace(_input(number, given, (*arguments, *test.args)), files=test.files)


def _input(number: int, data: bytes, arguments: tuple[str, ...]) -> TestInput:
    return TestInput(
        id=str(number),
        input=data,
        args=arguments,
        time_limit_ms=TIME_MS,
        memory_limit_kb=MEMORY_KB,
        output_limit_bytes=OUTPUT_BYTES,
    )


def _judged(validator: Validator, file: str, run: Run, package: Package, checked: Checked) -> Iterator[Fault]:
    """What a validator found wrong with a test. An invalid input is meant to be refused."""
    if run.exit_code == validator.accepts:
        return
    if file in package.invalid_inputs:
        checked.refused.append(file)
    else:
        yield Fault(file, _refusal(validator, run))


def _is_left_out(validator: Validator, checked: Checked) -> bool:
    """One that could not be run, or that ran out of time, is not tried on further tests."""
    return validator.name in (file for file, _ in checked.warnings)


def _why_not(report: Report, questions: Sequence[_Question]) -> Text | None:
    """Why a validator cannot be run, or be run any further."""
    if report.compilation.outcome is not Outcome.OK:
        return _not_compiled(report.compilation)
    run = next((run for run in report.runs if run.outcome in _STOPPED), None)
    return _stopped(questions[int(run.id) - 1].file, run) if run is not None else None


def _stopped(file: str, run: Run) -> Text:
    english = "It did not read {file}, and {ended}: it is not run any further"
    return Text("validator_stopped", english, {"file": file, "ended": validators.failure(run)})


def _refusal(validator: Validator, run: Run) -> Text:
    said = validators.said(run)
    if not said:
        return Text("validator_refuses", "The validator {validator} refuses it", {"validator": validator.name})
    english = "The validator {validator} refuses it: {said}"
    return Text("validator_refuses_saying", english, {"validator": validator.name, "said": said})


def _not_available(validator: Validator) -> Text | None:
    name = validator.program.language
    language = languages.find(name)
    if language is not None and language.available:
        return None
    return Text("validator_language_unavailable", "It is not run: {language} is not available", {"language": name})


def _not_compiled(compilation: Compilation) -> Text:
    said = compilation.output.strip()[: validators.MAX_MESSAGE]
    return Text("validator_not_compiled", "It is not run, since it does not compile: {said}", {"said": said})


def _warn(checked: Checked, file: str, reason: Text) -> None:
    checked.warnings.append([file, reason.to_json()])

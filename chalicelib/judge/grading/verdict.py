"""Decides verdicts from the judge's reports and the graders' results. Pure.

Outcomes that decide by themselves (a limit, a crash) come from the judge; only the output of a clean exit is compared
with the answer. A program that exits with an error is a runtime error even when its output is right; what it wrote to
stderr never decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from signal import Signals

from chalicelib.common.texts import EMPTY, Text, untranslated
from chalicelib.judge.grading.group_graders import CODES, Result
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.samples import SampleRun
from chalicelib.judge.grading.scoring import PRECISION, Scoring
from chalicelib.judge.grading.validators import CheckResult, last_words
from chalicelib.judge_protocol.contract import Compilation, Outcome, Run, Verdict

VISIBLE_TESTS = 2
"""PyTry shows the first two tests as examples; of the others nothing but verdict, time and memory is told.
A problem may show more or fewer."""

_WORTH = {
    Outcome.COMPILE_ERROR: Verdict.COMPILE_ERROR,
    Outcome.RUNTIME_ERROR: Verdict.RUNTIME_ERROR,
    Outcome.TIME_LIMIT: Verdict.TIME_LIMIT,
    Outcome.WALL_TIME_LIMIT: Verdict.WALL_TIME_LIMIT,
    Outcome.MEMORY_LIMIT: Verdict.MEMORY_LIMIT,
    Outcome.OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT,
    Outcome.SYSTEM_ERROR: Verdict.SYSTEM_ERROR,
}

TEXTS = {
    Verdict.OK: untranslated("OK"),
    Verdict.WRONG_ANSWER: Text("verdict_wrong_answer", "Wrong answer"),
    Verdict.COMPILE_ERROR: Text("verdict_compile_error", "Compilation error"),
    Verdict.RUNTIME_ERROR: Text("verdict_runtime_error", "Runtime error"),
    Verdict.TIME_LIMIT: Text("verdict_time_limit", "Time limit exceeded"),
    Verdict.WALL_TIME_LIMIT: Text("verdict_wall_time_limit", "Wall time limit exceeded"),
    Verdict.MEMORY_LIMIT: Text("verdict_memory_limit", "Memory limit exceeded"),
    Verdict.OUTPUT_LIMIT: Text("verdict_output_limit", "Output limit exceeded"),
    Verdict.SYSTEM_ERROR: Text("verdict_system_error", "System error"),
    Verdict.PARTIAL: Text("verdict_partial", "Partially correct"),
    Verdict.CANCELLED: Text("verdict_cancelled", "Cancelled"),
    Verdict.PENDING: Text("verdict_pending", "Checking"),
}
"""What people read. PyTry's client compares "OK"."""

_NO_FAILURE = (Verdict.OK, Verdict.PARTIAL, Verdict.SKIPPED, Verdict.HIDDEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A submission's verdict. `time_ms` and `memory_kb` are the maximum over its tests.

    `notice` is for the problem's author: which of their programs failed, and how. `samples` are the runs on samples,
    `unmet` what a package promises of its program and was not kept.
    """

    verdict: Verdict
    text: Text
    compiler_output: str
    results: tuple[TestResult, ...]
    tests_total: int
    points: float
    max_points: float
    notice: Text
    samples: tuple[SampleRun, ...] = ()
    unmet: tuple[Text, ...] = ()

    @property
    def time_ms(self) -> float:
        return max((result.time_ms for result in self.results), default=0.0)

    @property
    def memory_kb(self) -> int:
        return max((result.memory_kb for result in self.results), default=0)

    @property
    def failed_on(self) -> int | None:
        """The number of the first test that failed; None where none did, or none was run."""
        failure = first_failure(self.results)
        return failure.number if failure else None

    @property
    def tests_passed(self) -> int:
        return sum(result.has_passed for result in self.results)


def of_run(
    run: Run,
    *,
    number: int,
    check_result: CheckResult | None,
    visible: int = VISIBLE_TESTS,
    complaint: Callable[[Run], str] = lambda _: "",
) -> TestResult:
    """What one run is worth. `check_result` is what was said of its output; None when the run decides by itself.
    `complaint` knows what its runtime said of why it failed, "" where that is its last line.
    """
    found, share, notice = _WORTH.get(run.outcome, Verdict.OK), 0.0, EMPTY
    message = _cause(run, complaint) if number <= visible else EMPTY
    if check_result is not None:
        found, message = check_result.verdict, check_result.message
        share, notice = check_result.share, check_result.notice
    if found is Verdict.WRONG_ANSWER and run.interactor is None and not run.stdout.strip():
        message = Text("printed_nothing", "the program printed nothing")
    return TestResult(
        number=number,
        verdict=found,
        time_ms=run.wall_ms if found is Verdict.WALL_TIME_LIMIT else run.cpu_ms,
        memory_kb=run.memory_kb,
        message=message if number <= visible else EMPTY,
        share=share,
        notice=Text("test_notice", "Test {test}: {notice}", {"test": number, "notice": notice}) if notice else EMPTY,
    )


def to_be_graded(
    compilation: Compilation, results: Mapping[int, TestResult], scoring: Scoring
) -> dict[int, Result] | None:
    """The results of the tests that ran, for the graders of a scoring; None where there is nothing to grade."""
    shown = _shown_results(results, scoring) if compilation.outcome is Outcome.OK else None
    if not scoring.graders or shown is None or any(each.verdict is Verdict.SYSTEM_ERROR for each in shown):
        return None
    return {
        each.number: Result(
            Verdict.OK if each.has_passed else each.verdict,
            scoring.score_of(each.number, each.share, failed=not each.has_passed),
        )
        for each in shown
        if each.verdict is not Verdict.SKIPPED
    }


def of_submission(
    compilation: Compilation, results: Mapping[int, TestResult], scoring: Scoring, graded: Result | None = None
) -> Judgement:
    """The first failure decides, in the order of the tests; without one all points must have been earned.

    Where there are points to tell, a failure of ours leaves nothing to tell. `graded` is what the graders of the
    scoring say, if it has any.
    """
    if compilation.outcome is not Outcome.OK:
        found = _WORTH[compilation.outcome]
        return _judgement(found, TEXTS[found], scoring, compilation=compilation)
    shown = _shown_results(results, scoring)
    if shown is None:
        return system_error(scoring)
    ours = next((result for result in shown if result.verdict is Verdict.SYSTEM_ERROR), None)
    failure = ours if ours and scoring.graded else first_failure(shown)
    failed = {each.number for each in shown if each.verdict not in _NO_FAILURE}
    points = scoring.points({each.number: each.share for each in shown}, failed)
    if graded is not None:
        points, failure = _points_graded(graded, scoring, points), _failure_graded(graded, shown)
    found, text = _decided(failure, points, scoring, is_part=graded is None and _is_part(shown))
    return _judgement(
        found,
        text,
        scoring,
        compilation=compilation,
        results=shown,
        points=0.0 if found is Verdict.SYSTEM_ERROR else points,
        notice=ours.notice if ours else EMPTY,
    )


def _points_graded(graded: Result, scoring: Scoring, of_groups: float) -> float:
    """What the author's grader says of a program that it does not accept does not count."""
    if scoring.by_groups:
        return of_groups
    if not scoring.graded:
        return float(graded.is_accepted)
    score = graded.score if graded.is_accepted or scoring.graders[-1].arguments is None else 0.0
    return round(min(max(score, 0.0), scoring.most), PRECISION)


def _failure_graded(graded: Result, shown: Sequence[TestResult]) -> TestResult | None:
    """The first failure that was graded so, in the format's few words; else one of no test."""
    if graded.is_accepted:
        return None
    of_kind = (each for each in shown if CODES.get(each.verdict) == CODES[graded.verdict])
    return next(of_kind, TestResult(number=0, verdict=graded.verdict))


def first_failure(results: Iterable[TestResult]) -> TestResult | None:
    return next((result for result in results if result.verdict not in _NO_FAILURE), None)


def text_without_test(found: Verdict, points: float, scoring: Scoring) -> Text:
    """What is said of a verdict when nobody is to learn which test brought it."""
    return TEXTS[found] if found is Verdict.SYSTEM_ERROR else _with_points(TEXTS[found], points, scoring)


def system_error(scoring: Scoring | None = None, *, notice: Text = EMPTY) -> Judgement:
    """Ours, or the problem's author's: never charged to the student."""
    return _judgement(Verdict.SYSTEM_ERROR, TEXTS[Verdict.SYSTEM_ERROR], scoring, notice=notice)


def _shown_results(results: Mapping[int, TestResult], scoring: Scoring) -> tuple[TestResult, ...] | None:
    """A result for every test, those that were decided before they came as SKIPPED; None when one is missing.

    What is told must not depend on how the tests were cut into jobs: one that ran although it was decided is SKIPPED.
    """
    skipped = scoring.skipped({number: result.has_passed for number, result in results.items()})
    numbers = range(1, scoring.tests_total + 1)
    if any(number not in results for number in numbers if number not in skipped):
        return None
    return tuple(_skipped(number) if number in skipped else results[number] for number in numbers)


def _skipped(number: int) -> TestResult:
    return TestResult(number=number, verdict=Verdict.SKIPPED)


def _is_part(shown: Sequence[TestResult]) -> bool:
    """Whether a test earned a part of nobody knows how many points."""
    return any(each.verdict is Verdict.PARTIAL for each in shown)


def _decided(failure: TestResult | None, points: float, scoring: Scoring, *, is_part: bool) -> tuple[Verdict, Text]:
    if failure is not None and failure.verdict is Verdict.SYSTEM_ERROR:
        return Verdict.SYSTEM_ERROR, TEXTS[Verdict.SYSTEM_ERROR]
    if failure is not None:
        told = _on_test(failure) if failure.number else TEXTS[failure.verdict]
        return failure.verdict, _with_points(told, points, scoring)
    if points < scoring.max_points or is_part:
        return Verdict.PARTIAL, text_without_test(Verdict.PARTIAL, points, scoring)
    return Verdict.OK, TEXTS[Verdict.OK]


def _on_test(failure: TestResult) -> Text:
    params = {"verdict": TEXTS[failure.verdict], "test": failure.number}
    if not failure.message:
        return Text("failed_on_test", "{verdict} on test {test}", params)
    english = "{verdict} on test {test}: {message}"
    return Text("failed_on_test_saying", english, {**params, "message": failure.message})


def _with_points(text: Text, points: float, scoring: Scoring) -> Text:
    if not scoring.graded:
        return text
    if scoring.fewest:
        english = "{verdict} ({earned:g} points, fewer are better)"
        return Text("verdict_with_fewest", english, {"verdict": text, "earned": points}) if points else text
    if scoring.is_unbounded:
        return Text("verdict_with_score", "{verdict} ({earned:g} points)", {"verdict": text, "earned": points})
    params = {"verdict": text, "earned": points, "points": scoring.max_points}
    return Text("verdict_with_points", "{verdict} ({earned:g} of {points:g} points)", params)


def _judgement(
    found: Verdict,
    text: Text,
    scoring: Scoring | None,
    *,
    compilation: Compilation | None = None,
    results: Sequence[TestResult] = (),
    points: float = 0.0,
    notice: Text = EMPTY,
) -> Judgement:
    return Judgement(
        verdict=found,
        text=text,
        compiler_output=compilation.output if compilation else "",
        results=tuple(results),
        tests_total=scoring.tests_total if scoring else 0,
        points=points,
        max_points=scoring.max_points if scoring else 0.0,
        notice=notice,
    )


def _cause(run: Run, complaint: Callable[[Run], str]) -> Text:
    """Why a process ended, as its author would like to know it: the signal, or a line of stderr, mostly the last."""
    if run.outcome is not Outcome.RUNTIME_ERROR:
        return EMPTY
    if run.signal is not None:
        return _signal_name(run.signal)
    said = run.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
    last = said[-1].strip()[:200] if said else ""
    if run.exit_code is None:
        return last_words(run, last)
    last = complaint(run)[:200] or last
    if last:
        params = {"exit_code": run.exit_code, "stderr": last}
        return Text("exit_code_saying", "exit code {exit_code}, {stderr}", params)
    return Text("exit_code", "exit code {exit_code}", {"exit_code": run.exit_code})


def _signal_name(number: int) -> Text:
    try:
        return untranslated(Signals(number).name)
    except ValueError:
        return Text("signal", "signal {number}", {"number": number})

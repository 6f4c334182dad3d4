"""Responses of the judge: languages, problems, submissions and their verdicts.

Times are in seconds, memory in MiB.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal, Self

from chalicelib.common.http.responses import Moment, Named, View, WordedText
from chalicelib.common.spoken_names import SpokenName
from chalicelib.common.texts import EMPTY
from chalicelib.judge import origins
from chalicelib.judge.frames import Stage
from chalicelib.judge.grading import annotations, scale
from chalicelib.judge.grading.annotations import Annotation
from chalicelib.judge.grading.exact import measured
from chalicelib.judge.grading.results import Difference, TestResult
from chalicelib.judge.grading.samples import SampleRun
from chalicelib.judge.grading.verdict import TEXTS
from chalicelib.judge.models import Judged, Judging, Problem, Submission
from chalicelib.judge.origins import Origin
from chalicelib.judge.problems import statements
from chalicelib.judge.problems.statements import Shown
from chalicelib.judge.requests import CheckerName, Json, Options, ProblemScoring
from chalicelib.judge.submissions.places import NamedSubmission, Neighbor, Neighbors, TaskPlace
from chalicelib.judge_protocol.contract import Language, Verdict


class UploadView(View):
    """Where to POST the file, as multipart/form-data: the fields first, then the file as `file`."""

    url: str
    fields: dict[str, str]


class ProblemInfo(View):
    """A problem in a list."""

    id: int
    title: Named
    tags: list[str]
    author_id: int
    author_name: str | None
    published: bool
    version: int
    tests_version: int
    tests_count: int
    time_limit: float
    memory_limit: int
    checker: CheckerName

    @classmethod
    def of(cls, problem: Problem, author_name: str | None) -> Self:
        return cls(**_info(problem), author_name=author_name)


class ProblemsView(View):
    problems: list[ProblemInfo]


class LimitsView(View):
    time_limit: float | None
    memory_limit: int | None


class ProblemSampleView(View):
    input: str
    output: str


class StatementInfo(View):
    """A statement that there is: its language, such as `ru` or `pt-BR`, and what it calls the problem."""

    language: str
    name: str

    @classmethod
    def all_of(cls, problem: Problem) -> list[Self]:
        return [cls(language=language, name=title) for language, title in sorted(problem.titles.items())]


class ProblemView(ProblemInfo):
    """A problem as its author sees it. Tests are never shown, but for the samples.

    `title` and `statement` are in the language that the request asks for, if there is a statement in it; else the main
    ones. `statement_language` says in which; null: nobody has said.
    """

    statement: str
    statement_language: str | None
    statements: list[StatementInfo]
    output_limit: float | None
    limits: dict[str, LimitsView]
    input_file: str
    output_file: str
    checker_options: Options
    scoring: ProblemScoring
    stop_at_first_failure: bool
    coarse_results: bool
    languages: list[str] | None
    samples: list[ProblemSampleView]
    created_at: Moment

    @classmethod
    def of(cls, problem: Problem, author_name: str | None, shown: Shown | None = None) -> Self:
        shown = shown or statements.shown(problem, [])
        return cls(
            **{**_info(problem), "title": shown.title},
            author_name=author_name,
            statement=shown.text,
            statement_language=shown.language,
            statements=StatementInfo.all_of(problem),
            output_limit=None if problem.output_limit_kb is None else problem.output_limit_kb / 1024,
            limits={language: _limits(own) for language, own in problem.limits.items()},
            input_file=problem.input_file,
            output_file=problem.output_file,
            checker_options=problem.checker_options,
            scoring=problem.scoring,
            stop_at_first_failure=problem.stop_at_first_failure,
            coarse_results=problem.coarse_results,
            languages=problem.languages,
            samples=[ProblemSampleView(input=each.input, output=each.output) for each in problem.samples],
            created_at=problem.created_at,
        )


def _limits(own: Mapping[str, int]) -> LimitsView:
    time_ms, memory_kb = own.get("time_limit_ms"), own.get("memory_limit_kb")
    return LimitsView(
        time_limit=None if time_ms is None else time_ms / 1000,
        memory_limit=None if memory_kb is None else memory_kb // 1024,
    )


def _info(problem: Problem) -> Json:
    return {
        "id": problem.id,
        "title": SpokenName(problem.title, problem.titles),
        "tags": problem.tags,
        "author_id": problem.author_id,
        "published": problem.published,
        "version": problem.version,
        "tests_version": problem.tests_version,
        "tests_count": problem.tests_count,
        "time_limit": problem.time_limit_ms / 1000,
        "memory_limit": problem.memory_limit_kb // 1024,
        "checker": problem.checker,
    }


class LanguageView(View):
    """`version` is what the toolchain says of itself; null when it is not available."""

    id: str
    name: str
    version: str | None
    available: bool

    @classmethod
    def of(cls, language: Language) -> Self:
        return cls(id=language.id, name=language.name, version=language.version or None, available=language.available)


class LanguagesView(View):
    languages: list[LanguageView]


class DifferenceView(View):
    """Where an output first differs from the answer. `expected` is null after the answer's end, `got` at the output's.

    `line` counts from 1: of the answer, or of the output where that is too long.
    """

    line: int
    expected: str | None
    got: str | None

    @classmethod
    def of(cls, difference: Difference) -> Self:
        return cls(line=difference.line, expected=difference.expected, got=difference.got)


class AnnotationView(View):
    """A complaint of a line of the program's source. Both count from 1; `column` is null where none was said."""

    line: int
    column: int | None
    message: str

    @classmethod
    def of(cls, annotation: Annotation) -> Self:
        return cls(line=annotation.line, column=annotation.column, message=annotation.message)


class SampleRunView(View):
    """What a program read on a sample, what it should have written, and what it wrote.

    Of the texts that `truncated` names only the beginning is here. `got` is null where the program talked to an
    interactor. `annotations` are the lines where the program failed, the innermost first, as far as its runtime says.
    """

    input: str
    expected: str
    got: str | None
    truncated: list[Literal["input", "expected", "got"]]
    annotations: list[AnnotationView]

    @classmethod
    def of(cls, run: SampleRun) -> Self:
        return cls(
            input=run.input,
            expected=run.expected,
            got=run.got,
            truncated=list(run.truncated),
            annotations=[AnnotationView.of(each) for each in run.annotations],
        )


class TestResultView(View):
    """`time` in seconds, `memory` in KiB. `message` is empty for tests that are not shown.

    `share` is how much of the test's points was earned, 0 to 1. `difference` has the parts of a message that compares.
    `sample` is null for tests that are hidden or were skipped, and beyond 16 KiB of samples.
    """

    number: int
    verdict: Verdict
    time: float
    memory: int
    message: WordedText
    share: float
    difference: DifferenceView | None
    sample: SampleRunView | None

    @classmethod
    def all_of(cls, told: Iterable[TestResult], submission: Submission) -> list[Self]:
        """`told` are results of the submission."""
        samples = {run.number: run for run in map(SampleRun.of_json, submission.samples)}
        return [cls.of(result, samples.get(result.number)) for result in told]

    @classmethod
    def of(cls, result: TestResult, sample: SampleRun | None) -> Self:
        difference = result.difference or (sample.difference if sample else None)
        return cls(
            number=result.number,
            verdict=result.verdict,
            time=_seconds(result.time_ms),
            memory=result.memory_kb,
            message=result.message,
            share=result.share,
            difference=None if difference is None else DifferenceView.of(difference),
            sample=None if sample is None else SampleRunView.of(sample),
        )


class TestResultsView(View):
    """A page of a submission's results. `next` is the `after` of the page that follows; null on the last."""

    tests: list[TestResultView]
    next: int | None

    @classmethod
    def of(cls, page: Sequence[TestResult], submission: Submission) -> Self:
        last = page[-1].number if page else submission.tests_total
        tests = TestResultView.all_of(page, submission)
        return cls(tests=tests, next=last if last < submission.tests_total else None)


class VerdictView(View):
    """PyTry's `verdict` and `time` (seconds), and what programs read: `code`. `memory` in KiB.

    `points` are on the scale of the problem, `task_points` on that of the task that it was sent to, if there is one.
    """

    verdict: WordedText
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    points: float
    max_points: float
    task_points: float | None
    task_max_points: int | None
    compiler_output: str


class SolvedView(VerdictView):
    """The answer to a program that was waited for. `code` is PENDING when that was not long enough."""

    submission_id: int

    @classmethod
    def of(cls, submission: Submission, *, worth: int) -> Self:
        """`worth` is how many points the task has."""
        return cls(submission_id=submission.id, **_verdict(submission, worth))


class CheckingView(View):
    """Not judged yet, for those who asked for it with `Prefer`: look again at `GET /submissions/{submission_id}`."""

    status: Literal["Checking"] = "Checking"
    submission_id: int


class PlaceView(View):
    """A task in its lesson and course, by ids and names."""

    course_id: int
    course_name: str
    lesson_id: int
    lesson_name: str
    task_id: int
    task_name: Named

    @classmethod
    def of(cls, place: TaskPlace | None) -> Self | None:
        return cls(**asdict(place)) if place else None


class NeighborView(View):
    """The task before or after another in their course, maybe in another lesson."""

    lesson_id: int
    task_id: int
    name: Named

    @classmethod
    def of(cls, neighbor: Neighbor | None) -> Self | None:
        return cls(**asdict(neighbor)) if neighbor else None


class OpenPlaceView(PlaceView):
    """The same with the tasks before and after it, of those that the reader sees; null at either end."""

    previous: NeighborView | None
    next: NeighborView | None

    @classmethod
    def among(cls, place: TaskPlace | None, neighbors: Neighbors) -> Self | None:
        if place is None:
            return None
        around = {"previous": NeighborView.of(neighbors.previous), "next": NeighborView.of(neighbors.next)}
        return cls(**asdict(place), **around)


class SubmissionInfo(View):
    """A submission in a list, as its author may know it. `time` in seconds, `memory` in KiB.

    `place` is null for what was sent elsewhere than to a task of a course, and once the task is gone.
    """

    id: int
    user_id: int
    user_name: str | None
    place: PlaceView | None
    problem_id: int
    origin: Origin | None
    language: str
    verdict: WordedText
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    points: float
    max_points: float
    task_points: float | None
    task_max_points: int | None
    submitted_at: Moment
    judged_at: Moment | None

    @classmethod
    def of(cls, submission: Submission, *, user_name: str | None, place: TaskPlace | None) -> Self:
        return cls(
            id=submission.id,
            user_id=submission.user_id,
            user_name=user_name,
            place=PlaceView.of(place),
            problem_id=submission.problem_id,
            origin=origins.read(submission.origin),
            language=submission.language,
            submitted_at=submission.submitted_at,
            judged_at=submission.judged_at,
            **_outcome(submission, place.task_max_points if place else None),
        )


class SubmissionsView(View):
    submissions: list[SubmissionInfo]

    @classmethod
    def of(cls, listed: Sequence[NamedSubmission]) -> Self:
        views = [SubmissionInfo.of(each.submission, user_name=each.user_name, place=each.place) for each in listed]
        return cls(submissions=views)


class JudgingView(View):
    """A verdict that a later one has replaced. `number` counts a submission's judgings from 1."""

    number: int
    verdict: WordedText
    code: Verdict
    time: float
    memory: int
    tests_passed: int
    tests_total: int
    points: float
    max_points: float
    task_points: float | None
    task_max_points: int | None
    tests_version: int
    judged_at: Moment | None

    @classmethod
    def of(cls, judging: Judging, worth: int | None, *, exact: bool) -> Self:
        return cls(
            number=judging.judging,
            tests_version=judging.tests_version,
            judged_at=measured(judging, exact=exact).judged_at,
            **_outcome(judging, worth, exact=exact),
        )


class JudgingsView(View):
    judgings: list[JudgingView]


class SubmissionProgressView(View):
    """How far a submission without a verdict is. `before` submissions wait for longer, at most a hundred; only in the
    queue. `test` is the last one that was run; where results are coarse, the tests' numbers stay 0.
    """

    stage: Stage
    before: int
    test: int
    tests_passed: int
    tests_total: int

    @classmethod
    def of(cls, submission: Submission, before: int) -> Self | None:
        if submission.is_final:
            return None
        stage, test, passed, total = submission.progress or (Stage.QUEUED, 0, 0, 0)
        return cls(stage=stage, before=before, test=test, tests_passed=passed, tests_total=total)


class SubmissionView(VerdictView):
    """A submission as its author sees it. `status` is "Checking" until `is_checked`.

    `tests` are the first hundred; `notice` is what the problem's author should know, and teachers alone see it. With
    `coarse_results` hidden tests tell little, and `judged_at` is null; those who teach see everything exactly. `place`
    is null for what was sent elsewhere than to a task of a course, and once the task is gone. `annotations` are lines
    of the source: those of the compiler's errors, else those where the first sample that tells any failed.
    """

    id: int
    user_id: int
    user_name: str | None = None
    place: OpenPlaceView | None = None
    problem_id: int
    origin: Origin | None
    status: Literal["Checking", "Checked"]
    is_checked: bool
    language: str
    source: str
    tests: list[TestResultView]
    annotations: list[AnnotationView]
    notice: WordedText
    coarse_results: bool
    submitted_at: Moment
    judged_at: Moment | None
    progress: SubmissionProgressView | None = None

    @classmethod
    def of(
        cls, submission: Submission, *, teaches: bool, exact: bool = False, named: NamedSubmission | None = None
    ) -> Self:
        """`teaches` says whether the reader teaches what it was sent to."""
        place = named.place if named else None
        first = submission.exact_results if exact and submission.exact is not None else submission.results
        return cls(
            id=submission.id,
            user_id=submission.user_id,
            user_name=named.user_name if named else None,
            place=OpenPlaceView.among(place, named.neighbors) if named else None,
            problem_id=submission.problem_id,
            origin=origins.read(submission.origin),
            status="Checked" if submission.is_final else "Checking",
            is_checked=submission.is_final,
            language=submission.language,
            source=submission.source,
            tests=TestResultView.all_of(map(TestResult.of_json, first), submission),
            annotations=[AnnotationView.of(each) for each in _annotations(submission)],
            notice=submission.notice if teaches else EMPTY,
            coarse_results=submission.exact is not None,
            submitted_at=submission.submitted_at,
            judged_at=measured(submission, exact=exact).judged_at,
            **_verdict(submission, place.task_max_points if place else None, exact=exact),
        )


def _annotations(submission: Submission) -> Sequence[Annotation]:
    if submission.verdict == Verdict.COMPILE_ERROR:
        return annotations.of_compilation(submission.language, submission.compiler_output, submission.source)
    runs = map(SampleRun.of_json, submission.samples)
    return next((run.annotations for run in runs if run.annotations), ())


def _verdict(submission: Submission, worth: int | None, *, exact: bool = False) -> dict[str, Any]:
    return {**_outcome(submission, worth, exact=exact), "compiler_output": submission.compiler_output}


def _outcome(judged: Judged, worth: int | None, *, exact: bool = False) -> dict[str, Any]:
    shown = measured(judged, exact=exact)
    return {
        "verdict": shown.text or TEXTS[Verdict(judged.verdict)],
        "code": Verdict(judged.verdict),
        "time": _seconds(shown.time_ms),
        "memory": shown.memory_kb,
        "tests_passed": shown.tests_passed,
        "tests_total": judged.tests_total,
        "points": judged.points,
        "max_points": judged.max_points,
        "task_points": scale.of_task(judged, worth),
        "task_max_points": worth,
    }


def _seconds(milliseconds: float) -> float:
    return round(milliseconds / 1000, 3)

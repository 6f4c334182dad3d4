"""Problems and their tests on the wire. Times are in seconds, memory in MiB."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field

from chalicelib.common.http.requests import Body
from chalicelib.common.http.responses import Moment, View
from chalicelib.judge.library import SAMPLES, Fields
from chalicelib.judge.models import Problem
from chalicelib.judge.new_tests import NewTest
from chalicelib.judge.problems import MAX_MEMORY_KB, MAX_STATEMENT_BYTES
from chalicelib.judge.scoring import MAX_POINTS, MAX_TESTS
from chalicelib.judge.shapes import LanguageId

MAX_SAMPLES = 20
MAX_LANGUAGES = 40

Title = Annotated[str, Field(min_length=1, max_length=200)]
Statement = Annotated[str, Field(max_length=MAX_STATEMENT_BYTES)]
Seconds = Annotated[float, Field(ge=0.01, le=3600, description="Seconds of CPU time for each test")]
MebiBytes = Annotated[int, Field(ge=1, le=MAX_MEMORY_KB // 1024, description="MiB")]
LanguageIds = Annotated[list[LanguageId], Field(min_length=1, max_length=MAX_LANGUAGES)]
Group = Annotated[str, Field(min_length=1, max_length=40)]
Points = Annotated[float, Field(ge=0, le=MAX_POINTS)]
Json = dict[str, Any]


class LimitsBody(Body):
    """What a language may use instead of the problem's own limits."""

    time_limit: Seconds | None = None
    memory_limit: MebiBytes | None = None


class ProblemChange(Body):
    """A member that is left out stays. `languages` null allows all, `scoring` null is all or nothing.

    `checker_options` and `scoring` as the documentation of checkers and scoring has them.
    """

    title: Title = Field(default_factory=str)
    statement: Statement = ""
    time_limit: Seconds = 1.0
    memory_limit: MebiBytes = 256
    limits: dict[LanguageId, LimitsBody] = Field(default_factory=dict, max_length=MAX_LANGUAGES)
    checker: Annotated[str, Field(max_length=40)] = "tokens"
    checker_options: Json = Field(default_factory=dict)
    scoring: Json | None = None
    stop_at_first_failure: bool = True
    languages: LanguageIds | None = None
    published: bool = False

    def fields(self) -> Fields:
        """What is given, by the problem's own names."""
        given = {name: _STORED.get(name, _as_it_is)(getattr(self, name)) for name in self.model_fields_set}
        given.pop("published", None)
        named = {_NAMES.get(name, name): value for name, value in given.items()}
        return cast("Fields", named)

    @property
    def asks_to_publish(self) -> bool | None:
        return self.published if "published" in self.model_fields_set else None


class NewProblem(ProblemChange):
    """A problem. Publishing it comes later: it has no tests yet."""

    title: Title
    published: Literal[False] = False


class TestBody(Body):
    """A test. With `group` in each, the tests of a group earn their points together or not at all."""

    __test__ = False  # whatever pytest makes of the name

    input: str
    output: str
    points: Points | None = None
    group: Group | None = None

    def to_test(self) -> NewTest:
        return NewTest(input=self.input, output=self.output, points=self.points, group=self.group)


class TestsBody(Body):
    """All tests of a problem, in order. The first `samples` are shown to everybody."""

    __test__ = False  # whatever pytest makes of the name

    tests: list[TestBody] = Field(min_length=1, max_length=MAX_TESTS)
    samples: int = Field(SAMPLES, ge=0, le=MAX_SAMPLES)

    def to_tests(self) -> list[NewTest]:
        return [test.to_test() for test in self.tests]


class ProblemInfo(View):
    """A problem in a list."""

    id: int
    title: str
    author_id: int
    published: bool
    version: int
    tests_version: int
    tests_count: int
    time_limit: float
    memory_limit: int
    checker: str

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(**_info(problem))


class ProblemsView(View):
    problems: list[ProblemInfo]


class LimitsView(View):
    time_limit: float | None
    memory_limit: int | None


class ProblemSampleView(View):
    input: str
    output: str


class ProblemView(ProblemInfo):
    """A problem as its author sees it. Tests are never shown, but for the samples."""

    statement: str
    limits: dict[str, LimitsView]
    checker_options: Json
    scoring: Json | None
    stop_at_first_failure: bool
    languages: list[str] | None
    samples: list[ProblemSampleView]
    created_at: Moment

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(
            **_info(problem),
            statement=problem.statement,
            limits={language: _limits(own) for language, own in problem.limits.items()},
            checker_options=problem.checker_options,
            scoring=problem.scoring,
            stop_at_first_failure=problem.stop_at_first_failure,
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
        "title": problem.title,
        "author_id": problem.author_id,
        "published": problem.published,
        "version": problem.version,
        "tests_version": problem.tests_version,
        "tests_count": problem.tests_count,
        "time_limit": problem.time_limit_ms / 1000,
        "memory_limit": problem.memory_limit_kb // 1024,
        "checker": problem.checker,
    }


def _as_it_is(value: object) -> object:
    return value


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _kibibytes(mebibytes: int) -> int:
    return mebibytes * 1024


def _stored_limits(limits: Mapping[str, LimitsBody]) -> dict[str, dict[str, int]]:
    return {language: _own_limits(own) for language, own in limits.items()}


def _own_limits(own: LimitsBody) -> dict[str, int]:
    stored = {}
    if own.time_limit is not None:
        stored["time_limit_ms"] = _milliseconds(own.time_limit)
    if own.memory_limit is not None:
        stored["memory_limit_kb"] = _kibibytes(own.memory_limit)
    return stored


_NAMES = {"time_limit": "time_limit_ms", "memory_limit": "memory_limit_kb"}
_STORED: Mapping[str, Any] = {"time_limit": _milliseconds, "memory_limit": _kibibytes, "limits": _stored_limits}

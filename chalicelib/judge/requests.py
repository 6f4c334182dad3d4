"""Request bodies and queries of the judge: problems and their tests, packages, programs, histories.

Times are in seconds, memory in MiB.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from typing_extensions import TypeAliasType

from chalicelib.common import spoken_names
from chalicelib.common.http import paging, validation
from chalicelib.common.http.requests import Body, Query
from chalicelib.common.http.schemas import ShownAs
from chalicelib.common.http.searching import SearchQuery, Tags
from chalicelib.common.texts import Text
from chalicelib.judge.grading.checkers import BUILT_IN, MOST_PASSES
from chalicelib.judge.grading.group_graders import GraderScore, GraderVerdict
from chalicelib.judge.grading.scoring import MAX_POINTS, MAX_TESTS, Rule
from chalicelib.judge.grading.validators import Convention
from chalicelib.judge.problems.library import SAMPLES, Fields
from chalicelib.judge.problems.rules import MAX_MEMORY_KB, MAX_OUTPUT_KB, MAX_STATEMENT_BYTES, statement_too_large
from chalicelib.judge.problems.testsets import NewTest
from chalicelib.judge.statements.written import Form


class PackageBody(Body):
    """The package that is going to be sent: its exact size in bytes, and its SHA-256 in hex for good measure."""

    size: int = Field(ge=1)
    sha256: (
        Annotated[
            str,
            validation.Form("^[0-9a-f]{64}$", Text("not_a_digest", "must be a SHA-256 digest: 64 hexadecimal digits")),
        ]
        | None
    ) = None


MAX_SAMPLES = 20
MAX_LANGUAGES = 40

Title = Annotated[str, Field(min_length=1, max_length=200)]


def _fitting(statement: str) -> str:
    """The limit of characters alone would let a statement of other letters be several times as large."""
    if len(statement.encode()) > MAX_STATEMENT_BYTES:
        raise validation.refused(statement_too_large())
    return statement


Statement = Annotated[str, Field(max_length=MAX_STATEMENT_BYTES), AfterValidator(_fitting)]
Seconds = Annotated[float, Field(ge=0.01, le=3600, description="Seconds of CPU time for each test")]
MebiBytes = Annotated[int, Field(ge=1, le=MAX_MEMORY_KB // 1024, description="MiB")]
OutputMebiBytes = Annotated[float, Field(gt=0, le=MAX_OUTPUT_KB // 1024)]
StreamFile = Annotated[str, Field(max_length=100)]
LanguageTag = Annotated[
    str,
    validation.Form(spoken_names.TAG, Text("not_a_language_tag", "must be the tag of a language, such as ru or pt-BR")),
]
LanguageId = Annotated[str, Field(min_length=1, max_length=40)]
LanguageIds = Annotated[list[LanguageId], Field(min_length=1, max_length=MAX_LANGUAGES)]
Group = Annotated[str, Field(min_length=1, max_length=40)]
Points = Annotated[float, Field(ge=0, le=MAX_POINTS)]
Json = dict[str, Any]
LeftOut = SkipJsonSchema[None]
"""Of a member that may be absent, and is never null."""
CHECKERS = (*BUILT_IN, "custom", "interactive")


class CheckerOptions(BaseModel):
    """The parameters of a checker; each takes its own alone.

    `tokens` and `floats` take `ignore_case` and `exact_spaces`, `floats` also `absolute` and `relative`; `sorted` takes
    `by`, `unordered` `within`, `custom` and `interactive` `convention`. With `then_checker` what an `interactive`
    problem's interactor wrote into the file of its second argument is judged by the problem's checker, once the
    interactor has accepted. With `percent` the points that an author's program gives are of 100 for each test.
    With `second_run` an `interactive` problem's program is run again on what the interactor wrote.
    `passes` is how often a program may be run on one test, where the author's program of the ICPC's convention asks for
    it by a file `nextpass.in`.
    """

    model_config = ConfigDict(defer_build=True)

    ignore_case: bool = Field(default=False, description="`tokens`, `floats`: upper and lower case are the same")
    exact_spaces: bool = Field(
        default=False, description="`tokens`, `floats`: blanks and ends of lines are those of the answer"
    )
    absolute: float = Field(
        1e-6,
        ge=0,
        description="`floats`: how far a number may be off; 0 where `relative` alone is given",
    )
    relative: float = Field(
        1e-6,
        ge=0,
        description="`floats`: the same, as a part of the answer's number; 0 where `absolute` alone is given",
    )
    by: Literal["lines", "tokens"] = Field("lines", description="`sorted`: what may stand in any order")
    within: Literal["output", "line"] = Field(
        "output",
        description="`unordered`: lines in any order, each with its tokens in any order, or the latter alone",
    )
    convention: Convention = Field(
        Convention.TESTLIB,
        description="`custom`, `interactive`: how the author's program is called and says its result",
    )
    then_checker: bool = Field(
        default=False,
        description="`interactive`, by testlib's convention: the checker judges what the interactor wrote",
    )
    percent: bool = Field(
        default=False, description="`custom`, `interactive`: points of the author's program are of 100 for each test"
    )
    second_run: Literal["none", "alone", "interactive"] = Field(
        "none",
        description="`interactive`, by testlib's convention: whether the program is run again, on what the interactor "
        "wrote: alone, its output for the checker; or with the interactor, which reads that too",
    )
    passes: int = Field(
        1,
        ge=1,
        le=MOST_PASSES,
        description="`custom`, `interactive`, by the ICPC's convention: how often the program runs on a test at most",
    )


class PointsByTest(BaseModel):
    """Each test's points, in order."""

    model_config = ConfigDict(defer_build=True)

    points: list[Points] = Field(description="As many as there are tests")


class PointsOfGroup(BaseModel):
    """So many consecutive tests, and what they are worth together."""

    model_config = ConfigDict(defer_build=True)

    tests: int = Field(ge=1, le=MAX_TESTS, description="How many tests it has; it begins where the one before it ends")
    points: Points | Literal["unbounded"] = Field(
        description="What all of its tests are worth together; unless they are all or nothing they may be unbounded: "
        "then `max_points` of submissions is 0"
    )
    name: str | int | LeftOut = Field(
        None, description="What `depends_on` calls it; its number, from 1, if it is left out"
    )
    rule: Rule = Field(
        Rule.SUM,
        description="`sum`: each test earns its part; `min`, `max`: all as much as the worst or the best; "
        "`avg`: as they do on the average; `all`: everything or nothing",
    )
    depends_on: list[str | int] = Field(
        default_factory=list, description="Earlier groups by their names; it is not run unless all of them passed"
    )
    short_circuit: bool | LeftOut = Field(
        None,
        description="Whether none of it is run after its first failure; left out: with `min` and `all` alone",
    )
    test_points: Points | LeftOut = Field(
        None, description="With `sum`: what one test may earn of the points; its part of them if it is left out"
    )
    failed_points: Points | LeftOut = Field(
        None, description="What a test earns that was run and failed; left out: nothing, or what a checker gave it"
    )
    passed_points: Points | LeftOut = Field(
        None,
        description="What a right test earns of which an ICPC validator of one's own names no points; "
        "left out: all that it may earn",
    )


class GroupOfGroups(BaseModel):
    """What groups are worth together."""

    model_config = ConfigDict(defer_build=True)

    name: str = Field(description="What later ones call it")
    rule: Literal["sum", "min", "max", "avg"] = Field(description="How the points of what it is of make its own")
    of: list[str | int] = Field(min_length=1, description="Names of groups, and of groups of groups before it")


class GraderOfGroups(BaseModel):
    """What the results of tests and groups make together, as packages of before 2023 say it."""

    model_config = ConfigDict(defer_build=True)

    name: str = Field(description="What later ones call it")
    of: list[str | int] = Field(min_length=1, description="Groups, whose tests it gets, and graders before it")
    verdict: GraderVerdict = Field(
        GraderVerdict.WORST, description="That of the worst failure, of the first, or accepted whatever has failed"
    )
    score: GraderScore = Field(GraderScore.SUM, description="How one score is made of those that it gets")
    accepts_any: bool = Field(default=False, description="Whether one accepted result is enough")
    breaks: bool = Field(default=True, description="Whether nothing counts that comes after the first failure")
    samples: bool = Field(default=False, description="Whether it is of samples, whose scores do not count")
    arguments: list[str] | LeftOut = Field(
        None, description="Those of the package's own grader, which then grades; left out: the format's default one"
    )
    points: Points | Literal["unbounded", "groups"] | LeftOut = Field(
        None,
        description="Of the last one: the most points that there are; `groups`: groups make the points, and it the "
        "verdict alone; left out: there are no points",
    )


class PointsByGroup(BaseModel):
    """Groups of tests, in order. `total` says whether the sum of their points counts, or the least of those above 0; in
    place of it `totals` may make groups of groups.
    """

    model_config = ConfigDict(defer_build=True)

    groups: list[PointsOfGroup] = Field(description="They have all tests, in order")
    total: Literal["sum", "min"] = Field("sum", description="What the groups are worth together")
    totals: list[GroupOfGroups] = Field(
        default_factory=list, description="Groups of groups, each after what it is of; the last is the whole"
    )
    graders: list[GraderOfGroups] = Field(
        default_factory=list, description="What is accepted, and mostly the points, in place of totals; the last is all"
    )
    objective: Literal["max", "min"] = Field(
        "max", description="`min`: of programs that pass the one with fewer points is better; `max_points` is 0"
    )


CheckerName = Annotated[
    str,
    Field(max_length=40),
    ShownAs(lambda: TypeAliasType("CheckerName", Literal[CHECKERS])),
]
Options = Annotated[Json, ShownAs(lambda: CheckerOptions)]
ProblemScoring = Annotated[Json | None, ShownAs(lambda: PointsByTest | PointsByGroup | None)]
"""The three are checked together with the problem that they belong to: see `problems/rules.py`."""


class LimitsBody(Body):
    """What a language may use instead of the problem's own limits."""

    time_limit: Seconds | None = None
    memory_limit: MebiBytes | None = None


class ProblemChange(Body):
    """A member that is left out stays. `languages` null allows all, `scoring` null is all or nothing."""

    title: Title = Field(default_factory=str)
    tags: Tags = Field(default_factory=list)
    statement: Statement = ""
    statement_language: LanguageTag = Field(
        "", description="The language of the main statement, which is shown to those for whom there is no other"
    )
    time_limit: Seconds = 1.0
    memory_limit: MebiBytes = 256
    output_limit: OutputMebiBytes | None = Field(
        None, description="MiB that a program may print at most; null: as much as for all problems"
    )
    limits: dict[LanguageId, LimitsBody] = Field(default_factory=dict, max_length=MAX_LANGUAGES)
    input_file: StreamFile = Field("", description="A file that has the input, besides stdin; empty: none")
    output_file: StreamFile = Field("", description="A file that may have the output in place of stdout; empty: none")
    checker: CheckerName = "tokens"
    checker_options: Options = Field(default_factory=dict)
    scoring: ProblemScoring = None
    stop_at_first_failure: bool = True
    coarse_results: bool = Field(
        default=False, description="Whether hidden tests tell little: time and memory are quarters of the limits"
    )
    languages: LanguageIds | None = None
    published: bool = False

    def fields(self) -> Fields:
        """What is given, by the problem's own names."""
        given = {name: _STORED.get(name, _as_it_is)(getattr(self, name)) for name in self.model_fields_set}
        given.pop("published", None)
        if not given.get("statement_language", True):
            del given["statement_language"]
        named = {_NAMES.get(name, name): value for name, value in given.items()}
        return cast("Fields", named)

    @property
    def asks_to_publish(self) -> bool | None:
        return self.published if "published" in self.model_fields_set else None


class NewProblem(ProblemChange):
    """A problem. Publishing it comes later: it has no tests yet."""

    title: Title
    published: Literal[False] = False


class StatementBody(Body):
    """A statement in one language: its `text`, Markdown unless the format says TeX."""

    name: Title
    text: Statement
    format: Form = Form.MARKDOWN


class FileBody(Body):
    upload_id: int = Field(ge=1)


class ProblemsQuery(SearchQuery):
    with_published: bool = Field(
        default=False, description="Also those of others that are published; a page may then be short"
    )


class SpokenQuery(Query):
    language: LanguageTag | None = Field(
        None, description="The language of the statement, before those that Accept-Language names"
    )


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


def _output_kibibytes(mebibytes: float | None) -> int | None:
    return None if mebibytes is None else max(round(mebibytes * 1024), 1)


_NAMES = {
    "statement_language": "language",
    "time_limit": "time_limit_ms",
    "memory_limit": "memory_limit_kb",
    "output_limit": "output_limit_kb",
}
_STORED: Mapping[str, Any] = {
    "time_limit": _milliseconds,
    "memory_limit": _kibibytes,
    "output_limit": _output_kibibytes,
    "limits": _stored_limits,
}


class TestsQuery(Query):
    after: int = Field(0, ge=0, le=MAX_TESTS, description="The tests after this number")


class ProgramBody(Body):
    """A program. Without a language, that of the course."""

    code: str
    language: LanguageId | None = None


class HistoryQuery(paging.CursorListQuery):
    task_id: int | None = Field(None, ge=1, description="What was sent to this task alone")
    user_id: int | None = Field(None, ge=1, description="What this pupil of one's own has sent; else one's own")

"""Request bodies and queries of courses: with PyTry's names, with the portal's (Virtual School), and for authors."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field, HttpUrl, TypeAdapter, model_validator

from chalicelib.common.http import paging, validation
from chalicelib.common.http.requests import Body, Query
from chalicelib.common.http.searching import Tags
from chalicelib.common.texts import Text
from chalicelib.courses.authoring import NewProblem, NewTask
from chalicelib.courses.availability import FIRST_YEAR, LAST_YEAR, MOMENTS, Times
from chalicelib.courses.outline import MAX_TASKS
from chalicelib.courses.tasks import HistoryFilter
from chalicelib.judge.problems.library import Fields
from chalicelib.judge.requests import (
    LanguageId,
    LanguageIds,
    MebiBytes,
    ProblemChange,
    ProgramBody,
    Seconds,
    Statement,
    TestBody,
)
from chalicelib.judge.submissions.submissions import Sought
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.school.late_requests import LateDays, LatePolicyBody


class RunBody(ProgramBody):
    """A program and what it is given to read."""

    input: str


class DraftQuery(Query):
    language: LanguageId | None = Field(None, description="The draft in this language; the latest without it")


class DraftBody(Body):
    """A program as it is now: it may be empty, or no program yet."""

    language: LanguageId
    source: str


class TaskHistoryQuery(paging.CursorListQuery):
    user_id: int | None = Field(None, ge=1, description="Whose, for those who teach; one's own without it")
    all: bool = Field(default=False, description="Everybody's, for those who own or teach the course")
    code: Verdict | None = Field(None, description="Those with this verdict alone; a page may then be short")
    language: LanguageId | None = Field(None, description="Those in this language alone; a page may then be short")

    def to_filter(self) -> HistoryFilter:
        sought = Sought(verdict=self.code, language=self.language)
        return HistoryFilter(user_id=self.user_id, everybody=self.all, sought=sought)


class GrantBody(Body):
    course_id: int = Field(ge=1)


MAX_POINTS = 1000
MAX_INLINE_TESTS = 1000
MAX_REQUIREMENTS = 10
MAX_SHIFT_DAYS = 3660
MAX_TEXT_BYTES = 64 * 1024
"""Of a lesson's text in UTF-8."""

_URL = TypeAdapter(HttpUrl)


def _short_enough(text: str) -> str:
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise validation.refused(
            Text("text_too_long", "must have at most {max} bytes in UTF-8", {"max": MAX_TEXT_BYTES})
        )
    return text


def _whole_seconds(moment: datetime | None) -> datetime | None:
    """Near the ends of the calendar no moment has a form in UTC, and none can be moved by days."""
    if moment is None:
        return None
    _refuse_far_away(moment)
    shown = moment.astimezone(UTC).replace(microsecond=0)
    _refuse_far_away(shown)  # who reads it may send it back
    return shown


def _refuse_far_away(moment: datetime) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise validation.refused(Text("year_far_away", "must be in the years {first} to {last}", years))


def _http_url(text: str) -> str:
    _URL.validate_python(text)
    return text


Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
    ),
    validation.NOT_BLANK,
]
CourseDescription = Annotated[str, Field(max_length=4000)]
LessonText = Annotated[str, AfterValidator(_short_enough)]
LessonDescription = Annotated[str, Field(max_length=1500)]
Order = Annotated[int, Field(ge=1, le=MAX_TASKS, description="The place among the others, from 1")]
Points = Annotated[int, Field(ge=0, le=MAX_POINTS)]
RequiredPoints = Annotated[int, Field(ge=1, le=MAX_POINTS * MAX_TASKS)]
Url = Annotated[str, Field(max_length=500, description="http or https"), AfterValidator(_http_url)]
Id = Annotated[int, Field(ge=1)]


class ChangeBody(Body):
    """A member that is left out stays."""

    def given(self, *names: str) -> dict[str, Any]:
        """The members that are there, of all or of these."""
        wanted = self.model_fields_set.intersection(names) if names else self.model_fields_set
        return {name: getattr(self, name) for name in wanted}


MomentOrNone = Annotated[Annotated[AwareDatetime, Field(strict=False)] | None, AfterValidator(_whole_seconds)]


class TimedChange(ChangeBody):
    """From when until when something is there for pupils, and whether at all. Null: no such moment."""

    published: bool = True
    opens_at: MomentOrNone = None
    closes_at: MomentOrNone = None
    due_at: MomentOrNone = None


TIMES = ("published", *MOMENTS)
"""The members of `TimedChange`."""


class LateChange(TimedChange):
    """Null: no policy of its own."""

    late_policy: LatePolicyBody | None = None

    def given(self, *names: str) -> dict[str, Any]:
        """As they are stored."""
        given = super().given(*names)
        if given.get("late_policy") is not None:
            given["late_policy"] = given["late_policy"].policy().to_json()
        return given


class CourseChange(LateChange):
    """`languages` null allows all. `published` false makes a draft of it, which only its teachers see.

    `late_policy` counts for all tasks that are due and have none of their own, `late_days` are each pupil's, to be late
    without a penalty.
    """

    name: Name = Field(default_factory=str)
    description: CourseDescription = ""
    tags: Tags = Field(default_factory=list)
    language: LanguageId = Field(default_factory=str)
    languages: LanguageIds | None = None
    is_public: bool = True
    late_days: LateDays = 0


class NewCourse(CourseChange):
    """A course. Programs are in `language` unless they name another; without `languages` in any."""

    name: Name
    language: LanguageId = "python3"

    def fields(self) -> dict[str, Any]:
        return {**self.model_dump(), **self.given("late_policy")}


class TaskExtensionBody(Body):
    """More time for one pupil. The reason is told to them."""

    until: Annotated[AwareDatetime, Field(strict=False)]
    reason: Annotated[str, Field(max_length=500), validation.NOT_BLANK]


class RequirementBody(Body):
    """So many points in another lesson of the course; what cannot be earned there is not required."""

    lesson_id: Id
    points: RequiredPoints


class LessonChange(TimedChange):
    """`text` is Markdown, as statements are. `requires` is what opens the lesson, beside its time."""

    name: Name = Field(default_factory=str)
    description: LessonDescription = ""
    text: LessonText = ""
    requires: list[RequirementBody] = Field(default_factory=list, max_length=MAX_REQUIREMENTS)
    order: Order | None = None

    def fields(self) -> dict[str, Any]:
        fields = self.given("name", "description", "text", *TIMES)
        if "requires" in self.model_fields_set:
            fields["required"] = [[each.lesson_id, each.points] for each in self.requires] or None
        return fields


class NewLesson(LessonChange):
    name: Name


class LinkChange(ChangeBody):
    title: Name = Field(default_factory=str)
    link: Url = Field(default_factory=str)

    def fields(self) -> dict[str, Any]:
        return {"url" if name == "link" else name: value for name, value in self.given().items()}


class NewLink(LinkChange):
    title: Name
    link: Url


class OrderBody(Body):
    """Everything that is there, each once, in the order that is wanted."""

    ids: list[Id] = Field(max_length=MAX_TASKS)


class TaskChange(LateChange):
    """What is the task's own: name, points, order, languages, times, late policy; and what is its problem's, for
    the problem's author.
    """

    name: Name = Field(default_factory=str)
    points: Points = 1
    order: Order | None = None
    languages: LanguageIds | None = None
    task_condition: Statement = ""
    time_limit: Seconds = 1.0
    memory_limit: MebiBytes = 256

    def of_task(self) -> dict[str, Any]:
        return self.given("name", "points", "languages", "late_policy", *TIMES)

    def of_problem(self) -> Fields:
        """What is given of the problem."""
        given = self.given("time_limit", "memory_limit")
        if "task_condition" in self.model_fields_set:
            given["statement"] = self.task_condition
        return ProblemChange(**given).fields()


class PlacedTask(TaskChange):
    """A problem of the library by `problem_id`; or one that is written here, with `name` and `task_condition`."""

    problem_id: Id | None = None
    tests: list[TestBody] = Field(default_factory=list, max_length=MAX_INLINE_TESTS)

    @model_validator(mode="after")
    def _one_problem(self) -> Self:
        written = {"task_condition", "time_limit", "memory_limit", "tests"} & self.model_fields_set
        if self.problem_id is not None and written:
            raise validation.refused(
                Text(
                    "library_problem",
                    "a problem of the library has its own {members}",
                    {"members": ", ".join(sorted(written))},
                )
            )
        if self.problem_id is None and not {"name", "task_condition"} <= self.model_fields_set:
            raise validation.refused(
                Text("one_problem", "give either problem_id, or name and task_condition of a new problem")
            )
        return self

    def to_task(self) -> NewTask:
        times = Times(**{name: getattr(self, name) for name in TIMES})
        return NewTask(
            name=self.name or None,
            points=self.points,
            languages=self.languages,
            times=times,
            late_policy=self.given("late_policy").get("late_policy"),
            order=self.order,
        )

    def to_problem(self) -> NewProblem:
        fields = self.of_problem()
        fields["title"] = self.name
        return NewProblem(fields=fields, tests=[test.to_test() for test in self.tests])


class CopyBody(Body):
    """Without a name the copy is called as the course is."""

    name: Name | None = None
    shift_days: Annotated[int, Field(ge=-MAX_SHIFT_DAYS, le=MAX_SHIFT_DAYS)] | None = Field(
        None, description="By how many days all times are moved; null: the copy has no times"
    )

    @property
    def shift(self) -> timedelta | None:
        return None if self.shift_days is None else timedelta(days=self.shift_days)


class ArchiveBody(Body):
    """The archive of a course that is going to be sent: its exact size in bytes."""

    size: int = Field(ge=1)


class PictureBody(Body):
    content_type: Literal["image/png", "image/jpeg", "image/webp"]


class ShownPicture(Body):
    picture_id: Id

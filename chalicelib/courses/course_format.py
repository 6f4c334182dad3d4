"""How a course is described in an archive: `course.json`, version 1 (docs/course-format.md). Pure.

Lessons and problems are called by their numbers, from 1, in the order in which they stand there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from chalicelib.common.http import validation
from chalicelib.common.http.errors import In
from chalicelib.common.http.searching import Tags
from chalicelib.common.texts import Text
from chalicelib.courses import requests
from chalicelib.courses.availability import Times
from chalicelib.courses.outline import MAX_LESSONS, MAX_LINKS, MAX_POLICIES, MAX_TASKS
from chalicelib.judge.problems.transfer import Part, ProblemPart
from chalicelib.judge.requests import LanguageId, LanguageIds
from chalicelib.school import late_policy, late_requests
from chalicelib.school.late_policy import LatePolicy

NAME, VERSION = "lyceum-course", 1
DESCRIPTION = "course.json"
PICTURE = "picture"
"""Without the suffix that says its kind."""

Number = Annotated[int, Field(ge=1)]


class TimedPart(Part):
    published: bool = True
    opens_at: requests.MomentOrNone = None
    closes_at: requests.MomentOrNone = None
    due_at: requests.MomentOrNone = None

    @property
    def times(self) -> Times:
        return Times(**{name: getattr(self, name) for name in requests.TIMES})


class LateStepPart(Part):
    after_hours: late_requests.Hours
    percent: late_requests.Percent


class LatePolicyPart(Part):
    grace_minutes: late_requests.GraceMinutes = 0
    percent_per_day: late_requests.Percent = 0
    steps: list[LateStepPart] = Field(default_factory=list, max_length=late_requests.MAX_STEPS)
    accepted_hours: late_requests.Hours | None = None

    def policy(self) -> LatePolicy:
        return LatePolicy.of_json(self.model_dump())


class LatePart(TimedPart):
    late_policy: LatePolicyPart | None = None

    @property
    def stored_policy(self) -> dict[str, Any] | None:
        return None if self.late_policy is None else self.late_policy.policy().to_json()


class CoursePart(LatePart):
    name: requests.Name
    description: requests.CourseDescription = ""
    tags: Tags = Field(default_factory=list)
    language: LanguageId = "python3"
    languages: LanguageIds | None = None
    is_public: bool = True
    late_days: late_requests.LateDays = 0


class RequirementPart(Part):
    lesson: Number
    points: requests.RequiredPoints


class LinkPart(Part):
    title: requests.Name
    link: requests.Url


class TaskPart(LatePart):
    """Without a name it is called what its problem is."""

    problem: Number
    name: requests.Name | None = None
    points: requests.Points = 1
    languages: LanguageIds | None = None


class LessonPart(TimedPart):
    """`text` says whether there is a file with one."""

    name: requests.Name
    description: requests.LessonDescription = ""
    text: bool = False
    requires: list[RequirementPart] = Field(default_factory=list, max_length=requests.MAX_REQUIREMENTS)
    links: list[LinkPart] = Field(default_factory=list, max_length=MAX_LINKS)
    tasks: list[TaskPart] = Field(default_factory=list, max_length=MAX_TASKS)


class CourseFile(Part):
    """All of `course.json`."""

    format: Literal["lyceum-course"]
    version: Literal[1]
    course: CoursePart
    lessons: list[LessonPart] = Field(max_length=MAX_LESSONS)
    problems: list[ProblemPart] = Field(max_length=MAX_TASKS)


class BadDescription(Exception):
    """What is wrong with a description, each with its place (a JSON pointer)."""

    def __init__(self, faults: Sequence[tuple[str, Text]]) -> None:
        super().__init__("; ".join(f"{place}: {text}" for place, text in faults))
        self.faults = faults


def dump(told: Mapping[str, Any]) -> bytes:
    """Without what is as it usually is. BadDescription for what no archive may have."""
    described = _validated({"format": NAME, "version": VERSION, **told})
    return json.dumps(described.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, indent=2).encode()


def load(data: bytes) -> CourseFile:
    """BadDescription with everything that is wrong with it."""
    given = validation.parsed(data)
    _check_version(given)
    return _validated(given)


def _validated(given: object) -> CourseFile:
    try:
        described = CourseFile.model_validate(given)
    except ValidationError as error:
        refused = validation.bad_request("bad_course", error, part=In.BODY, given=given, incomplete_status=None)
        raise BadDescription([(each.place.field, each.text) for each in refused.violations]) from error
    if faults := list(_faults(described)):
        raise BadDescription(faults)
    return described


def text_name(lesson: int) -> str:
    return f"lessons/{lesson}.md"


def files_directory(lesson: int) -> str:
    """Where the files are that the text of a lesson shows."""
    return f"lessons/{lesson}/"


def problem_directory(number: int) -> str:
    return f"problems/{number}/"


def _check_version(given: object) -> None:
    if not isinstance(given, dict) or given.get("format") != NAME:
        raise BadDescription([("", Text("no_course_described", "This describes no course"))])
    if given.get("version") != VERSION:
        english = "This is of version {version} of the format, and version {known} is known"
        told: dict[str, Any] = {"version": str(given.get("version"))[:20], "known": VERSION}
        raise BadDescription([("/version", Text("course_version_unknown", english, told))])


def _faults(described: CourseFile) -> Iterator[tuple[str, Text]]:
    """What the shape alone does not tell."""
    yield from (("/lessons", text) for text in _too_many(described.lessons))
    for place, number, most in _numbers(described):
        if number > most:
            yield place, Text("no_such_number", "There is no number {number}: the last is {most}", _told(number, most))
    for place, part in _timed(described):
        if wrong := part.times.out_of_order():
            first, second = wrong
            text = Text("times_out_of_order", "{first} must come before {second}", {"first": first, "second": second})
            yield f"{place}/{second}", text
        if isinstance(part, LatePart) and part.late_policy and (fault := late_policy.fault(part.late_policy.policy())):
            yield f"{place}/late_policy", fault


def _too_many(lessons: Sequence[LessonPart]) -> Iterator[Text]:
    tasks = [task for lesson in lessons for task in lesson.tasks]
    if len(tasks) > MAX_TASKS:
        yield Text("course_too_many_tasks", "There are more than {most} tasks", {"most": MAX_TASKS})
    if sum(len(lesson.links) for lesson in lessons) > MAX_LINKS:
        yield Text("course_too_many_links", "There are more than {most} links", {"most": MAX_LINKS})
    if sum(task.late_policy is not None for task in tasks) > MAX_POLICIES:
        english = "There are more than {most} tasks with a late policy of their own"
        yield Text("course_too_many_policies", english, {"most": MAX_POLICIES})


def _told(number: int, most: int) -> dict[str, int]:
    return {"number": number, "most": most}


def _numbers(described: CourseFile) -> Iterator[tuple[str, int, int]]:
    """Every number that calls something, where it stands, and how many of such there are."""
    for at, lesson in enumerate(described.lessons):
        for each, required in enumerate(lesson.requires):
            yield f"/lessons/{at}/requires/{each}/lesson", required.lesson, len(described.lessons)
        for each, task in enumerate(lesson.tasks):
            yield f"/lessons/{at}/tasks/{each}/problem", task.problem, len(described.problems)


def _timed(described: CourseFile) -> Iterator[tuple[str, TimedPart]]:
    yield "/course", described.course
    for at, lesson in enumerate(described.lessons):
        yield f"/lessons/{at}", lesson
        for each, task in enumerate(lesson.tasks):
            yield f"/lessons/{at}/tasks/{each}", task

"""The outline of a course: its lessons and tasks, their order, and the points of each. Pure.

The outline is one item, so a change of it is seen at once and as a whole. A lesson or task that is not in the outline
is not in the course, whatever else is still stored of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from chalicelib.courses.availability import ALWAYS, Availability, Times
from chalicelib.courses.completion import Completion
from chalicelib.school.late_policy import LatePolicy

MAX_LESSONS = 100
MAX_TASKS = 1000
MAX_LINKS = 1000
MAX_POLICIES = 200
"""Of one course; the last are tasks with a late policy of their own. It is some hundred KB, which one query reads."""


class Full(Exception):
    """There are as many lessons, tasks or links in the course as may be; `most` of `kind`."""

    def __init__(self, kind: str, most: int) -> None:
        super().__init__(f"{most} {kind}")
        self.kind, self.most = kind, most


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """Pupils see a task that is `shown`, since its problem is published, and is no draft itself."""

    id: int
    points: int
    shown: bool
    times: Times = ALWAYS
    late_policy: LatePolicy | None = None

    def times_in(self, lesson: Times) -> Times:
        """What holds for it in a lesson for which `lesson` holds."""
        holding = self.times.within(lesson)
        return holding if self.shown else replace(holding, published=False)


@dataclass(frozen=True, slots=True)
class Requirement:
    """So many points of another lesson, without which a lesson stays locked."""

    lesson_id: int
    points: int


@dataclass(frozen=True, slots=True)
class LessonEntry:
    id: int
    tasks: tuple[TaskEntry, ...] = ()
    links: tuple[int, ...] = ()
    times: Times = ALWAYS
    requires: tuple[Requirement, ...] = ()

    @property
    def seen_tasks(self) -> list[TaskEntry]:
        """Those that are no drafts; none in a lesson that is one."""
        return [task for task in self.tasks if task.times_in(self.times).published]


@dataclass(frozen=True, slots=True)
class Outline:
    lessons: tuple[LessonEntry, ...] = ()

    @property
    def tasks(self) -> list[TaskEntry]:
        return [task for lesson in self.lessons for task in lesson.tasks]

    @property
    def seen_tasks(self) -> list[TaskEntry]:
        """Those that are no drafts, be they open or not."""
        return [task for lesson in self.lessons for task in lesson.seen_tasks]

    @property
    def shown_points(self) -> Mapping[int, int]:
        """What the tasks that pupils see are worth, by task."""
        return {task.id: task.points for task in self.seen_tasks}

    def states(self, course: Times, now: datetime) -> Mapping[int, Availability]:
        """What each task is for pupils now, in a course with these times; who is locked out is another question."""
        return {
            task.id: task.times_in(lesson.times.within(course)).state(now)
            for lesson in self.lessons
            for task in lesson.tasks
        }

    def required(self, lesson_id: int) -> list[Requirement]:
        """What a lesson requires as it is now: of each other lesson at most what all its tasks are worth that pupils
        see, and nothing of one that is gone or has none.
        """
        lesson = self.lesson(lesson_id)
        wanted = [(each, self._seen_points(each.lesson_id)) for each in (lesson.requires if lesson else ())]
        return [Requirement(each.lesson_id, min(each.points, sum(worth.values()))) for each, worth in wanted if worth]

    def lacking(self, lesson_id: int, completion: Completion) -> list[Requirement]:
        """What a lesson requires that somebody has not reached yet."""
        return [
            each
            for each in self.required(lesson_id)
            if completion.marks(self._seen_points(each.lesson_id)).points < each.points
        ]

    def _seen_points(self, lesson_id: int) -> dict[int, int]:
        lesson = self.lesson(lesson_id)
        return {task.id: task.points for task in (lesson.seen_tasks if lesson else ())}

    def locked(self, completion: Completion) -> set[int]:
        """The tasks in lessons that somebody is locked out of."""
        lessons = [each for each in self.lessons if each.requires and self.lacking(each.id, completion)]
        return {task.id for lesson in lessons for task in lesson.tasks}

    def goes_round(self) -> bool:
        """Whether some lesson requires itself, by way of others or not."""
        required = {lesson.id: {each.lesson_id for each in lesson.requires} for lesson in self.lessons}
        while required:
            free = {lesson_id for lesson_id, others in required.items() if not others & required.keys()}
            if not free:
                return True
            required = {lesson_id: others for lesson_id, others in required.items() if lesson_id not in free}
        return False

    def around(self, task_id: int, among: Collection[int]) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """The tasks before and after one, of these, each as (lesson, task), in the order of the whole course."""
        places = [(lesson.id, task.id) for lesson in self.lessons for task in lesson.tasks]
        at = next((index for index, (_, each) in enumerate(places) if each == task_id), None)
        if at is None:
            return None, None
        before = [place for place in places[:at] if place[1] in among]
        after = [place for place in places[at + 1 :] if place[1] in among]
        return (before[-1] if before else None), (after[0] if after else None)

    def to_continue(
        self, latest: int | None, *, among: Collection[int], solved: Collection[int]
    ) -> tuple[int, int] | None:
        """The task of these, as (lesson, task), where a pupil goes on: the `latest` that they sent something to, unless
        it is solved; else the first after it that is not, or the first of all. None when all of these are solved.
        """
        places = [(lesson.id, task.id) for lesson in self.lessons for task in lesson.tasks if task.id in among]
        at = next((index for index, (_, task_id) in enumerate(places) if task_id == latest), 0)
        return next((place for place in [*places[at:], *places[:at]] if place[1] not in solved), None)

    def lesson(self, lesson_id: int) -> LessonEntry | None:
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)

    def lesson_of(self, task_id: int) -> LessonEntry | None:
        return next((lesson for lesson in self.lessons if any(task.id == task_id for task in lesson.tasks)), None)

    def with_lesson(self, lesson_id: int, *, order: int | None = None) -> "Outline":
        """`order` counts from 1; None stands for the end. Full when there is no room."""
        if len(self.lessons) >= MAX_LESSONS:
            raise Full("lessons", MAX_LESSONS)
        return Outline(_inserted(self.lessons, LessonEntry(lesson_id), order))

    def with_task(self, lesson_id: int, task: TaskEntry, *, order: int | None = None) -> "Outline":
        """Full when there is no room."""
        if len(self.tasks) >= MAX_TASKS:
            raise Full("tasks", MAX_TASKS)
        lesson = self._lesson(lesson_id)
        return _checked(self._replacing(replace(lesson, tasks=_inserted(lesson.tasks, task, order))))

    def with_link(self, lesson_id: int, link_id: int) -> "Outline":
        """Full when there is no room."""
        if sum(len(lesson.links) for lesson in self.lessons) >= MAX_LINKS:
            raise Full("links", MAX_LINKS)
        lesson = self._lesson(lesson_id)
        return self._replacing(replace(lesson, links=(*lesson.links, link_id)))

    def without_lesson(self, lesson_id: int) -> "Outline":
        return Outline(tuple(lesson for lesson in self.lessons if lesson.id != lesson_id))

    def without_task(self, lesson_id: int, task_id: int) -> "Outline":
        lesson = self._lesson(lesson_id)
        return self._replacing(replace(lesson, tasks=tuple(task for task in lesson.tasks if task.id != task_id)))

    def without_link(self, lesson_id: int, link_id: int) -> "Outline":
        lesson = self._lesson(lesson_id)
        return self._replacing(replace(lesson, links=tuple(each for each in lesson.links if each != link_id)))

    def moving_lesson(self, lesson_id: int, order: int) -> "Outline":
        return Outline(_moved(self.lessons, lesson_id, order))

    def changing_lesson(self, lesson_id: int, times: Times, requires: Sequence[Requirement] = ()) -> "Outline":
        return self._replacing(replace(self._lesson(lesson_id), times=times, requires=tuple(requires)))

    def changing_task(self, lesson_id: int, changed: TaskEntry, *, order: int | None = None) -> "Outline":
        """Full when there is no room for another policy."""
        lesson = self._lesson(lesson_id)
        tasks = tuple(changed if task.id == changed.id else task for task in lesson.tasks)
        moved = replace(lesson, tasks=_moved(tasks, changed.id, order) if order else tasks)
        return _checked(self._replacing(moved))

    def lessons_in_order(self, lesson_ids: Sequence[int]) -> "Outline":
        """ValueError when these are not all its lessons, each once."""
        return Outline(_in_order(self.lessons, lesson_ids))

    def tasks_in_order(self, lesson_id: int, task_ids: Sequence[int]) -> "Outline":
        """ValueError when these are not all tasks of the lesson, each once."""
        lesson = self._lesson(lesson_id)
        return self._replacing(replace(lesson, tasks=_in_order(lesson.tasks, task_ids)))

    def to_json(self) -> list[Any]:
        return [
            [
                lesson.id,
                [_task_json(task) for task in lesson.tasks],
                list(lesson.links),
                *_further(_lesson_more(lesson)),
            ]
            for lesson in self.lessons
        ]

    @classmethod
    def of_json(cls, stored: Sequence[Any]) -> Self:
        return cls(tuple(_lesson_of_json(*lesson) for lesson in stored))

    def _lesson(self, lesson_id: int) -> LessonEntry:
        lesson = self.lesson(lesson_id)
        if lesson is None:
            raise KeyError(lesson_id)
        return lesson

    def _replacing(self, changed: LessonEntry) -> "Outline":
        return Outline(tuple(changed if lesson.id == changed.id else lesson for lesson in self.lessons))


def _checked(outline: Outline) -> Outline:
    if sum(task.late_policy is not None for task in outline.tasks) > MAX_POLICIES:
        raise Full("policies", MAX_POLICIES)
    return outline


def _task_json(task: TaskEntry) -> list[Any]:
    more = task.times.to_json()
    if task.late_policy is not None:
        more["late_policy"] = task.late_policy.to_json()
    return [task.id, task.points, int(task.shown), *_further(more)]


def _lesson_more(lesson: LessonEntry) -> dict[str, Any]:
    requires = requirements_json(lesson.requires)
    return {**lesson.times.to_json(), "requires": requires} if requires else lesson.times.to_json()


def requirements_json(requires: Sequence[Requirement]) -> list[list[int]]:
    return [[each.lesson_id, each.points] for each in requires]


def requirements_of_json(stored: Sequence[Sequence[int]]) -> tuple[Requirement, ...]:
    return tuple(Requirement(*each) for each in stored)


def _further(stored: dict[str, Any]) -> list[Any]:
    """What is stored of times: nothing at all where there are none, as it was before there were times."""
    return [stored] if stored else []


def _lesson_of_json(
    lesson_id: int, tasks: Sequence[Any], links: Sequence[int], more: Mapping[str, Any] | None = None
) -> LessonEntry:
    entries = tuple(_task_of_json(*task) for task in tasks)
    known = more or {}
    requires = requirements_of_json(known.get("requires", ()))
    return LessonEntry(lesson_id, entries, tuple(links), Times.of_json(known), requires)


def _task_of_json(task_id: int, points: int, shown: int, more: Mapping[str, Any] | None = None) -> TaskEntry:
    known = more or {}
    policy = LatePolicy.of_json(known["late_policy"]) if "late_policy" in known else None
    return TaskEntry(task_id, points, bool(shown), Times.of_json(known), policy)


def _inserted(entries: tuple[Any, ...], entry: Any, order: int | None) -> tuple[Any, ...]:
    index = len(entries) if order is None else order - 1
    return (*entries[:index], entry, *entries[index:])


def _moved(entries: tuple[Any, ...], entry_id: int, order: int) -> tuple[Any, ...]:
    (moved,) = (entry for entry in entries if entry.id == entry_id)
    return _inserted(tuple(entry for entry in entries if entry.id != entry_id), moved, order)


def _in_order(entries: Collection[Any], ids: Sequence[int]) -> tuple[Any, ...]:
    by_id = {entry.id: entry for entry in entries}
    if sorted(by_id) != sorted(ids):
        raise ValueError(ids)
    return tuple(by_id[entry_id] for entry_id in ids)

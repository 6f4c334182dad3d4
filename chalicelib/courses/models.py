"""Courses with their lessons, tasks and enrollments, as they are stored, and the indexes of their table.

    COURSE#{course}   / COURSE                  the course
    COURSE#{course}   / OUTLINE                 which lessons and tasks it has, in which order (`outline.py`)
    COURSE#{course}   / LESSON#{lesson}         a lesson
    COURSE#{course}   / TASK#{lesson}#{task}    a problem placed in a lesson
    TEXTS#{course}    / LESSON#{lesson}         what a lesson says (`text_models.py`): read by itself
    COURSE#{course}   / LINK#{lesson}#{link}    something to read beside a lesson
    USER#{user}       / COURSE#{course:016}     whether a user may attend a course, does, and how far they are
    USER#{user}       / DRAFT#{task}#{language} what a user typed for a task and has not sent (`draft_models.py`)
    ARCHIVE#{archive} / ARCHIVE                 a course on its way out of the school or into it (`archive_models.py`)
    ATTEMPTS#{course} / TASK#{task}#USER#{user}#SUBMISSION#{submission}   what a submission came to

Who teaches a course and who attends it is in the table of `school` too, written in the same transactions.
One query loads a course with all that is in it; one item is a user's progress in it.
Every change of a course is one transaction under the `version` that was read; what the outline does not name is gone.
Indexes `by_visibility`: the courses alone. `by_course`: the enrollments in one. `by_problem`: where a problem is
placed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib.common import ids, settings
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.spoken_names import SpokenName
from chalicelib.courses.availability import Times
from chalicelib.courses.completion import Completion
from chalicelib.courses.outline import Outline, Requirement, TaskEntry, requirements_of_json
from chalicelib.school import memberships
from chalicelib.school.late_policy import LatePolicy
from chalicelib.school.relations import Group, GroupKind


def outside_key(user_id: int) -> str:
    return f"OUTSIDE#{ids.sortable(user_id)}"


class VisibilityIndex(GlobalSecondaryIndex["Course"]):  # type: ignore[no-untyped-call]
    """Public and private courses apart, in the order of their making. One that is being deleted is in neither."""

    class Meta:
        index_name = "by_visibility"
        projection = AllProjection()

    visibility = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class EnrollmentIndex(GlobalSecondaryIndex["Enrollment"]):  # type: ignore[no-untyped-call]
    """Who has to do with a course: its members, and apart from them those who may attend it or only tried a task."""

    class Meta:
        index_name = "by_course"
        projection = AllProjection()

    course = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ProblemIndex(GlobalSecondaryIndex["Task"]):  # type: ignore[no-untyped-call]
    """Where a problem is placed."""

    class Meta:
        index_name = "by_problem"
        projection = IncludeProjection(["kind", "id", "course_id", "lesson_id"])

    problem = UnicodeAttribute(hash_key=True)


PUBLIC, PRIVATE, DRAFT = "public", "private", "draft"

Key = dynamo_items.Key


class CoursesItem(dynamo_items.Item):
    class Meta:
        table_name = settings.load().table_name("courses")


class Timed:
    """The attributes of what has times: `availability` says what they mean."""

    opens_at = dynamo_items.OptionalMomentAttribute()
    closes_at = dynamo_items.OptionalMomentAttribute()
    due_at = dynamo_items.OptionalMomentAttribute()

    @property
    def times(self) -> Times:
        return Times(published=self.is_published, opens_at=self.opens_at, closes_at=self.closes_at, due_at=self.due_at)

    @property
    def is_published(self) -> bool:
        raise NotImplementedError


class Course(Timed, CoursesItem, discriminator="course"):
    """`version` grows with every change of the course or of anything in it.

    Without `languages` all are allowed; programs are in `language` unless they name another. `listed` is the id with
    leading zeros, so that text sorts as numbers do. One that is `doomed` is being deleted: it is no longer there.
    A draft has the visibility that says so, and in `meant` the one that it has when it is published. `late_policy`
    counts for all its tasks that are due and have none of their own, `late_days` are each pupil's.
    """

    id = dynamo_items.IntegerAttribute()
    version = dynamo_items.IntegerAttribute(default=1)
    name = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    tags = JSONAttribute(default=list)
    picture_id = dynamo_items.OptionalIntegerAttribute()
    language = UnicodeAttribute()
    languages = JSONAttribute(null=True)
    visibility = UnicodeAttribute(default=PUBLIC)
    meant = dynamo_items.OptionalTextAttribute()
    late_policy = JSONAttribute(null=True)
    late_days = dynamo_items.IntegerAttribute(default=0)
    listed = UnicodeAttribute()
    author_id = dynamo_items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    doomed = BooleanAttribute(null=True)
    visibility_index = VisibilityIndex()

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it now: no draft is."""
        return bool(self.visibility == PUBLIC)

    @property
    def is_meant_public(self) -> bool:
        """Whether everybody may see it once it is published."""
        return (self.meant or self.visibility) == PUBLIC

    @property
    def is_published(self) -> bool:
        return bool(self.visibility != DRAFT)

    @property
    def pic(self) -> str | None:
        """The path of its picture."""
        return None if self.picture_id is None else f"/courses/{self.id}/pic"


class CourseOutline(CoursesItem, discriminator="outline"):
    course_id = dynamo_items.IntegerAttribute()
    lessons = JSONAttribute(default=list)

    @property
    def outline(self) -> Outline:
        return Outline.of_json(self.lessons)


class Lesson(Timed, CoursesItem, discriminator="lesson"):
    """One that is `doomed` is being deleted."""

    id = dynamo_items.IntegerAttribute()
    name = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    published = BooleanAttribute(default=True)
    required = JSONAttribute(null=True)
    doomed = BooleanAttribute(null=True)

    @property
    def is_published(self) -> bool:
        return bool(self.published)

    @property
    def requires(self) -> tuple[Requirement, ...]:
        return requirements_of_json(self.required or ())


class Task(Timed, CoursesItem, discriminator="task"):
    """A problem of the library (`judge`), placed in a lesson and worth `points`.

    Without `languages` those of the course are allowed. `shown` says whether the problem is published, `published`
    whether the task is no draft: pupils see it when it is both. `titles`, by language, are the problem's, where the
    task is called what that is. Without a `late_policy` the course's counts.
    """

    id = dynamo_items.IntegerAttribute()
    course_id = dynamo_items.IntegerAttribute()
    lesson_id = dynamo_items.IntegerAttribute()
    problem_id = dynamo_items.IntegerAttribute()
    problem = UnicodeAttribute()
    name = UnicodeAttribute()
    titles = JSONAttribute(default=dict)
    points = dynamo_items.IntegerAttribute(default=1)
    languages = JSONAttribute(null=True)
    shown = BooleanAttribute(default=True)
    published = BooleanAttribute(default=True)
    late_policy = JSONAttribute(null=True)
    problem_index = ProblemIndex()

    @property
    def is_published(self) -> bool:
        return bool(self.published)

    @property
    def entry(self) -> TaskEntry:
        """What the outline has of it."""
        policy = None if self.late_policy is None else LatePolicy.of_json(self.late_policy)
        return TaskEntry(self.id, self.points, self.shown, self.times, policy)

    @property
    def spoken_name(self) -> SpokenName:
        return SpokenName(self.name, self.titles)


class Link(CoursesItem, discriminator="link"):
    id = dynamo_items.IntegerAttribute()
    lesson_id = dynamo_items.IntegerAttribute()
    title = UnicodeAttribute()
    url = UnicodeAttribute()


class Enrollment(CoursesItem, discriminator="enrolment"):
    """A user in a course. They attend it since `since`; `granted_at` opens a private one to them.

    `results` are a `Completion`; `revision` changes with them. Who teaches has results without attending. `place` is
    where the list of the course has the user: among its members, or outside.
    """

    user_id = dynamo_items.IntegerAttribute()
    course_id = dynamo_items.IntegerAttribute()
    since = UTCDateTimeAttribute(null=True)
    granted_at = UTCDateTimeAttribute(null=True)
    results = JSONAttribute(default=dict)
    extensions = JSONAttribute(null=True)
    revision = dynamo_items.IntegerAttribute(default=0)
    course = UnicodeAttribute()
    place = UnicodeAttribute()
    enrollment_index = EnrollmentIndex()

    @property
    def attends(self) -> bool:
        return self.since is not None

    @property
    def is_granted(self) -> bool:
        return self.granted_at is not None

    @property
    def completion(self) -> Completion:
        return Completion.of_json(self.results)


class StoredAttempt(CoursesItem, discriminator="attempt"):
    """What a submission came to. Written anew when it is judged again."""

    solved = BooleanAttribute()
    share = NumberAttribute()
    failed_on = dynamo_items.OptionalIntegerAttribute()


CourseKind = TypeVar("CourseKind", bound=CoursesItem)
Deletable = TypeVar("Deletable", Course, Lesson)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A course and all that is in it, in order."""

    course: Course
    outline: Outline
    lessons: tuple[Lesson, ...]
    tasks: Mapping[int, tuple[Task, ...]]
    links: Mapping[int, tuple[Link, ...]]
    """Tasks and links by lesson."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a course: of its own `fields`, of its outline, and of items in it.

    Of `written` it does not matter whether they were there.
    """

    course: Course
    fields: Mapping[str, object] = field(default_factory=dict)
    outline: Outline | None = None
    created: Sequence[CoursesItem] = ()
    changed: Sequence[CoursesItem] = ()
    written: Sequence[CoursesItem] = ()
    removed: Sequence[CoursesItem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTask:
    """What there is at a task's place, and the reader's enrollment in the course."""

    course: Course | None
    lesson: Lesson | None
    task: Task | None
    enrollment: Enrollment | None
    outline: Outline | None = None


def group_of(course_id: int) -> Group:
    """The group of those who teach a course and those who attend it."""
    return Group(GroupKind.COURSE, course_id)


def course_key(course_id: int) -> Key:
    return f"COURSE#{course_id}", "COURSE"


def outline_key(course_id: int) -> Key:
    return f"COURSE#{course_id}", "OUTLINE"


def lesson_key(course_id: int, lesson_id: int) -> Key:
    return f"COURSE#{course_id}", f"LESSON#{lesson_id}"


def task_key(course_id: int, lesson_id: int, task_id: int) -> Key:
    return f"COURSE#{course_id}", f"TASK#{lesson_id}#{task_id}"


def text_key(course_id: int, lesson_id: int) -> Key:
    return texts_key(course_id), f"LESSON#{lesson_id}"


def files_key(course_id: int, lesson_id: int) -> Key:
    return texts_key(course_id), f"FILES#{lesson_id}"


def archive_key(archive_id: int) -> Key:
    return f"ARCHIVE#{archive_id}", "ARCHIVE"


def texts_key(course_id: int) -> str:
    return f"TEXTS#{course_id}"


def link_key(course_id: int, lesson_id: int, link_id: int) -> Key:
    return f"COURSE#{course_id}", f"LINK#{lesson_id}#{link_id}"


def enrollment_key(user_id: int, course_id: int) -> Key:
    return f"USER#{user_id}", f"COURSE#{ids.sortable(course_id)}"


def attempt_key(course_id: int, task_id: int, user_id: int, submission_id: int) -> Key:
    return attempts_key(course_id), f"{attempts_prefix(task_id, user_id)}{submission_id}"


def attempts_key(course_id: int) -> str:
    return f"ATTEMPTS#{course_id}"


def attempts_prefix(task_id: int, user_id: int) -> str:
    return f"TASK#{task_id}#USER#{user_id}#SUBMISSION#"


def draft_key(user_id: int, task_id: int, language: str) -> Key:
    user, prefix = drafts_key(user_id, task_id)
    return user, f"{prefix}{language}"


def drafts_key(user_id: int, task_id: int | None = None) -> Key:
    """Where the keys of all drafts of a user begin, or of those for one task."""
    return f"USER#{user_id}", "DRAFT#" if task_id is None else f"DRAFT#{task_id}#"


def in_lesson_prefixes(lesson_id: int) -> tuple[str, ...]:
    """How the keys of all that is in a lesson begin."""
    return f"TASK#{lesson_id}#", f"LINK#{lesson_id}#"


# --- Courses and what is in them -------------------------------------------------------------------------------------


def new_course(course_id: int, author_id: int, now: datetime, **fields: Any) -> Course:
    """A course that is not stored yet."""
    key = course_key(course_id)
    return Course(*key, id=course_id, author_id=author_id, created_at=now, listed=ids.sortable(course_id), **fields)


def new_lesson(course_id: int, lesson_id: int, **fields: Any) -> Lesson:
    return Lesson(*lesson_key(course_id, lesson_id), id=lesson_id, **fields)


def new_task(course_id: int, lesson_id: int, task_id: int, *, problem_id: int, **fields: Any) -> Task:
    return Task(
        *task_key(course_id, lesson_id, task_id),
        id=task_id,
        course_id=course_id,
        lesson_id=lesson_id,
        problem_id=problem_id,
        problem=str(problem_id),
        **fields,
    )


def new_link(course_id: int, lesson_id: int, link_id: int, **fields: Any) -> Link:
    return Link(*link_key(course_id, lesson_id, link_id), id=link_id, lesson_id=lesson_id, **fields)


def write(items: Iterable[CoursesItem]) -> None:
    """Store items of a course that is not there yet."""
    with CoursesItem.batch_write() as batch:
        for item in items:
            batch.save(item)


def add_course(course: Course, outline: Outline | None = None) -> None:
    """Store a course, taught by its author: with nothing in it, unless what its outline names was written already.

    ConditionFailed(KEY_FREE): the id is taken.
    """

    def fill(transaction: Transaction) -> None:
        transaction.save(course, condition=Course.pk.does_not_exist(), named=transactions.KEY_FREE)
        transaction.save(_stored(course.id, outline or Outline()))
        memberships.add_owner(transaction, course.author_id, group_of(course.id), course.created_at)

    transactions.transact(fill)


def change_course(change: Change) -> Course:
    """The course as it is then. ConditionFailed when it has changed since it was read, or a new item's id is taken."""
    course = change.course
    actions: list[Action] = [Course.version.set(course.version + 1)]
    actions += [_assign(getattr(Course, name), value) for name, value in change.fields.items()]

    def fill(transaction: Transaction) -> None:
        for item in change.removed:
            transaction.delete(item)
        for item in change.created:
            transaction.save(item, condition=type(item).pk.does_not_exist(), named="item_new")
        for item in change.changed:
            transaction.save(item, condition=type(item).pk.exists(), named="item_exists")
        for item in change.written:
            transaction.save(item)
        if change.outline is not None:
            transaction.save(_stored(course.id, change.outline))
        unchanged = is_there() & (Course.version == course.version)
        transaction.update(
            Course(*course_key(course.id)), actions=actions, condition=unchanged, named="course_unchanged"
        )

    transactions.transact(fill)
    changed = Course(**{**course.attribute_values, **change.fields})
    changed.version = course.version + 1
    return changed


def find_course(course_id: int, *, consistent: bool = False) -> Course | None:
    return not_deleting(dynamo_items.find(Course, *course_key(course_id), consistent=consistent))


def find_outline(course_id: int) -> Outline | None:
    stored = dynamo_items.find(CourseOutline, *outline_key(course_id))
    return stored.outline if stored else None


def find_course_and_outline(course_id: int) -> tuple[Course, Outline] | None:
    """Read consistently: for whoever is about to change them."""
    found = batch([course_key(course_id), outline_key(course_id)], consistent=True)
    course = not_deleting(as_kind(Course, found.get(course_key(course_id))))
    stored = as_kind(CourseOutline, found.get(outline_key(course_id)))
    return (course, stored.outline) if course and stored else None


def find_contents(course_id: int) -> Contents | None:
    """One query, whatever the course's size (up to 1 MB of names and descriptions a page)."""
    items = list(CoursesItem.query(course_key(course_id)[0]))
    course = not_deleting(next(iter(only(Course, items)), None))
    stored = next(iter(only(CourseOutline, items)), None)
    if course is None or stored is None:
        return None
    outline = stored.outline
    lessons = {lesson.id: lesson for lesson in only(Lesson, items)}
    tasks = {task.id: task for task in only(Task, items)}
    # Lessons number their links each for itself.
    links = {(link.lesson_id, link.id): link for link in only(Link, items)}
    return Contents(
        course=course,
        outline=outline,
        lessons=_named([entry.id for entry in outline.lessons], lessons),
        tasks={entry.id: _named([task.id for task in entry.tasks], tasks) for entry in outline.lessons},
        links={entry.id: _named([(entry.id, link) for link in entry.links], links) for entry in outline.lessons},
    )


def find_lesson(course_id: int, lesson_id: int) -> Lesson | None:
    """Whether it is being deleted or not."""
    return dynamo_items.find(Lesson, *lesson_key(course_id, lesson_id), consistent=True)


def find_task(course_id: int, lesson_id: int, task_id: int) -> Task | None:
    return dynamo_items.find(Task, *task_key(course_id, lesson_id, task_id), consistent=True)


def find_link(course_id: int, lesson_id: int, link_id: int) -> Link | None:
    return dynamo_items.find(Link, *link_key(course_id, lesson_id, link_id), consistent=True)


def find_task_for(
    user_id: int, course_id: int, lesson_id: int, task_id: int, *, with_outline: bool = False
) -> FoundTask:
    """Read consistently: a verdict may have changed the enrollment a moment ago."""
    keys = [
        course_key(course_id),
        lesson_key(course_id, lesson_id),
        task_key(course_id, lesson_id, task_id),
        enrollment_key(user_id, course_id),
    ]
    further = [outline_key(course_id)] if with_outline else []
    found = batch([*keys, *further], consistent=True)
    course, lesson, task, enrollment = map(found.get, keys)
    stored = as_kind(CourseOutline, found.get(outline_key(course_id)))
    return FoundTask(
        course=not_deleting(as_kind(Course, course)),
        lesson=not_deleting(as_kind(Lesson, lesson)),
        task=as_kind(Task, task),
        enrollment=as_kind(Enrollment, enrollment),
        outline=stored.outline if stored else None,
    )


def placements(problem_id: int) -> list[Task]:
    """Where a problem is placed: of each task what says where it is."""
    return list(Task.problem_index.query(str(problem_id)))


def courses_by_id(course_ids: Iterable[int]) -> dict[int, Course]:
    """Those that are there."""
    found = batch([course_key(course_id) for course_id in course_ids])
    return {course.id: course for course in only(Course, found.values()) if not course.doomed}


def courses_and_outlines(course_ids: Iterable[int]) -> dict[int, tuple[Course, Outline]]:
    """Those that are there, in this order."""
    wanted = list(course_ids)
    found = batch([key(course_id) for course_id in wanted for key in (course_key, outline_key)])
    outlines = {stored.course_id: stored.outline for stored in only(CourseOutline, found.values())}
    courses = {course.id: course for course in only(Course, found.values()) if not course.doomed}
    return {each: (courses[each], outlines[each]) for each in wanted if each in courses and each in outlines}


# --- Parts of the above ----------------------------------------------------------------------------------------------


def _stored(course_id: int, outline: Outline) -> CourseOutline:
    return CourseOutline(*outline_key(course_id), course_id=course_id, lessons=outline.to_json())


def is_there() -> Condition:
    there: Condition = Course.pk.exists() & Course.doomed.does_not_exist()
    return there


def _assign(attribute: Any, value: object) -> Action:
    action: Action = attribute.remove() if value is None else attribute.set(value)
    return action


def batch(keys: Sequence[Key], *, consistent: bool = False) -> dict[Key, CoursesItem]:
    """The items that are there, by key."""
    found = CoursesItem.batch_get(keys, consistent_read=consistent) if keys else ()
    return {(item.pk, item.sk): item for item in found}


def as_kind(kind: type[CourseKind], item: CoursesItem | None) -> CourseKind | None:
    return item if isinstance(item, kind) else None


def not_deleting(found: Deletable | None) -> Deletable | None:
    """What was found, unless it is being deleted."""
    return None if found is None or found.doomed else found


def only(kind: type[CourseKind], items: Iterable[CoursesItem]) -> list[CourseKind]:
    return [item for item in items if isinstance(item, kind)]


def _named(wanted: Iterable[Any], found: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(found[each] for each in wanted if each in found)

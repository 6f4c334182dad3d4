"""The indexes of the courses' table."""

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

if TYPE_CHECKING:
    from chalicelib.courses.models import Course, Enrolment, Task  # noqa: F401 - named in the bases


class VisibilityIndex(GlobalSecondaryIndex["Course"]):  # type: ignore[no-untyped-call]
    """Public and private courses apart, in the order of their making. One that is being deleted is in neither."""

    class Meta:
        index_name = "by_visibility"
        projection = AllProjection()

    visibility = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class RollIndex(GlobalSecondaryIndex["Enrolment"]):  # type: ignore[no-untyped-call]
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

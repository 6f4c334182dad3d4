"""The indexes of the judge's table: what is found by other than its key, and how much of it can be read there."""

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

if TYPE_CHECKING:
    from chalicelib.judge.models import Problem, Submission  # noqa: F401 - named in the bases

_PROBLEM_IN_A_LIST = [
    "kind",
    "id",
    "author_id",
    "title",
    "version",
    "published",
    "tests_version",
    "tests_count",
    "time_limit_ms",
    "memory_limit_kb",
    "checker",
]
_SUBMISSION_IN_A_LIST = [
    "kind",
    "id",
    "user_id",
    "problem_id",
    "language",
    "submitted_at",
    "verdict",
    "text",
    "points",
    "max_points",
    "time_ms",
    "memory_kb",
    "tests_passed",
    "tests_total",
    "judging",
    "judged_at",
]


class WaitingIndex(GlobalSecondaryIndex["Submission"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "waiting"
        projection = IncludeProjection(["kind", "id", "user_id"])

    waiting = UnicodeAttribute(hash_key=True)
    waiting_since = UTCDateTimeAttribute(range_key=True)


class SubmitterIndex(GlobalSecondaryIndex["Submission"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_submitter"
        projection = IncludeProjection([*_SUBMISSION_IN_A_LIST, "origin"])

    submitter = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class TargetIndex(GlobalSecondaryIndex["Submission"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_target"
        projection = IncludeProjection([*_SUBMISSION_IN_A_LIST, "origin"])

    target = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class OriginIndex(GlobalSecondaryIndex["Submission"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_origin"
        projection = IncludeProjection(_SUBMISSION_IN_A_LIST)

    origin = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class AuthorIndex(GlobalSecondaryIndex["Problem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_author"
        projection = IncludeProjection(_PROBLEM_IN_A_LIST)

    author = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class ShelfIndex(GlobalSecondaryIndex["Problem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "on_shelf"
        projection = IncludeProjection(_PROBLEM_IN_A_LIST)

    shelf = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)

"""The judge's table: problems, submissions, and how much of their limits submitters have used.

    PROBLEM#{id}    / PROBLEM     the problem; its tests lie in S3 (`problems/testsets.py`)
    PROBLEM#{id}    / STATEMENT#{language}   its statement in a language: as its author wrote it, and as Markdown
    PROBLEM#{id}    / TESTS       the last version of its tests that was given out
    IMPORT#{id}     / IMPORT      a package sent in for a problem, and what came of it (`import_models.py`)
    SUBMISSION#{id} / SUBMISSION  one program sent in, and its verdict
    SUBMISSION#{id} / RESULTS#{judging:04}#{page:04}   its tests' results after the first hundred
    SUBMISSION#{id} / EXACT#{judging:04}#{page:04}     the same exactly, where results are coarse
    SUBMISSION#{id} / JUDGING#{judging:04}             a verdict that a later judging has replaced
    SUBMITTER#{id}  / SUBMITTER   how much of their limits a user has used
    JUDGE           / LANGUAGES   what the judge last said it can run (`language_models.py`)

Index `waiting`: the submissions without a verdict, oldest first, in partitions: those that wait for a judge, those that
nobody waits for, and those whose judging has begun (`waiting_models.py`). Sparse: an item leaves it with its verdict.
Indexes `by_submitter`, `by_target`, `by_origin`: the submissions of a user, of a user to one target (the last part of
the origin: a task), of one origin. The jury's are in the last alone.
Indexes `by_author`, `on_shelf`: the problems of an author, and all of them. Those taken out of the library are in none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.common import ids, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging
from chalicelib.judge_protocol.contract import Verdict

_PROBLEM_IN_A_LIST = [
    "kind", "id", "author_id", "title", "version", "published", "tests_version", "tests_count", "time_limit_ms",
    "memory_limit_kb", "checker",
]  # fmt: skip
_SUBMISSION_IN_A_LIST = [
    "kind", "id", "user_id", "problem_id", "language", "submitted_at", "verdict", "text", "points", "max_points",
    "time_ms", "memory_kb", "tests_passed", "tests_total", "judging", "judged_at",
]  # fmt: skip


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


class LibraryIndex(GlobalSecondaryIndex["Problem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "on_shelf"
        projection = IncludeProjection(_PROBLEM_IN_A_LIST)

    shelf = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


WAITING = "yes"
"""The partition of programs that people have sent and that no judge has taken: one takes 1000 writes a second."""
AGAIN = "again"
"""The partition of programs for whose verdict nobody is kept waiting: those judged anew, and the jury's."""

LIBRARY = "problems"
"""The one key of the index of all problems: admins alone read it, and problems are few."""

RACE_TRIES = 10

VERDICT_PENDING, USAGE_UNCHANGED = "verdict_pending", "usage_unchanged"

Writes = Callable[[Transaction], None]
"""Adds writes to a transaction."""


class JudgeItem(items.Item):
    class Meta:
        table_name = settings.load().table_name("judge")


class Sample(MapAttribute[str, str]):
    """A test that everybody may see."""

    input = UnicodeAttribute()
    output = UnicodeAttribute()


class Problem(JudgeItem, discriminator="problem"):
    """A problem is written once and used wherever it is placed.

    `version` grows with every change, `rules_version` with those that may change a verdict; a new set of tests has a
    `tests_version` of its own. `checkers.parse` reads `checker` and its options, `scoring.parse` the scoring; without
    one it is all or nothing. `limits` by language override the problem's own: {"java": {"time_limit_ms": 3000}}.
    Without `languages` all are allowed. Of the first `visible_tests` tests everything is told. A program prints
    no more than `output_limit_kb`, where a package says so, nor more than is usual. `jury_import` is the
    import whose jury promises verdicts (`proofs.py`). With `coarse_results` the hidden tests tell little (`coarse.py`).
    `title` and `statement` (Markdown) are the main ones, in `language`: empty where nobody has said which. `titles`, by
    language, tells in which there is a statement; `files`, by name, are [digest, bytes] of what statements show.
    """

    id = items.IntegerAttribute()
    author_id = items.IntegerAttribute()
    author = items.OptionalTextAttribute()
    shelf = items.OptionalTextAttribute()
    listed = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    archived_at = UTCDateTimeAttribute(null=True)
    version = items.IntegerAttribute(default=1)
    rules_version = items.IntegerAttribute(default=1)
    published = BooleanAttribute(default=False)
    jury_import = items.OptionalIntegerAttribute()
    title = UnicodeAttribute()
    statement = UnicodeAttribute(default="")
    language = UnicodeAttribute(default="")
    titles = JSONAttribute(default=dict)
    tags = JSONAttribute(default=list)
    files = JSONAttribute(default=dict)
    checker = UnicodeAttribute(default="tokens")
    checker_options = JSONAttribute(default=dict)
    scoring = JSONAttribute(null=True)
    time_limit_ms = items.IntegerAttribute(default=1000)
    memory_limit_kb = items.IntegerAttribute(default=256 * 1024)
    limits = JSONAttribute(default=dict)
    input_file = UnicodeAttribute(default="")
    output_file = UnicodeAttribute(default="")
    output_limit_kb = items.OptionalIntegerAttribute()
    stop_at_first_failure = BooleanAttribute(default=True)
    coarse_results = BooleanAttribute(default=False)
    languages = JSONAttribute(null=True)
    tests_version = items.IntegerAttribute(default=0)
    tests_count = items.IntegerAttribute(default=0)
    visible_tests = items.IntegerAttribute(default=2)
    samples: ListAttribute[Sample] = ListAttribute(of=Sample, default=list)
    author_index = AuthorIndex()
    library_index = LibraryIndex()

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class TestsCounter(JudgeItem, discriminator="tests_counter"):
    """`last` is the last version of a problem's tests that was given out, used or not."""

    __test__ = False  # whatever pytest makes of the name

    last = items.IntegerAttribute()


class Judged(JudgeItem):
    """A verdict. `time_ms` is the maximum of the tests'; `judging` counts from 1.

    `text` is what people read of it. `rules_version` is the problem's when it was judged. Where results are coarse, the
    other members are what the submitter may be told, and `exact` (`grading/exact.py`) is kept for those who teach.
    """

    judging = items.IntegerAttribute(default=1)
    tests_version = items.IntegerAttribute()
    rules_version = items.IntegerAttribute(default=0)
    verdict = UnicodeAttribute(default=Verdict.PENDING)
    text = items.WordedAttribute()
    points = NumberAttribute(default=0)
    max_points = NumberAttribute(default=0)
    time_ms = NumberAttribute(default=0)
    memory_kb = items.IntegerAttribute(default=0)
    tests_passed = items.IntegerAttribute(default=0)
    tests_total = items.IntegerAttribute(default=0)
    toolchain = UnicodeAttribute(default="")
    judged_at = UTCDateTimeAttribute(null=True)
    exact = JSONAttribute(null=True)


class Submission(Judged, discriminator="submission"):
    """One program sent in. `origin` says what it was sent to ("course#1#2#3"); its last part is the `target`.

    `results` are the first tests' results as `results.TestResult` writes them, `samples` the runs on samples as
    `samples.SampleRun` does. `notice` is for the problem's author. Of the jury's programs alone: `files` are those
    beside `source` (`own_files.py`), `unmet` says, each as `Text.to_json`, what of their promises was not kept.
    While it waits for its first verdict it `holds_place` among those that its user may have; the jury's hold none.
    Of a counter-test (`grading/counter_tests.py`), `given` is its input, and `answer` what the jury makes of it, once
    it has: both compressed.
    `progress` is how far its judging is: the stage, the last test, tests passed and in all. `asked_at` is when the
    present judging was asked for, `tries` how often it has begun. `coarse_results`: where it was sent to asks for them.
    """

    id = items.IntegerAttribute()
    user_id = items.IntegerAttribute()
    problem_id = items.IntegerAttribute()
    origin = UnicodeAttribute()
    submitter = items.OptionalTextAttribute()
    target = items.OptionalTextAttribute()
    listed = UnicodeAttribute()
    holds_place = BooleanAttribute(default=True)
    asked_at = UTCDateTimeAttribute()
    language = UnicodeAttribute()
    source = UnicodeAttribute()
    files = BinaryAttribute(legacy_encoding=False, null=True)
    submitted_at = UTCDateTimeAttribute()
    waiting = UnicodeAttribute(null=True)
    waiting_since = UTCDateTimeAttribute(null=True)
    compiler_output = UnicodeAttribute(default="")
    results = JSONAttribute(default=list)
    exact_results = JSONAttribute(null=True)
    samples = JSONAttribute(default=list)
    progress = JSONAttribute(null=True)
    tries = items.IntegerAttribute(default=0)
    coarse_results = BooleanAttribute(default=False)
    given = BinaryAttribute(legacy_encoding=False, null=True)
    answer = BinaryAttribute(legacy_encoding=False, null=True)
    notice = items.WordedAttribute()
    unmet = JSONAttribute(null=True)
    waiting_index = WaitingIndex()
    submitter_index = SubmitterIndex()
    target_index = TargetIndex()
    origin_index = OriginIndex()

    @property
    def is_final(self) -> bool:
        return bool(self.verdict != Verdict.PENDING)

    @property
    def is_counter_test(self) -> bool:
        return bool(self.given)


class ResultsPage(JudgeItem, discriminator="results"):
    """Results of one judging that did not fit the submission, as `results.pack` makes them."""

    packed = BinaryAttribute(legacy_encoding=False)


class Judging(Judged, discriminator="judging"):
    """What a submission's verdict was before it was judged again."""


class Submitter(JudgeItem, discriminator="submitter"):
    """What a user has used of the limits on submitting. `revision` changes with every write."""

    pending = items.IntegerAttribute(default=0)
    minute = items.IntegerAttribute(default=0)
    in_minute = items.IntegerAttribute(default=0)
    day = items.IntegerAttribute(default=0)
    in_day = items.IntegerAttribute(default=0)
    revision = items.IntegerAttribute(default=0)


def sample(given: str, answer: str) -> Sample:
    return Sample(input=given, output=answer)  # type: ignore[no-untyped-call]  # PynamoDB's maps have untyped ones


def new_problem(problem_id: int, author_id: int, now: datetime, **fields: Any) -> Problem:
    """A problem as it stands in the library, not stored yet."""
    return Problem(
        *problem_key(problem_id),
        id=problem_id,
        author_id=author_id,
        author=str(author_id),
        shelf=LIBRARY,
        listed=ids.sortable(problem_id),
        created_at=now,
        **fields,
    )


def new_submission(submission_id: int, user_id: int, origin: str, now: datetime, **fields: Any) -> Submission:
    """A submission that waits for its verdict, not stored yet."""
    submission = Submission(
        *submission_key(submission_id),
        id=submission_id,
        user_id=user_id,
        origin=origin,
        listed=ids.sortable(submission_id),
        submitted_at=now,
        asked_at=now,
        waiting_since=now,
        **fields,
    )
    submission.waiting = partition_of(submission)
    return submission


def partition_of(submission: Submission) -> str:
    """Where it stands in the index `waiting` until its judging begins."""
    return WAITING if submission.holds_place else AGAIN


def index_for_user(submission: Submission) -> None:
    """Have a submission listed among those of its user."""
    submission.submitter = str(submission.user_id)
    submission.target = target_of(submission.user_id, submission.origin.rpartition("#")[2])


def target_of(user_id: int, target: str) -> str:
    return f"{user_id}#{target}"


def problem_key(problem_id: int) -> tuple[str, str]:
    return f"PROBLEM#{problem_id}", "PROBLEM"


def statement_key(problem_id: int, language: str) -> tuple[str, str]:
    return f"PROBLEM#{problem_id}", f"STATEMENT#{language}"


def import_key(import_id: int) -> tuple[str, str]:
    return f"IMPORT#{import_id}", "IMPORT"


def submission_key(submission_id: int) -> tuple[str, str]:
    return f"SUBMISSION#{submission_id}", "SUBMISSION"


def submitter_key(user_id: int) -> tuple[str, str]:
    return f"SUBMITTER#{user_id}", "SUBMITTER"


def judging_key(submission_id: int, judging: int) -> tuple[str, str]:
    return f"SUBMISSION#{submission_id}", f"JUDGING#{judging:04}"


def results_key(submission_id: int, judging: int, page: int, *, exact: bool = False) -> tuple[str, str]:
    return f"SUBMISSION#{submission_id}", f"{'EXACT' if exact else 'RESULTS'}#{judging:04}#{page:04}"


def find_problem(problem_id: int, *, consistent: bool = False) -> Problem | None:
    """Whether it is in the library or was taken out of it."""
    return items.find(Problem, *problem_key(problem_id), consistent=consistent)


def add_problem(problem: Problem, also: Writes) -> None:
    """Store a new problem, and `also` with it. ConditionFailed(KEY_FREE) when its id is taken."""

    def fill(transaction: Transaction) -> None:
        transaction.save(problem, condition=Problem.pk.does_not_exist(), named=transactions.KEY_FREE)
        also(transaction)

    transactions.transact(fill)


def change_problem(problem: Problem, *, known_version: int, also: Writes = lambda _: None) -> None:
    """Store a problem that was changed, `also` with it. ConditionFailed when it is no longer as it was read, or out of
    the library.
    """
    problem.version = known_version + 1

    def fill(transaction: Transaction) -> None:
        transaction.save(problem, condition=unchanged(known_version), named="problem_unchanged")
        also(transaction)

    transactions.transact(fill)


def next_tests_version(problem: Problem) -> int:
    """A version that no set of tests of this problem has or will have."""
    counter = TestsCounter(f"PROBLEM#{problem.id}", "TESTS")
    following = (TestsCounter.last | problem.tests_version) + 1
    counter.update(actions=[TestsCounter.kind.set(TestsCounter), TestsCounter.last.set(following)])
    return counter.last


def problems_of(author_id: int, query: paging.CursorQuery) -> paging.Page[Problem]:
    """The problems of one author, newest first; of each what a list shows."""
    return _newest(Problem.author_index, str(author_id), query)


def all_problems(query: paging.CursorQuery) -> paging.Page[Problem]:
    return _newest(Problem.library_index, LIBRARY, query)


def named(problem_ids: Sequence[int]) -> dict[int, Problem]:
    """Problems, by their ids, with what they are called in which languages, and their tags. The indexes lack it."""
    keys = [problem_key(problem_id) for problem_id in problem_ids]
    found = Problem.batch_get(keys, attributes_to_get=["id", "kind", "titles", "tags"]) if keys else ()
    return {problem.id: problem for problem in found}


def unchanged(known_version: int) -> Condition:
    """Of a problem that is in the library, as it was read."""
    as_read: Condition = (Problem.version == known_version) & Problem.archived_at.does_not_exist()
    return as_read


def find_submission(submission_id: int) -> Submission | None:
    """Read consistently: its verdict may have been written a moment ago."""
    return items.find(Submission, *submission_key(submission_id), consistent=True)


def find_submitter(user_id: int) -> Submitter:
    """What the user has used; nothing, if they never sent anything."""
    key = submitter_key(user_id)
    return items.find(Submitter, *key, consistent=True) or Submitter(*key)


def add_submission(
    submission: Submission, used: Submitter, *, known_revision: int, also: Writes = lambda _: None
) -> None:
    """Store a submission, what its user has used with it, and `also`: all or nothing.

    ConditionFailed(KEY_FREE): the id is taken; (USAGE_UNCHANGED): the user's usage has changed since it was read. Any
    other name is of what `also` writes.
    """
    used.revision = known_revision + 1

    def fill(transaction: Transaction) -> None:
        transaction.save(submission, condition=Submission.pk.does_not_exist(), named=transactions.KEY_FREE)
        transaction.save(
            used,
            condition=Submitter.pk.does_not_exist() | (Submitter.revision == known_revision),
            named=USAGE_UNCHANGED,
        )
        also(transaction)

    transactions.transact(fill)


def add_counter_test(submission: Submission, *, also: Writes) -> None:
    """Store a program that is tried on somebody's input, and `also`. ConditionFailed(KEY_FREE): the id is taken."""

    def fill(transaction: Transaction) -> None:
        transaction.save(submission, condition=Submission.pk.does_not_exist(), named=transactions.KEY_FREE)
        also(transaction)

    transactions.transact(fill)


def finish_submission(judged: Submission, pages: Iterable[bytes], *, also: Writes, exact: Iterable[bytes] = ()) -> None:
    """Write a verdict with the results' further pages, give the user's place back, and do `also`: all or nothing.

    `also` is asked again when only what it wrote was refused: it had read what has changed since.
    ConditionFailed(VERDICT_PENDING) when the submission has a verdict already.
    """
    held, judged.holds_place = judged.holds_place, False
    judged.waiting = judged.waiting_since = judged.progress = None
    kept = [*_results_pages(judged, pages, exact=False), *_results_pages(judged, exact, exact=True)]

    def fill(transaction: Transaction) -> None:
        pending = (Submission.verdict == Verdict.PENDING) & (Submission.judging == judged.judging)
        transaction.save(judged, condition=pending, named=VERDICT_PENDING)
        if held:
            given_back = [Submitter.pending.add(-1), Submitter.revision.add(1)]
            transaction.update(Submitter(*submitter_key(judged.user_id)), actions=given_back)
        for page in kept:
            transaction.save(page)
        also(transaction)

    for _ in range(RACE_TRIES - 1):
        try:
            transactions.transact(fill)
        except transactions.ConditionFailed as refused:
            if VERDICT_PENDING in refused.failed:
                raise
        else:
            return
    transactions.transact(fill)


def _results_pages(judged: Submission, pages: Iterable[bytes], *, exact: bool) -> Iterator[ResultsPage]:
    for number, packed in enumerate(pages):
        yield ResultsPage(*results_key(judged.id, judged.judging, number, exact=exact), packed=packed)


def judging_of(judged: Submission) -> Judging:
    """The verdict that a submission has, as it is kept when another takes its place."""
    kept = {name: getattr(judged, name) for name in Judged.get_attributes() if name not in JudgeItem.get_attributes()}
    return Judging(*judging_key(judged.id, judged.judging), **kept)


def find_results(submission_id: int, judging: int, page: int, *, exact: bool = False) -> ResultsPage | None:
    return items.find(ResultsPage, *results_key(submission_id, judging, page, exact=exact))


def past_judgings(submission_id: int, query: paging.CursorQuery) -> paging.Page[Judging]:
    """The verdicts that later ones have replaced, newest first."""
    found = Judging.query(
        f"SUBMISSION#{submission_id}",
        Judging.sk.startswith("JUDGING#"),
        limit=query.limit,
        last_evaluated_key=paging.start_key(query.cursor),
        scan_index_forward=False,
    )
    return paging.read(found)


def submissions_of(user_id: int, query: paging.CursorQuery, *, target: str | None = None) -> paging.Page[Submission]:
    """What a user has sent in, newest first; with a target, what was sent there. Of each what a list shows."""
    if target is None:
        return _newest(Submission.submitter_index, str(user_id), query)
    return _newest(Submission.target_index, target_of(user_id, target), query)


def submissions_to(origin: str, query: paging.CursorQuery) -> paging.Page[Submission]:
    """What was sent to one origin, by anybody, newest first; of each what a list shows."""
    return _newest(Submission.origin_index, origin, query)


def submissions_by_id(submission_ids: Sequence[int]) -> list[Submission]:
    """Of each, in any order, its verdict and what its problem's author should know."""
    keys = [submission_key(submission_id) for submission_id in submission_ids]
    wanted = ["id", "kind", "verdict", "text", "notice", "unmet", "rules_version"]
    return list(Submission.batch_get(keys, consistent_read=True, attributes_to_get=wanted)) if keys else []


def _newest(index: Any, key: str, query: paging.CursorQuery) -> paging.Page[Any]:
    start = paging.start_key(query.cursor)
    return paging.read(index.query(key, limit=query.limit, last_evaluated_key=start, scan_index_forward=False))

"""Problems, submissions and what submitters have used, as they are stored.

    PROBLEM#{id}    / PROBLEM     the problem; its tests lie in S3 (`testsets.py`)
    SUBMISSION#{id} / SUBMISSION  one program sent in, and its verdict
    SUBMISSION#{id} / RESULTS#{judging:04}#{page:04}   its tests' results after the first hundred
    SUBMISSION#{id} / JUDGING#{judging:04}             a verdict that a later judging has replaced
    SUBMITTER#{id}  / SUBMITTER   how much of their limits a user has used
    JUDGE           / LANGUAGES   what the judge last said it can run

Index `waiting`: the submissions without a verdict, oldest first. Sparse: an item leaves it with its verdict.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

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
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.transactions import TransactWrite

from chalicelib.common import settings, table
from chalicelib.judge.contract import Verdict

WAITING = "yes"
"""The one key of the index: every submission in it is read anyway, and one partition takes 1000 writes a second."""

Writes = Callable[[TransactWrite], None]
"""Adds writes to a transaction."""


class JudgeItem(table.Item):
    class Meta:
        table_name = settings.load().table_name("judge")


class Sample(MapAttribute[str, str]):
    """A test that everybody may see."""

    input = UnicodeAttribute()
    output = UnicodeAttribute()


class Problem(JudgeItem, discriminator="problem"):
    """A problem is written once and used wherever it is placed. A new set of tests raises `tests_version`.

    `checkers.parse` reads `checker` and its options, `scoring.parse` the scoring; without one it is all or nothing.
    """

    id = table.IntegerAttribute()
    title = UnicodeAttribute()
    statement = UnicodeAttribute()
    author_id = table.IntegerAttribute()
    checker = UnicodeAttribute(default="tokens")
    checker_options = JSONAttribute(default=dict)
    scoring = JSONAttribute(null=True)
    time_limit_ms = table.IntegerAttribute(default=1000)
    memory_limit_kb = table.IntegerAttribute(default=256 * 1024)
    stop_at_first_failure = BooleanAttribute(default=True)
    tests_version = table.IntegerAttribute(default=0)
    tests_count = table.IntegerAttribute(default=0)
    samples: ListAttribute[Sample] = ListAttribute(of=Sample, default=list)


class WaitingIndex(GlobalSecondaryIndex["Submission"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "waiting"
        projection = IncludeProjection(["kind", "id", "user_id"])

    waiting = UnicodeAttribute(hash_key=True)
    waiting_since = UTCDateTimeAttribute(range_key=True)


class Judged(JudgeItem):
    """A verdict. `time_ms` is the maximum of the tests'; `judging` counts from 1."""

    judging = table.IntegerAttribute(default=1)
    tests_version = table.IntegerAttribute()
    verdict = UnicodeAttribute(default=Verdict.PENDING)
    text = UnicodeAttribute(default="")
    points = NumberAttribute(default=0)
    max_points = NumberAttribute(default=0)
    time_ms = NumberAttribute(default=0)
    memory_kb = table.IntegerAttribute(default=0)
    tests_passed = table.IntegerAttribute(default=0)
    tests_total = table.IntegerAttribute(default=0)
    toolchain = UnicodeAttribute(default="")
    judged_at = UTCDateTimeAttribute(null=True)


class Submission(Judged, discriminator="submission"):
    """One program sent in. `origin` says what it was sent to ("course#1#2#3"): the judge does not read it.

    `results` are the first tests' results as `results.TestResult` writes them. `notice` is for the problem's author.
    """

    id = table.IntegerAttribute()
    user_id = table.IntegerAttribute()
    problem_id = table.IntegerAttribute()
    origin = UnicodeAttribute()
    language = UnicodeAttribute()
    source = UnicodeAttribute()
    submitted_at = UTCDateTimeAttribute()
    waiting = UnicodeAttribute(null=True)
    waiting_since = UTCDateTimeAttribute(null=True)
    compiler_output = UnicodeAttribute(default="")
    results = JSONAttribute(default=list)
    notice = UnicodeAttribute(default="")
    waiting_index = WaitingIndex()

    @property
    def is_final(self) -> bool:
        return bool(self.verdict != Verdict.PENDING)


class ResultsPage(JudgeItem, discriminator="results"):
    """Results of one judging that did not fit the submission, as `results.pack` makes them."""

    packed = BinaryAttribute(legacy_encoding=False)


class Judging(Judged, discriminator="judging"):
    """What a submission's verdict was before it was judged again."""


class Submitter(JudgeItem, discriminator="submitter"):
    """What a user has used of the limits on submitting. `revision` changes with every write."""

    pending = table.IntegerAttribute(default=0)
    minute = table.IntegerAttribute(default=0)
    in_minute = table.IntegerAttribute(default=0)
    day = table.IntegerAttribute(default=0)
    in_day = table.IntegerAttribute(default=0)
    revision = table.IntegerAttribute(default=0)


class Languages(JudgeItem, discriminator="languages"):
    """`described` is the judge's own description (`wire.languages_to_json`)."""

    described = JSONAttribute()
    described_at = UTCDateTimeAttribute()


def sample(given: str, answer: str) -> Sample:
    return Sample(input=given, output=answer)  # type: ignore[no-untyped-call]  # PynamoDB's maps have untyped ones


def problem_key(problem_id: int) -> tuple[str, str]:
    return f"PROBLEM#{problem_id}", "PROBLEM"


def submission_key(submission_id: int) -> tuple[str, str]:
    return f"SUBMISSION#{submission_id}", "SUBMISSION"


def submitter_key(user_id: int) -> tuple[str, str]:
    return f"SUBMITTER#{user_id}", "SUBMITTER"


def results_key(submission_id: int, judging: int, page: int) -> tuple[str, str]:
    return f"SUBMISSION#{submission_id}", f"RESULTS#{judging:04}#{page:04}"


def find_problem(problem_id: int) -> Problem | None:
    return table.find(Problem, *problem_key(problem_id))


def find_submission(submission_id: int) -> Submission | None:
    """Read consistently: its verdict may have been written a moment ago."""
    return table.find(Submission, *submission_key(submission_id), consistent=True)


def find_submitter(user_id: int) -> Submitter:
    """What the user has used; nothing, if they never sent anything."""
    key = submitter_key(user_id)
    return table.find(Submitter, *key, consistent=True) or Submitter(*key)


def add_submission(submission: Submission, used: Submitter, *, known_revision: int) -> None:
    """Store a submission and what its user has used with it.

    ConditionFailed(0): the id is taken. ConditionFailed(1): the user's usage has changed since it was read.
    """
    used.revision = known_revision + 1

    def fill(transaction: TransactWrite) -> None:
        transaction.save(submission, condition=Submission.pk.does_not_exist())
        transaction.save(used, condition=Submitter.pk.does_not_exist() | (Submitter.revision == known_revision))

    table.transact(fill)


def finish_submission(judged: Submission, pages: Iterable[bytes], *, also: Writes) -> None:
    """Write a verdict with the results' further pages, give the user's place back, and do `also`: all or nothing.

    ConditionFailed(0) when the submission has a verdict already.
    """
    judged.waiting = judged.waiting_since = None
    submitter = Submitter(*submitter_key(judged.user_id))
    kept = list(enumerate(pages))

    def fill(transaction: TransactWrite) -> None:
        pending = (Submission.verdict == Verdict.PENDING) & (Submission.judging == judged.judging)
        transaction.save(judged, condition=pending)
        transaction.update(submitter, actions=[Submitter.pending.add(-1), Submitter.revision.add(1)])
        for page, packed in kept:
            transaction.save(ResultsPage(*results_key(judged.id, judged.judging, page), packed=packed))
        also(transaction)

    table.transact(fill)


def judging_of(judged: Submission) -> Judging:
    """The verdict that a submission has, as it is kept when another takes its place."""
    kept = {name: getattr(judged, name) for name in Judged.get_attributes() if name not in JudgeItem.get_attributes()}
    return Judging(f"SUBMISSION#{judged.id}", f"JUDGING#{judged.judging:04}", **kept)


def reopen_submission(reopened: Submission, past: Judging) -> None:
    """Keep the verdict that a submission had, and have it wait for another: all or nothing.

    ConditionFailed(0) when its verdict is no longer that one.
    """
    submitter = Submitter(*submitter_key(reopened.user_id))

    def fill(transaction: TransactWrite) -> None:
        unchanged = (Submission.verdict != Verdict.PENDING) & (Submission.judged_at == past.judged_at)
        transaction.save(reopened, condition=unchanged)
        transaction.update(submitter, actions=[Submitter.pending.add(1), Submitter.revision.add(1)])
        transaction.save(past)

    table.transact(fill)


def find_results(submission_id: int, judging: int, page: int) -> ResultsPage | None:
    return table.find(ResultsPage, *results_key(submission_id, judging, page))


def past_judgings(submission_id: int) -> list[Judging]:
    """The verdicts that later ones have replaced, oldest first."""
    return list(Judging.query(f"SUBMISSION#{submission_id}", Judging.sk.startswith("JUDGING#")))


def waiting_since(moment: datetime, *, at_most: int) -> list[Submission]:
    """Submissions that have waited for a verdict since before `moment`, oldest first; little of them is read."""
    return list(Submission.waiting_index.query(WAITING, WaitingIndex.waiting_since < moment, limit=at_most))


def find_languages() -> Languages | None:
    return table.find(Languages, "JUDGE", "LANGUAGES")


def put_languages(described: object, now: datetime) -> None:
    Languages("JUDGE", "LANGUAGES", described=described, described_at=now).save()

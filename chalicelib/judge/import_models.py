"""Imports of packages; they lie in the judge's table, beside the problems (`models.py`)."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.judge.models import JudgeItem, Problem, Writes, import_key, unchanged

IMPORT_UNFINISHED = "import_unfinished"


class Import(JudgeItem, discriminator="import"):
    """A package for a problem. `state` is a `states.ImportState`; its sender named `size` (bytes) and `sha256` (hex).

    `page` is how often it has gone on with a page of its tests. `faults` and `warnings` are [file, reason as
    `Text.to_json`]; `jury` is [submission id, file, promised verdicts],
    and, where more is promised, the requirements as `promises.Requirement` has them.
    """

    id = items.IntegerAttribute()
    problem_id = items.IntegerAttribute()
    user_id = items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    size = items.IntegerAttribute()
    sha256 = items.OptionalTextAttribute()
    state = UnicodeAttribute()
    page = items.IntegerAttribute(default=0)
    tests_version = items.IntegerAttribute(default=0)
    faults = JSONAttribute(default=list)
    warnings = JSONAttribute(default=list)
    jury = JSONAttribute(default=list)


def new_import(import_id: int, problem_id: int, user_id: int, now: datetime, **fields: Any) -> Import:
    """An import, not stored yet."""
    return Import(
        *import_key(import_id), id=import_id, problem_id=problem_id, user_id=user_id, created_at=now, **fields
    )


def find_import(import_id: int) -> Import | None:
    return items.find(Import, *import_key(import_id), consistent=True)


def change_import(changed: Import, *, known_state: str, known_jury: list[list[object]] | None = None) -> None:
    """ConditionFailed when somebody else has brought it further, or has numbered its jury's programs anew."""
    condition = Import.state == known_state
    if known_jury is not None:
        condition &= Import.jury == known_jury
    with transactions.conditional():
        changed.save(condition=condition)


def finish_import(
    done: Import, problem: Problem, *, known_state: str, known_version: int, also: Writes = lambda _: None
) -> None:
    """Store a problem as a package changed it, with the import and `also`: all or nothing.

    ConditionFailed(IMPORT_UNFINISHED): the import was finished already. Else the problem is no longer as it was read.
    """
    problem.version = known_version + 1

    def fill(transaction: Transaction) -> None:
        transaction.save(problem, condition=unchanged(known_version), named="problem_unchanged")
        transaction.save(done, condition=Import.state == known_state, named=IMPORT_UNFINISHED)
        also(transaction)

    transactions.transact(fill)

"""Keeps what a pupil types for a task before it is sent: one draft for each language, on all of their devices.

A draft that was saved elsewhere since it was read is not overwritten: whoever is second hears of the first (412), reads
it, and decides. Saving the same text again is no change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.http import etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.courses import draft_models, models, tasks
from chalicelib.courses.draft_models import Draft
from chalicelib.courses.models import CoursesItem, Key
from chalicelib.courses.tasks import Place
from chalicelib.judge.submissions import submissions

KEPT = timedelta(days=365)
"""After it was last saved."""
NONE = 0
"""The version of a draft that is not there."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of a task, latest first, and the one that was asked for."""

    wanted: Draft | None
    kept: Sequence[Draft]

    @property
    def version(self) -> int:
        return self.wanted.version if self.wanted else NONE


def read(caller: Caller, place: Place, language: str | None) -> Drafts:
    """The draft in a language, or the latest without one. Errors as `tasks.read` has them."""
    tasks.read(caller, place)
    now = clock.now()
    found = draft_models.drafts_of(caller.id, place.task_id)
    kept = sorted((each for each in found if each.expires_at > now), key=lambda each: each.saved_at, reverse=True)
    wanted = (each for each in kept if language in {None, each.language})
    return Drafts(next(wanted, None), kept)


def save(caller: Caller, place: Place, program: submissions.Program, expected: IfMatch) -> Draft:
    """Keep a draft as it is now; None for `expected` takes whatever is there, `NONE` among them that nothing is.

    413 for more than may be sent, 422 for a language that the task does not take, 412 when another text is there.
    """
    opened = tasks.read(caller, place)
    submissions.check_draft(program, opened.languages)
    key = models.draft_key(caller.id, place.task_id, program.language)
    try:
        return _write(key, program, expected, clock.now())
    except transactions.ConditionFailed as refused:
        there = items.find(Draft, *key, consistent=True)
        if there is not None and there.source == program.source:
            return there
        version = there.version if there else NONE
        raise etags.precondition_failed(version) from refused


def forget(user_id: int) -> None:
    """Delete the drafts of an account that was erased."""
    with CoursesItem.batch_write() as batch:
        for draft in draft_models.drafts_of(user_id):
            batch.delete(draft)


def _write(key: Key, program: submissions.Program, expected: IfMatch, now: datetime) -> Draft:
    draft = Draft(*key)
    with transactions.conditional():
        draft.update(
            actions=[
                Draft.kind.set(Draft),
                Draft.language.set(program.language),
                Draft.source.set(program.source),
                Draft.saved_at.set(now),
                Draft.expires_at.set(now + KEPT),
                Draft.version.add(1),
            ],
            condition=_as_expected(expected, now),
        )
    return draft


def _as_expected(expected: IfMatch, now: datetime) -> Condition | None:
    """DynamoDB deletes what has expired days later: until then it is there for the table, and for nobody else."""
    if expected is None:
        return None
    known = etags.version_matches(Draft.version, expected)
    return known | Draft.version.does_not_exist() | (Draft.expires_at <= now) if NONE in expected else known

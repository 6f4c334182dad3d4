"""Queries and writes of what was sent in during a training. The item and its keys are in `models`."""

from typing import Any

from chalicelib.common import ids
from chalicelib.common.dynamo import items
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging
from chalicelib.judge.models import Submission
from chalicelib.training.models import SubmissionRef, submission_ref_key, submission_ref_to_key


def find(session_id: str, submission_id: int) -> SubmissionRef | None:
    return items.find(SubmissionRef, *submission_ref_key(session_id, submission_id), consistent=True)


def add(transaction: Transaction, session_id: str, submission: Submission, alias: str) -> None:
    """That a program was sent in, once: both of its items."""
    said: dict[str, Any] = {
        "submission_id": submission.id,
        "alias": alias,
        "user_id": submission.user_id,
        "compiler": submission.language,
        "submitted_at": submission.submitted_at,
    }
    transaction.save(
        SubmissionRef(*submission_ref_key(session_id, submission.id), **said),
        condition=SubmissionRef.pk.does_not_exist(),
        named="not_recorded",
    )
    transaction.save(SubmissionRef(*submission_ref_to_key(session_id, alias, submission.id), **said))


def list_page(session_id: str, query: paging.ListQuery, *, alias: str | None = None) -> paging.Page[SubmissionRef]:
    """All or what was sent to one problem, the newest first."""
    first = submission_ref_key(session_id, 0) if alias is None else submission_ref_to_key(session_id, alias, 0)
    prefix = first[1].removesuffix(ids.sortable(0))
    return paging.read_list(
        query,
        lambda limit, start: SubmissionRef.query(
            first[0],
            SubmissionRef.sk.startswith(prefix),
            limit=limit,
            last_evaluated_key=start,
            scan_index_forward=False,
            consistent_read=True,
        ),
    )

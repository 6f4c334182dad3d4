"""Models of the work on whole groups that goes on after its request: imports of pupils, and enrollments of a group.

`models.py` lists their keys. Names and addresses are in pages alone, which are deleted when the work ends; the rest is
deleted a month after it began.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.update import Action
from pynamodb.pagination import ResultIterator

from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging
from chalicelib.school import models
from chalicelib.school.models import SchoolItem
from chalicelib.school.relations import Group


class Work(StrEnum):
    IMPORT = "import"
    """Pupils of a list are invited into the group."""
    ENROLL = "enroll"
    """The pupils of the group join something."""


class JobState(StrEnum):
    RUNNING = "running"
    UNDOING = "undoing"
    """It could not end: what it made is deleted."""
    DONE = "done"
    UNDONE = "undone"


ENDED = frozenset({JobState.DONE, JobState.UNDONE})


class GroupJob(SchoolItem, discriminator="group_job"):
    """Work on a group. `page` is the next page; `cursor` the pupil after whom an enrollment goes on.

    `tries` counts how often the page was begun. `came` are those who joined or were invited, `already` those who
    attended before, `refused` the first of whom the target did not take, as `{user_id, code}`.
    """

    id = items.IntegerAttribute()
    group = UnicodeAttribute()
    work = UnicodeAttribute()
    target = items.OptionalTextAttribute()
    state = UnicodeAttribute(default=JobState.RUNNING)
    created_by = items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    language = UnicodeAttribute()
    total = items.IntegerAttribute()
    done = items.IntegerAttribute(default=0)
    came = items.IntegerAttribute(default=0)
    already = items.IntegerAttribute(default=0)
    refused = JSONAttribute()
    page = items.IntegerAttribute(default=0)
    cursor = items.IntegerAttribute(default=0)
    tries = items.IntegerAttribute(default=0)


class UntoldEnrollment(SchoolItem, discriminator="untold_enrollment"):
    """Pupils of one page of a job, whom it enrolled into what was a draft."""

    job_id = items.IntegerAttribute()
    user_ids = JSONAttribute()


class JobPage(SchoolItem, discriminator="job_page"):
    """Lines of a list of pupils: `{line, name, secondname, email, class, secret, done}`."""

    lines = JSONAttribute()


def find(group: Group, job_id: int) -> GroupJob | None:
    return items.find(GroupJob, *models.job_key(group, job_id), consistent=True)


def list_of(group: Group, query: paging.ListQuery) -> paging.Page[GroupJob]:
    """Lists the work on a group, the latest first."""

    def run(limit: int, start: paging.Key | None) -> ResultIterator[GroupJob]:
        return GroupJob.query(
            models.invitations_key(group),
            GroupJob.sk.startswith("JOB#"),
            limit=limit,
            last_evaluated_key=start,
            scan_index_forward=False,
        )

    return paging.read_list(query, run)


def add(job: GroupJob, pages: Sequence[JobPage]) -> None:
    """Stores a new job after its pages; ConditionFailed(KEY_FREE) when its id is taken."""
    with SchoolItem.batch_write() as batch:
        for page in pages:
            batch.save(page)
    transactions.create_new(job)


def find_page(job_id: int, page: int) -> JobPage | None:
    return items.find(JobPage, *models.job_page_key(job_id, page), consistent=True)


def delete_pages(job_id: int) -> None:
    """Deletes the names and addresses of a list that has been worked through."""
    pk, _ = models.job_page_key(job_id, 0)
    with SchoolItem.batch_write() as batch:
        for page in JobPage.query(pk, consistent_read=True):
            batch.delete(page)


def begin_page(job: GroupJob) -> GroupJob:
    """Counts a try at the page of a job; ConditionFailed when it is at another page or in another state."""
    return _change(job, [GroupJob.tries.add(1)])


def end_page(job: GroupJob, changes: Mapping[str, Any]) -> GroupJob:
    """Stores what a page came to, and goes on with the next; ConditionFailed as above."""
    going_on: list[Action] = [GroupJob.page.add(1), GroupJob.tries.set(0)]
    return _change(job, [*going_on, *(getattr(GroupJob, name).set(value) for name, value in changes.items())])


def enter(job: GroupJob, state: JobState) -> GroupJob:
    """Begins another state at the first page; ConditionFailed as above."""
    return _change(job, [GroupJob.state.set(state), GroupJob.page.set(0), GroupJob.tries.set(0)])


def invite_once(invitation: SchoolItem) -> None:
    """Stores an invitation; one that is there already stays, used or not."""

    def fill(transaction: Transaction) -> None:
        transaction.save(invitation, condition=type(invitation).pk.does_not_exist(), named=transactions.KEY_FREE)

    try:
        transactions.transact(fill)
    except transactions.ConditionFailed:
        return


def _change(job: GroupJob, actions: Sequence[Action]) -> GroupJob:
    changed = GroupJob(*models.job_key(Group.of_text(job.group), job.id))
    with transactions.conditional():
        changed.update(actions=list(actions), condition=(GroupJob.page == job.page) & (GroupJob.state == job.state))
    return changed


def remember_untold(group: Group, job_id: int, user_ids: Sequence[int], *, until: datetime) -> None:
    key = models.untold_key(group, job_id, min(user_ids))
    UntoldEnrollment(*key, job_id=job_id, user_ids=sorted(user_ids), expires_at=until).save()


def untold(group: Group) -> Sequence[UntoldEnrollment]:
    """Returns who is still to be told that they were enrolled, as it is at this moment."""
    return list(UntoldEnrollment.query(models.untold_partition(group), consistent_read=True))


def forget_untold(told: Sequence[UntoldEnrollment]) -> None:
    with SchoolItem.batch_write() as batch:
        for each in told:
            batch.delete(each)

"""What of the work on a teacher's groups waits for them: lists that were undone, pupils whom something did not take."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from chalicelib.common.http import paging
from chalicelib.school import group_models, job_models, pupil_groups, relations
from chalicelib.school.job_models import GroupJob, JobState, Work
from chalicelib.school.overviews import Overview, Place, Waiting, WaitingKind
from chalicelib.school.relations import Group, GroupKind

MOST_GROUPS = 10
"""Of somebody's groups, classes first, then the newest, whose work is looked at: a query each."""
NEWEST = 20
"""Of the work on one group."""
RECENT = timedelta(days=14)
"""What came before that waits no longer."""


def overview(_: int, groups: Collection[Group], now: datetime) -> Overview:
    named = relations.of_kind(GroupKind.PUPILS, groups)[::-1]
    taught = [*relations.of_kind(GroupKind.CLASS, groups), *named]
    found = [
        (group, job)
        for group in taught[:MOST_GROUPS]
        for job in unanswered(job_models.list_of(group, paging.ListQuery(limit=NEWEST)).items, now)
    ]
    titles = group_models.find_pupil_groups(group.id for group, _ in found if group.kind is GroupKind.PUPILS)
    return Overview(
        waiting=[
            _waiting(group, job, titles[group.id].title if group.id in titles else pupil_groups.class_title(group.id))
            for group, job in found
            if group.kind is GroupKind.CLASS or group.id in titles
        ],
        is_whole=len(taught) <= MOST_GROUPS,
    )


def unanswered(jobs: Sequence[GroupJob], now: datetime) -> list[GroupJob]:
    """Of each work, by what it is for, the last, where it was undone or did not take all. They come the latest first.
    Pure.
    """
    last: dict[tuple[str, str | None], GroupJob] = {}
    for job in jobs:
        last.setdefault((job.work, job.target), job)
    return [
        job for job in last.values() if now - job.created_at <= RECENT and (job.state == JobState.UNDONE or job.refused)
    ]


def _waiting(group: Group, job: GroupJob, title: str) -> Waiting:
    is_import = job.work == Work.IMPORT
    return Waiting(
        kind=WaitingKind.IMPORT if is_import else WaitingKind.ENROLLMENT,
        place=Place(within=title, ids={"group_id": group.id}),
        since=job.created_at,
        count=job.total if is_import else len(job.refused),
    )

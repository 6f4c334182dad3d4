"""Tells pupils that they were enrolled with their whole group; of what is a draft yet, when it is published.

Whoever is enrolled into a draft is remembered until then. The two sides may race: the one writes and then looks whether
it is published, the other publishes and then looks who is remembered. So one of them tells. Nobody is told twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from chalicelib.common import clock, observe
from chalicelib.common.texts import Text
from chalicelib.school import frames, job_models, joining, memberships, notifications
from chalicelib.school.relations import Group, GroupKind

REMEMBERED_FOR = timedelta(days=366)
"""By then a draft is published, or hardly ever."""
_AT_ONCE = 100
"""Pupils of one message."""

_ENROLLED: dict[GroupKind, tuple[frames.Enrolled, Text]] = {
    GroupKind.COURSE: ("course", Text("enrolled_course", "From now on you attend the course “{title}”")),
    GroupKind.TRACK: ("track", Text("enrolled_track", "From now on you take part in the track “{title}”")),
    GroupKind.CONTEST: ("contest", Text("enrolled_contest", "From now on you may take part in the contest “{title}”")),
    GroupKind.PUPILS: ("group", Text("enrolled_group", "From now on you are in the group “{title}”")),
    GroupKind.CLASS: ("group", Text("enrolled_class", "From now on you are in class {title}")),
}


def tell(job_id: int, target: Group, user_ids: Sequence[int]) -> None:
    """Tells pupils whom a job enrolled, now or when what they were enrolled into is published."""
    if not user_ids:
        return
    if joining.joinable(target).is_shown(target.id):
        _tell(job_id, target, user_ids)
        return
    job_models.remember_untold(target, job_id, user_ids, until=clock.now() + REMEMBERED_FOR)
    if joining.joinable(target).is_shown(target.id):  # published meanwhile, by somebody who saw nobody remembered
        tell_remembered(target)


def tell_remembered(target: Group) -> None:
    """Tells those who were enrolled while it was a draft, and attend it still. Again is no harm."""
    remembered = sorted(job_models.untold(target), key=attrgetter("job_id"))
    for job_id, pages in groupby(remembered, key=attrgetter("job_id")):
        user_ids = [user_id for page in pages for user_id in page.user_ids]
        attending = sorted(memberships.attended_among(user_ids, [target]))
        for start in range(0, len(attending), _AT_ONCE):
            _tell(job_id, target, attending[start : start + _AT_ONCE])
    job_models.forget_untold(remembered)
    if remembered:
        observe.logger.info("pupils enrolled into a draft were told", group=str(target), pages=len(remembered))


def _tell(job_id: int, target: Group, user_ids: Sequence[int]) -> None:
    title, (kind, text) = joining.title_of(target), _ENROLLED[target.kind]
    told = frames.EnrolledPayload(kind=kind, id=target.id, title=title)
    notifications.notify_soon(
        f"job#{job_id}#enrolled",
        user_ids,
        kind=frames.ENROLLED,
        title=Text("notice_enrolled", "Your teacher has enrolled your whole group"),
        description=replace(text, params={"title": title}),
        payload=told.model_dump(mode="json"),
    )

"""Who teaches a track: its author, and those whom they let teach it too."""

from chalicelib.accounts.authentication import Caller
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.school import teaching
from chalicelib.school.teaching import GroupTeacher, TaughtGroup
from chalicelib.tracks import access, models, tracks
from chalicelib.tracks.models import Track


def list_all(caller: Caller, track_id: int) -> list[GroupTeacher]:
    """The teachers of a track, its author first; 404 for no such track, 403 for those who do not teach it."""
    return teaching.teachers_of(caller, taught(track_id))


def add(caller: Caller, track_id: int, user_id: int) -> GroupTeacher:
    """Let somebody teach a track; who does already keeps it. See `teaching.add_teacher` for what it raises."""
    try:
        return teaching.add_teacher(caller, taught(track_id), user_id)
    except transactions.ConditionFailed as gone:
        raise tracks.no_such_track() from gone


def remove(caller: Caller, track_id: int, user_id: int) -> None:
    """Let somebody teach a track no longer; 409 for its author, 404 for who does not teach it."""
    teaching.remove_teacher(caller, taught(track_id), user_id)


def taught(track_id: int) -> TaughtGroup:
    """As a group that is taught; 404 for no such one."""
    track = tracks.get(track_id)

    def still_there(transaction: Transaction) -> None:
        transaction.check(Track, *models.track_key(track_id), condition=Track.pk.exists(), named="track_exists")

    return TaughtGroup(
        group=models.group_of(track_id), owner_id=track.author_id, refusal=access.not_yours(), still_there=still_there
    )

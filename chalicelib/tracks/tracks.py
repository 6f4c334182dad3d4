"""Creates, changes and deletes tracks; enrolls participants and lets them leave.

The participant who fills a track starts it; so do its teacher, and its time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import names
from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.common.http import errors, etags, paging, searching
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.etags import IfMatch
from chalicelib.common.http.routing import Identified
from chalicelib.common.http.searching import Sought
from chalicelib.school.memberships import MAY_JOIN, FillMore
from chalicelib.tracks import access, criteria, models, starting, state
from chalicelib.tracks.criteria import Options
from chalicelib.tracks.models import TOPIC, Changes, Participant, Status, Track
from chalicelib.tracks.state import TrackState

STARTS_AT = Place(In.BODY, "/starts_at")
FURTHEST = timedelta(days=366)
"""From now, that a start may be."""


class EnrolledAlready(errors.BadRequest):
    """They take part in the track."""

    def __init__(self) -> None:
        super().__init__("already_enrolled", "User already enrolled in this track")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrack:
    """`criteria` are descriptions by name. They and what they are worth stay as they are: reviews go by them.
    `weighted`: medians go by how reliable reviewers are.
    """

    title: str
    description: str | None
    tags: Sequence[str] = ()
    required_participants: int
    reviews_per_user: int
    criteria: Mapping[str, str]
    criteria_options: Options
    weighted: bool
    max_score: float
    late_days: int
    starts_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackForViewer:
    """A track as one viewer sees it: `participant` is the viewer, if they take part."""

    track: Track
    author_name: str | None
    participant: Participant | None


def for_viewer(caller: Caller, found: Sequence[Track]) -> list[TrackForViewer]:
    """In their order. Two requests, however many they are."""
    own = models.participations_in([track.id for track in found], caller.id)
    authors = names.full_names({track.author_id for track in found})
    return [
        TrackForViewer(track=track, author_name=authors[track.author_id], participant=own.get(track.id))
        for track in found
    ]


def search(statuses: Sequence[Status], query: paging.ListQuery, sought: Sought) -> paging.Page[Track]:
    """Those of each status in turn, the newest first, that have the words and the tag. A page may then be short."""
    if sought.is_all:
        return models.list_tracks(statuses, query)

    def read(at: paging.CursorQuery) -> paging.Page[Track]:
        return models.list_tracks(statuses, paging.ListQuery(limit=at.limit, cursor=at.cursor))

    return paging.read_by_cursor(
        query,
        lambda at: searching.seek(
            read, at, sought, lambda track: (track.title, track.description), lambda track: track.tags
        ),
    )


def add(caller: Caller, new: NewTrack) -> Track:
    """400 when it is to start in the past, or too far ahead, and for options of no criterion."""
    _refuse_start_at(new.starts_at)
    _refuse_options(new.criteria_options, new.criteria)

    def store(track_id: int) -> Track:
        track = _track(track_id, new, caller.id)
        models.add_track(track)
        return track

    track = transactions.with_new_id(store)
    observe.logger.info("track added", track_id=track.id, by=caller.id)
    return track


def get(track_id: int) -> Track:
    """404 when there is none."""
    track = models.find_track(track_id)
    if track is None:
        raise no_such_track()
    return track


def change(caller: Caller, track_id: int, changes: Changes, expected: IfMatch) -> Track:
    """As it is then; 403 for who does not teach it, 409 for one that has started or is full with that, 412 when it is
    not as it was seen. One that is full with as many as take part starts.
    """
    _refuse_start_at(changes.get("starts_at"))
    for _ in range(ENROLLMENT_TRIES):
        track = get(track_id)
        access.check_may_write(caller, track)
        _refuse_options(criteria.options_of_json(changes.get(criteria.FIELD, {})), track.criteria)
        try:
            if starting.is_full(track, changes):
                starting.start(_startable(track_id), expected, changes)
            else:
                models.change_track(track, changes, expected)
        except transactions.ConditionFailed:
            _refuse_change(get(track_id), changes, expected)  # else people came or left at the same time
        else:
            observe.logger.info("track changed", track_id=track_id, by=caller.id)
            return get(track_id)
    raise errors.ChangedMeanwhile


def start(caller: Caller, track_id: int) -> Track:
    """Start a track with those who take part; 403 for who does not teach it, 409 for one that has started, and with
    fewer than two participants or no assignment.
    """
    access.check_may_write(caller, get(track_id))
    for _ in range(ENROLLMENT_TRIES):
        track_state = _startable(track_id)
        try:
            starting.start(track_state, None)
        except transactions.ConditionFailed:
            continue
        else:
            observe.logger.info("track started", track_id=track_id, by=caller.id)
            return get(track_id)
    raise errors.ChangedMeanwhile


def delete(caller: Caller, track_id: int, expected: IfMatch) -> None:
    """403 for who does not teach it, 409 for one that has started, 412 when it is not as it was seen."""
    track = get(track_id)
    access.check_may_write(caller, track)
    try:
        models.delete_track(track_id, track.author_id, expected)
    except transactions.ConditionFailed as refused:
        _refuse_change(get(track_id), {}, expected)
        raise errors.ChangedMeanwhile from refused
    observe.logger.info("track deleted", track_id=track_id, by=caller.id)


def _startable(track_id: int) -> TrackState:
    track_state = state.find(track_id)
    if track_state is None:
        raise no_such_track()
    if track_state.track.status != Status.WAITING:
        raise has_started()
    if not track_state.assignments:
        raise _without_assignments()
    if track_state.track.current_participants < starting.FEWEST:
        raise errors.Conflict("too_few_enrolled", "A track needs {limit} participants to start", limit=starting.FEWEST)
    return track_state


def no_such_track() -> errors.NotFound:
    return errors.NotFound("track_not_found", "Track not found")


def has_started() -> errors.Conflict:
    """What can be changed only while a track waits."""
    return errors.Conflict("track_started", "Track has already started")


def _refuse_change(track: Track, changes: Changes, expected: IfMatch) -> None:
    """Why a change was refused, by how the track is now."""
    if track.status != Status.WAITING:
        raise has_started()
    etags.require(track.version, expected)
    if track.current_participants > changes.get("required_participants", track.required_participants):
        raise errors.Conflict(
            "too_many_enrolled",
            "{enrolled} are enrolled already, a track waits for more",
            enrolled=track.current_participants,
        )


def _track(track_id: int, new: NewTrack, author_id: int) -> Track:
    return Track(
        *models.track_key(track_id),
        id=track_id,
        title=new.title,
        description=new.description,
        tags=list(new.tags),
        required_participants=new.required_participants,
        reviews_per_user=new.reviews_per_user,
        late_days=new.late_days,
        starts_at=new.starts_at,
        criteria=dict(new.criteria),
        criteria_options=criteria.options_to_json(new.criteria_options),
        weighted=new.weighted,
        max_score=new.max_score,
        author_id=author_id,
        created_at=clock.now(),
        listed=ids.sortable(track_id),
    )


ENROLLMENT_TRIES = 10


def _nothing(transaction: Transaction) -> None:
    """Adds nothing."""


def enroll(caller: Identified, track_id: int, also: FillMore = _nothing) -> Participant:
    """However many come at once, as many get in as the track waits for; 400 for the others. ConditionFailed(MAY_JOIN)
    when what `also` adds is refused.
    """
    for _ in range(ENROLLMENT_TRIES):
        track = get(track_id)
        participant = _participant(track, caller)
        _refuse_enrollment(track, caller)
        try:
            _add_participant(participant, track, also)
        except transactions.ConditionFailed as refused:
            if models.NOT_ENROLLED in refused.failed:
                raise EnrolledAlready from refused
            if MAY_JOIN in refused.failed:
                raise
        else:
            return participant
    raise errors.ChangedMeanwhile


def unenroll(caller: Caller, track_id: int) -> None:
    """Only while the track waits."""
    try:
        models.remove_participant(track_id, caller.id)
    except transactions.ConditionFailed as refused:
        raise _refusal_to_leave(track_id, refused) from refused
    observe.logger.info("track left", track_id=track_id, account_id=caller.id)


def _add_participant(participant: Participant, track: Track, also: FillMore) -> None:
    """The last that a track waits for opens its first assignment in the same transaction."""
    track_state = state.find(track.id) if _lacks_one(track) else None
    if track_state is None or not track_state.assignments or not _lacks_one(track_state.track):
        models.add_participant(participant, track, further=also)
        observe.logger.info("enrolled", track_id=track.id, account_id=participant.user_id)
        return
    begin = starting.beginning(track_state, participant.enrolled_at)

    def further(transaction: Transaction) -> None:
        begin.fill(transaction)
        also(transaction)

    models.add_participant(participant, track_state.track, more=begin.actions, further=further)
    observe.logger.info("enrolled", track_id=track.id, account_id=participant.user_id, started=True)
    timers.enqueue_if_soon(TOPIC, str(track.id), participant.enrolled_at)


def _lacks_one(track: Track) -> bool:
    return track.starts_at is None and track.current_participants + 1 == track.required_participants


def _refuse_enrollment(track: Track, caller: Identified) -> None:
    if models.find_participant(track.id, caller.id) is not None:
        raise EnrolledAlready
    if track.status != Status.WAITING:
        raise errors.BadRequest("track_started", "Track has already started")
    if not track.assignments_count:
        raise _without_assignments()
    if track.current_participants >= track.required_participants:
        raise errors.Conflict("track_full", "This track is full, it starts at its time")


def _refusal_to_leave(track_id: int, refused: transactions.ConditionFailed) -> errors.LyceumError:
    if models.TRACK_WAITS not in refused.failed:
        return errors.NotFound("enrollment_not_found", "Enrollment not found")
    get(track_id)
    return errors.BadRequest("cannot_unenroll", "Cannot unenroll from active or completed track")


def _refuse_start_at(starts_at: datetime | None) -> None:
    now = clock.now()
    if starts_at is None:
        return
    if starts_at <= now:
        raise errors.BadRequest("start_in_the_past", "The start is in the past", where=STARTS_AT)
    if starts_at > now + FURTHEST:
        raise errors.BadRequest(
            "start_too_far", "A start is at most {days} days ahead", days=FURTHEST.days, where=STARTS_AT
        )


def _refuse_options(options: Options, names: Mapping[str, str]) -> None:
    wrong = criteria.violations_in(options, names)
    if wrong:
        raise errors.BadRequest(
            "invalid_criteria_options",
            "Options are of criteria of the track, and one at most is marked works",
            violations=wrong,
        )


def _without_assignments() -> errors.Conflict:
    return errors.Conflict("track_without_assignments", "This track has no assignments yet")


def _participant(track: Track, caller: Identified) -> Participant:
    now = clock.now()
    key = models.participant_key(track.id, caller.id)
    return Participant(*key, id=ids.new_id(now), track_id=track.id, user_id=caller.id, enrolled_at=now)

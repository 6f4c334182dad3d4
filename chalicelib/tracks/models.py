"""The tracks' table: tracks, assignments, participants, submissions, reviews and diaries.

TRACK#{track}            / TRACK                         the track
TRACK#{track}            / TRACK#ASSIGNMENT#{assignment} an assignment, and the stage that it is in
TRACK#{track}            / PARTICIPANT#{user}            a participant, and the reviews assigned to them
TRACK#{track}            / RELIABILITY                   how reliable its reviewers are
TRACK#{track}            / RELIABILITY#{assignment}      the sums that this comes from, of an assignment
USER#{user}              / TRACK#{listed track}          the same, to list a user's tracks
ASSIGNMENT#{assignment}  / PLACE                         which track the assignment is in
ASSIGNMENT#{assignment}  / SUBMISSION#{user}             a participant's submission
ASSIGNMENT#{assignment}  / REVIEW#{author}#{reviewer}    a review of it
ASSIGNMENT#{assignment}  / COUNTER#{author}#{reviewer}#{place}   a counter-test of a reviewer
SUBMISSION#{submission}  / PLACE                         where a submission is, and whose it is
SUBMISSION#{submission}  / VERSION#{version}             a version of its code: what it is
SUBMISSION#{submission}  / CODE#{version}#{part}         the files of a version
REVIEW#{review}          / PLACE                         where a review is
DIARY#{assignment}       / ENTRY#{listed entry}          a note below an assignment

One query loads a track with its assignments, one its participants with their assigned reviews, one the submissions to
an assignment, one the reviews of a submission. Listed ids have leading zeros, so that text sorts as numbers do.
Index `by_status`: the tracks alone.

Who teaches a track and who takes part is in the table of `school` too, written in the same transactions.
Submissions and reviews are in `work_models.py`, the reliability of reviewers in `reliability_models.py`. Writes that
depend on a track's state are in `state.py`, `submissions.py` and `review_duties.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.pagination import ResultIterator

from chalicelib.common import ids, settings
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.common.http import etags, paging
from chalicelib.common.http.etags import IfMatch
from chalicelib.school import memberships
from chalicelib.school.late_policy import LatePolicy
from chalicelib.school.relations import Group, GroupKind
from chalicelib.tracks import criteria
from chalicelib.tracks.criteria import CriterionOptions
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.stages import Stage, StageState

TOPIC = "track"
"""Of the timers: a track has one, whichever assignment it is at."""
TRACK_WAITS, NOT_ENROLLED = "track_waits", "not_enrolled"
"""Conditions: the track has not started; the user does not take part in it."""

PARTICIPANTS, SUBMISSIONS, REVIEWS = "PARTICIPANT#", "SUBMISSION#", "REVIEW#"
CODE_VERSIONS, TALLIES, COUNTER_TESTS = "VERSION#", "RELIABILITY#", "COUNTER#"
"""What the sort keys of these begin with."""

DEFAULT_APPEAL_HOURS = 72
"""After the review stage, in which authors may appeal."""

Key = dynamo_items.Key
Changes = Mapping[str, Any]
"""New values by field; None takes a value away."""


class Status(StrEnum):
    WAITING = "waiting"
    ACTIVE = "active"
    COMPLETED = "completed"


class TracksItem(dynamo_items.Item):
    class Meta:
        table_name = settings.load().table_name("tracks")


class StatusIndex(GlobalSecondaryIndex["Track"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_status"
        projection = AllProjection()

    status = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class Track(TracksItem, discriminator="track"):
    """`pending` are the notices of the last step, until everybody was told. `criteria` are descriptions by name,
    `criteria_options` what else is asked of some. `weighted`: medians go by how reliable reviewers are.

    With `starts_at` a track that waits starts then, and not when it is full. `late_days` are each participant's.
    """

    id = dynamo_items.IntegerAttribute()
    title = UnicodeAttribute()
    description = dynamo_items.OptionalTextAttribute()
    tags = JSONAttribute(default=list)
    required_participants = dynamo_items.IntegerAttribute()
    current_participants = dynamo_items.IntegerAttribute(default=0)
    assignments_count = dynamo_items.IntegerAttribute(default=0)
    criteria = JSONAttribute()
    criteria_options = JSONAttribute(default=dict)
    weighted = BooleanAttribute(default=False)
    max_score = NumberAttribute()
    reviews_per_user = dynamo_items.IntegerAttribute()
    author_id = dynamo_items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    late_days = dynamo_items.IntegerAttribute(default=0)
    starts_at = dynamo_items.OptionalMomentAttribute()
    started_at = dynamo_items.OptionalMomentAttribute()
    status = UnicodeAttribute(default=Status.WAITING)
    listed = UnicodeAttribute()
    pending = JSONAttribute(default=list)
    version = dynamo_items.IntegerAttribute(default=1)
    status_index = StatusIndex()

    @property
    def options(self) -> dict[str, CriterionOptions]:
        return criteria.options_of_json(self.criteria_options)


class Assignment(TracksItem, discriminator="assignment"):
    """`reviews_each` is how many reviews its submissions are to get, `owed` how many of those are still to be written.
    `allotment_seed` is drawn as submissions close, and stays secret: with it anybody could compute who reviews whom.
    For `appeal_hours` after its review stage authors may appeal.

    With a `problem_id` solutions are judged; `verdict_shown` says when their authors learn what came of it, and
    `evidence_points` what each counter-test that breaks a program earns its reviewer (`evidence/`).
    Its times and its stage are those of its `stage_state`.
    """

    id = dynamo_items.IntegerAttribute()
    track_id = dynamo_items.IntegerAttribute()
    title = UnicodeAttribute()
    description = UnicodeAttribute()
    order = dynamo_items.IntegerAttribute()
    deadline_hours = NumberAttribute()
    review_hours = NumberAttribute()
    late_policy = JSONAttribute(null=True)
    appeal_hours = NumberAttribute(default=DEFAULT_APPEAL_HOURS)
    created_at = UTCDateTimeAttribute()
    stage = UnicodeAttribute(default=Stage.NOT_STARTED)
    opened_at = dynamo_items.OptionalMomentAttribute()
    submission_deadline = dynamo_items.OptionalMomentAttribute()
    closes_at = dynamo_items.OptionalMomentAttribute()
    code_review_deadline = dynamo_items.OptionalMomentAttribute()
    reminded = BooleanAttribute(default=False)
    began_at = dynamo_items.OptionalMomentAttribute()
    given_back_until = dynamo_items.OptionalMomentAttribute()
    reviews_each = dynamo_items.IntegerAttribute(default=0)
    owed = dynamo_items.IntegerAttribute(default=0)
    allotment_seed = dynamo_items.OptionalIntegerAttribute()
    problem_id = dynamo_items.OptionalIntegerAttribute()
    verdict_shown = UnicodeAttribute(default="at_once")
    evidence_points = NumberAttribute(default=0)
    version = dynamo_items.IntegerAttribute(default=1)

    @property
    def stage_state(self) -> StageState:
        return StageState(
            submission_time=timedelta(hours=self.deadline_hours),
            review_time=timedelta(hours=self.review_hours),
            late_time=LatePolicy.of_json(self.late_policy).taken_for if self.late_policy else timedelta(0),
            stage=Stage(self.stage),
            opened_at=self.opened_at,
            submission_deadline=self.submission_deadline,
            closes_at=self.closes_at,
            code_review_deadline=self.code_review_deadline,
            reminded=self.reminded,
            began_at=self.began_at,
            given_back_until=self.given_back_until,
        )


class Participant(TracksItem, discriminator="participant"):
    """`owes`, `written` and `extras` are reviews ({assignment}#{submission}): to be written, written, and written
    beyond what was owed; `handed` are those beyond that were begun. `id` is the enrolment's. `extensions` are by
    assignment. `returned` are the moments by which reviews are to be written that a teacher gave back.
    """

    id = dynamo_items.IntegerAttribute()
    track_id = dynamo_items.IntegerAttribute()
    user_id = dynamo_items.IntegerAttribute()
    enrolled_at = UTCDateTimeAttribute()
    owes = UnicodeSetAttribute(null=True)
    written = UnicodeSetAttribute(null=True)
    extras = UnicodeSetAttribute(null=True)
    handed = UnicodeSetAttribute(null=True)
    extensions = JSONAttribute(null=True)
    returned = JSONAttribute(null=True)

    def extension_in(self, assignment_id: int) -> Extension | None:
        stored = (self.extensions or {}).get(str(assignment_id))
        return Extension.of_json(stored) if stored else None

    def may_submit(self, assignment_id: int, now: datetime) -> bool:
        """Whether they have more time to send in, and it is not over."""
        extension = self.extension_in(assignment_id)
        return extension is not None and extension.may_submit(now)

    def owed_in(self, assignment_id: int) -> list[int]:
        """The submissions to an assignment that are still to be reviewed."""
        return _submissions_in(self.owes, assignment_id)

    def returned_until(self, assignment_id: int, submission_id: int) -> datetime | None:
        """By when to write a review again that a teacher gave back; None for any other."""
        until = (self.returned or {}).get(review_duty(assignment_id, submission_id))
        return datetime.fromisoformat(until) if until else None

    def given_back_in(self, assignment_id: int) -> list[int]:
        """The submissions whose reviews a teacher gave back, owed or not."""
        begun = [*self.owed_in(assignment_id), *self.handed_in(assignment_id)]
        return [each for each in begun if self.returned_until(assignment_id, each)]

    def overdue_in(self, assignment_id: int, now: datetime) -> list[int]:
        """The same without those that a teacher gave back and there is time for: no later assignment waits for them."""
        owed = {each: self.returned_until(assignment_id, each) for each in self.owed_in(assignment_id)}
        return [submission_id for submission_id, until in owed.items() if until is None or until <= now]

    def written_in(self, assignment_id: int) -> list[int]:
        return _submissions_in(self.written, assignment_id)

    def extras_in(self, assignment_id: int) -> list[int]:
        return _submissions_in(self.extras, assignment_id)

    def handed_in(self, assignment_id: int) -> list[int]:
        return _submissions_in(self.handed, assignment_id)


class Membership(TracksItem, discriminator="membership"):
    track_id = dynamo_items.IntegerAttribute()


class AssignmentPlace(TracksItem, discriminator="assignment_place"):
    track_id = dynamo_items.IntegerAttribute()


AnyKind = TypeVar("AnyKind", bound=TracksItem)


# --- Keys ------------------------------------------------------------------------------------------------------------


def group_of(track_id: int) -> Group:
    """Of who teaches it and who takes part."""
    return Group(GroupKind.TRACK, track_id)


def track_key(track_id: int) -> Key:
    return f"TRACK#{track_id}", "TRACK"


def assignment_key(track_id: int, assignment_id: int) -> Key:
    return f"TRACK#{track_id}", f"TRACK#ASSIGNMENT#{assignment_id}"


def participant_key(track_id: int, user_id: int) -> Key:
    return f"TRACK#{track_id}", f"{PARTICIPANTS}{user_id}"


def reliability_key(track_id: int) -> Key:
    return f"TRACK#{track_id}", "RELIABILITY"


def tally_key(track_id: int, assignment_id: int) -> Key:
    return f"TRACK#{track_id}", f"{TALLIES}{assignment_id}"


def membership_key(user_id: int, track_id: int) -> Key:
    return f"USER#{user_id}", f"TRACK#{ids.sortable(track_id)}"


def assignment_place_key(assignment_id: int) -> Key:
    return f"ASSIGNMENT#{assignment_id}", "PLACE"


def submission_key(assignment_id: int, user_id: int) -> Key:
    return f"ASSIGNMENT#{assignment_id}", f"{SUBMISSIONS}{user_id}"


def review_key(assignment_id: int, author_id: int, reviewer_id: int) -> Key:
    return f"ASSIGNMENT#{assignment_id}", f"{REVIEWS}{author_id}#{reviewer_id}"


def counter_test_key(assignment_id: int, author_id: int, reviewer_id: int, place: int) -> Key:
    return f"ASSIGNMENT#{assignment_id}", f"{COUNTER_TESTS}{author_id}#{reviewer_id}#{place}"


def submission_place_key(submission_id: int) -> Key:
    return f"SUBMISSION#{submission_id}", "PLACE"


def code_version_key(submission_id: int, version: int) -> Key:
    return f"SUBMISSION#{submission_id}", f"{CODE_VERSIONS}{version:06}"


def code_parts(version: int) -> str:
    """What the sort keys of the parts of a version begin with."""
    return f"CODE#{version:06}#"


def code_part_key(submission_id: int, version: int, part: int) -> Key:
    return f"SUBMISSION#{submission_id}", f"{code_parts(version)}{part:02}"


def review_place_key(review_id: int) -> Key:
    return f"REVIEW#{review_id}", "PLACE"


def diary_key(assignment_id: int, entry_id: int) -> Key:
    return f"DIARY#{assignment_id}", f"ENTRY#{ids.sortable(entry_id)}"


def review_duty(assignment_id: int, submission_id: int | str) -> str:
    """A review as participants keep it."""
    return f"{assignment_id}#{submission_id}"


# --- Tracks and assignments ------------------------------------------------------------------------------------------


def find_track(track_id: int) -> Track | None:
    return dynamo_items.find(Track, *track_key(track_id), consistent=True)


def find_with_assignments(track_id: int) -> tuple[Track | None, list[Assignment]]:
    """A track and its assignments in their order, in one query."""
    pk, sk = track_key(track_id)
    items = list(TracksItem.query(pk, TracksItem.sk.startswith(sk), consistent_read=True))
    track = next(iter(only(Track, items)), None)
    return track, sorted(only(Assignment, items), key=lambda each: (each.order, each.id))


def find_place(assignment_id: int) -> AssignmentPlace | None:
    return dynamo_items.find(AssignmentPlace, *assignment_place_key(assignment_id), consistent=True)


def list_tracks(statuses: Sequence[Status], query: paging.ListQuery) -> paging.Page[Track]:
    """Those of each status in turn, the newest first."""

    def of(status: Status) -> paging.RunQuery[Track]:
        def run(limit: int, start: paging.Key | None) -> ResultIterator[Track]:
            return Track.status_index.query(status, limit=limit, last_evaluated_key=start, scan_index_forward=False)

        return run

    return paging.read_lists(query, {status: of(status) for status in statuses})


def memberships_of(user_id: int, query: paging.ListQuery) -> paging.Page[Membership]:
    """Those of somebody, the newest first; the track of one may be deleted by now."""

    def run(limit: int, start: paging.Key | None) -> ResultIterator[Membership]:
        pk, _ = membership_key(user_id, 0)
        return Membership.query(pk, limit=limit, last_evaluated_key=start, scan_index_forward=False)

    return paging.read_list(query, run)


def tracks_of(user_id: int, query: paging.ListQuery) -> paging.Page[Track]:
    """Those that somebody takes part in, the newest first."""
    page = memberships_of(user_id, query)
    found = {track.id: track for track in Track.batch_get([track_key(each.track_id) for each in page.items])}
    return paging.Page([found[each.track_id] for each in page.items if each.track_id in found], page.next_cursor)


def add_track(track: Track) -> None:
    """With its author as who teaches it. ConditionFailed(KEY_FREE) when the id is taken."""

    def fill(transaction: Transaction) -> None:
        transaction.save(track, condition=Track.pk.does_not_exist(), named=transactions.KEY_FREE)
        memberships.add_owner(transaction, track.author_id, group_of(track.id), track.created_at)
        if track.starts_at is not None:
            timers.start(transaction, TOPIC, str(track.id), track.starts_at)

    transactions.transact(fill)


def change_track(track: Track, changes: Changes, expected: IfMatch) -> None:
    """ConditionFailed when it is gone, has started, is full with that, or not as it was seen."""
    condition = (Track.status == Status.WAITING) & etags.version_matches(Track.version, expected)
    if "required_participants" in changes:
        condition &= Track.current_participants <= changes["required_participants"]
    if changes.keys() & {"required_participants", "starts_at"}:  # it was decided that it does not start with that
        condition &= Track.current_participants == track.current_participants
        condition &= same(Track.starts_at, track.starts_at)

    def fill(transaction: Transaction) -> None:
        actions = [*setting(Track, changes), Track.version.add(1)]
        transaction.update(Track(*track_key(track.id)), actions=actions, condition=condition, named=TRACK_WAITS)
        if "starts_at" in changes and changes["starts_at"] is None:
            timers.stop(transaction, TOPIC, str(track.id))
        elif "starts_at" in changes:
            timers.start(transaction, TOPIC, str(track.id), changes["starts_at"])

    transactions.transact(fill)


def delete_track(track_id: int, author_id: int, expected: IfMatch) -> None:
    """ConditionFailed when it is gone, has started, or is not as it was seen.

    What belongs to it goes after it, and cannot be reached from then on: so an interruption leaves nothing that shows.
    """
    track = Track(*track_key(track_id))
    condition = (Track.status == Status.WAITING) & etags.version_matches(Track.version, expected)

    def fill(transaction: Transaction) -> None:
        transaction.delete(track, condition=condition, named=TRACK_WAITS)
        timers.stop(transaction, TOPIC, str(track_id))

    transactions.transact(fill)
    memberships.erase_group(group_of(track_id), author_id)
    rest = list(TracksItem.query(track.pk, consistent_read=True))
    memberships.erase_pupils(group_of(track_id), [each.user_id for each in only(Participant, rest)])
    with TracksItem.batch_write() as batch:
        for item in rest:
            batch.delete(item)
        for assignment in only(Assignment, rest):
            batch.delete(AssignmentPlace(*assignment_place_key(assignment.id)))
        for participant in only(Participant, rest):
            batch.delete(Membership(*membership_key(participant.user_id, track_id)))


def add_assignment(assignment: Assignment, *, below: int) -> None:
    """ConditionFailed(KEY_FREE) when the id is taken; else the track has started, or has `below` already."""
    place = AssignmentPlace(*assignment_place_key(assignment.id), track_id=assignment.track_id)

    def fill(transaction: Transaction) -> None:
        transaction.save(place, condition=AssignmentPlace.pk.does_not_exist(), named=transactions.KEY_FREE)
        _count_assignment(transaction, assignment.track_id, 1, Track.assignments_count < below)
        transaction.save(assignment)

    transactions.transact(fill)


def change_assignment(assignment: Assignment, changes: Changes, expected: IfMatch) -> None:
    """ConditionFailed(TRACK_WAITS) when the track has started; else the assignment is not as it was seen."""
    actions = [*setting(Assignment, changes), Assignment.version.add(1)]

    def fill(transaction: Transaction) -> None:
        transaction.check(
            Track, *track_key(assignment.track_id), condition=Track.status == Status.WAITING, named=TRACK_WAITS
        )
        transaction.update(
            Assignment(*assignment_key(assignment.track_id, assignment.id)),
            actions=actions,
            condition=etags.version_matches(Assignment.version, expected),
            named="version_matches",
        )

    transactions.transact(fill)


def delete_assignment(assignment: Assignment, expected: IfMatch) -> None:
    """ConditionFailed(TRACK_WAITS) when the track has started; else the assignment is not as it was seen."""

    def fill(transaction: Transaction) -> None:
        _count_assignment(transaction, assignment.track_id, -1)
        transaction.delete(
            assignment, condition=etags.version_matches(Assignment.version, expected), named="version_matches"
        )
        transaction.delete(AssignmentPlace(*assignment_place_key(assignment.id)))

    transactions.transact(fill)


# --- Taking part -----------------------------------------------------------------------------------------------------


def find_participant(track_id: int, user_id: int) -> Participant | None:
    return dynamo_items.find(Participant, *participant_key(track_id, user_id), consistent=True)


def participations_in(track_ids: Sequence[int], user_id: int) -> dict[int, Participant]:
    """How somebody takes part in these tracks, by track; those in which they do not are left out."""
    keys = [participant_key(track_id, user_id) for track_id in track_ids]
    found = Participant.batch_get(keys, consistent_read=True) if keys else ()
    return {each.track_id: each for each in found}


def participations_of(user_id: int, query: paging.ListQuery) -> list[tuple[Track, Participant]]:
    """The tracks that somebody takes part in, the newest first, and how they are doing there."""
    tracks = tracks_of(user_id, query).items
    found = participations_in([track.id for track in tracks], user_id)
    return [(track, found[track.id]) for track in tracks if track.id in found]


def participants_of(track_id: int) -> list[Participant]:
    return all_below(Participant, track_key(track_id), PARTICIPANTS)


def add_participant(
    participant: Participant,
    track: Track,
    *,
    more: Sequence[Action] = (),
    further: Callable[[Transaction], None] = lambda _: None,
) -> None:
    """`more` and `further` are what else becomes of the track, and of what is beside it.

    ConditionFailed(NOT_ENROLLED) when the user is enrolled; else the track has started, has no assignments, or other
    people take part than those that were read.
    """
    waits = _waits_for_one_more(track, starts=bool(more))
    actions = [Track.current_participants.add(1), *more]

    def fill(transaction: Transaction) -> None:
        transaction.update(Track(*track_key(track.id)), actions=actions, condition=waits, named=TRACK_WAITS)
        transaction.save(participant, condition=Participant.pk.does_not_exist(), named=NOT_ENROLLED)
        transaction.save(Membership(*membership_key(participant.user_id, track.id), track_id=track.id))
        memberships.add_pupil(transaction, participant.user_id, group_of(track.id), participant.enrolled_at)
        further(transaction)

    transactions.transact(fill)


def _waits_for_one_more(track: Track, *, starts: bool) -> Condition:
    """Whether the track is as it was read, as far as it matters to one who comes, and with whom it starts or not."""
    waits: Condition = (
        (Track.status == Status.WAITING)
        & (Track.required_participants == track.required_participants)
        & (Track.current_participants < track.required_participants)
        & (Track.assignments_count > 0)
        & same(Track.starts_at, track.starts_at)
    )
    if starts:  # with the assignments that were read: another may be the first
        waits &= Track.current_participants == track.current_participants
        waits &= Track.assignments_count == track.assignments_count
    else:
        waits &= Track.starts_at.exists() | (Track.current_participants < track.required_participants - 1)
    return waits


def remove_participant(track_id: int, user_id: int) -> None:
    """ConditionFailed(TRACK_WAITS) when the track has started; else the user is not enrolled."""

    def fill(transaction: Transaction) -> None:
        transaction.update(
            Track(*track_key(track_id)),
            actions=[Track.current_participants.add(-1)],
            condition=Track.status == Status.WAITING,
            named=TRACK_WAITS,
        )
        transaction.delete(
            Participant(*participant_key(track_id, user_id)), condition=Participant.pk.exists(), named="enrolled"
        )
        transaction.delete(Membership(*membership_key(user_id, track_id)))
        memberships.remove_pupil(transaction, user_id, group_of(track_id))

    transactions.transact(fill)


# --- Conditions and changes ------------------------------------------------------------------------------------------


def same(attribute: Any, value: object) -> Condition:
    """The condition that an attribute is as it was read."""
    condition: Condition = attribute.does_not_exist() if value is None else attribute == value
    return condition


def setting(kind: Any, changes: Changes) -> list[Action]:
    fields = {name: getattr(kind, name) for name in changes}
    return [fields[name].remove() if value is None else fields[name].set(value) for name, value in changes.items()]


def _count_assignment(transaction: Transaction, track_id: int, by: int, also: Condition | None = None) -> None:
    waits = Track.status == Status.WAITING
    transaction.update(
        Track(*track_key(track_id)),
        actions=[Track.assignments_count.add(by)],
        condition=waits & also if also is not None else waits,
        named=TRACK_WAITS,
    )


def _submissions_in(duties: set[str] | None, assignment_id: int) -> list[int]:
    prefix = review_duty(assignment_id, "")
    return sorted(int(each.removeprefix(prefix)) for each in duties or () if each.startswith(prefix))


def all_below(kind: type[AnyKind], beside: Key, prefix: str, such: Condition | None = None) -> list[AnyKind]:
    """The items of a kind in the collection that a key belongs to; `such` says which of them."""
    found = TracksItem.query(beside[0], TracksItem.sk.startswith(prefix), filter_condition=such, consistent_read=True)
    return only(kind, list(found))


def only(kind: type[AnyKind], items: Sequence[TracksItem]) -> list[AnyKind]:
    return [item for item in items if isinstance(item, kind)]

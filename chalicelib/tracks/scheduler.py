"""Takes a track's steps when they are due: one at a time, each under the condition that it was not yet taken."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from chalicelib.common import ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.events import sweeps
from chalicelib.tracks import allocation, models, notifications, review_duties, stages, starting, state, work_models
from chalicelib.tracks.fetching import fetches
from chalicelib.tracks.models import Assignment, Status
from chalicelib.tracks.notifications import TrackNotification
from chalicelib.tracks.reliability import calibration
from chalicelib.tracks.solutions import code
from chalicelib.tracks.stages import Outage, Stage, Step
from chalicelib.tracks.state import Change, TrackState

TRIES = 5


class ConcurrentChange(Exception):
    """A timer went off for a track that is not there."""


def advance(subject: str, now: datetime) -> None:
    """Take the step of a track that is due, if one is: first tell what is untold, then go on.

    Anew, where the track was changed meanwhile: by who took the step, or by who took none, as one who enrolls when it
    starts, or whose review came while those of its stage were counted.
    """
    for _ in range(TRIES):
        track_state = state.find(int(subject))
        if track_state is None:
            raise ConcurrentChange(f"There is no track {subject}")
        try:
            _advance(track_state, now)
        except transactions.ConditionFailed as refused:
            changed = sorted(refused.failed)
            observe.logger.info("track was changed meanwhile", track_id=track_state.track.id, changed=changed)
        else:
            return


def _advance(track_state: TrackState, now: datetime) -> None:
    if track_state.track.status == Status.WAITING:
        starting.start_at_its_time(track_state, now)
        return
    if track_state.track.pending:
        _tell(track_state)
        return
    if _give_back(track_state, now):
        return
    due = track_state.next_due
    if due is None or due[0] > now:
        return
    due_at, assignment = due
    step = stages.next_step(assignment.stage_state)
    if step is not None:
        change = _STEPS[step](track_state, assignment, due_at)
        if track_state.due_after(change) is None:
            _keep_shown_code(track_state)
        state.advance(track_state, change, calibration.completing(track_state, change))
        late = round((now - due_at).total_seconds(), 3)
        observe.logger.info(
            "track went on", track_id=track_state.track.id, assignment_id=assignment.id, step=step, late=late
        )


def _give_back(track_state: TrackState, now: datetime) -> bool:
    """Give running stages back what outages took; whether there was something to give to one of them."""
    known = sweeps.outages()
    for assignment in track_state.assignments:
        before = stage_state = assignment.stage_state
        for each in known:
            stage_state = stages.given_back(stage_state, Outage(each.began_at, each.ended_at))
        if stage_state == before:
            continue
        notices = []
        if stage_state.stage in {Stage.SUBMISSION, Stage.CODE_REVIEW} and stage_state.deadline != before.deadline:
            notices = [notifications.deadline_moved(track_state.track, assignment, stage_state, outage=True)]
        state.advance(track_state, Change(assignment=assignment, stage_state=stage_state, at=now, notices=notices))
        observe.logger.info("outage given back", track_id=track_state.track.id, assignment_id=assignment.id)
        return True
    return False


def _tell(track_state: TrackState) -> None:
    everybody = [each.user_id for each in models.participants_of(track_state.track.id)]
    notifications.send(track_state.track.pending, everybody)
    state.mark_sent(track_state)


def _open(track_state: TrackState, assignment: Assignment, at: datetime) -> Change:
    stage_state = stages.opened(assignment.stage_state, at)
    notices = [notifications.assignment_opened(assignment, stage_state)]
    if assignment is track_state.assignments[0]:  # it was started by a version that did not open it with that
        notices.insert(0, notifications.track_started(track_state.track, at))
    return Change(assignment=assignment, stage_state=stage_state, at=at, notices=notices)


def _remind(track_state: TrackState, assignment: Assignment, at: datetime) -> Change:
    stage_state = assignment.stage_state
    participants = models.participants_of(track_state.track.id)
    if stage_state.stage is Stage.SUBMISSION:
        done = {each.user_id for each in work_models.submissions_to(assignment.id)}
        unfinished = [each for each in participants if each.user_id not in done]
    else:
        unfinished = [each for each in participants if each.owed_in(assignment.id)]
    notices = notifications.deadline_soon(assignment, unfinished)
    return Change(assignment=assignment, stage_state=stages.reminded(stage_state), at=at, notices=notices)


def _close(track_state: TrackState, assignment: Assignment, at: datetime) -> Change:
    # Drawn when nobody can choose any more whether to submit, and stored before it is used: see `allocation`.
    seed = ids.new_timeless_id()
    fetches.pin(assignment, at)
    return Change(assignment=assignment, stage_state=stages.closed(assignment.stage_state), at=at, allotment_seed=seed)


def _allot(track_state: TrackState, assignment: Assignment, at: datetime) -> Change:
    submissions = {each.user_id: each.id for each in work_models.submissions_to(assignment.id)}
    participants = models.participants_of(track_state.track.id)
    # Who may still send in reviews nothing: they would see others' work first.
    others = {each.user_id for each in participants if not each.may_submit(assignment.id, at)} - submissions.keys()
    per_user = track_state.track.reviews_per_user
    # Without a seed: it closed in a version that had none.
    seed = assignment.allotment_seed or assignment.id
    authors = allocation.allot(submissions.keys(), others, reviews_per_user=per_user, seed=seed)
    written = {each.user_id: set(review_duties.reviews_by(each, assignment.id)) for each in participants}
    chosen = {user: [submissions[author] for author in theirs] for user, theirs in authors.items()}
    # Where submissions were reopened, some reviews are written already.
    allotment = {
        user: left for user, ids in chosen.items() if (left := [each for each in ids if each not in written[user]])
    }
    state.allot(track_state, assignment, allotment)
    owed = sum(map(len, allotment.values()))
    stage_state = stages.allotted(assignment.stage_state, owed=owed)
    notices: Sequence[TrackNotification] = (
        notifications.review_started(assignment, stage_state, allotment) if owed else ()
    )
    each = allocation.reviews_each(len(submissions), per_user)
    return Change(assignment=assignment, stage_state=stage_state, at=at, notices=notices, owed=owed, reviews_each=each)


def _complete(track_state: TrackState, assignment: Assignment, at: datetime) -> Change:
    stage_state = stages.completed(assignment.stage_state)
    return Change(assignment=assignment, stage_state=stage_state, at=at, counted=True)


def _keep_shown_code(track_state: TrackState) -> None:
    """Of every solution the code that could be reviewed stays: the track is over with this step."""
    for assignment in track_state.assignments:
        for submission in work_models.submissions_to(assignment.id):
            code.keep_shown(submission)


def _withdraw(track_state: TrackState, assignment: Assignment, at: datetime) -> Change:
    participants = models.participants_of(track_state.track.id)
    owed = {each.user_id: owes for each in participants if (owes := each.owed_in(assignment.id))}
    state.withdraw(track_state, assignment, owed)
    stage_state = stages.withdrawn(assignment.stage_state)
    notices = [notifications.stage_reopened(track_state.track, assignment, stage_state)]
    return Change(assignment=assignment, stage_state=stage_state, at=at, notices=notices, owed=0, reviews_each=0)


_STEPS: Mapping[Step, Callable[[TrackState, Assignment, datetime], Change]] = {
    Step.OPEN: _open,
    Step.REMIND: _remind,
    Step.CLOSE: _close,
    Step.ALLOT: _allot,
    Step.COMPLETE: _complete,
    Step.WITHDRAW: _withdraw,
}

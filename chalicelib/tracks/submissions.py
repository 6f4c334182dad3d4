"""Submits solutions: links to repositories, files, or both.

Reviewers see a submission's id, so the id does not tell when it was made.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, validation
from chalicelib.tracks import access, models, state, work_models
from chalicelib.tracks.evidence import judging
from chalicelib.tracks.evidence.programs import WHOLE, Choice, ChosenProgram
from chalicelib.tracks.fetching import fetches
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.models import Assignment, Participant, Status
from chalicelib.tracks.solutions import code_models, uploads
from chalicelib.tracks.solutions.code_models import Code, Origin
from chalicelib.tracks.solutions.file_rules import SolutionFile
from chalicelib.tracks.solutions.uploads import Upload
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Submission, SubmissionPlace

WITH_MORE_TIME = frozenset({Stage.SUBMISSION, Stage.CODE_REVIEW, Stage.COMPLETED})
"""Stages in which work is taken of those who have more time: all that last but the first."""
OPEN, PLACE, SUBMISSION = "assignment_open", "id_free", "submission"
"""Conditions: the assignment takes submissions; the id is free; there is no submission yet, or one to replace."""
SENDER = "sender_as_read"
"""The condition that the sender owes no more reviews than was read, and has the time that they had."""
AS_READ = "versions_as_read"
"""The condition of a replacement: there is still a submission, with no more versions of its code, judged no further."""
REPOSITORY_URL = errors.Place(errors.In.BODY, validation.pointer("repository_url"))
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What is sent in: a link, files, or both. Files are in an archive that was uploaded, or come by themselves;
    `choice` says which of them the judge takes for the program.
    """

    repository_url: str | None
    commit: str | None
    files: tuple[SolutionFile, ...] = ()
    upload_id: int | None = None
    choice: Choice = WHOLE

    def code(self, assignment_id: int, user_id: int) -> Code | None:
        """404 for an archive that was not uploaded, 422 for one that is not taken."""
        if self.upload_id is None:
            return Code(files=self.files, origin=Origin.FILES) if self.files else None
        taken = uploads.take(assignment_id, user_id, self.upload_id)
        notes = [(note.file, note.reason) for note in taken.notes]
        return Code(files=taken.files, origin=Origin.ZIP, notes=notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSolution:
    """What somebody has sent in, and whether they may know now what the judge says of it."""

    submission: Submission
    shows_verdict: bool

    @classmethod
    def of(cls, submission: Submission, assignment: Assignment, participant: Participant) -> Self:
        shown = judging.is_shown_to_author(assignment, participant, clock.now())
        return cls(submission=submission, shows_verdict=shown)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody sends something in. With an `extension` they may although the stage is over."""

    assignment: Assignment
    participant: Participant
    extension: Extension | None


def submit(caller: Caller, assignment_id: int, solution: Solution) -> OwnSolution:
    """Once; 400 when no more work is taken, 403 before it is open and while reviews of earlier ones are owed."""
    place = _open_to(caller, assignment_id)
    code = _code(caller, assignment_id, solution)
    for _ in range(TRIES):
        try:
            submission = _first(place, solution, code)
        except transactions.ConditionFailed as refused:
            if refused.failed != {SENDER}:
                raise _refusal(refused, _exists()) from refused
            place = _open_to(caller, assignment_id)
            continue
        fetches.send(submission)
        observe.logger.info("solution sent in", submission_id=submission.id, assignment_id=assignment_id)
        return OwnSolution.of(submission, place.assignment, place.participant)
    raise errors.ChangedMeanwhile


def _first(place: Place, solution: Solution, code: Code | None) -> Submission:
    """ConditionFailed as `_store` names its conditions."""
    assignment, user_id = place.assignment, place.participant.user_id
    program = _program(assignment, solution, code)

    def store(submission_id: int) -> Submission:
        submission = _submission(submission_id, assignment, user_id, solution)
        submission.code_version = submission.versions = 1 if code else 0
        fetches.begin(submission)
        try:
            _store(submission, place, code, program)
        except transactions.ConditionFailed as refused:
            if refused.failed == {PLACE}:
                raise transactions.ConditionFailed(transactions.KEY_FREE) from refused
            raise
        return submission

    return transactions.with_new_id(store, ids.new_timeless_id)


def own(caller: Caller, assignment_id: int) -> OwnSolution:
    """What the caller has sent in, at any time; 404 for nothing, 403 for one who does not take part."""
    viewer = access.get_viewer(caller, assignment_id)
    if viewer.participant is None:
        raise access.not_enrolled()
    submission = work_models.find_submission(assignment_id, caller.id)
    if submission is None:
        raise _missing()
    return OwnSolution.of(submission, viewer.assignment, viewer.participant)


def replace(caller: Caller, assignment_id: int, solution: Solution) -> OwnSolution:
    """While work is taken; 404 when there is nothing to replace, 409 after too many versions of files."""
    _open_to(caller, assignment_id)
    code = _code(caller, assignment_id, solution)
    for _ in range(TRIES):
        place = _open_to(caller, assignment_id)
        earlier = work_models.find_submission(assignment_id, caller.id)
        if earlier is None:
            raise _missing()
        submission = _successor(earlier, place.assignment, solution, code)
        fresh = code if submission.versions > earlier.versions else None
        program = _program(place.assignment, solution, code)
        if submission.code_version == earlier.code_version and judging.is_judged_as(earlier, program):
            submission.judged, program = earlier.judged, None
        try:
            _store(submission, place, fresh, program, earlier=earlier)
        except transactions.ConditionFailed as refused:
            if refused.failed & {AS_READ, code_models.FREE} or refused.failed == {SENDER}:
                continue
            raise _refusal(refused, _missing()) from refused
        if submission.judged != earlier.judged:
            judging.withdraw(earlier.judged)
        fetches.send(submission)
        observe.logger.info("solution replaced", submission_id=submission.id, assignment_id=assignment_id)
        return OwnSolution.of(submission, place.assignment, place.participant)
    raise errors.ChangedMeanwhile


def upload(caller: Caller, assignment_id: int) -> Upload:
    """Where to upload an archive to that is then sent in; refusals as `submit` has them."""
    _open_to(caller, assignment_id)
    return uploads.invite(assignment_id, caller.id)


def _code(caller: Caller, assignment_id: int, solution: Solution) -> Code | None:
    """The files that are sent in; a link without any is one more to fetch."""
    code = solution.code(assignment_id, caller.id)
    if code is None and solution.repository_url is not None:
        fetches.count(caller.id, solution.repository_url)
    return code


def _program(assignment: Assignment, solution: Solution, code: Code | None) -> ChosenProgram | None:
    """What the judge is sent at once. That of a link is sent when its code is here: what can be refused before that is
    refused now.
    """
    if assignment.problem_id is None:
        return None
    if code is not None or solution.repository_url is None:
        return judging.program_of(assignment, code.files if code else (), solution.choice)
    judging.check_choice(assignment, solution.choice)
    refusal = fetches.refusal_of(solution.repository_url)
    if refusal is not None:
        english = "This link is not fetched: {reason}"
        raise errors.BadRequest("link_not_fetched", english, where=REPOSITORY_URL, reason=refusal)
    return None


def _successor(earlier: Submission, assignment: Assignment, solution: Solution, code: Code | None) -> Submission:
    """What replaces a submission. The same files again are no new version."""
    submission = _submission(earlier.id, assignment, earlier.user_id, solution)
    submission.versions, submission.shown_from = earlier.versions, earlier.shown_from
    submission.known_as = earlier.known_as
    if code is None:
        submission.code_version = 0
    elif _stands(earlier, code):
        submission.code_version = earlier.code_version
    elif earlier.versions >= code_models.MOST_VERSIONS:
        english, limit = "A solution has at most {limit} versions", code_models.MOST_VERSIONS
        raise errors.Conflict("too_many_versions", english, limit=limit)
    else:
        submission.code_version = submission.versions = earlier.versions + 1
    was_closed = assignment.allotment_seed is not None
    if was_closed and earlier.code_version not in {0, submission.code_version}:
        submission.shown_from = earlier.shown_from or earlier.code_version
    fetches.begin(submission)
    return submission


def _stands(earlier: Submission, code: Code) -> bool:
    """Whether the version that stands has just these files."""
    standing = code_models.find(earlier.id, earlier.code_version) if earlier.code_version else None
    return standing is not None and standing.digest == code.digest


def _open_to(caller: Caller, assignment_id: int) -> Place:
    """Learning Platform's refusals, with its statuses, and then those of gating."""
    try:
        track_state, assignment = state.with_assignment(assignment_id)
    except errors.NotFound as missing:
        raise errors.BadRequest("assignment_not_found", "Assignment not found") from missing
    participant = models.find_participant(track_state.track.id, caller.id)
    if participant is None:
        raise errors.BadRequest("not_enrolled", "User not enrolled in this track")
    now = clock.now()
    extension = participant.extension_in(assignment_id)
    place = Place(assignment, participant, extension if extension and extension.may_submit(now) else None)
    _refuse(track_state, place, now)
    return place


def _refuse(track_state: TrackState, place: Place, now: datetime) -> None:
    stage = Stage(place.assignment.stage)
    if track_state.track.status != Status.ACTIVE and place.extension is None:
        raise errors.BadRequest("track_not_active", "Track is not active")
    if stage is Stage.NOT_STARTED:
        raise access.not_open()
    if stage not in (WITH_MORE_TIME if place.extension else {Stage.SUBMISSION}):
        raise _too_late()
    if access.is_barred(track_state, place.assignment, place.participant, now):
        raise access.reviews_owed()


def _store(
    submission: Submission,
    place: Place,
    code: Code | None,
    program: ChosenProgram | None,
    *,
    earlier: Submission | None = None,
) -> None:
    """With a new version of its code, if there is one, and a `program` for the judge. Without an `earlier` one it is
    the first.

    ConditionFailed by names: too late; sender not as read; the id is taken; there is one, or none, or it was replaced.
    """
    stored_place = _place_of(submission)
    assignment = models.assignment_key(submission.track_id, submission.assignment_id)
    sender = models.participant_key(submission.track_id, submission.user_id)
    pk = Submission.pk

    def fill(transaction: Transaction) -> None:
        transaction.save(stored_place, condition=pk.exists() if earlier else pk.does_not_exist(), named=PLACE)
        transaction.check(Assignment, *assignment, condition=_takes(place, submission.submitted_at), named=OPEN)
        transaction.check(Participant, *sender, condition=_as_read(place), named=SENDER)
        if code is not None:
            code_models.add(transaction, submission.id, submission.code_version, code, submission.submitted_at)
        if earlier is None:
            transaction.save(submission, condition=pk.does_not_exist(), named=SUBMISSION)
        else:
            _update(transaction, earlier, submission)

    judging.store(program, submission, place.assignment, fill)


def _place_of(submission: Submission) -> SubmissionPlace:
    return SubmissionPlace(
        *models.submission_place_key(submission.id),
        track_id=submission.track_id,
        assignment_id=submission.assignment_id,
        user_id=submission.user_id,
    )


def _update(transaction: Transaction, earlier: Submission, submission: Submission) -> None:
    """The reviews that it has got stay."""
    as_read: Condition = Submission.versions == earlier.versions
    if not earlier.versions:
        as_read = as_read | Submission.versions.does_not_exist()
    as_read &= models.same(Submission.judged, earlier.judged)
    kept = Submission(submission.pk, submission.sk)
    transaction.update(kept, actions=_anew(submission), condition=Submission.pk.exists() & as_read, named=AS_READ)


def _takes(place: Place, at: datetime) -> Condition:
    """Whether the assignment takes work then: of everybody, or of those with more time, but not while it is written
    who reviews what.
    """
    taken: Condition = Assignment.stage.is_in(*sorted(WITH_MORE_TIME))
    if place.extension is None:
        late = Assignment.closes_at.does_not_exist() & (Assignment.submission_deadline > at)
        taken = (Assignment.stage == Stage.SUBMISSION) & ((Assignment.closes_at > at) | late)
    return taken


def _as_read(place: Place) -> Condition:
    """Whether the sender owes no more than was read, and has the time that they had."""
    owes = place.participant.owes
    free = Participant.owes.does_not_exist()
    paid = free | (Participant.owes == owes) if owes else free
    same_time = models.same(Participant.extensions, place.participant.extensions)
    as_read: Condition = Participant.pk.exists() & paid & same_time
    return as_read


def _anew(submission: Submission) -> list[Action]:
    changes = {
        "repository_url": submission.repository_url,
        "commit": submission.commit,
        "code_version": submission.code_version,
        "versions": submission.versions,
        "shown_from": submission.shown_from,
        "judged": submission.judged,
        "submitted_at": submission.submitted_at,
        "fetch": submission.fetch,
        "choice": submission.choice,
    }
    return models.setting(Submission, changes)


def _refusal(refused: transactions.ConditionFailed, otherwise: errors.LyceumError) -> errors.LyceumError:
    """A sender who is not as read is looked at again, and refused then if they are to be."""
    return _too_late() if OPEN in refused.failed and SUBMISSION not in refused.failed else otherwise


def _exists() -> errors.BadRequest:
    return errors.BadRequest("submission_exists", "Submission already exists")


def _missing() -> errors.NotFound:
    return errors.NotFound("solution_not_found", "Submission not found")


def _too_late() -> errors.BadRequest:
    return errors.BadRequest("deadline_passed", "The deadline for submissions has passed")


def _submission(submission_id: int, assignment: Assignment, user_id: int, solution: Solution) -> Submission:
    return Submission(
        *models.submission_key(assignment.id, user_id),
        id=submission_id,
        user_id=user_id,
        track_id=assignment.track_id,
        assignment_id=assignment.id,
        repository_url=solution.repository_url,
        commit=solution.commit,
        submitted_at=clock.now(),
        choice=None if assignment.problem_id is None else solution.choice.to_json(),
    )

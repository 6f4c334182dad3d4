"""What being late costs a participant of a track. Pure."""

from collections.abc import Mapping, Sequence

from chalicelib.school import late_policy
from chalicelib.school.late_policy import ON_TIME, Charge, LatePolicy
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.work_models import Submission


def charges_of(
    participant: Participant,
    assignments: Sequence[Assignment],
    submissions: Mapping[int, Submission],
    late_days: int,
) -> dict[int, Charge]:
    """What their lateness costs somebody, by assignment. `submissions` are theirs, by assignment; the assignments are
    in their order, in which late days are taken.
    """
    sent = [each for each in assignments if each.id in submissions and each.submission_deadline is not None]
    work = []
    for each in sent:
        extension = participant.extension_in(each.id)
        own = extension.submission_until if extension else None
        due_at = max(filter(None, (each.submission_deadline, own)))
        policy = LatePolicy.of_json(each.late_policy) if each.late_policy else None
        work.append((max(ON_TIME, submissions[each.id].submitted_at - due_at), policy))
    charges = late_policy.charges(work, late_days)
    return {each.id: charge for each, charge in zip(sent, charges, strict=True)}

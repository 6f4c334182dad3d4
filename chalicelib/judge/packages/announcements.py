"""Announces how far an import is: sends a frame to the personal channel of who sent the package."""

from chalicelib.judge import import_models, models, origins
from chalicelib.judge.frames import IMPORTED, ImportedPayload
from chalicelib.judge.import_models import Import
from chalicelib.judge.models import Submission
from chalicelib.judge.origins import JuryOrigin
from chalicelib.judge.packages.states import ImportState
from chalicelib.judge.problems import jury
from chalicelib.realtime import broadcasts, rooms


def announce(stored: Import, state: ImportState) -> None:
    """Tell that an import has come so far. Told again, it is the same frame."""
    payload = ImportedPayload(import_id=stored.id, problem_id=stored.problem_id, state=state)
    cause = f"import#{stored.id}#{state}"
    broadcasts.send(rooms.personal(stored.user_id), IMPORTED, payload.model_dump(mode="json"), cause=cause)


def announce_judged(submission: Submission, is_new: bool) -> None:  # noqa: FBT001 - the grader's `Announcer`
    """Tell that an import is done, after the last verdict of its jury."""
    origin = origins.read(submission.origin)
    stored = import_models.find_import(origin.import_id) if isinstance(origin, JuryOrigin) else None
    problem = models.find_problem(submission.problem_id, consistent=True)
    if stored is None or problem is None or not is_new:
        return
    if not any(each.is_pending for each in jury.expected_verdicts(stored, problem)):
        announce(stored, ImportState.DONE)

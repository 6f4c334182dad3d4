"""Reviews with comments on lines, over HTTP."""

from typing import Any

from chalicelib.tracks import work_models
from chalicelib.tracks.work_models import Submission
from tests.app.tracks.peers import HOUR, POINTS, Peers, good
from tests.support.school import Person, Reply


def said(path: str = "main.py", from_line: int = 1, to_line: int | None = None, **more: Any) -> dict[str, Any]:
    return {"path": path, "from_line": from_line, "to_line": to_line or from_line, "text": "Why?", **more}


def work_of(track: Peers, person: Person) -> Submission:
    found = work_models.find_submission(track.assignment_ids[0], person.id)
    assert found is not None
    return found


def draft_path(submission_id: int) -> str:
    return f"/submissions/{submission_id}/review/draft"


def comments(track: Peers, person: Person, submission_id: int, query: str = "") -> Reply:
    return track.school.api.get(f"/submissions/{submission_id}/comments{query}", token=person.token)


def thread(submission_id: int, comment_id: int) -> str:
    return f"/submissions/{submission_id}/comments/{comment_id}/replies"


def answer(track: Peers, person: Person, comment: tuple[int, int], text: Any = "Because.") -> Reply:
    return track.school.api.post(thread(*comment), {"text": text}, token=person.token)


def replies(track: Peers, person: Person, comment: tuple[int, int], query: str = "") -> Reply:
    return track.school.api.get(thread(*comment) + query, token=person.token)


def commented(track: Peers, author: Person, reviewer: Person, *says: dict[str, Any]) -> Any:
    """A review by one who owes it."""
    return good(track.review(reviewer, work_of(track, author).id, POINTS, line_comments=list(says or [said()])))


def over(track: Peers) -> Peers:
    """The review stage is."""
    return track.pass_time(5 * HOUR)

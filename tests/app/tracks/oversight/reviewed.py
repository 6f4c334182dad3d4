"""A track whose first assignment is over: each of four has reviewed the three others."""

from typing import Any

from tests.app.tracks import repeated_messages
from tests.app.tracks.peers import Peers, good
from tests.support.school import Person, Reply, School

SCORES = {"style": 9, "tests": 9}
DECISION = {"scores": SCORES, "reason": "The tests are there"}


def reviewed(school: School) -> Peers:
    track = repeated_messages.in_review(school)
    for person in track.people:
        track.review_all(person)
    track.settle()
    assert track.stages()[0] == "completed"
    return track


def appeal(track: Peers, person: Person, text: str = "It is tested", **more: Any) -> Reply:
    return track.school.api.post(f"{track.assignment}/appeal", {"text": text, **more}, token=person.token)


def decide(track: Peers, appeal_id: int, person: Person | None = None, **decision: Any) -> Reply:
    who = person or track.teacher
    return track.school.api.post(f"/appeals/{appeal_id}/decision", decision or DECISION, token=who.token)


def change(track: Peers, appeal_id: int, decision: Any, etag: str | None = None) -> Reply:
    headers = {"If-Match": etag} if etag else {}
    path = f"/appeals/{appeal_id}/decision"
    return track.school.api.request("PUT", path, json_body=decision, token=track.teacher.token, headers=headers)


def own_result(track: Peers, person: Person) -> Any:
    (result,) = good(track.results(person))["results"]
    return result


def score_of(track: Peers, person: Person) -> float:
    standings = good(track.school.api.get(f"{track.path}/standings", token=track.teacher.token))
    (score,) = [each["score"] for each in standings if each["user_id"] == person.id]
    return float(score)

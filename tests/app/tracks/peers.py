"""A track as its teacher and its participants use it: over HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.accounts import sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from tests.support.school import Person, Reply, School

HOUR = timedelta(hours=1)
CRITERIA = {"style": "Is it clean?", "tests": "Is it tested?"}
TRACK = {"title": "Algorithms", "description": "Together", "review_criteria": CRITERIA}
ASSIGNMENT = {"title": "Sorting", "description": "Sort it", "deadline_hours": 10, "review_hours": 5}
POINTS = {"style": 8, "tests": 6.5}
FILES = [{"path": "main.py", "content": "print(1)\n"}, {"path": "lib/sums.py", "content": "def add():\n    pass\n"}]
URL = "https://git.example/{}/sorting"


def good(reply: Reply) -> Any:
    assert reply.status < 300, reply.body
    return reply.body


def refusal(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["code"]


@dataclass
class Peers:
    """One track, its teacher, and those who may take part in it."""

    school: School
    teacher: Person
    people: list[Person]
    track_id: int
    assignment_ids: list[int]

    @property
    def path(self) -> str:
        return f"/tracks/{self.track_id}"

    @property
    def assignment(self) -> str:
        """The path of the first."""
        return self.at(0)

    @property
    def now(self) -> str:
        return rfc3339(self.school.clock.now)

    def at(self, number: int) -> str:
        return f"/assignments/{self.assignment_ids[number]}"

    def track(self) -> Any:
        return good(self.school.api.get(self.path, token=self.teacher.token))

    def enrol(self, *people: Person) -> "Peers":
        """These, or all."""
        for person in people or self.people:
            good(self.school.api.post(f"{self.path}/enroll", token=person.token))
        return self

    def settle(self) -> "Peers":
        """Let happen what is due at this moment."""
        self.school.transitions.deliver()
        return self

    def start(self) -> "Peers":
        return self.enrol().settle()

    def pass_time(self, by: timedelta) -> "Peers":
        self.school.transitions.pass_time(by)
        return self.sign_in()

    def oversleep(self, by: timedelta) -> "Peers":
        """Time passes, and nothing comes of it yet, though sweeps run."""
        self.school.clock.forward(by)
        self.school.transitions.note_sweep()
        return self.sign_in()

    def sign_in(self, *others: Person) -> "Peers":
        """Everybody anew: access tokens live for minutes, assignments for hours."""
        for person in (self.teacher, *self.people, *others):
            person.token = sessions.start(person.account, Device("127.0.0.1", "tests")).access_token
        return self

    def submit(self, person: Person, number: int = 0, **more: Any) -> Reply:
        body = {"repository_url": URL.format(person.id), **more}
        return self.school.api.post(f"{self.at(number)}/submit", body, token=person.token)

    def submit_all(self, number: int = 0, people: Sequence[Person] | None = None, **more: Any) -> "Peers":
        for person in self.people if people is None else people:
            good(self.submit(person, number, **more))
        return self

    def next_to_review(self, person: Person, number: int = 0) -> Reply:
        return self.school.api.get(f"{self.at(number)}/review/submission", token=person.token)

    def review(
        self,
        person: Person,
        submission_id: int,
        points: Mapping[str, Any] = POINTS,
        comment: str | None = None,
        **more: Any,
    ) -> Reply:
        body = {"criteria_scores": points, "comment": comment, **more}
        return self.school.api.post(f"/submissions/{submission_id}/review", body, token=person.token)

    def review_next(self, person: Person, number: int = 0, points: Mapping[str, Any] = POINTS) -> Any:
        submission = good(self.next_to_review(person, number))
        return good(self.review(person, submission["id"], points))

    def review_all(self, person: Person, number: int = 0) -> int:
        """Everything that somebody owes; how many that were."""
        seen = self.seen_by(person)[number]
        left = int(seen["reviews_required"] - seen["reviews_done"])
        for _ in range(left):
            self.review_next(person, number)
        return left

    def seen_by(self, person: Person) -> Any:
        """The assignments as somebody sees them."""
        return good(self.school.api.get(f"{self.path}/assignments", token=person.token))

    def current_of(self, person: Person) -> Reply:
        return self.school.api.get(f"{self.path}/assignments/current", token=person.token)

    def stages(self) -> list[str]:
        return [each["current_stage"] for each in self.seen_by(self.teacher)]

    def results(self, person: Person, number: int = 0) -> Reply:
        return self.school.api.get(f"{self.at(number)}/reviews", token=person.token)

    def owed(self, number: int = 0) -> Any:
        return good(self.school.api.get(f"{self.at(number)}/owed", token=self.teacher.token))

    def told(self, type_: str | None = None) -> list[tuple[str, int]]:
        """Who was told what, live."""
        types = {"TRACK_STARTED", "ASSIGNMENT_OPENED", "REVIEW_STARTED", "DEADLINE_SOON"} if type_ is None else {type_}
        return sorted(
            (each.type, user_id)
            for each in self.school.live_messages
            if each.type in types
            for user_id in each.user_ids
        )


def peers(school: School, count: int = 4, assignments: int = 2, **track: Any) -> Peers:
    """A waiting track with assignments of ten hours and five for reviews, and as many people as it needs."""
    teacher, people = school.person(Role.TEACHER), crowd(school, count)
    body = {**TRACK, "required_participants": count, **track}
    track_id = good(school.api.post("/tracks", body, token=teacher.token))["id"]
    added = [
        good(school.api.post(f"/tracks/{track_id}/assignments", ASSIGNMENT, token=teacher.token))["id"]
        for _ in range(assignments)
    ]
    return Peers(school, teacher, people, track_id, added)


def crowd(school: School, count: int) -> list[Person]:
    """So many people, each a moment after the other: ids of one moment may be the same. Ends with a whole second."""
    people = []
    for _ in range(count):
        school.clock.forward(timedelta(milliseconds=1))
        people.append(school.person())
    school.clock.now = school.clock.now.replace(microsecond=0) + timedelta(seconds=1)
    return people

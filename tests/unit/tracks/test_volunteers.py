"""Volunteers in the last fifth of a review stage: what is handed out, for how long, and what becomes of it."""

import heapq
import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.tracks import allocation, models, review_duties
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.models import Assignment, Participant, Track
from chalicelib.tracks.review_duties import Situation
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Capacity, Submission

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STAGE, EACH, PEOPLE = 48 * HOUR, 3, 60
OFFERED = START + 0.8 * STAGE
END = START + STAGE


def an_assignment() -> Assignment:
    return Assignment(
        id=7,
        deadline_hours=48,
        review_hours=48,
        stage=Stage.CODE_REVIEW,
        opened_at=START - STAGE,
        submission_deadline=START,
        code_review_deadline=END,
        reviews_each=EACH,
    )


def submission(user_id: int, reviews: int = 0) -> Submission:
    """Submissions are called by their authors."""
    return Submission("pk", "sk", id=user_id, user_id=user_id, reviews=reviews)


@pytest.mark.parametrize(
    ("left", "lease"),
    [(48.0, 4.0), (8.0, 4.0), (6.0, 3.0), (1.0, 0.5), (1 / 3, 1 / 6), (0.1, 1 / 6)],
)
def test_a_lease_is_half_of_what_is_left_within_bounds(left: float, lease: float) -> None:
    now = END - left * HOUR
    assert abs(review_duties.lease_until(an_assignment(), now) - now - lease * HOUR) < timedelta(seconds=1)


def test_a_lease_ends() -> None:
    leased = submission(1, reviews=EACH - 1)
    leased.leases = {"5": (OFFERED + HOUR).isoformat()}
    one, another = Participant(user_id=5), Participant(user_id=6)
    for at, free in ((OFFERED, False), (OFFERED + HOUR, True)):
        assert review_duties.may_take_extra(an_assignment(), one, leased, at)
        assert review_duties.may_take_extra(an_assignment(), another, leased, at) is free
    assert review_duties.expected(leased, OFFERED) == EACH


def test_who_may_still_send_in_is_handed_nobodys_work() -> None:
    until = OFFERED + HOUR
    extension = Extension(
        submission_until=until, code_review_until=None, reason="Was ill", granted_by=1, granted_at=START
    )
    ill, works = Participant(user_id=9, extensions={"7": extension.to_json()}), [submission(1)]
    handed = [review_duties.to_hand_out(works, an_assignment(), ill, at) for at in (OFFERED, until)]
    assert handed == [None, works[0]]


def test_what_was_begun_is_handed_out_again_and_counts_as_taken() -> None:
    reviewer = Participant(user_id=9, handed={models.review_duty(7, 3)})
    works = [submission(number) for number in (1, 2, 3)]
    found = review_duties.to_hand_out(works, an_assignment(), reviewer, OFFERED)
    assert found is works[2]
    works[2].reviews = EACH
    found = review_duties.to_hand_out(works, an_assignment(), reviewer, OFFERED)
    assert found is works[0]
    reviewer.handed = {models.review_duty(7, each) for each in (3, 4)}
    assert review_duties.to_hand_out(works, an_assignment(), reviewer, OFFERED) is None


@dataclass
class Stage60:
    """A review stage of sixty, from 80 % of it on, in memory."""

    random: random.Random
    assignment: Assignment = field(default_factory=an_assignment)
    works: dict[int, Submission] = field(default_factory=dict)
    people: dict[int, Participant] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    most_expected: int = 0

    def begin(self, late: int) -> None:
        """All but some have written what they owe."""
        everybody = range(1, PEOPLE + 1)
        self.works = {user: submission(user) for user in everybody}
        for user, authors in allocation.allot(everybody, [], reviews_per_user=EACH, seed=1).items():
            duties = {models.review_duty(7, author) for author in authors}
            is_late = user <= late
            self.people[user] = Participant(user_id=user, owes=duties if is_late else None, written=duties)
            for author in () if is_late else authors:
                self.works[author].reviews += 1

    def ask(self, user: int, now: datetime) -> int | None:
        reviewer = self.people[user]
        work = review_duties.to_hand_out(self.works.values(), self.assignment, reviewer, now)
        if work is None:
            return None
        until = review_duties.lease_until(self.assignment, now)
        work.leases = {**(work.leases or {}), str(user): until.isoformat()}
        reviewer.handed = {*(reviewer.handed or ()), models.review_duty(7, work.id)}
        self.most_expected = max(self.most_expected, review_duties.expected(work, now))
        return int(work.id)

    def write(self, user: int, author: int, now: datetime) -> None:
        reviewer, work, duty = self.people[user], self.works[author], models.review_duty(7, author)
        track_state = TrackState(Track(), (self.assignment,))
        situation = Situation(
            track_state=track_state, assignment=self.assignment, submission=work, reviewer=reviewer, now=now
        )
        match situation.capacity:
            case Capacity.OWED:
                reviewer.owes = {each for each in reviewer.owes or () if each != duty} or None
            case Capacity.EXTRA:
                reviewer.handed = {each for each in reviewer.handed or () if each != duty}
                reviewer.extras = {*(reviewer.extras or ()), duty}
                work.leases = {who: at for who, at in (work.leases or {}).items() if who != str(user)}
            case _:
                self.refused.append(user)
                return
        work.reviews += 1

    def play(self, late: int) -> None:
        """Each volunteer asks twice, as soon as they have time, and takes up to nine hours; the late write at last."""
        turns = itertools.count()
        begin = {user: OFFERED + self.random.random() * 4 * HOUR for user in range(late + 1, PEOPLE + 1)}
        events: list[tuple[datetime, int, int, int | None]] = [
            (at, next(turns), user, None) for user, at in begin.items()
        ]
        for user in range(1, late // 2):
            at = OFFERED + self.random.random() * (END - OFFERED)
            events += [(at, next(turns), user, author) for author in self.people[user].owed_in(7)]
        heapq.heapify(events)
        while events:
            now, _, user, author = heapq.heappop(events)
            if author is not None:
                self.write(user, author, now)
                if user <= late or self.random.random() < 0.2:
                    continue
            elif (handed := self.ask(user, now)) is not None:
                done = now + self.random.choice([0.5, 1, 2, 9]) * HOUR
                heapq.heappush(events, (done, next(turns), user, handed))
                continue
            elif now + HOUR >= END:
                continue
            heapq.heappush(events, (now + HOUR, next(turns), user, None))


@pytest.mark.parametrize("seed", range(5))
def test_of_sixty_no_finished_review_is_refused_and_no_two_are_at_the_same(seed: int) -> None:
    late = 15
    stage = Stage60(random.Random(seed))  # noqa: S311 - not a secret
    stage.begin(late)
    lacking = sum(EACH - each.reviews for each in stage.works.values())
    assert lacking == late * EACH
    stage.play(late)
    assert stage.refused == []
    assert stage.most_expected == EACH
    counts = Counter(int(each.reviews) for each in stage.works.values())
    assert min(counts) == EACH
    extras = [len(each.extras_in(7)) for each in stage.people.values()]
    assert sum(extras) >= lacking - late * EACH // 2
    assert max(extras) == review_duties.MOST_EXTRAS

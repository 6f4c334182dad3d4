"""Whole tracks with many people, some of whom do not come, on paper: with the decisions that the product takes.

Stages, allotment, gating, volunteers with their leases and reliability are the product's own functions; what is left
out is storing. People have work of a true quality; most judge it with a little noise, the careless at random.
"""

import heapq
import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.tracks import access, allocation, models, review_duties, stages
from chalicelib.tracks.models import Assignment, Participant, Track
from chalicelib.tracks.reliability import reliability
from chalicelib.tracks.reliability.reliability import Marks, Reliabilities, Rubric, Tally
from chalicelib.tracks.review_duties import Situation
from chalicelib.tracks.scoring import Scores
from chalicelib.tracks.stages import Stage, StageState, Step
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Capacity, Submission

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STAGE = 48 * HOUR
CRITERIA = ("style", "tests")
EACH, MAX, NOISE, CARELESS = 3, 10, 1.0, 0.2
ABSENT = 0.3
"""The part of people who do not come to a stage; each stage it is others."""
LAPSE = 0.2
"""The part of what volunteers are handed that they never write."""

Event = tuple[datetime, int, int, Submission | None]
"""(when, in what order, who, what they have finished): without it they ask for something to review."""


class Offers:
    """Submissions that lack reviews and that nobody is at: an index beside the decision, which looks at all it gets."""

    def __init__(self, assignment: Assignment, works: Iterable[Submission]) -> None:
        self.assignment = assignment
        self._free = {each.id: each for each in review_duties.short(works, assignment)}
        self._leased: list[tuple[datetime, int, Submission]] = []

    def at(self, now: datetime) -> list[Submission]:
        while self._leased and self._leased[0][0] <= now:
            self.look_at(heapq.heappop(self._leased)[2], now)
        return list(self._free.values())

    def look_at(self, work: Submission, now: datetime) -> None:
        self._free.pop(work.id, None)
        if review_duties.expected(work, now) < self.assignment.reviews_each:
            self._free[work.id] = work
        elif work.reviews < self.assignment.reviews_each:
            until = min(review_duties.leases_of(work, now).values())
            heapq.heappush(self._leased, (until, work.id, work))


@dataclass
class Simulation:
    """Submissions are called by their assignment and their author; assignments by their number from 1."""

    people: int
    assignments: int
    random: random.Random
    track_state: TrackState = field(init=False)
    states: list[StageState] = field(default_factory=list)
    participants: dict[int, Participant] = field(default_factory=dict)
    works: list[dict[int, Submission]] = field(default_factory=list)
    truth: list[dict[int, Scores]] = field(default_factory=list)
    marks: list[list[Marks]] = field(default_factory=list)
    allotted: list[dict[int, int]] = field(default_factory=list)
    careless: set[int] = field(default_factory=set)
    turned_away: int = 0
    lacking: list[int] = field(default_factory=list)
    short: list[list[Submission]] = field(default_factory=list)
    refused: int = 0
    handed: int = 0

    def __post_init__(self) -> None:
        everybody = range(1, self.people + 1)
        self.states = [StageState(submission_time=STAGE, review_time=STAGE) for _ in range(self.assignments)]
        self.participants = {user: Participant(user_id=user) for user in everybody}
        hours = STAGE / HOUR
        made = [Assignment(id=each + 1, deadline_hours=hours, review_hours=hours) for each in range(self.assignments)]
        self.track_state = TrackState(Track(), tuple(made))
        self.careless = set(self.random.sample(everybody, round(CARELESS * self.people)))

    def play(self) -> None:
        for number in range(self.assignments):
            self.works.append({})
            self.marks.append([])
            self.truth.append({})
            begin = START if number == 0 else self.end_of(number - 1)
            self.tick(begin)
            self._submit(number, begin + STAGE / 2)
            self.tick(begin + STAGE)
            if self.states[number].stage is Stage.CODE_REVIEW:
                self._review(number, begin + 1.5 * STAGE)
                self.tick(begin + (1 + stages.SOON) * STAGE)
                self.lacking.append(len(self._short(number)))
                self._volunteer(number, begin + (1 + stages.SOON) * STAGE)
            self.tick(begin + 2 * STAGE)
            self.short.append(self._short(number))

    def _short(self, number: int) -> list[Submission]:
        return review_duties.short(self.works[number].values(), self._assignment(number))

    def end_of(self, number: int) -> datetime:
        end = self.states[number].code_review_deadline
        assert end is not None
        return end

    def tick(self, now: datetime) -> None:
        while (due := stages.next_due(self.states, START)) is not None and due[0] <= now:
            at, number = due
            step = stages.next_step(self.states[number])
            assert step is not None
            self.states[number] = self._taken(number, step, at)

    def reliabilities(self) -> Reliabilities:
        return reliability.reliabilities(reliability.together(self._tallies()))

    def _tallies(self) -> Iterator[dict[int, Tally]]:
        rubric = Rubric(criteria=CRITERIA, max_score=MAX, right={})
        for marks in self.marks:
            yield reliability.tally(marks, rubric)

    def _taken(self, number: int, step: Step, at: datetime) -> StageState:
        state = self.states[number]
        match step:
            case Step.OPEN:
                return stages.opened(state, at)
            case Step.REMIND:
                return stages.reminded(state)
            case Step.CLOSE:
                return stages.closed(state)
            case Step.ALLOT:
                return stages.allotted(state, owed=self._allot(number))
            case Step.COMPLETE:
                return stages.completed(state)
            case Step.WITHDRAW:
                return stages.withdrawn(state)

    def _come(self, users: Iterable[int]) -> list[int]:
        return [user for user in users if self.random.random() >= ABSENT]

    def _submit(self, number: int, now: datetime) -> None:
        """Who comes writes what they owe of earlier assignments, and may then send in."""
        for user in self._come(self.participants):
            for earlier in range(number):
                self._pay(earlier, user, now)
            if self._is_barred(number, user):
                self.turned_away += 1
                continue
            name = number * (self.people + 1) + user
            self.works[number][user] = Submission("pk", "sk", id=name, user_id=user)
            self.truth[number][name] = {each: self.random.uniform(1, MAX) for each in CRITERIA}

    def _is_barred(self, number: int, user: int) -> bool:
        assignment = self.track_state.assignments[number]
        return access.is_barred(self.track_state, assignment, self.participants[user], START)

    def _allot(self, number: int) -> int:
        works = self.works[number]
        others = self.participants.keys() - works.keys()
        allotment = allocation.allot(works.keys(), others, reviews_per_user=EACH, seed=self.random.getrandbits(50))
        counts: dict[int, int] = defaultdict(int)
        for user, authors in allotment.items():
            duties = {models.review_duty(number + 1, works[author].id) for author in authors}
            self.participants[user].owes = {*(self.participants[user].owes or ()), *duties}
            for author in authors:
                counts[author] += 1
        self.allotted.append({author: counts[author] for author in works})
        return sum(map(len, allotment.values()))

    def _review(self, number: int, now: datetime) -> None:
        for user in self._come(self.participants):
            self._pay(number, user, now)

    def _pay(self, number: int, user: int, now: datetime) -> None:
        participant = self.participants[user]
        for name in participant.owed_in(number + 1):
            self._write(number, user, self.works[number][name % (self.people + 1)], now)

    def _volunteer(self, number: int, now: datetime) -> None:
        """Who comes and owes nothing asks in the last fifth of the stage, until there is nothing to do for them."""
        end, turns = self.end_of(number), itertools.count()
        offers = Offers(self._assignment(number), self.works[number].values())
        events: list[Event] = [
            (now + self.random.random() * (end - now) / 2, next(turns), user, None)
            for user in self._come(self.participants)
        ]
        heapq.heapify(events)
        while events:
            at, _, user, finished = heapq.heappop(events)
            if finished is not None:
                self._write(number, user, finished, at)
                offers.look_at(finished, at)
                heapq.heappush(events, (at, next(turns), user, None))
            elif (handed := self._ask(user, offers, at)) is not None and self.random.random() >= LAPSE:
                heapq.heappush(events, (at + self.random.choice([0.5, 1, 2, 6]) * HOUR, next(turns), user, handed))

    def _ask(self, user: int, offers: "Offers", now: datetime) -> Submission | None:
        assignment, reviewer = offers.assignment, self.participants[user]
        work = review_duties.to_hand_out(offers.at(now), assignment, reviewer, now)
        if work is not None:
            leases = review_duties.leases_of(work, now) | {user: review_duties.lease_until(assignment, now)}
            work.leases = {str(each): until.isoformat() for each, until in leases.items()}
            reviewer.handed = {*(reviewer.handed or ()), models.review_duty(assignment.id, work.id)}
            self.handed += 1
            offers.look_at(work, now)
        return work

    def _write(self, number: int, user: int, work: Submission, now: datetime) -> None:
        reviewer, duty = self.participants[user], models.review_duty(number + 1, work.id)
        situation = Situation(
            track_state=self.track_state,
            assignment=self._assignment(number),
            submission=work,
            reviewer=reviewer,
            now=now,
        )
        match situation.capacity:
            case Capacity.OWED:
                reviewer.owes = {each for each in reviewer.owes or () if each != duty} or None
                reviewer.written = {*(reviewer.written or ()), duty}
            case Capacity.EXTRA:
                reviewer.handed = {each for each in reviewer.handed or () if each != duty}
                reviewer.extras = {*(reviewer.extras or ()), duty}
                work.leases = {who: until for who, until in (work.leases or {}).items() if who != str(user)}
            case _:
                self.refused += 1
                return
        work.reviews += 1
        self.marks[number].append(self._judged(number, user, work))

    def _judged(self, number: int, user: int, work: Submission) -> Marks:
        truth = self.truth[number][work.id]
        scores = {
            name: self.random.randint(0, MAX)
            if user in self.careless
            else min(MAX, max(0, round(truth[name] + self.random.gauss(0, NOISE))))
            for name in CRITERIA
        }
        return Marks(reviewer_id=user, submission_id=work.id, scores=scores)

    def _assignment(self, number: int) -> Assignment:
        """As it is now. What it is made of is set anew only when that has changed, for making one takes its time."""
        assignment, state = self.track_state.assignments[number], self.states[number]
        if assignment.stage_state != state:
            assignment.stage, assignment.reminded = state.stage, state.reminded
            assignment.opened_at, assignment.submission_deadline = state.opened_at, state.submission_deadline
            assignment.code_review_deadline = state.code_review_deadline
            assignment.reviews_each = allocation.reviews_each(len(self.works[number]), EACH)
        return assignment

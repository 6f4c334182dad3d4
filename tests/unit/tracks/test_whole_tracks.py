"""Whole tracks on paper: the stage machine, the allotment and the gating together, with people who may fail to act."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks import access, allocation, models, stages
from chalicelib.tracks.models import Assignment, Participant, Track
from chalicelib.tracks.stages import Stage, StageState, Step
from chalicelib.tracks.state import TrackState

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STAGE = 10 * HOUR


@dataclass
class Plan:
    """Who comes to what, and when time ticks: a tick is so many hours after the start."""

    people: int
    reviews_per_user: int
    submit: list[set[int]]
    review: list[set[int]]
    ticks: list[float]


@dataclass
class Course:
    """A track under way. Submissions are called by their authors."""

    plan: Plan
    stage_states: list[StageState]
    participants: dict[int, Participant]
    submissions: list[set[int]]
    reviews: list[list[tuple[int, int]]]
    barred: list[set[int]]
    steps: list[tuple[int, Step, datetime]] = field(default_factory=list)

    def tick(self, now: datetime) -> None:
        while (due := stages.next_due(self.stage_states, START)) is not None and due[0] <= now:
            due_at, number = due
            step = stages.next_step(self.stage_states[number])
            assert step is not None
            self.stage_states[number] = self._taken(number, step, due_at)
            self.steps.append((number, step, due_at))

    def submit(self, number: int, user: int, now: datetime) -> bool:
        stage_state = self.stage_states[number]
        is_open = stage_state.stage is Stage.SUBMISSION and now < stage_state.deadline
        if is_open and not self.participants[user].owes:
            self.submissions[number].add(user)
            return True
        return False

    def review_all(self, number: int, user: int, now: datetime) -> None:
        participant = self.participants[user]
        if self.bars(number, user):
            return
        for author in participant.owed_in(number):
            self.reviews[number].append((user, author))
            participant.owes = {each for each in participant.owes if each != models.review_duty(number, author)}
        owed = any(each.owed_in(number) for each in self.participants.values())
        if self.stage_states[number].stage is Stage.CODE_REVIEW and not owed:
            self.stage_states[number] = stages.ended(self.stage_states[number], now)

    def bars(self, number: int, user: int) -> bool:
        run = TrackState(Track(), tuple(Assignment(id=each) for each in range(len(self.stage_states))))
        return access.is_barred(run, run.assignments[number], self.participants[user], START)

    def _taken(self, number: int, step: Step, at: datetime) -> StageState:
        stage_state = self.stage_states[number]
        match step:
            case Step.OPEN:
                return stages.opened(stage_state, at)
            case Step.REMIND:
                return stages.reminded(stage_state)
            case Step.CLOSE:
                return stages.closed(stage_state)
            case Step.ALLOT:
                return stages.allotted(stage_state, owed=self._allot(number))
            case Step.COMPLETE:
                return stages.completed(stage_state)
            case Step.WITHDRAW:
                return stages.withdrawn(stage_state)

    def _allot(self, number: int) -> int:
        authors = self.submissions[number]
        others = self.participants.keys() - authors
        allotment = allocation.allot(authors, others, reviews_per_user=self.plan.reviews_per_user, seed=number)
        for user, chosen in allotment.items():
            owed = {models.review_duty(number, author) for author in chosen}
            self.participants[user].owes = {*(self.participants[user].owes or ()), *owed}
        return sum(map(len, allotment.values()))


def course_of(plan: Plan) -> Course:
    count = len(plan.submit)
    return Course(
        plan=plan,
        stage_states=[StageState(submission_time=STAGE, review_time=STAGE)] * count,
        participants={user: Participant(user_id=user) for user in range(1, plan.people + 1)},
        submissions=[set() for _ in range(count)],
        reviews=[[] for _ in range(count)],
        barred=[set() for _ in range(count)],
    )


def run(plan: Plan, ticks: list[float]) -> Course:
    """People act in the middle of stages; before they do, and at the end, time ticks once at least."""
    course = course_of(plan)
    for number in range(len(plan.submit)):
        begin = START if number == 0 else course.stage_states[number - 1].code_review_deadline
        assert begin is not None
        to(course, begin + STAGE / 2, ticks)
        for user in sorted(plan.submit[number]):
            assert course.submit(number, user, begin + STAGE / 2) is not course.bars(number, user)
        now = begin + 1.5 * STAGE
        to(course, now, ticks)
        if course.stage_states[number].stage is not Stage.COMPLETED:
            course.barred[number] = {user for user in course.participants if course.bars(number, user)}
            for user in sorted(plan.review[number]):
                course.review_all(number, user, now)
        to(course, max(now, course.stage_states[number].code_review_deadline or now), ticks)
    return course


def to(course: Course, now: datetime, ticks: list[float]) -> None:
    """Ticks in any order, as often as they like, none of them from the future; then the one that does not fail."""
    for tick in ticks:
        course.tick(min(now, START + tick * HOUR))
    course.tick(now)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    people = draw(st.integers(2, 60))
    user = st.integers(1, people)
    some = st.one_of(st.just(set(range(1, people + 1))), st.sets(user))
    count = draw(st.integers(1, 3))
    acts = st.lists(some, min_size=count, max_size=count)
    ticks = st.lists(st.floats(0, 80, allow_nan=False), max_size=8)
    return Plan(people, draw(st.integers(1, 5)), draw(acts), draw(acts), draw(ticks))


@given(plans())
def test_every_track_ends_and_its_reviews_are_fair(plan: Plan) -> None:
    course = run(plan, plan.ticks)
    assert {stage_state.stage for stage_state in course.stage_states} == {Stage.COMPLETED}
    for number, pairs in enumerate(course.reviews):
        authors = course.submissions[number]
        assert len(set(pairs)) == len(pairs)
        assert all(reviewer != author and author in authors for reviewer, author in pairs)
        if authors <= plan.review[number] - course.barred[number]:
            among = Counter(author for reviewer, author in pairs if reviewer in authors)
            each = max(0, min(plan.reviews_per_user, len(authors) - 1))
            assert among == (dict.fromkeys(authors, each) if each else {})


@given(plans())
def test_nobody_is_shut_out_for_ever(plan: Plan) -> None:
    course = run(plan, [])
    for user in course.participants:
        for number in range(len(plan.submit)):
            course.review_all(number, user, START + 1000 * HOUR)
    assert {participant.owes or None for participant in course.participants.values()} == {None}
    for number, pairs in enumerate(course.reviews):
        assert len(set(pairs)) == len(pairs)
        counts = Counter(author for _, author in pairs)
        if len(course.submissions[number]) > 1:
            assert max(counts.values()) - min(counts[author] for author in course.submissions[number]) <= 1


@given(plans(), st.lists(st.floats(0, 80, allow_nan=False), max_size=8))
def test_however_time_ticks_the_course_is_the_same(plan: Plan, others: list[float]) -> None:
    one, another = run(plan, plan.ticks), run(plan, others)
    assert one.steps == another.steps
    assert one.stage_states == another.stage_states
    assert one.reviews == another.reviews
    assert {user: each.owes for user, each in one.participants.items()} == {
        user: each.owes for user, each in another.participants.items()
    }


@given(plans())
def test_each_step_is_taken_once(plan: Plan) -> None:
    steps = Counter((number, step, at) for number, step, at in run(plan, plan.ticks).steps)
    assert set(steps.values()) == {1}
    moments = [at for _, _, at in run(plan, plan.ticks).steps]
    assert moments == sorted(moments)

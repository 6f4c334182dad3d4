"""Tracks that run themselves: on time, after outages, told twice, interrupted anywhere."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.common import ids
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import sweeps, timers
from chalicelib.common.events.timers import Message
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import models, scheduler, state, work_models
from chalicelib.tracks.models import TOPIC
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import HOUR, Peers, good, peers
from tests.support.school import School, counted_requests, in_parallel, open_school, stored_items

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


def fire(track: Peers) -> None:
    timers.fire(Message(TOPIC, str(track.track_id), track.school.clock.now))


def timeline(track: Peers) -> list[tuple[str, dict[str, Any], set[int]]]:
    """What was told: the type, the payload, and whom."""
    return [(each.type, dict(each.payload), set(each.user_ids)) for each in track.school.live_messages]


def test_a_track_runs_from_the_first_enrolment_to_the_last_result_by_itself(school: School) -> None:
    track = repeated_messages.started(school)
    everybody = {person.id for person in track.people}
    first, second = track.assignment_ids
    start = school.clock.now
    track.submit_all(people=track.people[:3]).pass_time(10 * HOUR)
    for person in track.people[:3]:
        track.review_all(person)
    track.review_next(track.people[3])
    track.pass_time(5 * HOUR)
    assert track.stages() == ["completed", "submission"]
    for _ in range(2):
        track.review_next(track.people[3])
    track.submit_all(1).pass_time(10 * HOUR)
    for person in track.people:
        track.review_all(person, 1)
    track.settle()
    assert track.stages() == ["completed", "completed"]
    assert track.track()["status"] == "completed"
    assert timers.find(TOPIC, str(track.track_id)) is None
    ids = {"track_id": track.track_id}
    slow = {track.people[3].id}

    def at(hours: float) -> str:
        return (start + hours * HOUR).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    assert timeline(track) == [
        ("TRACK_STARTED", {**ids, "started_at": at(0)}, everybody),
        ("ASSIGNMENT_OPENED", {**ids, "assignment_id": first, "deadline": at(10)}, everybody),
        ("DEADLINE_SOON", soon(track, first, "submission", at(10), 0), slow),
        ("REVIEW_STARTED", {**ids, "assignment_id": first, "deadline": at(15), "reviews_left": 2}, everybody - slow),
        ("REVIEW_STARTED", {**ids, "assignment_id": first, "deadline": at(15), "reviews_left": 3}, slow),
        ("DEADLINE_SOON", soon(track, first, "code_review", at(15), 2), slow),
        ("ASSIGNMENT_OPENED", {**ids, "assignment_id": second, "deadline": at(25)}, everybody),
        ("REVIEW_STARTED", {**ids, "assignment_id": second, "deadline": at(30), "reviews_left": 3}, everybody),
    ]


def soon(track: Peers, assignment_id: int, stage: str, deadline: str, left: int) -> dict[str, Any]:
    about = {"track_id": track.track_id, "assignment_id": assignment_id}
    return {**about, "stage": stage, "deadline": deadline, "reviews_left": left}


def test_what_is_told_is_kept_as_well(school: School) -> None:
    track = repeated_messages.started(school).pass_time(8 * HOUR)
    kept = good(school.api.get("/user/notifications", token=track.people[0].token))
    assert kept[0]["type"] == "DEADLINE_SOON"
    assert sorted((each["title"], each["description"], each["tag"]) for each in kept) == [
        ("A new assignment", "Sorting", "medium"),
        ("The deadline is near", "Sorting: send in your solution", "high"),
        ("The track has started", "Algorithms", "medium"),
    ]
    assert kept[0]["payload"]["assignment_id"] == track.assignment_ids[0]


def test_who_owes_is_reminded_of_that_with_the_next_assignment(school: School) -> None:
    track = repeated_messages.in_review(school)
    for person in track.people[:3]:
        track.review_all(person)
    track.pass_time(5 * HOUR)
    track.submit_all(1, track.people[:3]).pass_time(8 * HOUR)
    (last,) = [each for each in school.live_messages if each.payload.get("assignment_id") == track.assignment_ids[1]][
        1:
    ]
    assert (last.type, last.user_ids, last.payload["reviews_left"]) == ("DEADLINE_SOON", (track.people[3].id,), 3)
    kept = good(school.api.get("/user/notifications", token=track.people[3].token))
    assert kept[0]["description"] == "Sorting: send in your solution, 3 reviews of earlier assignments first"


def test_after_an_outage_over_both_deadlines_there_is_as_much_time_as_before(school: School) -> None:
    track = repeated_messages.started(school)
    track.submit_all(people=track.people[:2])
    school.transitions.sweep()
    track.pass_time(7 * HOUR)
    school.transitions.sweeping = False
    school.clock.forward(30 * HOUR)
    fire(track)
    assert track.sign_in().stages() == ["submission", "not_started"]
    school.transitions.sweeping = True
    track.pass_time(timedelta(minutes=1))
    assert track.stages() == ["submission", "not_started"]
    moved = [each for each in school.live_messages if each.type == "DEADLINE_MOVED"]
    assert [(each.payload["reason"], len(each.user_ids)) for each in moved] == [("outage", 4)]
    left = datetime.fromisoformat(track.seen_by(track.teacher)[0]["submission_deadline"]) - school.clock.now
    assert 2.8 * HOUR < left <= 3 * HOUR
    good(track.submit(track.people[2]))
    assert track.pass_time(3 * HOUR).stages() == ["code_review", "not_started"]
    assert track.told("DEADLINE_SOON") == [("DEADLINE_SOON", track.people[3].id)]


def test_five_minutes_without_a_sweep_are_no_outage(school: School) -> None:
    school.transitions.sweep()
    school.clock.forward(sweeps.LONGEST_GAP)
    school.transitions.sweep()
    assert sweeps.outages() == []
    before = school.clock.now
    school.clock.forward(sweeps.LONGEST_GAP + timedelta(seconds=1))
    school.transitions.sweep()
    assert [(each.began_at, each.ended_at) for each in sweeps.outages()] == [(before, school.clock.now)]


def test_a_training_is_not_ended_by_an_outage(school: School) -> None:
    """What is not due is left alone, but by those who mind outages."""
    seen: list[str] = []
    far = school.clock.now + 100 * HOUR

    def fill(transaction: Transaction) -> None:
        timers.start(transaction, "minds", "1", far)
        timers.start(transaction, "does not", "2", far)

    transactions.transact(fill)
    topics = {"minds": lambda subject, now: seen.append(subject)}
    school.override(outage_handlers=topics, timer_handlers={"minds": fail, "does not": fail})
    school.transitions.sweep()
    school.clock.forward(HOUR)
    school.transitions.sweep()
    school.transitions.deliver()
    assert (seen, school.transitions.failed) == (["1"], [])


def fail(subject: str, now: datetime) -> None:
    raise AssertionError(subject)


def spans(track: Peers) -> tuple[timedelta, timedelta]:
    """How long after its opening the stages of the first assignment end."""
    run = state.find(track.track_id)
    assert run is not None
    stage_state = run.assignments[0].stage_state
    assert stage_state.opened_at is not None
    assert stage_state.submission_deadline is not None
    return stage_state.submission_deadline - stage_state.opened_at, stage_state.deadline - stage_state.opened_at


def test_a_message_for_a_track_that_is_not_there_is_an_error(school: School) -> None:
    with pytest.raises(scheduler.ConcurrentChange, match="no track 7"):
        scheduler.advance("7", school.clock.now)


def test_several_who_advance_at_once_take_each_step_once(school: School) -> None:
    track = repeated_messages.started(school).submit_all()
    track.oversleep(10 * HOUR)
    outcomes = in_parallel(4, lambda _: fire(track))
    assert outcomes == [None] * 4
    fire(track)
    assert track.stages() == ["code_review", "not_started"]
    owed = [each.owed_in(track.assignment_ids[0]) for each in models.participants_of(track.track_id)]
    assert [len(each) for each in owed] == [3] * 4
    assert_told_once(track)


def assert_told_once(track: Peers) -> None:
    told = Counter(
        (each.type, each.payload.get("assignment_id"), each.payload.get("stage"), user_id)
        for each in track.school.live_messages
        for user_id in each.user_ids
    )
    assert set(told.values()) == {1}


# --- Interruptions ---------------------------------------------------------------------------------------------------


class Crash(Exception):
    """The process is gone."""


@contextmanager
def crashing_at(number: int, *, before: bool) -> Iterator[None]:
    """The process ends before, or after, so many writes of its own."""
    counted = 0

    def crash(model: Any, **_: object) -> None:
        nonlocal counted
        counted += model.name in WRITES
        if model.name in WRITES and counted == number:
            raise Crash

    events, name = items.connection().client.meta.events, f"{'before' if before else 'after'}-call.dynamodb"
    events.register(name, crash)
    try:
        yield
    finally:
        events.unregister(name, crash)


PACKAGES = ("tracks", "common", "school")


def outcome(track: Peers) -> tuple[str, list[tuple[int, str]]]:
    """All of the track as it is stored, and what is in whose inbox. How often it was tried does not count."""
    stored = sorted((item["pk"], item["sk"], str(sorted(item.items(), key=str))) for item in stored_items("tracks"))
    types = {item["id"]: item["type"] for item in stored_items("school") if item["kind"] == "notification"}
    inboxes = [item for item in stored_items("school") if item["kind"] == "delivery"]
    return json.dumps(stored), sorted((int(each["user_id"]), types[each["notification_id"]]) for each in inboxes)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_an_interruption_anywhere_changes_nothing(school: School, before: bool) -> None:  # noqa: FBT001
    """From the deadline to the review stage: every single write is the last of its process, done or not done."""
    track = peers(school, 3, assignments=1).start()
    track.submit_all(people=track.people[:2]).oversleep(10 * HOUR)
    snapshot = repeated_messages.stored(*PACKAGES)
    school.override(random_bits=lambda bits: 7 if bits == ids.ID_BITS else ids.random_bits(bits))
    with counted_requests() as requests:
        fire(track)
    expected, writes = outcome(track), sum(requests[name] for name in WRITES)
    assert writes >= 10
    for number in range(1, writes + 1):
        repeated_messages.restore(snapshot)
        with crashing_at(number, before=before), pytest.raises(Crash):
            fire(track)
        fire(track)
        assert outcome(track) == expected


def test_a_worker_that_stood_still_brings_no_paid_debt_back(school: School) -> None:
    """One reads the track, is held up, and writes its allotment when the reviews are written already."""
    track = repeated_messages.started(school).submit_all()
    track.oversleep(10 * HOUR)

    def overtake() -> None:
        fire(track)
        for person in track.people:
            track.review_all(person)

    with concurrency.just_before("owes", overtake):
        fire(track)
    assert [each.owes for each in models.participants_of(track.track_id)] == [None] * 4
    assert track.settle().stages() == ["completed", "submission"]


def test_the_last_review_and_the_deadline_at_once_end_the_stage_once(school: School) -> None:
    track = repeated_messages.in_review(school)
    for person in track.people[:3]:
        track.review_all(person)
    track.review_next(track.people[3])
    track.review_next(track.people[3])
    track.oversleep(5 * HOUR)
    with concurrency.just_before("REVIEW#", lambda: fire(track)):
        track.review_next(track.people[3])
    assert track.settle().stages() == ["completed", "submission"]
    assert [each.reviews for each in work_models.submissions_to(track.assignment_ids[0])] == [3] * 4
    assert_told_once(track)


def test_a_step_that_is_under_way_does_not_undo_what_a_teacher_decides(school: School) -> None:
    """The reminder was decided on when the deadline moves: it is decided anew."""
    track = repeated_messages.started(school)
    track.oversleep(8 * HOUR)
    later = rfc3339(school.clock.now + 20 * HOUR)
    body = {"stage": "submission", "deadline": later}

    def extend() -> None:
        path = f"{track.assignment}/deadline"
        good(school.api.request("PATCH", path, json_body=body, token=track.teacher.token))

    with concurrency.just_before("DEADLINE_SOON", extend):
        fire(track)
    assert track.told("DEADLINE_SOON") == []
    assert track.seen_by(track.teacher)[0]["submission_deadline"] == later
    track.settle()
    timer = timers.find(TOPIC, str(track.track_id))
    assert timer is not None
    assert timer.due_at == school.clock.now - 8 * HOUR + 0.8 * 28 * HOUR


# --- Cost ------------------------------------------------------------------------------------------------------------


def writes_of_a_stage(school: School, participants: int) -> Counter[str]:
    """From the deadline until everybody knows of the review stage, by request."""
    track = peers(school, participants, assignments=1).start().submit_all()
    track.oversleep(10 * HOUR)
    with counted_requests() as requests:
        fire(track)
    assert track.stages() == ["code_review"]
    return requests


def test_a_stage_costs_a_write_a_participant_and_a_few_more(school: School) -> None:
    small, large = writes_of_a_stage(school, 4), writes_of_a_stage(school, 12)
    assert large["PutItem"] - small["PutItem"] == 8
    assert {name: number for name, number in large.items() if name != "PutItem"} == {
        name: number for name, number in small.items() if name != "PutItem"
    }


def test_debts_are_written_a_hundred_at_a_time(school: School) -> None:
    track = peers(school, 2, assignments=1).start()
    assignment_id = track.assignment_ids[0]
    run = state.find(track.track_id)
    assert run is not None
    with counted_requests() as requests:
        state.allot(run, run.assignments[0], {user_id: [7, 8] for user_id in range(1, 251)})
    assert requests == {"TransactWriteItems": 3}
    owing = [item["owes"] for item in stored_items("tracks") if "owes" in item]
    assert owing == [{f"{assignment_id}#7", f"{assignment_id}#8"}] * 250


# --- Everything at random --------------------------------------------------------------------------------------------


@st.composite
def schools(draw: st.DrawFn) -> tuple[int, int, list[list[bool]], list[list[bool]], list[int]]:
    """People, reviews per user, who submits and who reviews in each of two assignments, and how often ticks come."""
    people = draw(st.integers(2, 5))
    acts = st.lists(st.lists(st.booleans(), min_size=people, max_size=people), min_size=2, max_size=2)
    ticks = st.lists(st.integers(0, 3), min_size=12, max_size=12)
    return people, draw(st.integers(1, 4)), draw(acts), draw(acts), draw(ticks)


@settings(max_examples=settings().max_examples // 12, suppress_health_check=list(HealthCheck))
@given(schools())
@example((3, 1, [[True, False, True]] * 2, [[True, False, True], [False, True, False]], [0] * 12))
def test_whoever_comes_and_however_often_time_ticks_every_track_ends_well(
    course: tuple[int, int, list[list[bool]], list[list[bool]], list[int]],
) -> None:
    count, wanted, submits, writes, ticks = course
    with open_school() as school:
        track = peers(school, count, reviews_per_user=wanted).start()
        for number in range(2):
            act(track, number, submits[number], writes[number], ticks[6 * number :])
            check(track, number, submits[number], writes[number], wanted)
        track.pass_time(100 * HOUR)
        assert track.track()["status"] == "completed"
        assert_told_once(track)
        pay_all(track)


def act(track: Peers, number: int, submits: list[bool], writes: list[bool], ticks: list[int]) -> None:
    """Those who act do so, as far as they may, and pay old debts first; ticks are missed and doubled, and at each
    stage's end one comes.
    """
    for person, does in zip(track.people, submits, strict=True):
        if does:
            track.submit(person, number)
    tick(track, [0.5, 0.85, 0.99, 1.0], ticks, 10 * HOUR)
    for person, does in zip(track.people, writes, strict=True):
        if does:
            for earlier in range(number + 1):
                track.review_all(person, earlier)
    tick(track, [0.85, 1.0], ticks[4:], 5 * HOUR)


def tick(track: Peers, parts: list[float], ticks: list[int], length: timedelta) -> None:
    begin = track.school.clock.now
    for part, times in zip(parts, ticks, strict=False):
        track.school.clock.now = max(track.school.clock.now, begin + part * length)
        for _ in range(max(times, part == 1.0)):
            fire(track)
    track.school.transitions.waiting.clear()
    track.sign_in()


def check(track: Peers, number: int, submits: list[bool], writes: list[bool], wanted: int) -> None:
    assignment_id = track.assignment_ids[number]
    submissions = work_models.submissions_to(assignment_id)
    reviews = work_models.reviews_of(assignment_id)
    pairs = [(review.reviewer_id, review.author_id) for review in reviews]
    assert len(set(pairs)) == len(pairs)
    assert all(reviewer != author for reviewer, author in pairs)
    acting = {person.id for person, does in zip(track.people, writes, strict=True) if does}
    authors = {each.user_id for each in submissions}
    if authors <= acting:
        each = max(0, min(wanted, len(submissions) - 1))
        among = Counter(review.author_id for review in reviews if review.reviewer_id in authors)
        assert among == (dict.fromkeys(authors, each) if each else {})
    stages = track.stages()
    assert stages[number] == "completed"
    if number == 0:
        assert stages[1] != "not_started"


def pay_all(track: Peers) -> None:
    """Whoever owes can pay, and then owes nothing: nobody is shut out for ever."""
    for person in track.people:
        for number in range(2):
            track.review_all(person, number)
    assert {each.owes for each in models.participants_of(track.track_id)} == {None}

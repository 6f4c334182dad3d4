"""The stage machine alone: any ticks, in any order, as often as one likes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks import stages
from chalicelib.tracks.stages import Outage, Stage, StageState, Step

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW = StageState(submission_time=10 * HOUR, review_time=5 * HOUR)
OPEN = stages.opened(NEW, START)
IN_REVIEW = stages.allotted(stages.closed(stages.reminded(OPEN)), owed=6)

Taken = tuple[int, Step, datetime]


def walk(stage_states: list[StageState], now: datetime, *, owed: Sequence[int]) -> list[Taken]:
    """Take every step that is due by now, in place: what the engine does at a tick. Says which, and for when."""
    taken: list[Taken] = []
    while (due := stages.next_due(stage_states, START)) is not None and due[0] <= now:
        due_at, number = due
        step = stages.next_step(stage_states[number])
        assert step is not None
        stage_states[number] = after(step, stage_states[number], due_at, owed[number])
        taken.append((number, step, due_at))
    return taken


def after(step: Step, stage_state: StageState, at: datetime, owed: int) -> StageState:
    match step:
        case Step.OPEN:
            return stages.opened(stage_state, at)
        case Step.REMIND:
            return stages.reminded(stage_state)
        case Step.CLOSE:
            return stages.closed(stage_state)
        case Step.ALLOT:
            return stages.allotted(stage_state, owed=owed)
        case Step.COMPLETE:
            return stages.completed(stage_state)
        case Step.WITHDRAW:
            return stages.withdrawn(stage_state)


def test_stages_and_steps_are_stored_and_sent_by_these_names() -> None:
    assert [each.value for each in Stage] == [
        "not_started",
        "submission",
        "closing",
        "code_review",
        "completed",
        "reopening",
    ]
    assert [each.value for each in Step] == ["open", "remind", "close", "allot", "complete", "withdraw"]


def test_a_new_assignment_has_not_started_and_has_no_deadlines() -> None:
    assert (NEW.stage, NEW.reminded) == (Stage.NOT_STARTED, False)
    assert (NEW.opened_at, NEW.submission_deadline, NEW.code_review_deadline) == (None, None, None)


def test_every_stage_begins_without_a_reminder() -> None:
    assert stages.opened(stages.reminded(NEW), START).reminded is False
    assert stages.allotted(stages.reminded(OPEN), owed=6).reminded is False


def test_an_assignment_goes_through_its_stages_at_its_times() -> None:
    stage_states = [NEW, NEW]
    assert walk(stage_states, START + 15 * HOUR, owed=[6, 6]) == [
        (0, Step.OPEN, START),
        (0, Step.REMIND, START + 8 * HOUR),
        (0, Step.CLOSE, START + 10 * HOUR),
        (0, Step.ALLOT, START + 10 * HOUR),
        (0, Step.REMIND, START + 14 * HOUR),
        (0, Step.COMPLETE, START + 15 * HOUR),
        (1, Step.OPEN, START + 15 * HOUR),
    ]
    assert [each.stage for each in stage_states] == [Stage.COMPLETED, Stage.SUBMISSION]


def test_with_nothing_to_review_there_is_no_review_stage() -> None:
    stage_states = [NEW, NEW]
    walk(stage_states, START + 10 * HOUR, owed=[0, 6])
    assert stage_states[0].stage is Stage.COMPLETED
    assert stage_states[1].opened_at == START + 10 * HOUR


def test_both_deadlines_are_known_from_the_opening() -> None:
    assert (OPEN.submission_deadline, OPEN.code_review_deadline) == (START + 10 * HOUR, START + 15 * HOUR)


def test_more_time_to_submit_moves_the_review_as_well() -> None:
    later = stages.extended(OPEN, START + 20 * HOUR, START)
    assert (later.submission_deadline, later.code_review_deadline) == (START + 20 * HOUR, START + 25 * HOUR)
    assert later.soon_at == START + 16 * HOUR


def test_more_time_to_review_moves_nothing_else() -> None:
    later = stages.extended(IN_REVIEW, START + 20 * HOUR, START + 11 * HOUR)
    assert (later.submission_deadline, later.code_review_deadline) == (START + 10 * HOUR, START + 20 * HOUR)
    assert later.soon_at == START + 18 * HOUR


@pytest.mark.parametrize(("moved_at", "reminder"), [(9, 16), (17, 19.4)], ids=["of all", "of what is left"])
def test_of_a_stage_that_got_longer_people_are_reminded_again(moved_at: float, reminder: float) -> None:
    """At 80 % of all of its time; where that is over, of the time that is left."""
    later = [stages.extended(stages.reminded(OPEN), START + 20 * HOUR, START + moved_at * HOUR)]
    assert walk(later, START + 20 * HOUR, owed=[6])[:2] == [
        (0, Step.REMIND, START + reminder * HOUR),
        (0, Step.CLOSE, START + 20 * HOUR),
    ]


LATE = stages.opened(replace(NEW, late_time=24 * HOUR), START)


def test_late_work_is_taken_after_the_deadline_and_reviewed_after_that() -> None:
    assert (LATE.submission_deadline, LATE.closes_at) == (START + 10 * HOUR, START + 34 * HOUR)
    assert LATE.code_review_deadline == START + 39 * HOUR
    stage_states = [LATE]
    assert walk(stage_states, START + 40 * HOUR, owed=[6]) == [
        (0, Step.REMIND, START + 8 * HOUR),
        (0, Step.CLOSE, START + 34 * HOUR),
        (0, Step.ALLOT, START + 34 * HOUR),
        (0, Step.REMIND, START + 38 * HOUR),
        (0, Step.COMPLETE, START + 39 * HOUR),
    ]


@pytest.mark.parametrize(
    ("at", "deadline", "ends_at"), [(5, 5, 5), (20, 10, 20), (40, 10, 34)], ids=["before", "between", "after"]
)
def test_a_stage_that_is_ended_takes_no_late_work_either(at: int, deadline: int, ends_at: int) -> None:
    now = stages.ended(LATE, START + at * HOUR)
    assert (now.deadline, now.ends_at) == (START + deadline * HOUR, START + ends_at * HOUR)
    assert now.code_review_deadline == START + (ends_at + 5) * HOUR


def test_reopened_submissions_take_their_time_and_the_review_follows() -> None:
    over = [replace(IN_REVIEW, stage=Stage.COMPLETED), NEW]
    over[1] = stages.opened(NEW, START + 15 * HOUR)
    over[0] = stages.reopened(over[0], Stage.SUBMISSION, START + 26 * HOUR, START + 16 * HOUR)
    assert walk(over, START + 31 * HOUR, owed=[6, 6]) == [
        (0, Step.WITHDRAW, START + 16 * HOUR),
        (1, Step.REMIND, START + 23 * HOUR),
        (0, Step.REMIND, START + 24 * HOUR),
        (1, Step.CLOSE, START + 25 * HOUR),
        (1, Step.ALLOT, START + 25 * HOUR),
        (0, Step.CLOSE, START + 26 * HOUR),
        (0, Step.ALLOT, START + 26 * HOUR),
        (1, Step.REMIND, START + 29 * HOUR),
        (0, Step.REMIND, START + 30 * HOUR),
        (1, Step.COMPLETE, START + 30 * HOUR),
        (0, Step.COMPLETE, START + 31 * HOUR),
    ]


def test_a_reopened_review_runs_to_its_new_deadline_and_the_next_assignment_waits_for_it() -> None:
    over = [stages.completed(IN_REVIEW), NEW]
    over[0] = stages.reopened(over[0], Stage.CODE_REVIEW, START + 30 * HOUR, START + 20 * HOUR)
    assert walk(over, START + 30 * HOUR, owed=[6, 6]) == [
        (0, Step.REMIND, START + 28 * HOUR),
        (0, Step.COMPLETE, START + 30 * HOUR),
        (1, Step.OPEN, START + 30 * HOUR),
    ]


def outage(began_at: float, ended_at: float) -> Outage:
    return Outage(START + began_at * HOUR, START + ended_at * HOUR)


@pytest.mark.parametrize(
    ("stage_state", "lost", "ends"),
    [
        (OPEN, outage(2, 5), (13, 18)),
        (OPEN, outage(9, 12), (13, 18)),
        (OPEN, outage(-3, 1), (11, 16)),
        (OPEN, outage(-3, 0), (10, 15)),
        (OPEN, outage(11, 12), (10, 16)),
        (IN_REVIEW, outage(8, 12), (10, 17)),
        (IN_REVIEW, outage(14, 30), (10, 31)),
        (stages.closed(OPEN), outage(10, 12), (10, 17)),
        (LATE, outage(20, 30), (10, 49)),
        (stages.completed(IN_REVIEW), outage(8, 12), (10, 15)),
        (NEW, outage(8, 12), (None, None)),
    ],
)
def test_what_an_outage_took_is_given_back(
    stage_state: StageState, lost: Outage, ends: tuple[float | None, float | None]
) -> None:
    now = stages.given_back(stage_state, lost)
    expected = [each if each is None else START + each * HOUR for each in ends]
    assert [now.submission_deadline, now.code_review_deadline] == expected
    assert stages.given_back(now, lost) == now


def test_after_an_outage_people_are_reminded_of_the_new_deadline() -> None:
    now = [stages.given_back(stages.reminded(OPEN), outage(9, 19))]
    assert walk(now, START + 20 * HOUR, owed=[6])[:2] == [
        (0, Step.REMIND, START + 19.8 * HOUR),
        (0, Step.CLOSE, START + 20 * HOUR),
    ]


def test_a_deadline_that_a_teacher_sets_in_an_outage_gets_back_only_what_comes_after() -> None:
    moved = stages.extended(OPEN, START + 20 * HOUR, START + 6 * HOUR)
    assert stages.given_back(moved, outage(4, 8)).deadline == START + 22 * HOUR


@pytest.mark.parametrize(("stage_state", "step"), [(OPEN, Step.CLOSE), (IN_REVIEW, Step.COMPLETE)])
def test_a_stage_that_was_ended_is_over_without_a_reminder(stage_state: StageState, step: Step) -> None:
    now = START + 11 * HOUR if stage_state is IN_REVIEW else START + HOUR
    ended = [stages.ended(stage_state, now)]
    assert walk(ended, now, owed=[6])[0] == (0, step, now)


def test_ending_a_stage_that_is_over_does_not_prolong_it() -> None:
    assert stages.ended(OPEN, START + 12 * HOUR).submission_deadline == START + 10 * HOUR


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.CLOSING, Stage.COMPLETED])
def test_only_running_stages_have_a_deadline(stage: Stage) -> None:
    with pytest.raises(ValueError, match="has no deadline"):
        _ = replace(OPEN, stage=stage).deadline


@pytest.mark.parametrize("field", ["opened_at", "submission_deadline"])
def test_a_stage_without_its_beginning_or_its_end_has_no_deadline(field: str) -> None:
    with pytest.raises(ValueError, match="submission has no deadline"):
        _ = replace(OPEN, **{field: None}).deadline  # type: ignore[arg-type]


Durations = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=30))


@st.composite
def courses(draw: st.DrawFn) -> tuple[list[StageState], list[int]]:
    count = draw(st.integers(1, 6))
    stage_states = [StageState(submission_time=draw(Durations), review_time=draw(Durations)) for _ in range(count)]
    return stage_states, draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))


@given(courses(), st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)), max_size=30))
def test_any_ticks_lead_to_where_one_leads(course: tuple[list[StageState], list[int]], ticks: list[timedelta]) -> None:
    """In any order, any number of them, some missing: the same steps, in the same order, for the same moments."""
    stage_states, owed = course
    often, once = list(stage_states), list(stage_states)
    last = START + timedelta(days=500)
    steps = [step for tick in [*(START + each for each in ticks), last] for step in walk(often, tick, owed=owed)]
    assert steps == walk(once, last, owed=owed)
    assert often == once
    assert stages.next_due(often, START) is None


@given(courses())
def test_every_step_comes_once_and_in_the_order_of_time(course: tuple[list[StageState], list[int]]) -> None:
    stage_states, owed = course
    steps = walk(list(stage_states), START + timedelta(days=500), owed=owed)
    moments = [at for _, _, at in steps]
    assert moments == sorted(moments)
    for number, reviews in enumerate(owed):
        own = [step for each, step, _ in steps if each == number]
        submitting = [Step.OPEN, Step.REMIND, Step.CLOSE, Step.ALLOT]
        assert own == submitting + ([Step.REMIND, Step.COMPLETE] if reviews else [])

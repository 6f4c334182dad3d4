"""The stage machine alone: any ticks, in any order, as often as one likes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks import stages
from chalicelib.tracks.stages import Stage, StageState, Step

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW = StageState(submission_time=10 * HOUR, review_time=5 * HOUR)
OPEN = stages.opened(NEW, START)
IN_REVIEW = stages.allotted(stages.closed(stages.reminded(OPEN)), owed=6)

Taken = tuple[int, Step, datetime]


def walk(stage_states: list[StageState], now: datetime, *, owed: Sequence[int]) -> list[Taken]:
    """Take every step that is due by now, in place: what the engine does at a tick. Says which, and for when."""
    taken: list[Taken] = []
    while (due_at := stages.due_at(stage_states, START)) is not None and due_at <= now:
        number = stages.current(stage_states)
        assert number is not None
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


def test_stages_and_steps_are_stored_and_sent_by_these_names() -> None:
    assert [each.value for each in Stage] == ["not_started", "submission", "closing", "code_review", "completed"]
    assert [each.value for each in Step] == ["open", "remind", "close", "allot", "complete"]


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
    later = stages.extended(OPEN, START + 20 * HOUR)
    assert (later.submission_deadline, later.code_review_deadline) == (START + 20 * HOUR, START + 25 * HOUR)
    assert later.soon_at == START + 16 * HOUR


def test_more_time_to_review_moves_nothing_else() -> None:
    later = stages.extended(IN_REVIEW, START + 20 * HOUR)
    assert (later.submission_deadline, later.code_review_deadline) == (START + 10 * HOUR, START + 20 * HOUR)
    assert later.soon_at == START + 18 * HOUR


def test_nobody_is_reminded_twice_of_a_stage_that_got_longer() -> None:
    later = [stages.extended(stages.reminded(OPEN), START + 20 * HOUR)]
    assert walk(later, START + 20 * HOUR, owed=[6])[0] == (0, Step.CLOSE, START + 20 * HOUR)


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
    assert stages.due_at(often, START) is None


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

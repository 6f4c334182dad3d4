"""The pure rules of statuses and scoreboard."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge_protocol.contract import Verdict
from chalicelib.training.sessions import scoreboard
from chalicelib.training.sessions.scoreboard import Cell, ProblemAttempts, ProblemStatus, Run

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
END = START + timedelta(hours=5)
FROZEN = START + timedelta(hours=4, minutes=30)
"""In the last fifth."""
OK, WRONG, BROKEN, OURS = Verdict.OK, Verdict.WRONG_ANSWER, Verdict.COMPILE_ERROR, Verdict.SYSTEM_ERROR


def attempt(minute: float, verdict: Verdict, alias: str = "A") -> ProblemAttempts:
    return ProblemAttempts(alias=alias, user_id=1, at=START + timedelta(minutes=minute), verdict=verdict)


def run(*attempts: ProblemAttempts, session: str = "s", **overrides: Any) -> Run:
    facts: dict[str, Any] = {"team_id": 1, "team_name": "T", "started_at": START, "ends_at": END, "freezes": False}
    return Run(session_id=session, attempts=attempts, **{**facts, **overrides})


def table(*runs: Run, now: datetime = END, frozen: bool = True) -> list[tuple[int, str, int, int]]:
    rows = scoreboard.standings(runs, ["A", "B"], now=now, frozen=frozen)
    return [(row.rank, row.run.session_id, row.solved, row.penalty) for row in rows]


def test_statuses_are_sent_by_these_names() -> None:
    assert [each.value for each in ProblemStatus] == ["NOT_SUBMITTED", "FAILED", "PASSED"]


@pytest.mark.parametrize(
    ("verdicts", "status", "attempts"),
    [
        ([], ProblemStatus.NOT_SUBMITTED, 0),
        ([OURS, Verdict.CANCELLED], ProblemStatus.NOT_SUBMITTED, 0),
        ([WRONG], ProblemStatus.FAILED, 1),
        ([BROKEN, Verdict.PARTIAL], ProblemStatus.FAILED, 2),
        ([WRONG, OK], ProblemStatus.PASSED, 2),
        ([OK, WRONG], ProblemStatus.PASSED, 2),
        ([OK, OURS], ProblemStatus.PASSED, 1),
    ],
)
def test_the_status_of_a_problem(verdicts: list[Verdict], status: ProblemStatus, attempts: int) -> None:
    tried = [attempt(1, verdict) for verdict in verdicts]
    assert scoreboard.problem_status([*tried, attempt(1, OK, "B")], "A") == (status, attempts)


@pytest.mark.parametrize(
    ("tried", "solved", "penalty"),
    [
        ([], 0, 0),
        ([attempt(10, WRONG)], 0, 0),
        ([attempt(10.9, OK)], 1, 10),
        ([attempt(10, WRONG), attempt(30, OK)], 1, 50),
        ([attempt(10, BROKEN), attempt(11, OURS), attempt(30, OK)], 1, 30),
        ([attempt(10, OK), attempt(20, WRONG), attempt(30, OK)], 1, 10),
        ([attempt(30, OK), attempt(10, WRONG)], 1, 50),
        ([attempt(10, OK), attempt(100, WRONG, "B"), attempt(120, OK, "B")], 2, 150),
    ],
)
def test_the_penalty_of_the_icpc(tried: list[ProblemAttempts], solved: int, penalty: int) -> None:
    assert table(run(*tried)) == [(1, "s", solved, penalty)]


def test_more_problems_come_before_less_penalty_and_equals_share_a_rank() -> None:
    slow_two = run(attempt(200, OK), attempt(250, OK, "B"), session="slow two")
    fast_one = run(attempt(5, OK), session="fast one")
    late = run(attempt(20, WRONG), attempt(20, WRONG), attempt(60, OK), session="late")
    early = run(attempt(100, OK), session="early")
    nothing = run(session="nothing")
    assert table(nothing, early, late, fast_one, slow_two) == [
        (1, "slow two", 2, 450),
        (2, "fast one", 1, 5),
        (3, "late", 1, 100),
        (3, "early", 1, 100),
        (5, "nothing", 0, 0),
    ]


@pytest.mark.parametrize(
    ("now", "frozen", "solved", "hidden"),
    [
        (FROZEN, True, 0, 2),
        (FROZEN, False, 1, 0),
        (END, True, 1, 0),
    ],
)
def test_the_last_fifth_is_hidden_until_the_end(now: datetime, *, frozen: bool, solved: int, hidden: int) -> None:
    late = run(attempt(239, WRONG), attempt(240, WRONG), attempt(250, OK), freezes=True)
    (row,) = scoreboard.standings([late], ["A"], now=now, frozen=frozen)
    (cell,) = row.cells
    assert (row.solved, cell.hidden, cell.attempts) == (solved, hidden, 3 if solved else 1)


def test_standings_are_frozen_unless_asked_otherwise() -> None:
    late = run(attempt(250, OK), freezes=True)
    (row,) = scoreboard.standings([late], ["A"], now=FROZEN)
    assert (row.solved, row.cells[0].hidden) == (0, 1)


def cells_of(*attempts: ProblemAttempts, aliases: Sequence[str] = ("A",), now: datetime = END) -> Sequence[Cell]:
    (row,) = scoreboard.standings([run(*attempts, freezes=True)], aliases, now=now)
    return row.cells


@pytest.mark.parametrize(
    ("attempts", "now", "cell"),
    [
        ([], END, {"status": ProblemStatus.NOT_SUBMITTED, "attempts": 0}),
        ([attempt(10, OURS)], END, {"status": ProblemStatus.NOT_SUBMITTED, "attempts": 0}),
        ([attempt(10, WRONG), attempt(20, BROKEN)], END, {"status": ProblemStatus.FAILED, "attempts": 2}),
        ([attempt(250, OK)], FROZEN, {"status": ProblemStatus.NOT_SUBMITTED, "attempts": 0, "hidden": 1}),
        ([attempt(10, WRONG), attempt(250, OK)], FROZEN, {"status": ProblemStatus.FAILED, "attempts": 1, "hidden": 1}),
        ([attempt(10, OK)], END, {"status": ProblemStatus.PASSED, "attempts": 1, "minute": 10, "penalty": 10}),
        (
            [attempt(10, WRONG), attempt(20, OK), attempt(30, WRONG)],
            END,
            {"status": ProblemStatus.PASSED, "attempts": 2, "minute": 20, "penalty": 40},
        ),
    ],
)
def test_the_cell_of_a_problem(attempts: list[ProblemAttempts], now: datetime, cell: dict[str, Any]) -> None:
    unsolved = {"alias": "A", "minute": None, "penalty": 0, "hidden": 0}
    assert cells_of(*attempts, now=now) == [Cell(**{**unsolved, **cell})]


def test_a_row_has_a_cell_for_each_problem_in_the_order_of_the_contest() -> None:
    cells = cells_of(attempt(20, OK, "A"), attempt(10, WRONG, "C"), aliases=("C", "A", "B"))
    assert [(cell.alias, cell.status) for cell in cells] == [
        ("C", ProblemStatus.FAILED),
        ("A", ProblemStatus.PASSED),
        ("B", ProblemStatus.NOT_SUBMITTED),
    ]


def test_attempts_at_a_problem_that_the_contest_no_longer_has_stay_in_sight() -> None:
    cells = cells_of(attempt(10, OK, "A"), attempt(20, OK, "Z"))
    assert [(cell.alias, cell.attempts, cell.minute) for cell in cells] == [("A", 1, 10), ("Z", 1, 20)]


def test_a_contest_that_does_not_freeze_hides_nothing() -> None:
    assert table(run(attempt(250, OK)), now=FROZEN) == [(1, "s", 1, 250)]


def test_what_was_solved_before_the_freeze_stays_in_sight() -> None:
    early = run(attempt(239.99, OK), attempt(245, WRONG), freezes=True)
    assert table(early, now=FROZEN) == [(1, "s", 1, 239)]


@pytest.mark.parametrize(
    ("verdicts", "shown", "counted"),
    [
        ([WRONG], WRONG, WRONG),
        ([OK, WRONG], WRONG, WRONG),
        ([WRONG, OK], OK, OK),
        ([OK, OURS], OURS, OK),
        ([OK, OURS, OURS], OURS, OK),
        ([OK, OURS, WRONG], WRONG, WRONG),
        ([OURS, OURS], OURS, OURS),
        ([OURS, OK], OK, OK),
    ],
)
def test_of_several_judgings_the_last_counts_that_did_not_fail(
    verdicts: list[Verdict], shown: Verdict, counted: Verdict
) -> None:
    known: ProblemAttempts | None = None
    for verdict in verdicts:
        known = scoreboard.after(known, attempt(10, verdict))
        known = ProblemAttempts.of_json(known.to_json())
    assert known is not None
    assert (known.verdict, known.counted) == (shown, counted)
    (cell,) = cells_of(known)
    assert (cell.status is ProblemStatus.PASSED) is (counted is OK)
    assert scoreboard.problem_status([known], "A") == (cell.status, cell.attempts)


def test_repetitions_are_ranked_apart_however_good() -> None:
    first, again = run(attempt(100, OK), session="first"), run(attempt(0, OK), session="again", repeats=True)
    nothing = run(session="nothing")
    third = run(attempt(1, OK), session="third", repeats=True)
    assert table(third, again, nothing, first) == [
        (1, "first", 1, 100),
        (2, "nothing", 0, 0),
        (1, "again", 1, 0),
        (2, "third", 1, 1),
    ]


@pytest.mark.parametrize(
    ("earlier", "repeats"),
    [([], False), ([(2, {4, 5})], False), ([(2, {4}), (1, {9})], True), ([(2, {4, 3})], True), ([(1, set())], True)],
)
def test_a_team_repeats_a_contest_when_it_or_one_of_it_was_there(
    *, earlier: list[tuple[int, set[int]]], repeats: bool
) -> None:
    assert scoreboard.repeats(1, [1, 2, 3], earlier) is repeats


VERDICTS = st.sampled_from([OK, WRONG, BROKEN, OURS, Verdict.TIME_LIMIT])
ATTEMPTS = st.lists(st.builds(attempt, st.integers(0, 299), VERDICTS, st.sampled_from("AB")), max_size=6)


@given(ATTEMPTS)
def test_an_attempt_is_stored_as_it_is(attempts: list[ProblemAttempts]) -> None:
    assert [ProblemAttempts.of_json(each.to_json()) for each in attempts] == attempts


def test_the_attempts_of_a_score_are_read_by_submission() -> None:
    stored = {"17": attempt(10, WRONG).to_json(), "18": attempt(20, OK, "B").to_json()}
    assert scoreboard.attempts_of(stored) == {17: attempt(10, WRONG), 18: attempt(20, OK, "B")}


@given(st.lists(ATTEMPTS, max_size=4), st.randoms(use_true_random=False))
def test_neither_the_order_of_verdicts_nor_of_runs_matters(many: list[list[ProblemAttempts]], random: Any) -> None:
    runs = [run(*attempts, session=str(number)) for number, attempts in enumerate(many)]
    shuffled = [
        run(*random.sample(list(each.attempts), len(each.attempts)), session=each.session_id)
        for each in random.sample(runs, len(runs))
    ]
    distinct = all(len({each.at for each in one.attempts}) == len(one.attempts) for one in runs)
    if distinct:
        assert table(*shuffled) == table(*runs)

"""Teachers of contests, and which teams and trainings a teacher may read: those of their own pupils, and no others."""

from collections.abc import Callable

import pytest

from chalicelib.accounts.authentication import caller_of
from chalicelib.accounts.permissions import Role
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.school import memberships, teaching
from chalicelib.school.relations import Group, GroupKind, Part
from chalicelib.training.sessions import sessions
from chalicelib.training.teams import contests, teachers, teams
from tests.app.tracks import concurrency
from tests.app.training.conftest import Three, Training, start, team_of
from tests.support.school import Person, School

READS = [
    *("", "/events", "/standings", "/problems", "/problems/A", "/problems/A/statement", "/submissions"),
    *("/submissions/problem/A", "/code/A", "/control/current", "/online", "/compiler/A", "/problem/A/comments"),
]
"""Of a training: everything that tells what a team says, writes and achieves there."""
COURSE = Group(GroupKind.COURSE, 77)


@pytest.fixture
def other(school: School) -> Person:
    """A teacher of something else."""
    return school.person(Role.TEACHER)


def status(school: School, who: Person, path: str, method: str = "GET", body: object = None) -> int:
    return school.api.request(method, path, json_body=body, token=who.token).status


def reads_of(training: Training) -> list[str]:
    latest = f"/training-sessions?contest_id={training.contest_id}&team_id={training.team_id}"
    return [*(f"{training.path}{rest}" for rest in READS), latest, f"/teams/{training.team_id}"]


def statuses(training: Training, who: Person) -> set[int]:
    return {status(training.school, who, path) for path in reads_of(training)}


def attends(person: Person, group: Group) -> None:
    transactions.transact(lambda transaction: memberships.add_pupil(transaction, person.id, group, clock.now()))


def teaches(person: Person, group: Group) -> None:
    transactions.transact(lambda transaction: memberships.add_owner(transaction, person.id, group, clock.now()))


def is_pupil_of(teacher: Person, person: Person) -> bool:
    return teaching.pupils_among(teacher.id, [person.id]) == {person.id}


# --- Who reads a team and its training -------------------------------------------------------------------------------


def test_a_teacher_of_something_else_reads_nothing_of_a_team(
    school: School, training: Training, three: Three, other: Person
) -> None:
    sent = training.submit(three[0])
    assert statuses(training, other) == {403}
    for rest in ("", "/full"):
        assert status(school, other, f"{training.path}/submissions/{sent['id']}{rest}") == 403


def test_who_teaches_the_contest_and_admins_read_it_all(
    school: School, training: Training, teacher: Person, other: Person
) -> None:
    for who in (teacher, school.person(Role.ADMIN)):
        assert statuses(training, who) == {200}
    assert status(school, teacher, f"/contests/{training.contest_id}/teachers", "POST", {"user_id": other.id}) == 201
    assert statuses(training, other) == {200}
    assert status(school, teacher, f"/contests/{training.contest_id}/teachers/{other.id}", "DELETE") == 204
    assert statuses(training, other) == {403}


def test_one_own_pupil_in_a_team_does_not_open_the_words_of_the_others(
    training: Training, three: Three, other: Person
) -> None:
    teaches(other, COURSE)
    for person in three:
        assert statuses(training, other) == {403}
        attends(person, COURSE)
    assert statuses(training, other) == {200}


def test_who_has_left_the_team_wrote_there_too(school: School, teacher: Person, other: Person, contest_id: int) -> None:
    first, second, joined, left = (school.person() for _ in range(4))
    team_id = team_of(school, first, second)
    training = start(school, first, team_id, contest_id)
    join(school, first, team_id, left)
    assert status(school, first, f"/teams/{team_id}/members/{left.id}", "DELETE") == 204
    join(school, first, team_id, joined)
    teaches(other, COURSE)
    for person in (first, second, joined):
        attends(person, COURSE)
    assert status(school, other, f"/teams/{team_id}") == 200
    assert status(school, other, f"{training.path}/events") == 403
    attends(left, COURSE)
    assert status(school, other, f"{training.path}/events") == 200


def test_an_admin_reads_a_training_whose_contest_and_team_are_gone(
    school: School, training: Training, teacher: Person, three: Three
) -> None:
    assert status(school, three[0], f"{training.path}/complete", "POST") == 200
    assert status(school, teacher, f"/contests/{training.contest_id}", "DELETE") == 204
    assert status(school, teacher, training.path) == 403
    assert status(school, three[0], f"/teams/{training.team_id}", "DELETE") == 204
    assert status(school, school.person(Role.ADMIN), f"{training.path}/events") == 200


# --- Who is a pupil by a contest -------------------------------------------------------------------------------------


def test_who_trains_in_a_contest_is_the_pupil_of_its_teachers(
    school: School, teacher: Person, three: Three, team_id: int, contest_id: int, other: Person
) -> None:
    assert not any(is_pupil_of(teacher, person) for person in three)
    start(school, three[0], team_id, contest_id)
    assert all(is_pupil_of(teacher, person) for person in three)
    assert not any(is_pupil_of(other, person) for person in three)
    assert status(school, teacher, f"/contests/{contest_id}", "DELETE") == 204
    assert not any(is_pupil_of(teacher, person) for person in three)


def test_who_joins_a_team_that_trains_is_one_too(school: School, teacher: Person, contest_id: int) -> None:
    first, late, later = school.person(), school.person(), school.person()
    team_id = team_of(school, first)
    training = start(school, first, team_id, contest_id)
    join(school, first, team_id, late)
    assert is_pupil_of(teacher, late)
    assert status(school, first, f"{training.path}/complete", "POST") == 200
    join(school, first, team_id, later)
    assert not is_pupil_of(teacher, later)


def join(school: School, captain: Person, team_id: int, who: Person) -> None:
    code = school.api.post(f"/teams/{team_id}/invites", token=captain.token).body["code"]
    assert school.api.post("/teams/join", {"code": code}, token=who.token).status == 200


@pytest.mark.parametrize("joins_first", [True, False])
def test_who_joins_while_the_training_starts_is_one_whoever_is_faster(
    school: School,
    teacher: Person,
    contest_id: int,
    joins_first: bool,  # noqa: FBT001
) -> None:
    captain, late = school.person(), school.person()
    team_id = team_of(school, captain)

    def joins() -> None:
        join(school, captain, team_id, late)

    def starts() -> None:
        sessions.start(caller_of(captain.token), team_id, contest_id)

    overtaken, overtaking, marker = (starts, joins, "training_score") if joins_first else (joins, starts, "INVITE#")
    with concurrency.just_before(marker, overtaking):
        overtaken()
    assert set(teams.get(team_id).members) == {captain.id, late.id}
    for person in (captain, late):
        assert memberships.groups_of(person.id, Part.ATTENDS) == {Group(GroupKind.CONTEST, contest_id)}


# --- Who teaches a contest -------------------------------------------------------------------------------------------


def test_a_co_teacher_changes_and_deletes_a_contest_and_others_do_not(
    school: School, teacher: Person, other: Person, contest_id: int
) -> None:
    path = f"/contests/{contest_id}"
    asked: list[Callable[[Person], int]] = [
        lambda who: status(school, who, path, "PATCH", {"name": "X"}),
        lambda who: status(school, who, f"{path}/teachers"),
        lambda who: status(school, who, f"{path}/teachers", "POST", {"user_id": other.id}),
        lambda who: status(school, who, f"{path}/teachers/{teacher.id}", "DELETE"),
        lambda who: status(school, who, path, "DELETE"),
    ]
    assert [ask(other) for ask in asked] == [403] * 5
    assert status(school, teacher, f"{path}/teachers", "POST", {"user_id": other.id}) == 201
    assert [ask(other) for ask in asked] == [200, 200, 201, 409, 204]
    assert memberships.groups_of(other.id, Part.TEACHES) == memberships.groups_of(teacher.id, Part.TEACHES) == set()


def test_a_contest_that_is_deleted_meanwhile_gets_no_teacher(
    school: School, teacher: Person, other: Person, contest_id: int
) -> None:
    owner = caller_of(teacher.token)

    def overtake() -> None:
        contests.delete(owner, contest_id, None)

    with concurrency.just_before("co_teachers", overtake), pytest.raises(Exception, match="Contest not found"):
        teachers.add(owner, contest_id, other.id)
    assert memberships.groups_of(other.id, Part.TEACHES) == set()

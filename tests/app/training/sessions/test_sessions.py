"""Sessions: one at a time, told to lobby and room, ended by the team or by time."""

import uuid
from datetime import timedelta

import pytest

from tests.app.training.conftest import (
    FULL,
    NOT_IN_TEAM,
    Three,
    Training,
    contest_by,
    fourth_member,
    start,
    team_of,
    turned_away,
)
from tests.support.live import Socket
from tests.support.school import PASSWORD, Person, School, in_parallel


def signed_in(school: School, who: Person) -> Person:
    """The same, with a token of now."""
    reply = school.api.post("/login", {"login": who.account.login, "password": PASSWORD})
    return Person(who.account, reply.body["jwt_access"])


def test_a_start_is_told_to_the_lobby(school: School, three: Three, team_id: int, contest_id: int) -> None:
    sockets = [school.live.join(who, team_id=team_id) for who in three]
    made = school.api.post("/training-sessions", {"team_id": team_id, "contest_id": contest_id}, token=three[1].token)
    assert made.status == 201
    assert str(uuid.UUID(made.body["id"])) == made.body["id"]
    assert (made.body["status"], made.body["dtCreated"]) == ("IN_PROCESS", "2026-09-01T09:00:00.000Z")
    assert made.body["dt_created"] == made.body["dtCreated"]
    assert (made.body["ends_at"], made.body["time_left"]) == ("2026-09-01T14:00:00.000Z", 18000)
    told = {"id": made.body["id"], "status": "IN_PROCESS", "dtCreated": "2026-09-01T09:00:00.000Z"}
    assert [socket.last("TRAINING_STARTED") for socket in sockets] == [told] * 3


def test_ids_may_be_texts_as_the_seed_sends_them(school: School, three: Three, team_id: int, contest_id: int) -> None:
    body = {"team_id": str(team_id), "contest_id": str(contest_id)}
    assert school.api.post("/training-sessions", body, token=three[0].token).status == 201


def test_starting_again_finds_the_same_session_and_tells_nobody(
    school: School, three: Three, training: Training
) -> None:
    lobby = school.live.join(three[1], team_id=training.team_id)
    lobby.got.clear()
    body = {"team_id": training.team_id, "contest_id": training.contest_id}
    again = school.api.post("/training-sessions", body, token=three[1].token)
    assert (again.status, again.body["id"]) == (200, training.id)
    assert lobby.got == []


def test_of_simultaneous_starts_one_makes_the_session_and_all_get_it(
    school: School, three: Three, team_id: int, contest_id: int
) -> None:
    lobby = school.live.join(three[0], team_id=team_id)
    body = {"team_id": team_id, "contest_id": contest_id}
    replies = in_parallel(3, lambda number: school.api.post("/training-sessions", body, token=three[number].token))
    got = [(reply.status, reply.body["id"]) for reply in replies if not isinstance(reply, Exception)]
    assert sorted(status for status, _ in got) == [200, 200, 201]
    assert len({session_id for _, session_id in got}) == 1
    assert lobby.types.count("TRAINING_STARTED") == 1


def test_a_team_trains_in_one_contest_at_a_time(
    school: School, teacher: Person, three: Three, training: Training
) -> None:
    other = contest_by(school, teacher)
    body = {"team_id": training.team_id, "contest_id": other}
    refused = school.api.post("/training-sessions", body, token=three[0].token)
    assert (refused.status, refused.body["code"]) == (409, "other_training")


def test_finishing_is_told_to_the_room_once(school: School, three: Three, training: Training) -> None:
    room = training.join(three[1])
    for _ in range(2):
        done = school.api.post(f"{training.path}/complete", token=three[0].token)
        assert (done.status, done.body["status"], done.body["time_left"]) == (200, "FINISHED", 0)
    assert room.types.count("TRAINING_FINISHED") == 1
    assert room.last("TRAINING_FINISHED") is None


def test_the_lobby_hears_once_that_a_training_is_finished(school: School, three: Three, training: Training) -> None:
    lobby = school.live.join(three[2], team_id=training.team_id)
    for _ in range(2):
        assert school.api.post(f"{training.path}/complete", token=three[0].token).status == 200
    assert lobby.types.count("TRAINING_FINISHED") == 1
    assert lobby.last("TRAINING_FINISHED") == {"id": training.id, "contestId": str(training.contest_id)}


def test_after_the_end_the_team_starts_anew(school: School, three: Three, training: Training) -> None:
    school.api.post(f"{training.path}/complete", token=three[0].token)
    school.clock.forward(timedelta(seconds=1))
    again = start(school, three[0], training.team_id, training.contest_id)
    assert again.id != training.id
    query = f"?contest_id={training.contest_id}&team_id={training.team_id}"
    assert school.api.get(f"/training-sessions{query}", token=three[2].token).body["id"] == again.id


def test_a_session_ends_by_itself_at_its_second(school: School, three: Three, training: Training) -> None:
    school.transitions.pass_time(timedelta(hours=5) - timedelta(seconds=30))
    ann = signed_in(school, three[0])
    room = training.join(ann)
    assert training.get(ann)["status"] == "IN_PROCESS"
    assert room.last("SNAPSHOT")["session"]["timeLeft"] == 30
    school.transitions.pass_time(timedelta(seconds=30))
    assert room.types[-1] == "TRAINING_FINISHED"
    shown = training.get(ann)
    assert (shown["status"], shown["finished_at"]) == ("FINISHED", "2026-09-01T14:00:00.000Z")


def test_time_is_over_even_when_nobody_has_written_so(school: School, three: Three, training: Training) -> None:
    school.clock.forward(timedelta(hours=6))
    ann = signed_in(school, three[0])
    assert training.get(ann)["status"] == "FINISHED"
    assert school.api.get(f"/training-sessions/team/{training.team_id}/reconnect", token=ann.token).status == 404
    room = training.join(ann)
    room.send("CODE_EDITOR_UPDATE", {"code": "x", "problemAlias": "A"})
    assert room.last("ERROR")["reason"] == "The training is finished"
    again = start(school, ann, training.team_id, training.contest_id)
    assert again.id != training.id
    assert room.types[-1] == "TRAINING_FINISHED"
    school.transitions.pass_time(timedelta(minutes=2))
    assert training.get(ann)["finished_at"] == "2026-09-01T14:00:00.000Z"
    assert again.get(ann)["status"] == "IN_PROCESS"


def test_members_come_back_to_what_is_running(school: School, three: Three, training: Training) -> None:
    path = f"/training-sessions/team/{training.team_id}/reconnect"
    assert school.api.get(path, token=three[2].token).body["id"] == training.id
    assert school.api.get(path, token=school.person().token).body["code"] == "not_in_team"
    school.api.post(f"{training.path}/complete", token=three[0].token)
    assert school.api.get(path, token=three[2].token).body["code"] == "training_not_found"


@pytest.mark.parametrize("path", ["", "/problems", "/online", "/standings", "/events", "/submissions", "/code/A"])
def test_a_session_is_for_its_team_and_who_teaches_its_contest(
    school: School, teacher: Person, three: Three, training: Training, path: str
) -> None:
    for who, status in ((three[2], 200), (teacher, 200), (school.person(), 403)):
        assert school.api.get(f"{training.path}{path}", token=who.token).status == status
    for unknown in (uuid.uuid4(), "x", "1"):
        assert school.api.get(f"/training-sessions/{unknown}{path}", token=teacher.token).status == 404


def test_only_members_start_and_finish(school: School, teacher: Person, training: Training) -> None:
    for who in (school.person(), teacher):
        body = {"team_id": training.team_id, "contest_id": training.contest_id}
        assert school.api.post("/training-sessions", body, token=who.token).body["code"] == "not_in_team"
        assert school.api.post(f"{training.path}/complete", token=who.token).body["code"] == "not_in_team"


def test_a_fourth_member_and_a_stranger_are_told_why_they_do_not_get_in(
    school: School, three: Three, training: Training
) -> None:
    for who in three:
        training.join(who)
    before = training.get(three[0], "/events")
    fourth = fourth_member(school, training.team_id)
    assert turned_away(school, fourth, training_session_id=training.id) == FULL
    assert turned_away(school, school.person(), training_session_id=training.id) == NOT_IN_TEAM
    assert training.get(three[0], "/events") == before
    unknown = {"token": three[0].token, "training_session_id": str(uuid.uuid4())}
    assert school.live.status(unknown) == 404


def test_a_team_in_a_training_is_not_dissolved(school: School, three: Three, training: Training) -> None:
    path = f"/teams/{training.team_id}"
    assert school.api.request("DELETE", path, token=three[0].token).body["code"] == "team_in_session"
    school.api.post(f"{training.path}/complete", token=three[0].token)
    assert school.api.request("DELETE", path, token=three[0].token).status == 204


def test_whoever_is_sent_away_is_out_of_the_room_at_once(school: School, three: Three, training: Training) -> None:
    room: Socket = training.join(three[2])
    school.api.request("DELETE", f"/teams/{training.team_id}/members/{three[2].id}", token=three[0].token)
    assert (room.is_open, room.last("ERROR")["code"]) == (False, 1008)


def test_a_change_of_the_contest_does_not_reach_what_has_started(
    school: School, teacher: Person, three: Three, training: Training
) -> None:
    path = f"/contests/{training.contest_id}"
    changed = {"problems": [{"problem_id": school.problem().id, "alias": "Z"}], "duration": 60}
    assert school.api.request("PATCH", path, json_body=changed, token=teacher.token).status == 200
    assert [each["alias"] for each in training.get(three[0], "/problems")["problems"]] == list("ABCDE")
    assert training.get(three[0])["time_left"] == 18000
    assert school.api.request("DELETE", path, token=teacher.token).status == 204
    assert training.get(three[0], "/problems/A/statement")["statement"] == "Add two numbers."


def test_each_team_has_a_session_of_its_own(school: School, three: Three, training: Training) -> None:
    other = school.person()
    theirs = start(school, other, team_of(school, other), training.contest_id)
    assert theirs.id != training.id
    assert theirs.get(other, "/problems")["problems"][0]["status"] == "NOT_SUBMITTED"

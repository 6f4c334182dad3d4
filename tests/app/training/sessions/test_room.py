"""What members share in the room of a session, frame by frame."""

import json
import string
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.common.dynamo import transactions
from chalicelib.realtime import frames
from chalicelib.realtime.frames import MAX_FRAME_BYTES, MAX_MESSAGE_BYTES
from chalicelib.realtime.rooms import RoomKind
from chalicelib.training import models
from chalicelib.training.sessions import room as session_room
from chalicelib.training.sessions import sessions
from chalicelib.training.sessions.editor import MAX_TEXT_BYTES
from chalicelib.training.teams.requests import MAX_PROBLEMS
from tests.app.realtime.test_asyncapi import validator
from tests.app.training.conftest import Three, Training, contest_by, start
from tests.support.live import Socket, of_user
from tests.support.school import Person, School, after_first, counted_requests, in_parallel, stored_items


@pytest.fixture
def sockets(training: Training, three: Three) -> tuple[Socket, Socket, Socket]:
    """The three in the room."""
    joined = [training.join(who) for who in three]
    for socket in joined:
        socket.got.clear()
    return joined[0], joined[1], joined[2]


Sockets = tuple[Socket, Socket, Socket]


def edit(socket: Socket, code: str, base: int | None = None, **more: Any) -> None:
    given = {} if base is None else {"baseVersion": base}
    socket.send("CODE_EDITOR_UPDATE", {"problemAlias": "A", "code": code, **given, **more})


OF_NOBODY = {"userId": "", "user_id": None}


def error(socket: Socket) -> tuple[int, str]:
    (frame,) = socket.got
    assert frame["type"] == "ERROR", frame
    return frame["payload"]["code"], frame["payload"]["reason"]


# --- The editor ------------------------------------------------------------------------------------------------------


def test_an_edit_is_told_to_all_and_kept(training: Training, three: Three, sockets: Sockets) -> None:
    edit(sockets[0], "print('привет')", 0)
    told = {"code": "print('привет')", "problemAlias": "A", **of_user(three[0].id), "version": 1}
    for socket in sockets:
        (frame,) = socket.got
        assert (frame["type"], frame["payload"]) == ("CODE_EDITOR_UPDATE", told)
    assert training.get(three[1], "/code/A") == {"code": "print('привет')", "version": 1}
    assert training.get(three[1], "/code/B") == {"code": "", "version": 0}


def test_of_two_edits_of_one_version_one_wins_and_the_other_gets_the_truth(sockets: Sockets) -> None:
    edit(sockets[0], "one", 0)
    edit(sockets[1], "two", 0)
    assert sockets[1].types == ["CODE_EDITOR_UPDATE", "CODE_EDITOR_REJECTED"]
    assert sockets[1].last("CODE_EDITOR_REJECTED") == {"code": "one", "problemAlias": "A", "version": 1}
    assert sockets[0].types == sockets[2].types == ["CODE_EDITOR_UPDATE"]
    edit(sockets[1], "two", 1)
    assert sockets[0].last("CODE_EDITOR_UPDATE")["version"] == 2


def test_who_comes_in_between_reading_and_writing_is_told_as_well(
    training: Training, three: Three, sockets: Sockets
) -> None:
    sockets[2].leave()
    back: list[Socket] = []
    with after_first("TransactGetItems", lambda: back.append(training.join(three[2]))):
        edit(sockets[0], "one", 0)
    [newcomer] = back
    assert newcomer.last("CODE_EDITOR_UPDATE")["code"] == "one"
    assert sockets[0].types.count("CODE_EDITOR_UPDATE") == 1


def test_of_simultaneous_edits_exactly_one_wins(training: Training, three: Three, sockets: Sockets) -> None:
    in_parallel(3, lambda number: edit(sockets[number], f"by {number}", 0))
    assert [socket.types.count("CODE_EDITOR_UPDATE") for socket in sockets] == [1, 1, 1]
    rejected = [socket for socket in sockets if "CODE_EDITOR_REJECTED" in socket.types]
    assert len(rejected) == 2
    truth = training.get(three[0], "/code/A")
    assert truth["version"] == 1
    for socket in rejected:
        assert socket.last("CODE_EDITOR_REJECTED") == {**truth, "problemAlias": "A"}


def test_an_edit_without_a_base_overwrites_as_in_the_seed(sockets: Sockets) -> None:
    edit(sockets[0], "one")
    edit(sockets[1], "two")
    assert [frame["payload"]["version"] for frame in sockets[2].got] == [1, 2]


def test_the_seeds_other_spelling_and_members_of_its_client_are_understood(sockets: Sockets) -> None:
    sockets[0].send("CODE_EDITOR_UPDATE", {"code": "x", "problemALias": "B", "userId": "7"})
    assert sockets[1].last("CODE_EDITOR_UPDATE")["problemAlias"] == "B"


def test_texts_of_problems_have_versions_of_their_own(sockets: Sockets) -> None:
    edit(sockets[0], "a", 0)
    sockets[0].send("CODE_EDITOR_UPDATE", {"code": "b", "problemAlias": "B", "baseVersion": 0})
    assert [(frame["payload"]["problemAlias"], frame["payload"]["version"]) for frame in sockets[1].got] == [
        ("A", 1),
        ("B", 1),
    ]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"code": "x", "problemAlias": "Z"}, 1007),
        ({"code": "x"}, 1007),
        ({"problemAlias": "A"}, 1007),
        ({"code": 5, "problemAlias": "A"}, 1007),
        ({"code": "x", "problemAlias": "A", "baseVersion": -1}, 1007),
        ({"code": "x", "problemAlias": "A", "baseVersion": "0"}, 1007),
        ({"code": "x" * (MAX_TEXT_BYTES + 1), "problemAlias": "A"}, 1009),
    ],
)
def test_what_is_no_edit_is_an_error_to_its_sender_alone(
    training: Training, three: Three, sockets: Sockets, payload: dict[str, Any], code: int
) -> None:
    sockets[0].send("CODE_EDITOR_UPDATE", payload)
    assert error(sockets[0])[0] == code
    assert sockets[1].got == []
    assert training.get(three[0], "/code/A")["version"] == 0


HALF = MAX_TEXT_BYTES // 2
LARGE = {
    "plain": "x" * MAX_TEXT_BYTES,
    "quotes": '"' * 60_000,
    "lines": "y\n" * HALF,
    "Russian": "й" * HALF,
    "emoji": "🙂" * (MAX_TEXT_BYTES // 4),
    "mixed": ('print("привет 🙂")\n' * 4000).encode()[:MAX_TEXT_BYTES].decode(errors="ignore"),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_text_arrives_as_it_was_or_is_refused_with_the_reason(
    training: Training, three: Three, sockets: Sockets, name: str
) -> None:
    text = LARGE[name]
    frame = json.dumps(
        {"type": "CODE_EDITOR_UPDATE", "payload": {"code": text, "problemAlias": "A"}}, ensure_ascii=False
    )
    sockets[0].send_text(frame)
    if len(frame.encode()) <= MAX_MESSAGE_BYTES:
        told = sockets[1].last("CODE_EDITOR_UPDATE")
        assert (told["code"], told.get("delta"), told["version"]) == (None, None, 1)  # no frame has room for either
        assert training.get(three[1], "/code/A")["code"] == text
    else:
        assert error(sockets[0]) == (1009, f"A message has at most {MAX_MESSAGE_BYTES} bytes")
        assert sockets[1].got == []


def test_a_text_is_told_whole_as_long_as_a_frame_has_room(training: Training, three: Three, sockets: Sockets) -> None:
    """Then what has changed in it, and whoever had an older version reads it over HTTP."""
    large = "x" * 32_000
    edit(sockets[0], large, 0)
    assert sockets[1].last("CODE_EDITOR_UPDATE")["code"] == large
    edit(sockets[0], large + "y" * 1000, 1)
    told = sockets[1].last("CODE_EDITOR_UPDATE")
    assert (told["code"], told["delta"]) == (None, {"at": 32_000, "removed": 0, "inserted": "y" * 1000})
    edit(sockets[1], "mine", 1)
    assert sockets[1].last("CODE_EDITOR_REJECTED") == {"code": None, "problemAlias": "A", "version": 2}
    assert training.get(three[1], "/code/A")["code"] == large + "y" * 1000


def test_an_edit_costs_one_write_that_is_its_record_as_well(sockets: Sockets) -> None:
    edit(sockets[0], "one", 0)
    with counted_requests() as counted:
        edit(sockets[0], "two", 1)
    assert counted == {"GetItem": 1, "BatchGetItem": 1, "TransactGetItems": 1, "TransactWriteItems": 1}


# --- Control ---------------------------------------------------------------------------------------------------------


def test_whoever_takes_control_edits_alone_until_another_takes_it(
    training: Training, three: Three, sockets: Sockets
) -> None:
    sockets[0].send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    assert sockets[1].last("CONTROL_TAKEN") == of_user(three[0].id)
    assert training.get(three[2], "/control/current") == of_user(three[0].id)
    sockets[1].got.clear()
    edit(sockets[1], "mine", 0)
    assert error(sockets[1]) == (1008, "Somebody else has control of the editor")
    edit(sockets[0], "ann's", 0)
    assert sockets[2].last("CODE_EDITOR_UPDATE")["code"] == "ann's"
    sockets[1].send("CONTROL_TAKEN", {"userId": three[1].id})
    edit(sockets[1], "bob's", 1)
    assert sockets[2].last("CODE_EDITOR_UPDATE")["code"] == "bob's"


def test_control_is_taken_for_oneself_and_given_back_by_its_holder(
    training: Training, three: Three, sockets: Sockets
) -> None:
    sockets[1].send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    assert error(sockets[1])[0] == 1008
    sockets[0].send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    sockets[2].got.clear()
    sockets[2].send("CONTROL_TAKEN", {"userId": ""})
    assert error(sockets[2]) == (1008, "You do not have control")
    sockets[0].send("CONTROL_TAKEN", {"userId": ""})
    assert sockets[2].last("CONTROL_TAKEN") == OF_NOBODY
    assert training.get(three[2], "/control/current") == OF_NOBODY


def test_control_is_taken_and_given_back_by_the_number_as_well(
    training: Training, three: Three, sockets: Sockets
) -> None:
    """As the server says it."""
    for said in (of_user(three[0].id), {"user_id": three[0].id}):
        sockets[0].send("CONTROL_TAKEN", said)
        assert sockets[1].last("CONTROL_TAKEN") == of_user(three[0].id)
        sockets[0].send("CONTROL_TAKEN", {"user_id": None})
        assert sockets[1].last("CONTROL_TAKEN") == OF_NOBODY


def test_control_is_free_when_its_holder_leaves(
    school: School, training: Training, three: Three, sockets: Sockets
) -> None:
    sockets[0].send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    sockets[0].leave()
    sockets[1].got.clear()
    edit(sockets[1], "at once", 0)
    school.live.catch_up()
    assert sockets[1].types == ["CODE_EDITOR_UPDATE", "USER_LEAVE", "CONTROL_TAKEN"]
    assert sockets[1].last("CONTROL_TAKEN") == OF_NOBODY


def test_a_holder_who_comes_back_at_once_keeps_control(
    school: School, training: Training, three: Three, sockets: Sockets
) -> None:
    sockets[0].send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    training.join(three[0])
    edit(sockets[1], "mine", 0)
    assert sockets[1].last("ERROR")["code"] == 1008
    assert training.get(three[1], "/control/current") == of_user(three[0].id)


def test_control_that_is_taken_while_another_edits_holds(
    school: School, training: Training, three: Three, sockets: Sockets
) -> None:
    """Between reading and writing: the write's own condition sees it."""
    session, _, _ = models.read_editor(sessions.room_of(training.id), "A")
    assert session is not None
    sockets[0].send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    code = models.Code(*models.code_key(training.id, "A"), alias="A", text="x", version=1, user_id=three[1].id)
    with pytest.raises(transactions.ConditionFailed):
        transactions.transact(lambda transaction: models.write_code(transaction, session, code, school.clock.now))


# --- Assignments, compilers, cards -----------------------------------------------------------------------------------


def test_a_problem_is_given_to_a_member_and_taken_back(training: Training, three: Three, sockets: Sockets) -> None:
    user = user_of(three[1])
    sockets[0].send("PROBLEM_ASSIGNED", {"user": {"id": user["id"]}, "problemAlias": "B"})
    assert sockets[2].last("PROBLEM_ASSIGNED") == {"user": user, "problemAlias": "B"}
    assert training.get(three[2], "/problems/B")["assignedUser"] == user
    assert training.get(three[2], "/problems")["problems"][1]["assignedUser"] == user
    assert training.get(three[2], "/problems/A")["assignedUser"] is None
    sockets[1].send("PROBLEM_ASSIGNED", {"user": None, "problemAlias": "B"})
    assert training.get(three[2], "/problems/B")["assignedUser"] is None


@pytest.mark.parametrize(("user", "code"), [({"id": "1"}, 1008), ({}, 1007), ({"id": None}, 1007)])
def test_a_problem_is_given_to_nobody_outside_the_team(sockets: Sockets, user: dict[str, Any], code: int) -> None:
    sockets[0].send("PROBLEM_ASSIGNED", {"user": user, "problemAlias": "B"})
    assert error(sockets[0])[0] == code


def test_a_compiler_is_chosen_for_a_problem(training: Training, three: Three, sockets: Sockets) -> None:
    sockets[0].send("COMPILER_SELECTED", {"compiler": "cpp17", "problemAlias": "C"})
    assert sockets[2].last("COMPILER_SELECTED") == {"compiler": "cpp17", "problemAlias": "C"}
    assert training.get(three[1], "/compiler/C") == {"compiler": "cpp17"}
    assert training.get(three[1], "/compiler/A") == {"compiler": None}
    sockets[0].got.clear()
    sockets[0].send("COMPILER_SELECTED", {"compiler": "brainfuck", "problemAlias": "C"})
    assert error(sockets[0]) == (1008, "Unknown language: brainfuck")


def test_online_shows_what_people_have_said_beside_their_names(
    training: Training, three: Three, sockets: Sockets
) -> None:
    sockets[0].send("USER", {"user": {"id": str(three[0].id), "avatar": "🦊"}})
    ann = {**user_of(three[0]), "avatar": "🦊"}
    assert sockets[1].last("USER") == {"user": ann}
    assert training.get(three[1], "/online")["users"] == [ann, user_of(three[1]), user_of(three[2])]


FALSE_NAMES = dict.fromkeys(
    (
        *("login", "first_name", "last_name", "display_name", "real_name", "name", "userName", "displayName", "LOGIN"),
        *("default_email", "nickname", "user_id", "userId"),
    ),
    "Директор",
)


def test_nobody_is_shown_by_a_false_name(school: School, training: Training, three: Three, sockets: Sockets) -> None:
    """Neither what one says of oneself nor what others say counts, wherever people are named."""
    lobby = school.live.join(three[0], team_id=training.team_id)
    for socket in (sockets[0], lobby):
        socket.send("USER", {"user": {"id": three[0].id, **FALSE_NAMES}})
        assert socket.last("USER") == {"user": user_of(three[0])}
    sockets[0].send("PROBLEM_ASSIGNED", {"user": {"id": str(three[1].id), **FALSE_NAMES}, "problemAlias": "A"})
    assert sockets[2].last("PROBLEM_ASSIGNED")["user"] == user_of(three[1])
    told = [training.get(three[2], path) for path in ("/online", "/problems", "/problems/A", "/events?from_seq=1")]
    told.append(school.api.get(f"/lobby/{training.team_id}/online", token=three[2].token).body)
    told += [training.join(three[2]).last("SNAPSHOT")]
    told += [school.live.join(three[2], team_id=training.team_id).last("SNAPSHOT")]
    assert "Директор" not in json.dumps(told, ensure_ascii=False)


def test_false_names_that_were_stored_before_are_not_shown(
    school: School, training: Training, three: Three, sockets: Sockets
) -> None:
    said = {"id": str(three[0].id), "login": "Директор"}
    session = sessions.get(training.id)
    session.update(actions=[models.Session.assigned.entry("A").set(json.dumps(said))])
    session_room.displayed_user(sessions.room_of(training.id), three[0].id, said).save()
    assert training.get(three[1], "/online")["users"][0] == user_of(three[0])
    assert training.get(three[1], "/problems/A")["assignedUser"] == user_of(three[0])
    assert training.join(three[2]).last("SNAPSHOT")["problems"][0]["assignedUser"] == user_of(three[0])


def test_user_is_about_oneself_alone_and_of_a_bounded_size(three: Three, sockets: Sockets) -> None:
    sockets[0].send("USER", {"user": {"id": str(three[1].id)}})
    assert error(sockets[0])[0] == 1008
    sockets[0].got.clear()
    sockets[0].send("USER", {"user": {"id": str(three[0].id), "about": "x" * 5000}})
    assert error(sockets[0])[0] == 1009
    assert sockets[1].got == []


def test_what_somebody_said_of_themselves_goes_with_them(
    school: School, training: Training, three: Three, sockets: Sockets
) -> None:
    sockets[0].send("USER", {"user": {"id": str(three[0].id), "login": "ann"}})
    sockets[0].leave()
    school.live.catch_up()
    assert len(training.get(three[1], "/online")["users"]) == 2
    assert [item for item in stored_items("training") if item["kind"] == "card"] == []


@pytest.mark.parametrize(
    ("type_", "payload"),
    [
        ("CODE_EDITOR_UPDATE", {"code": "x", "problemAlias": "A"}),
        ("PROBLEM_ASSIGNED", {"user": None, "problemAlias": "A"}),
        ("COMPILER_SELECTED", {"compiler": "python3", "problemAlias": "A"}),
    ],
)
def test_nothing_changes_after_the_end(
    school: School, training: Training, three: Three, sockets: Sockets, type_: str, payload: dict[str, Any]
) -> None:
    school.api.post(f"{training.path}/complete", token=three[0].token)
    sockets[0].got.clear()
    sockets[0].send(type_, payload)
    assert error(sockets[0]) == (1008, "The training is finished")


# --- The lobby -------------------------------------------------------------------------------------------------------


def test_a_contest_is_selected_in_the_lobby(
    school: School, three: Three, team_id: int, contest_id: int, pupil: Person
) -> None:
    ann, bob = (school.live.join(who, team_id=team_id) for who in three[:2])
    ann.send("CONTEST_SELECTED", {"contestId": str(contest_id)})
    assert bob.last("CONTEST_SELECTED") == {"contestId": str(contest_id)}
    path = f"/lobby/{team_id}/selected-contest"
    assert school.api.get(path, token=three[2].token).body == {"contestId": str(contest_id)}
    assert school.api.get(path, token=pupil.token).status == 403
    late = school.live.join(three[2], team_id=team_id)
    assert late.last("SNAPSHOT")["contestId"] == str(contest_id)
    ann.send("CONTEST_SELECTED", {"contestId": None})
    assert school.api.get(path, token=three[2].token).body == {"contestId": None}
    ann.got.clear()
    ann.send("CONTEST_SELECTED", {"contestId": "99"})
    assert error(ann) == (1008, "Contest not found")


def test_the_lobby_knows_who_is_there_and_what_is_running(school: School, three: Three, training: Training) -> None:
    socket = school.live.join(three[0], team_id=training.team_id)
    socket.send("USER", {"user": {"id": str(three[0].id), "avatar": "🦊"}})
    me = {**user_of(three[0]), "avatar": "🦊"}
    snapshot = school.live.join(three[1], team_id=training.team_id).last("SNAPSHOT")
    assert (snapshot["session"]["id"], snapshot["online"][0]) == (training.id, me)
    for path in (f"/lobby/{training.team_id}/online", f"/teams/{training.team_id}/online"):
        assert school.api.get(path, token=three[2].token).body["users"][0] == me
    socket.got.clear()
    socket.send("CODE_EDITOR_UPDATE", {"code": "x", "problemAlias": "A"})
    assert error(socket)[0] == 1003


# --- Snapshots -------------------------------------------------------------------------------------------------------


def test_a_late_comer_finds_everything(school: School, training: Training, three: Three) -> None:
    ann = training.join(three[0])
    edit(ann, "print(5)", 0)
    ann.send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    ann.send("PROBLEM_ASSIGNED", {"user": {"id": three[0].id}, "problemAlias": "B"})
    ann.send("COMPILER_SELECTED", {"compiler": "python3", "problemAlias": "A"})
    training.submit(three[0])
    snapshot = training.join(three[1]).last("SNAPSHOT")
    assert snapshot["codes"]["A"] == {"code": "print(5)", "version": 1}
    assert snapshot["codes"]["B"] == {"code": "", "version": 0}
    assert (snapshot["control"], snapshot["controller"]) == (str(three[0].id), of_user(three[0].id))
    assert snapshot["compilers"] == {"A": "python3"}
    problems = {problem["problemAlias"]: problem for problem in snapshot["problems"]}
    assert (problems["A"]["status"], problems["A"]["attempts"]) == ("PASSED", 1)
    assert problems["B"]["assignedUser"] == user_of(three[0])
    assert snapshot["users"] == [of_user(three[0].id), of_user(three[1].id)]
    assert (snapshot["session"]["timeLeft"], snapshot["fetch"], snapshot["complete"]) == (18000, [], True)
    assert [user["id"] for user in snapshot["online"]] == [str(three[0].id), str(three[1].id)]


def test_a_snapshot_that_is_too_large_says_which_texts_to_fetch(training: Training, three: Three) -> None:
    ann = training.join(three[0])
    for alias, letter in (("A", "a"), ("B", "б"), ("C", "c")):
        text = letter * (12_000 // len(letter.encode()))
        said = {"code": text, "problemAlias": alias, "baseVersion": 0}
        ann.send_text(json.dumps({"type": "CODE_EDITOR_UPDATE", "payload": said}, ensure_ascii=False))
    socket = training.join(three[1])
    snapshot = socket.last("SNAPSHOT")
    assert (len(snapshot["fetch"]), snapshot["complete"]) == (1, False)
    (missing,) = snapshot["fetch"]
    assert snapshot["codes"][missing] == {"code": None, "version": 1}
    assert sum(bool(entry["code"]) for entry in snapshot["codes"].values()) == 2
    assert len(training.get(three[1], f"/code/{missing}")["code"]) >= 6_000
    assert len(frames.to_text("SNAPSHOT", snapshot).encode()) <= MAX_FRAME_BYTES


def test_the_largest_snapshot_that_there_can_be_lacks_texts_and_what_is_said_beside_names(
    school: School, teacher: Person, three: Three, team_id: int
) -> None:
    training = start(school, three[0], team_id, contest_by(school, teacher, problems=MAX_PROBLEMS))
    sockets = [training.join(who) for who in three[:2]]
    for who, socket in zip(three, sockets, strict=False):
        socket.send("USER", {"user": large_user(who)})
    for alias in string.ascii_uppercase:
        school.clock.forward(timedelta(seconds=1))  # a connection may send so many frames a second
        sockets[0].send("PROBLEM_ASSIGNED", {"user": large_user(three[1]), "problemAlias": alias})
        sockets[0].send("COMPILER_SELECTED", {"compiler": "python3", "problemAlias": alias})
        edit_plainly(sockets[1], alias, "x" * MAX_TEXT_BYTES)
    snapshot = training.join(three[2]).last("SNAPSHOT")
    assert all(problem["assignedUser"] == user_of(three[1]) for problem in snapshot["problems"])
    assert snapshot["online"] == [user_of(who) for who in three]
    assert len(snapshot["problems"]) == len(snapshot["codes"]) == MAX_PROBLEMS
    assert (len(snapshot["online"]), snapshot["complete"]) == (3, False)
    assert len(frames.to_text("SNAPSHOT", snapshot).encode()) <= MAX_FRAME_BYTES


def user_of(who: Person) -> dict[str, Any]:
    """The user object of somebody who has said nothing."""
    login, name, surname = who.account.login, who.account.name, who.account.secondname
    shown = " ".join(part for part in (name, surname) if part) or login
    names = {"login": login, "first_name": name, "last_name": surname, "display_name": shown, "real_name": shown}
    return {"id": str(who.id), "user_id": who.id, **names}


def large_user(who: Person) -> dict[str, str]:
    """As large as it may be."""
    user = {"id": str(who.id), "about": ""}
    return {**user, "about": "x" * (session_room.MAX_USER_BYTES - len(json.dumps(user)))}


def edit_plainly(socket: Socket, alias: str, code: str) -> None:
    socket.send("CODE_EDITOR_UPDATE", {"problemAlias": alias, "code": code})


# --- The document ----------------------------------------------------------------------------------------------------


def test_what_a_training_tells_is_what_the_document_says(school: School, training: Training, three: Three) -> None:
    lobby = school.live.join(three[0], team_id=training.team_id)
    lobby.send("USER", {"user": {"id": str(three[0].id)}})
    lobby.send("CONTEST_SELECTED", {"contestId": str(training.contest_id)})
    room, other = training.join(three[0]), training.join(three[1])
    edit(room, "print(5)", 0)
    edit(other, "late", 0)
    room.send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    room.send("PROBLEM_ASSIGNED", {"user": {"id": three[1].id}, "problemAlias": "B"})
    room.send("COMPILER_SELECTED", {"compiler": "python3", "problemAlias": "A"})
    room.send("USER", {"user": {"id": str(three[0].id)}})
    training.submit(three[1])
    path = f"{training.path}/problem/A/comments"
    comment = school.api.post(path, {"content": "ура"}, token=three[0].token).body
    for method, body in (("PATCH", {"content": "да"}), ("DELETE", None)):
        school.api.request(method, f"{training.path}/comments/{comment['id']}", json_body=body, token=three[0].token)
    late = training.join(three[2])
    school.api.post(f"{training.path}/complete", token=three[0].token)
    start(school, three[0], training.team_id, training.contest_id)

    document = school.api.get("/asyncapi.json").body
    for kind, sockets in ((RoomKind.LOBBY, [lobby]), (RoomKind.TRAINING, [room, other, late])):
        declared = {name.split(".")[0] for name in document["channels"][kind]["messages"] if name.endswith("server")}
        told = [frame for socket in sockets for frame in socket.got]
        assert {frame["type"] for frame in told} == declared - {"PONG", "ERROR", "USER_LEAVE", "RESUMED"}
        for frame in told:
            validator(document, frame["type"], kind).validate(frame)
            assert undeclared(document, frame, kind) == set()


def undeclared(document: Any, frame: dict[str, Any], kind: RoomKind) -> set[str]:
    """What is in a payload that the document does not have."""
    whole = validator(document, frame["type"], kind).schema["$ref"].rpartition("/")[2]
    payload = document["components"]["schemas"][whole]["properties"]["payload"]
    if "$ref" not in payload:
        return set()
    shape = document["components"]["schemas"][payload["$ref"].rpartition("/")[2]]
    return set(frame["payload"]) - set(shape["properties"])

"""Connections have languages: what a frame says to people is worded for each reader, also when it is told again."""

import json

import pytest

from chalicelib.common.texts import InEnglish, Text
from chalicelib.realtime import broadcasts, models, rooms
from chalicelib.realtime.rooms import Room, RoomKind
from tests.app.realtime.test_rooms import Three
from tests.support.live import Socket
from tests.support.school import Person, School

NEWS = {"id": 5, "said": [{"title": InEnglish(Text("room_full", "Too many connections"))}]}
IN_ENGLISH = {"id": 5, "said": [{"title": "Too many connections"}]}
IN_RUSSIAN = {"id": 5, "said": [{"title": "Слишком много подключений"}]}
FORGED = {"said": {"code": "room_full", "english": "{x.__class__}", "params": {"x": 1}}, "text": "Too many connections"}


def speak(socket: Socket, text: str) -> str:
    """Returns the reason why a frame is refused."""
    socket.got.clear()
    socket.send_text(text)
    reason: str = socket.last("ERROR")["reason"]
    return reason


def test_the_query_says_the_language_of_a_connection(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil, language="ru")
    assert speak(socket, "{}") == "Кадр — это объект JSON с полями type и payload: type: обязательное поле"
    assert speak(socket, json.dumps({"type": "ЧТО"})) == "Неизвестный тип кадра: ЧТО"
    assert socket.last("ERROR")["reason_code"] == "unknown_frame_type"


def test_without_it_the_handshake_does_and_else_it_is_english(school: School, pupil: Person) -> None:
    russian = school.live.connect(pupil, headers={"Accept-Language": "ru-RU, en;q=0.5"})
    english = school.live.join(pupil)
    chosen = school.live.connect(pupil, headers={"Accept-Language": "ru"}, language="en")
    unknown = school.live.connect(pupil, headers={"Accept-Language": "tlh"})
    school.live.catch_up()
    told = [speak(socket, '{"type": "WHAT"}') for socket in (russian, english, chosen, unknown)]
    assert told == ["Неизвестный тип кадра: WHAT", *["Unknown type: WHAT"] * 3]


def test_a_flood_is_refused_in_the_language_too(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil, language="ru")
    for _ in range(60):
        socket.send("PING")
    assert socket.last("ERROR")["reason"] == "Больше 20 кадров в секунду"


def test_who_finds_a_room_full_is_told_so_in_their_language(school: School, pupil: Person) -> None:
    connections = [school.live.join(pupil, language="ru") for _ in range(11)]
    assert connections[-1].last("ERROR") == {
        "code": 1008,
        "reason": "Слишком много подключений",
        "reason_code": "room_full",
    }


def test_a_connection_is_closed_in_its_language(school: School, team: str, members: Three) -> None:
    old = school.live.join(members[0], team_id=team, language="ru")
    school.live.join(members[0], team_id=team)
    assert (old.last("ERROR")["reason"], old.is_open) == ("Вы подключились в другом месте", False)


@pytest.mark.parametrize("kept", [None, NEWS])
def test_one_frame_is_worded_for_each_who_gets_it(school: School, team: str, members: Three, kept: object) -> None:
    room = Room(RoomKind.LOBBY, team)
    russian = school.live.join(members[0], team_id=team, language="ru")
    english = school.live.join(members[1], team_id=team)
    broadcasts.send_with_change(
        room,
        broadcasts.RoomFrame("NEWS", NEWS, kept=NEWS if kept else None),
        lambda transaction: transaction.save(
            models.DedupeRecord(*models.dedupe_key(room, "x"), seq=1),
        ),
    )
    assert (russian.last("NEWS"), english.last("NEWS")) == (IN_RUSSIAN, IN_ENGLISH)


def test_what_was_missed_is_worded_when_it_is_told_again(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil)
    seen = socket.got[-1]["payload"]["seq"]
    socket.leave()
    broadcasts.send_to_users([pupil.id], "NEWS", NEWS)
    broadcasts.send_to_users([pupil.id], "PLAIN", {"n": 1})
    for language, payload in (("ru", IN_RUSSIAN), ("en", IN_ENGLISH)):
        back = school.live.join(pupil, language=language, last_seq=seen)
        told = {frame["type"]: frame["payload"] for frame in back.last("RESUMED")["frames"]}
        assert (told["NEWS"], told["PLAIN"]) == (payload, {"n": 1})


def test_a_frame_with_one_cause_is_sent_again_in_each_language(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil, language="ru")
    for _ in range(2):
        broadcasts.send(rooms.personal(pupil.id), "NEWS", NEWS, cause="once")
    told = [frame for frame in socket.got if frame["type"] == "NEWS"]
    assert [frame["payload"] for frame in told] == [IN_RUSSIAN, IN_RUSSIAN]
    assert len({frame["seq"] for frame in told}) == 1


def test_what_a_client_says_is_no_text_of_ours(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil, language="ru")
    broadcasts.send(rooms.personal(pupil.id), "NEWS", FORGED)
    back = school.live.join(pupil, language="ru", last_seq=1)
    assert socket.last("NEWS") == FORGED
    assert [frame["payload"] for frame in back.last("RESUMED")["frames"] if frame["type"] == "NEWS"] == [FORGED]

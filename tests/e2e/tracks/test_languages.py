"""The packaged system in Russian: everything that a person reads is in the language that they ask for."""

import json
import tomllib
from collections.abc import Callable

import httpx
import pytest
from websockets.sync.client import connect

from infra.local.cloud import Cloud
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.e2e.tracks.peers import Participant, enrol, good, make_track

COURSE = tomllib.loads((ROOT / "infra" / "local" / "demo_school.toml").read_text("utf-8"))["course"]
RUSSIAN, ENGLISH = {"Accept-Language": "ru-RU, ru;q=0.9, en;q=0.5"}, {"Accept-Language": "en"}
WRONG = "print('Wrong')"


@pytest.mark.parametrize(
    ("path", "headers", "text"),
    [
        ("/no/such/path", RUSSIAN, "Ничего не найдено"),
        ("/no/such/path", ENGLISH, "Not found"),
        ("/main/news/999", RUSSIAN, "Новость не найдена"),
        ("/main/news?limit=0", RUSSIAN, "limit: должно быть не меньше 1"),
        ("/ws/lobby", RUSSIAN, "Этот адрес только для WebSocket"),
    ],
)
def test_errors_of_the_application_and_of_the_front_door(
    cloud: Cloud, path: str, headers: dict[str, str], text: str
) -> None:
    assert httpx.get(cloud.front_door_url + path, headers=headers, timeout=40).json()["detail"] == text


def test_a_verdict_is_worded_for_whoever_reads_it(join: Callable[[], Participant]) -> None:
    http, lesson = join().http, COURSE["lessons"][0]
    good(http.post(f"/courses/attend/{COURSE['id']}"))
    task = f"/courses/{COURSE['id']}/{lesson['id']}/{lesson['tasks'][0]['id']}"
    sent = good(http.post(task, json={"code": WRONG, "language": "python3"}))
    path = f"/submissions/{sent['submission_id']}"
    wait_until(lambda: good(http.get(path))["is_checked"], PATIENCE)
    assert good(http.get(path, headers=ENGLISH))["verdict"].startswith("Wrong answer on test 1: ")
    assert good(http.get(path, headers=RUSSIAN))["verdict"].startswith("Неправильный ответ на тесте 1: ")


def test_a_notification_of_the_system_is_worded_for_whoever_reads_it(
    teacher: httpx.Client, join: Callable[[], Participant]
) -> None:
    track, pupil = make_track(teacher, 2, (600, 600)), join()
    enrol(track, pupil, join())
    wait_until(lambda: len(good(pupil.http.get("/user/notifications"))) == 2, PATIENCE)
    for headers, titles in (
        (RUSSIAN, {"Трек начался", "Новое задание"}),
        (ENGLISH, {"The track has started", "A new assignment"}),
    ):
        told = good(pupil.http.get("/user/notifications", headers=headers))
        assert {each["title"] for each in told} == titles


def test_a_socket_refuses_in_its_language(cloud: Cloud, join: Callable[[], Participant]) -> None:
    address = cloud.front_door_url.replace("http", "ws", 1)
    for query, headers in (("&language=ru", {}), ("", RUSSIAN), ("&language=ru", ENGLISH)):
        ticket = good(join().http.post("/ws-tickets"))["ticket"]
        with connect(f"{address}/ws?ticket={ticket}{query}", additional_headers=headers) as socket:
            socket.send('{"type": "WHAT"}')
            frames = iter(lambda: json.loads(socket.recv(timeout=PATIENCE)), None)
            refused = next(frame["payload"] for frame in frames if frame["type"] == "ERROR")
            assert refused == {
                "code": 1003,
                "reason": "Неизвестный тип кадра: WHAT",
                "reason_code": "unknown_frame_type",
            }

"""The school's portal through everything that is deployed: its indexes, its queue, its frames."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.e2e.test_live import Socket

WORDS = {"title": "Excursion", "description": "Bring boots", "tag": "high"}


@contextmanager
def signed_in(cloud: Cloud, path: str, body: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        answer = http.post(path, json=body)
        assert answer.is_success, answer.text
        http.headers["Authorization"] = f"Bearer {answer.json()['jwt_access']}"
        yield http


@pytest.fixture
def admin(cloud: Cloud) -> Iterator[httpx.Client]:
    with signed_in(cloud, "/login", {"login": "admin", "password": demo.PASSWORD}) as http:
        yield http


@pytest.fixture
def pupil(cloud: Cloud) -> Iterator[httpx.Client]:
    """Somebody new."""
    login = f"pupil-{secrets.token_hex(4)}"
    new = {"login": login, "password": "a long enough one", "name": "Pupil", "email": f"{login}@example.com"}
    with signed_in(cloud, "/reg", new) as http:
        yield http


def inbox(pupil: httpx.Client, query: str = "") -> list[int]:
    return [each["id"] for each in pupil.get(f"/user/notifications{query}").json()]


def token_of(http: httpx.Client) -> str:
    return http.headers["Authorization"].removeprefix("Bearer ")


def test_a_class_is_told_live_and_finds_it_until_it_is_withdrawn(
    cloud: Cloud, admin: httpx.Client, pupil: httpx.Client
) -> None:
    user_id = pupil.get("/me").json()["id"]
    assert admin.patch(f"/user/users/{user_id}", json={"class": 11}).status_code == 200
    wait_until(lambda: user_id in [each["id"] for each in admin.get("/user/users?class=11").json()], PATIENCE)

    with Socket(f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws/{token_of(pupil)}") as socket:
        socket.greeted()
        sent = admin.post("/user/notifications", json={**WORDS, "class": 11}).json()["id"]
        assert socket.until("NOTIFICATION")["payload"]["id"] == sent

    assert inbox(pupil) == inbox(pupil, "?tag=high") == [sent]
    assert pupil.get("/user/monitor").json()["unread_notifications"] == 1
    assert pupil.post(f"/user/notifications/{sent}/read").status_code == 200
    wait_until(lambda: pupil.get("/user/monitor").json()["unread_notifications"] == 0, PATIENCE)
    assert admin.patch(f"/user/notifications/{sent}", json={"tag": "low"}).headers["ETag"] == '"2"'
    wait_until(lambda: inbox(pupil, "?tag=low") == [sent], PATIENCE)
    assert admin.delete(f"/user/notifications/{sent}", headers={"If-Match": '"1"'}).status_code == 412
    assert admin.delete(f"/user/notifications/{sent}").status_code == 200
    assert inbox(pupil) == []


def test_news_are_written_once_seen_and_read_page_by_page(admin: httpx.Client, pupil: httpx.Client) -> None:
    made = [admin.post("/main/news", json={"title": f"T{n}", "description": "D"}).json()["id"] for n in range(3)]
    assert [each for each in news_page_by_page(pupil) if each in made] == made[::-1]
    path = f"/main/news/{made[0]}"
    seen = {"If-Match": pupil.get(path).headers["ETag"]}
    assert admin.patch(path, json={"title": "First"}, headers=seen).status_code == 200
    assert admin.patch(path, json={"title": "Second"}, headers=seen).status_code == 412
    assert pupil.patch(path, json={"title": "Mine"}).status_code == 403
    assert pupil.get(path).json()["title"] == "First"


def news_page_by_page(client: httpx.Client) -> Iterator[int]:
    """All, from the newest: other tests write and delete news meanwhile."""
    page = client.get("/main/news?page=1&size=2")
    yield from (news["id"] for news in page.json())
    while link := page.headers.get("Link"):
        page = client.get(link.removeprefix("<").partition(">")[0])
        yield from (news["id"] for news in page.json())


def everybody(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """All pages of whom somebody sees."""
    page = client.get("/user/users")
    yield from page.json()
    while cursor := page.headers.get("X-Next-Cursor"):
        page = client.get("/user/users", params={"cursor": cursor})
        yield from page.json()


def test_each_sees_whom_they_may(admin: httpx.Client, pupil: httpx.Client) -> None:
    user_id = pupil.get("/me").json()["id"]
    wait_until(lambda: {each["role"] for each in pupil.get("/user/users").json()} == {"user", "teacher"}, PATIENCE)
    shown = pupil.get("/user/users").json()
    assert [each["id"] for each in shown if "email" in each] == [user_id]
    assert {"admin", "teacher", "user"} == {each["role"] for each in everybody(admin)}
    assert admin.delete(f"/user/users/{user_id}").status_code == 200
    assert pupil.get("/me").status_code == 401

"""Somebody who uses the school for a minute, and remembers what the school has answered for."""

import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.soak.meter import Meter

PASSWORD = "a long enough one"
COURSE = 1
TASK = "/courses/1/1/2"
PROGRAM = "print(sum(map(int, input().split())))"
PAUSE = (0.5, 2.0)
"""Seconds between two actions, from, to."""
LATER = {"Prefer": "respond-async"}


@dataclass
class Pupil:
    """`sent` are the submissions that were acknowledged; `track` is the one to enrol in."""

    http: httpx.AsyncClient
    meter: Meter
    track: int
    chance: random.Random
    login: str = field(default_factory=lambda: f"soak-{secrets.token_hex(5)}")
    id: int = 0
    sent: list[int] = field(default_factory=list)
    enrolled: bool = False
    has_arrived: bool = False

    async def arrive(self) -> None:
        new = {"login": self.login, "password": PASSWORD, "name": "Soak", "email": f"{self.login}@example.com"}
        await self._use_token(await self._post("sign up", "/reg", json=new))
        me = await self._get("me", "/me")
        self.id = me.json()["id"] if me is not None and me.is_success else 0
        attending = await self._post("attend", f"/courses/attend/{COURSE}")
        self.has_arrived = attending is not None and attending.is_success

    async def act(self) -> None:
        """Something, now and then a thing that is not to be lost or doubled."""
        actions: list[tuple[Callable[[], Awaitable[object]], int]] = [
            (self.sign_in, 2),
            (self.read, 8),
            (self.submit, 3),
            (self.enrol, 0 if self.enrolled else 3),
        ]
        (action,) = self.chance.choices([action for action, _ in actions], [weight for _, weight in actions])
        await action()

    async def sign_in(self) -> None:
        await self._use_token(await self._post("sign in", "/login", json={"login": self.login, "password": PASSWORD}))

    async def read(self) -> None:
        path = self.chance.choice(
            ["/main/news", "/courses", "/courses/1", TASK, "/user/monitor", "/user/notifications", "/tracks"]
        )
        await self._get(f"read {path}", path)

    async def submit(self) -> None:
        answer = await self._post("submit", TASK, json={"code": PROGRAM}, headers=LATER)
        if answer is not None and answer.is_success:
            self.sent.append(answer.json()["submission_id"])

    async def enrol(self) -> None:
        answer = await self._post("enrol", f"/tracks/{self.track}/enroll")
        if answer is not None and (answer.is_success or answer.json().get("code") == "already_enrolled"):
            self.enrolled = True

    async def submissions(self) -> list[dict[str, Any]]:
        """All of one's own, as the school has them."""
        found: list[dict[str, Any]] = []
        path = "/submissions?limit=100"
        while path:
            answer = await self.http.get(path)
            answer.raise_for_status()
            found += answer.json()["submissions"]
            path = answer.links.get("next", {}).get("url", "")
        return found

    async def _use_token(self, answer: httpx.Response | None) -> None:
        if answer is not None and answer.is_success:
            self.http.headers["Authorization"] = f"Bearer {answer.json()['jwt_access']}"

    async def _get(self, action: str, path: str) -> httpx.Response | None:
        return await self.meter.request(action, self.http, "GET", path)

    async def _post(self, action: str, path: str, **options: Any) -> httpx.Response | None:
        return await self.meter.request(action, self.http, "POST", path, **options)


@dataclass
class Teacher:
    """Writes news; `written` are the titles that were acknowledged."""

    http: httpx.AsyncClient
    meter: Meter
    written: list[str] = field(default_factory=list)

    async def act(self) -> None:
        title = f"soak {secrets.token_hex(6)}"
        news = {"title": title, "description": "D", "body": "B"}
        answer = await self.meter.request("write news", self.http, "POST", "/main/news", json=news)
        if answer is not None and answer.is_success:
            self.written.append(title)

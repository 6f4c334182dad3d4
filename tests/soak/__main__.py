"""`make soak`: 200 people use a local cloud of their own for a minute, while processes are killed now and then.

    python -m tests.soak [--people 200] [--seconds 60] [--kills]

They sign in, read, attend, submit, enrol in tracks, write news. It prints what was answered and how fast, then looks
whether everything that was acknowledged is there, once. Exits with 1 on any answer of 500 or above, any request without
an answer, anything lost or doubled. With --kills, judge and functions are killed on the way: then broken requests are
counted but forgiven, what is lost or doubled is not.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.local import demo, front_door
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import Run
from tests.soak import kills as soak_kills
from tests.soak import people, verification
from tests.soak.meter import Meter
from tests.soak.people import Pupil, Teacher

TRACK_SIZE = 10
WITHIN = 120.0
"""Seconds for an answer; for a stuck system, not a promise of speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    people: int
    seconds: float
    kills: bool


async def soak(run: Run, cloud: Cloud, plan: Plan) -> tuple[Meter, list[str]]:
    """What was answered, and what is wrong in the end."""
    meter = Meter()
    async with AsyncExitStack() as stack:
        teacher = Teacher(await client(stack, cloud), meter)
        await sign_in(teacher)
        tracks = await make_tracks(teacher, -(-plan.people // TRACK_SIZE))
        pupils = [
            Pupil(await client(stack, cloud), meter, tracks[number // TRACK_SIZE], random.Random(number))  # noqa: S311
            for number in range(plan.people)
        ]
        await arrive(pupils)
        if not all(each.has_arrived for each in pupils):
            return meter, ["not everybody could sign up and attend the course"]
        deadline = time.monotonic() + plan.seconds
        print(f"{plan.people} people are there, {plan.seconds:.0f} s begin", flush=True)
        acting = [until(deadline, teacher), *(until(deadline, each) for each in pupils)]
        await asyncio.gather(*acting, *([soak_kills.kill_processes(run, cloud, deadline)] if plan.kills else []))
        print("settling", flush=True)
        await sign_in(teacher)
        return meter, await verification.verify(teacher, pupils, tracks)


async def client(stack: AsyncExitStack, cloud: Cloud) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=2)
    made = httpx.AsyncClient(base_url=cloud.front_door_url, timeout=WITHIN, limits=limits)
    return await stack.enter_async_context(made)


async def sign_in(teacher: Teacher) -> None:
    answer = await teacher.http.post("/login", json={"login": "teacher", "password": demo.PASSWORD})
    teacher.http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['jwt_access']}"


async def make_tracks(teacher: Teacher, count: int) -> list[int]:
    made = []
    for _ in range(count):
        body = {"title": "Soak", "required_participants": TRACK_SIZE, "review_criteria": {"style": "Clean?"}}
        made.append((await teacher.http.post("/tracks", json=body)).raise_for_status().json()["id"])
        work = {"title": "One", "description": "-", "deadline_hours": 24}
        (await teacher.http.post(f"/tracks/{made[-1]}/assignments", json=work)).raise_for_status()
    return made


async def arrive(pupils: Sequence[Pupil]) -> None:
    """Ever more at a time: the emulator starts a process for each request that finds the others at work."""
    start, at_once = 0, 1
    while start < len(pupils):
        await asyncio.gather(*(each.arrive() for each in pupils[start : start + at_once]))
        start, at_once = start + at_once, min(at_once + 1, front_door.MAX_REQUESTS_AT_ONCE)


async def until(deadline: float, person: Pupil | Teacher) -> None:
    await asyncio.sleep(random.uniform(*people.PAUSE))  # noqa: S311
    while time.monotonic() < deadline:
        await person.act()
        await asyncio.sleep(random.uniform(*people.PAUSE))  # noqa: S311


def read_arguments() -> Plan:
    parser = argparse.ArgumentParser(prog="make soak", description="Many people for a while.")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--kills", action="store_true", help="kill the judge and functions on the way")
    parsed: Any = parser.parse_args()
    return Plan(people=parsed.people, seconds=parsed.seconds, kills=parsed.kills)


def main() -> int:
    plan = read_arguments()
    with tempfile.TemporaryDirectory(prefix="lyceum-soak-") as directory:
        run = Run(Path(directory) / "state")
        try:
            meter, wrong = asyncio.run(soak(run, run.start(), plan))
        finally:
            run.end()
    print("\n".join(meter.report()))
    broken = [] if plan.kills else meter.failures
    for line in [*broken[:20], *wrong]:
        print(f"make soak: {line}", file=sys.stderr)
    print(f"{len(meter.failures)} requests broke off, {len(wrong)} things were lost or doubled")
    return 1 if broken or wrong else 0


if __name__ == "__main__":
    sys.exit(main())

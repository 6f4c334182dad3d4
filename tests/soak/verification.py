"""Verifies that everything acknowledged is there exactly once."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.soak import people
from tests.soak.people import Pupil, Teacher

AT_ONCE = 20
SETTLED_WITHIN = 600.0
"""Seconds until the last program is judged; for a stuck system, not a promise of speed."""
LOOK_EVERY = 2.0


async def verify(teacher: Teacher, pupils: Sequence[Pupil], tracks: Sequence[int]) -> list[str]:
    """What was acknowledged and is not there exactly once, in a sentence each."""
    wrong = await verify_news(teacher)
    for track in tracks:
        wrong += await verify_track(
            teacher, track, {each.id for each in pupils if each.track == track and each.enrolled}
        )
    # Last: until the judge is done, the teacher's token may have expired.
    for start in range(0, len(pupils), AT_ONCE):
        some = await asyncio.gather(*(verify_submissions(each) for each in pupils[start : start + AT_ONCE]))
        wrong += [each for found in some for each in found]
    return wrong


async def verify_submissions(pupil: Pupil) -> list[str]:
    deadline = time.monotonic() + SETTLED_WITHIN
    await pupil.sign_in()
    while waits_for_verdict(found := await pupil.submissions()):
        if time.monotonic() > deadline:
            return [f"{pupil.login}: programs still wait for their verdict"]
        await asyncio.sleep(LOOK_EVERY)
        await pupil.sign_in()
    ids = Counter(each["id"] for each in found)
    task = (await pupil.http.get(people.TASK)).raise_for_status().json()
    checks = {
        "a program was lost": set(pupil.sent) - ids.keys(),
        "a program is there twice": [each for each, times in ids.items() if times > 1],
        "a right program has another verdict": [each["id"] for each in found if each["code"] != "OK"],
        f"{len(ids)} programs are {task['attempts']} attempts": task["attempts"] != len(ids),
    }
    return [f"{pupil.login}: {what}" for what, holds in checks.items() if holds]


def waits_for_verdict(found: Sequence[Mapping[str, Any]]) -> bool:
    return any(each["code"] == "PENDING" for each in found)


async def verify_track(teacher: Teacher, track: int, enrolled: set[int]) -> list[str]:
    shown = (await teacher.http.get(f"/tracks/{track}")).raise_for_status().json()
    places = (await teacher.http.get(f"/tracks/{track}/standings")).raise_for_status().json()
    there = Counter(each["user_id"] for each in places)
    if enrolled - there.keys() or max(there.values(), default=1) > 1 or shown["current_participants"] != len(there):
        return [f"track {track}: {shown['current_participants']} counted, {len(there)} there, {len(enrolled)} told so"]
    return []


async def verify_news(teacher: Teacher) -> list[str]:
    titles: Counter[str] = Counter()
    path = "/main/news?limit=100"
    while path:
        answer = (await teacher.http.get(path)).raise_for_status()
        titles.update(each["title"] for each in answer.json())
        path = answer.links.get("next", {}).get("url", "")
    return [f"news {title!r} is there {titles[title]} times" for title in teacher.written if titles[title] != 1]

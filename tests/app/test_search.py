"""Search for courses, tracks and problems by title and tag: the same for all three."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.app.tracks import peers
from tests.support.school import School

PROBLEM = {"title": "Сумма"}
COURSE = {"name": "Сумма"}
TRACK = {**peers.TRACK, "title": "Сумма", "required_participants": 3}


@pytest.mark.parametrize(
    ("path", "listed", "named"),
    [("/courses", "courses", COURSE), ("/tracks", "tracks", TRACK), ("/problems", "problems", PROBLEM)],
)
def test_what_has_the_words_or_the_tag_is_found(school: School, path: str, listed: str, named: dict[str, Any]) -> None:
    teacher = school.person(Role.TEACHER)
    name = next(member for member in ("name", "title") if member in named)

    def add(title: str, *tags: str) -> int:
        school.clock.forward(timedelta(seconds=1))
        reply = school.api.post(path, {**named, name: title, "tags": tags}, token=teacher.token)
        assert reply.status == 201, reply.body
        made: int = reply.body["id"]
        return made

    def found(query: str) -> list[int]:
        ids, cursor = [], ""
        while True:
            reply = school.api.get(f"{path}?{query}{cursor}", token=teacher.token)
            assert reply.status == 200, reply.body
            page = reply.body if isinstance(reply.body, list) else reply.body[listed]
            ids += [each["id"] for each in page]
            if "x-next-cursor" not in reply.headers:
                return sorted(ids)
            cursor = f"&cursor={reply.headers['x-next-cursor']}"

    first, second, third = add("Ёлка и графы", "Графы"), add("Поиск в ширину", "графы", "обход"), add("Сортировка")
    assert found("limit=2") == [first, second, third]
    assert found("q=елка") == [first]
    assert found("q=графы&limit=1") == [first, second]
    assert found("tag=ГРАФЫ&limit=1") == [first, second]
    assert found("tag=граф") == found("q=елка&tag=обход") == []
    assert found("q=ширину&tag=обход") == [second]
    renamed = school.api.request("PATCH", f"{path}/{third}", json_body={"tags": ["обход"]}, token=teacher.token)
    assert renamed.status == 200, renamed.body
    assert found("tag=обход") == [second, third]
    for tags in ([""], ["x" * 33], ["x"] * 11):
        assert school.api.post(path, {**named, "tags": tags}, token=teacher.token).status == 400

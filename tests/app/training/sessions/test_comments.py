"""Comments on problems: everybody's own, told to the room."""

from datetime import timedelta

import pytest

from tests.app.training.conftest import Three, Training
from tests.support.school import Person, School


def test_a_comment_is_kept_and_told(school: School, training: Training, three: Three) -> None:
    room = training.join(three[1])
    path = f"{training.path}/problem/A/comments"
    made = school.api.post(path, {"content": "Жадно!"}, token=three[0].token)
    assert made.status == 200
    assert made.body == {
        "id": made.body["id"],
        "userId": three[0].id,
        "user_id": three[0].id,
        "userFirstName": three[0].account.name,
        "userLastName": None,
        "userLogin": three[0].account.login,
        "problemAlias": "A",
        "content": "Жадно!",
        "dtCreated": "2026-09-01T09:00:00.000Z",
    }
    assert room.last("PROBLEM_COMMENT_RECEIVED") == made.body
    assert training.get(three[2], "/problem/A/comments") == [made.body]
    assert training.get(three[2], "/problem/B/comments") == []


def test_the_seeds_own_path_does_the_same(school: School, training: Training, three: Three) -> None:
    path = f"{training.path}/problem/A/comments/send"
    assert school.api.post(path, {"content": "x"}, token=three[0].token).status == 200
    assert len(training.get(three[0], "/problem/A/comments")) == 1


def test_its_author_changes_and_deletes_it(school: School, training: Training, three: Three) -> None:
    ann, bob, _ = three
    room = training.join(bob)
    made = school.api.post(f"{training.path}/problem/A/comments", {"content": "x"}, token=ann.token).body
    path = f"{training.path}/comments/{made['id']}"
    assert (
        school.api.request("PATCH", path, json_body={"content": "y"}, token=bob.token).body["code"]
        == "not_your_comment"
    )
    changed = school.api.request("PATCH", path, json_body={"content": "y"}, token=ann.token)
    assert (changed.status, changed.body) == (200, {**made, "content": "y"})
    assert room.last("PROBLEM_COMMENT_UPDATED") == changed.body
    assert school.api.request("DELETE", path, token=bob.token).status == 403
    assert school.api.request("DELETE", path, token=ann.token).status == 204
    assert room.last("PROBLEM_COMMENT_DELETED") == {"id": made["id"], "commentId": made["id"]}
    assert training.get(ann, "/problem/A/comments") == []
    for method in ("PATCH", "DELETE"):
        gone = school.api.request(method, path, json_body={"content": "z"}, token=ann.token)
        assert (gone.status, gone.body["code"]) == (404, "comment_not_found")


def test_many_at_the_same_millisecond_are_all_kept(school: School, training: Training, three: Three) -> None:
    for number in range(30):
        school.api.post(f"{training.path}/problem/A/comments", {"content": str(number)}, token=three[0].token)
    shown = training.get(three[0], "/problem/A/comments")
    assert {comment["content"] for comment in shown} == {str(number) for number in range(30)}


def test_comments_come_a_page_at_a_time(school: School, training: Training, three: Three) -> None:
    path = f"{training.path}/problem/A/comments"
    made = []
    for number in range(3):
        school.clock.forward(timedelta(seconds=1))
        made.append(school.api.post(path, {"content": str(number)}, token=three[number].token).body)
    first = school.api.get(f"{path}?limit=2", token=three[0].token)
    assert first.body == made[:2]
    rest = school.api.get(f"{path}?limit=2&cursor={first.headers['x-next-cursor']}", token=three[0].token)
    assert (rest.body, "x-next-cursor" in rest.headers) == (made[2:], False)
    assert training.get(three[0], "/problem/A/comments?page=2&size=2") == made[2:]


@pytest.mark.parametrize("content", ["", "  ", "x" * 4001, None, 5])
def test_what_says_nothing_or_too_much_is_refused(
    school: School, training: Training, three: Three, content: object
) -> None:
    path = f"{training.path}/problem/A/comments"
    assert school.api.post(path, {"content": content}, token=three[0].token).status == 400


def test_comments_are_for_the_team_and_on_its_problems(
    school: School, teacher: Person, training: Training, three: Three
) -> None:
    path = f"{training.path}/problem/A/comments"
    assert school.api.post(path, {"content": "x"}, token=school.person().token).body["code"] == "not_in_team"
    assert school.api.get(path, token=teacher.token).status == 200
    elsewhere = f"{training.path}/problem/Z/comments"
    assert school.api.post(elsewhere, {"content": "x"}, token=three[0].token).body["code"] == "alias_not_found"

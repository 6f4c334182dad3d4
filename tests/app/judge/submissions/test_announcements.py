"""Verdicts on the personal channel."""

from typing import Any

from chalicelib.judge.submissions import rejudging
from chalicelib.judge_protocol.contract import Outcome
from tests.support.school import Person, School


def verdicts(school: School, frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [frame["payload"] for frame in frames if frame["type"] == "SUBMISSION_VERDICT_RETRIEVED"]


def send(school: School, path: str, pupil: Person, code: str = "5") -> int:
    reply = school.api.post(path, {"code": code}, token=pupil.token)
    assert reply.status == 200, reply.body
    submission_id: int = reply.body["submission_id"]
    return submission_id


def test_a_verdict_is_told_to_whoever_sent_the_program(school: School, path: str, pupil: Person) -> None:
    mine, other = school.live.join(pupil), school.live.join(school.person())
    submission_id = send(school, path, pupil)
    (told,) = verdicts(school, mine.got)
    assert (told["id"], told["userId"], told["code"]) == (submission_id, str(pupil.id), "OK")
    assert (told["testsPassed"], told["testsTotal"]) == (2, 2)
    course_id, lesson_id, task_id = path.split("/")[2:]
    assert told["origin"] == {"course_id": int(course_id), "lesson_id": int(lesson_id), "task_id": int(task_id)}
    assert told["originText"] == f"course#{course_id}#{lesson_id}#{task_id}"
    assert told["user_id"] == pupil.id
    assert verdicts(school, other.got) == []


def test_a_verdict_that_stays_the_same_is_not_told_again(school: School, path: str, pupil: Person) -> None:
    mine = school.live.join(pupil)
    submission_id = send(school, path, pupil)
    rejudging.rejudge(submission_id)
    assert [told["code"] for told in verdicts(school, mine.got)] == ["OK"]
    school.judge.outcome = Outcome.TIME_LIMIT
    rejudging.rejudge(submission_id)
    assert [told["code"] for told in verdicts(school, mine.got)] == ["OK", "TIME_LIMIT"]


def test_a_verdict_is_told_in_the_language_of_each_connection(school: School, path: str, pupil: Person) -> None:
    russian, english = school.live.join(pupil, language="ru"), school.live.join(pupil)
    send(school, path, pupil, "4")
    assert [told["verdict"] for told in verdicts(school, russian.got)] == [
        "Неправильный ответ на тесте 1: ожидалось 5 в строке 1, получено 4"
    ]
    assert [told["verdict"] for told in verdicts(school, english.got)] == [
        "Wrong answer on test 1: expected 5 in line 1, got 4"
    ]

"""Files that the texts of lessons show: who uploads them, who sees them, and where they go with their course."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common import s3
from chalicelib.courses import lesson_files, text_models
from chalicelib.courses.models import Course
from tests.app.courses.test_archives import PNG, exported, imported, packed, unpacked
from tests.app.courses.test_authoring import add_lesson, done, refused
from tests.app.courses.test_courses import enrol
from tests.support.school import Person, Reply, School

BUCKET = "lyceum-test-data"
GIF = b"GIF89a" + bytes(20)
DAY = timedelta(days=1)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def course(school: School, teacher: Person, pupil: Person) -> Course:
    """One that the pupil attends."""
    made_course = school.course(author_id=teacher.id)
    enrol(school, pupil, made_course)
    return made_course


@pytest.fixture
def lesson(school: School, teacher: Person, course: Course) -> int:
    return add_lesson(
        school, teacher, course.id, text="Look: ![plan](plan.png) and [more](https://school.example/plan.png)"
    )


def files(course: Course, lesson: int) -> str:
    return f"/courses/{course.id}/lessons/{lesson}/files"


def upload(school: School, who: Person, here: str, data: bytes) -> int:
    """As a browser does with the form."""
    invited = school.api.post(here, token=who.token)
    assert invited.status == 201, invited.body
    s3.client().put_object(Bucket=BUCKET, Key=invited.body["upload"]["fields"]["key"], Body=data)
    upload_id: int = invited.body["upload_id"]
    return upload_id


def keep(school: School, who: Person, here: str, name: str, data: bytes, **headers: str) -> Reply:
    body = {"upload_id": upload(school, who, here, data)}
    return school.api.request("PUT", f"{here}/{name}", json_body=body, token=who.token, headers=headers)


def text(school: School, who: Person, course: Course, lesson: int) -> str:
    read: str = done(school.api.get(f"/courses/{course.id}/{lesson}", token=who.token))["text"]
    return read


def picture(shown: str) -> str:
    """The address of the picture in a text."""
    return shown.partition("(")[2].partition(")")[0]


def objects() -> set[str]:
    listed = s3.client().list_objects_v2(Bucket=BUCKET, Prefix="pictures/lessons/").get("Contents", [])
    return {each["Key"] for each in listed}


def test_a_picture_is_seen_by_who_may_read_the_lesson(
    school: School, teacher: Person, pupil: Person, course: Course, lesson: int
) -> None:
    assert "](plan.png)" in text(school, pupil, course, lesson)
    kept = done(keep(school, teacher, files(course, lesson), "plan.png", PNG))
    assert (kept["name"], kept["content_type"], kept["size"]) == ("plan.png", "image/png", len(PNG))
    for reader in (teacher, pupil):
        shown = text(school, reader, course, lesson)
        assert shown.endswith("](https://school.example/plan.png)")
        answer = school.api.get(picture(shown))
        assert (answer.status, answer.headers["cache-control"]) == (302, "public, max-age=300")
        assert "pictures/lessons/" in answer.headers["location"]
    assert done(school.api.get(files(course, lesson), token=teacher.token))["items"] == [kept]


def test_nobody_makes_an_address_themselves(
    school: School, teacher: Person, pupil: Person, course: Course, lesson: int
) -> None:
    for name in ("plan.png", "answer.png"):
        done(keep(school, teacher, files(course, lesson), name, PNG))
    other = add_lesson(school, teacher, course.id)
    done(keep(school, teacher, files(course, other), "plan.png", PNG))
    known = picture(text(school, pupil, course, lesson))
    start, ticket, name = known.rsplit("/", 2)
    audience, day, mac = ticket.split("-")
    for wrong in (
        f"{start}/{ticket}/answer.png",  # which the text does not show
        f"{start}/{ticket}/none.png",
        f"{start}/t-{day}-{mac}/{name}",
        f"{start}/x-{day}-{mac}/{name}",
        f"{start}/{audience}-{int(day) + 1}-{mac}/{name}",
        f"{start}/{audience}-{day}-{'0' * len(mac)}/{name}",
        f"{start}/{ticket}0/{name}",
        f"/courses/{course.id}/{other}/pictures/{ticket}/{name}",
        f"/courses/{course.id}/1/pictures/{ticket}/{name}",
    ):
        assert refused(school.api.get(wrong)) == (404, "file_not_found"), wrong


def test_an_address_ends_with_the_next_day_and_with_the_lesson(
    school: School, teacher: Person, pupil: Person, course: Course, lesson: int
) -> None:
    done(keep(school, teacher, files(course, lesson), "plan.png", PNG))
    pupils, teachers = (picture(text(school, reader, course, lesson)) for reader in (pupil, teacher))
    path = f"/courses/{course.id}/lessons/{lesson}"

    def seen() -> list[int]:
        return [school.api.get(address).status for address in (pupils, teachers)]

    for change in ({"published": False}, {"opens_at": "2026-12-31T09:00:00Z"}):
        done(school.api.request("PATCH", path, json_body=change, token=teacher.token))
        assert text(school, teacher, course, lesson)
        assert seen() == [404, 302]
        back = {"published": True, "opens_at": None}
        done(school.api.request("PATCH", path, json_body=back, token=teacher.token))
        assert seen() == [302, 302]
    whole = f"/courses/{course.id}"
    done(school.api.request("PATCH", whole, json_body={"published": False}, token=teacher.token))
    assert seen() == [404, 302]
    done(school.api.request("PATCH", whole, json_body={"published": True}, token=teacher.token))
    school.clock.forward(DAY)
    assert seen() == [302, 302]
    school.clock.forward(DAY)
    assert seen() == [404, 404]


def test_only_who_teaches_the_course_writes(
    school: School, teacher: Person, pupil: Person, course: Course, lesson: int
) -> None:
    here, stranger = files(course, lesson), school.person(Role.TEACHER)
    done(keep(school, teacher, here, "plan.png", PNG))
    for who, code in ((pupil, "insufficient_rights"), (stranger, "not_your_course")):
        replies = [
            school.api.get(here, token=who.token),
            school.api.post(here, token=who.token),
            school.api.request("PUT", f"{here}/plan.png", json_body={"upload_id": 1}, token=who.token),
            school.api.request("DELETE", f"{here}/plan.png", token=who.token),
        ]
        assert [refused(each) for each in replies] == [(403, code)] * 4
    assert school.api.get(picture(text(school, pupil, course, lesson))).status == 302


def test_what_is_no_file_of_a_lesson_is_refused(school: School, teacher: Person, course: Course, lesson: int) -> None:
    here = files(course, lesson)
    assert refused(keep(school, teacher, here, "plan.png", GIF)) == (422, "not_such_a_file")
    assert refused(keep(school, teacher, here, "plan.exe", PNG)) == (422, "not_such_a_file")
    assert refused(keep(school, teacher, here, "plan", PNG)) == (400, "not_a_file_name")
    missing = school.api.request("PUT", f"{here}/plan.png", json_body={"upload_id": 7}, token=teacher.token)
    assert refused(missing) == (404, "file_not_uploaded")
    assert refused(school.api.request("DELETE", f"{here}/plan.png", token=teacher.token)) == (404, "file_not_found")
    assert refused(school.api.post(files(course, 1), token=teacher.token)) == (404, "lesson_not_found")
    full = {f"{number}.png": ["0" * 32, 1] for number in range(lesson_files.MAX_FILES - 1)}
    text_models.new_files(course.id, lesson, full).save()
    done(keep(school, teacher, here, "plan.png", PNG))
    assert refused(keep(school, teacher, here, "next.png", PNG)) == (409, "too_many_lesson_files")
    done(keep(school, teacher, here, "plan.png", PNG + b"!"))


def test_a_file_is_changed_as_it_was_seen(school: School, teacher: Person, course: Course, lesson: int) -> None:
    here = files(course, lesson)
    first = keep(school, teacher, here, "plan.png", PNG)
    tag = first.headers["etag"]
    second = keep(school, teacher, here, "plan.png", PNG + b"2", **{"If-Match": tag})
    assert second.status == 200
    assert keep(school, teacher, here, "plan.png", PNG + b"3", **{"If-Match": tag}).status == 412
    gone = school.api.request("DELETE", f"{here}/plan.png", token=teacher.token, headers={"If-Match": tag})
    assert gone.status == 412
    assert school.api.get(first.body["path"]).status == 404
    assert school.api.get(second.body["path"]).status == 302


def test_what_no_name_is_left_of_is_deleted(school: School, teacher: Person, course: Course, lesson: int) -> None:
    here = files(course, lesson)
    for name in ("plan.png", "same.png"):
        done(keep(school, teacher, here, name, PNG))
    assert len(objects()) == 1
    done(keep(school, teacher, here, "plan.png", PNG + b"2"))
    assert len(objects()) == 2
    for name in ("plan.png", "same.png"):
        assert school.api.request("DELETE", f"{here}/{name}", token=teacher.token).status == 204
    assert objects() == set()
    assert "](plan.png)" in text(school, teacher, course, lesson)


def test_a_text_that_is_sent_back_as_it_was_read_keeps_its_names(
    school: School, teacher: Person, course: Course, lesson: int
) -> None:
    done(keep(school, teacher, files(course, lesson), "plan.png", PNG))
    read = text(school, teacher, course, lesson)
    assert "/pictures/t-" in read
    path = f"/courses/{course.id}/lessons/{lesson}"
    done(school.api.request("PATCH", path, json_body={"text": read + " [pdf](<other.pdf>)"}, token=teacher.token))
    stored = text_models.texts_of(course.id)[lesson]
    assert stored == "Look: ![plan](plan.png) and [more](https://school.example/plan.png) [pdf](<other.pdf>)"


def test_files_go_with_their_lesson_and_their_course(
    school: School, teacher: Person, course: Course, lesson: int
) -> None:
    second = add_lesson(school, teacher, course.id, text="![](plan.png)")
    for each in (lesson, second):
        done(keep(school, teacher, files(course, each), "plan.png", PNG))
    path = f"/courses/{course.id}/lessons/{lesson}"
    assert school.api.request("DELETE", path, token=teacher.token).status == 204
    assert [key.split("/")[3] for key in objects()] == [str(second)]
    assert school.api.request("DELETE", f"/courses/{course.id}", token=teacher.token).status == 204
    assert (objects(), text_models.files_of(course.id)) == (set(), {})


def test_a_copy_has_pictures_of_its_own(school: School, teacher: Person, course: Course, lesson: int) -> None:
    done(keep(school, teacher, files(course, lesson), "plan.png", PNG))
    copy = school.api.post(f"/courses/{course.id}/copy", {}, token=teacher.token)
    assert copy.status == 201, copy.body
    outline = done(school.api.get(f"/courses/{copy.body['course']['id']}/outline", token=teacher.token))
    assert school.api.request("DELETE", f"/courses/{course.id}", token=teacher.token).status == 204
    new: Any = outline["lessons"][0]["id"]
    copied = school.api.get(f"/courses/{copy.body['course']['id']}/{new}", token=teacher.token).body["text"]
    (key,) = objects()
    assert key in school.api.get(picture(copied)).headers["location"]
    assert s3.client().get_object(Bucket=BUCKET, Key=key)["Body"].read() == PNG


def test_an_archive_carries_pictures(school: School, teacher: Person, course: Course, lesson: int) -> None:
    done(keep(school, teacher, files(course, lesson), "plan.png", PNG))
    data = exported(school, teacher, course.id)
    assert unpacked(data)["lessons/1/plan.png"] == PNG
    other = school.person(Role.TEACHER)
    new_id = imported(school, other, data)["course_id"]
    assert unpacked(exported(school, other, new_id))["lessons/1/plan.png"] == PNG
    (new,) = text_models.files_of(new_id)
    shown = school.api.get(f"/courses/{new_id}/{new}", token=other.token).body["text"]
    assert school.api.get(picture(shown)).status == 302


@pytest.mark.parametrize(
    ("name", "data", "file"),
    [
        ("lessons/1/plan.png", GIF, "lessons/1/"),
        ("lessons/1/..png", PNG, "lessons/1/"),
        ("lessons/2/plan.png", PNG, "lessons/2/plan.png"),  # there is one lesson
    ],
)
def test_an_archive_with_what_is_no_file_of_a_lesson_is_refused(
    school: School, teacher: Person, course: Course, lesson: int, name: str, data: bytes, file: str
) -> None:
    view = imported(school, teacher, packed({**unpacked(exported(school, teacher, course.id)), name: data}))
    assert (view["state"], [fault["file"] for fault in view["faults"]]) == ("failed", [file])

"""A course leaves the school as an archive and comes back the same; what is amiss with an archive is told."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

import app as application
from chalicelib.accounts.permissions import Role
from chalicelib.common import s3
from chalicelib.courses import archive_models, archives, course_format, deletion_models, models, text_models
from chalicelib.courses.models import Course, CoursesItem
from chalicelib.judge import handlers
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading import batches
from chalicelib.judge.grading.checkers import Role as ProgramRole
from chalicelib.judge.problems import files, library, testsets, translations
from chalicelib.judge.statements.written import Form
from chalicelib.judge_protocol.contract import File, Source
from tests.app.courses.test_authoring import done, made, refused
from tests.support.school import START, Person, School

BUCKET = "lyceum-test-data"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def course(school: School, teacher: Person) -> Course:
    """One that uses all that there is: a problem of many parts, placed twice, texts, links, times, points that open."""
    policy = {"grace_minutes": 5, "percent_per_day": 0, "accepted_hours": None}
    steps = [{"after_hours": 1, "percent": 10}, {"after_hours": 24, "percent": 50}]
    late: dict[str, Any] = {"late_policy": {**policy, "steps": steps}, "late_days": 3}
    due_at = START + timedelta(days=9)
    course = school.course(
        author_id=teacher.id, description="About", tags=["sums"], picture_id=9, due_at=due_at, **late
    )
    s3.client().put_object(Bucket=BUCKET, Key=f"pictures/{course.id}/9", Body=PNG)
    first = school.lesson(course, name="First", opens_at=START)
    second = school.lesson(course, name="Second", required=[[first.id, 3]], published=False)
    text_models.new_text(course.id, first.id, "# Сумма\n\n$a+b$").save()
    school.link(course, second, title="Manual")
    problem = rich_problem(school, teacher)
    school.task(course, first, problem, points=5, late_policy={**policy, "percent_per_day": 20, "steps": []})
    school.task(course, second, problem, name="Again", languages=["python3"], closes_at=START + timedelta(days=8))
    school.task(course, second, school.problem(author_id=teacher.id, published=False), name="Other", published=False)
    return course


def rich_problem(school: School, teacher: Person) -> judge_models.Problem:
    checker = Source(language="python3", source="print(1)", files=(File(name="lib.py", data=b"x = 1"),))
    fields: dict[str, Any] = {
        "checker": "custom",
        "time_limit_ms": 1234,
        "memory_limit_kb": 100_001,
        "visible_tests": 1,
    }
    fields |= {"tags": ["sums"], "limits": {"cpp17": {"time_limit_ms": 500}}, "scoring": {"points": [1, 2]}}
    problem = school.problem(("5", "6"), author_id=teacher.id, programs={ProgramRole.CHECKER: checker}, **fields)
    picture = {"scheme.png": PNG}
    files.write(problem.id, picture)
    files.name(problem, picture)
    for language, text in (("ru", "Сложите ![](scheme.png)"), ("en", "Add")):
        translations.put(problem, language=language, title=f"Sum {language}", source=text, form=Form.MARKDOWN)
    return library.get(problem.id)


def report(archive_id: int) -> dict[str, Any]:
    """S3 reports an archive, twice."""
    key = {"s3": {"object": {"key": f"imports/course-{archive_id}.zip"}}}
    record = {"messageId": "1", "receiptHandle": "1", "attributes": {}, "eventSource": "aws:sqs"}
    return {"Records": [{**record, "body": json.dumps({"Records": [key, key]})}]}


def arrived(archive_id: int) -> None:
    assert application.import_package(report(archive_id), None) == {"batchItemFailures": []}


def written(archive_id: int) -> bytes:
    stored = s3.client().get_object(Bucket=BUCKET, Key=f"made/courses/{archive_id}.zip")
    return bytes(stored["Body"].read())


def send(announced: Mapping[str, Any], data: bytes) -> None:
    s3.client().put_object(Bucket=BUCKET, Key=announced["upload"]["fields"]["key"], Body=data)


def exported(school: School, teacher: Person, course: int) -> bytes:
    reply = school.api.post(f"/courses/{course}/export", token=teacher.token)
    assert (reply.status, reply.body["state"], reply.body["url"]) == (202, "waiting", None)
    arrived(reply.body["archive_id"])
    view = done(school.api.get(reply.headers["location"], token=teacher.token))
    assert (view["state"], view["faults"]) == ("done", [])
    assert "made/courses/" in view["url"]
    return written(view["archive_id"])


def imported(school: School, who: Person, data: bytes) -> Any:
    announced = school.api.post("/course-archives", {"size": len(data)}, token=who.token)
    archive_id = made(announced)["archive_id"]
    send(announced.body, data)
    arrived(archive_id)
    return done(school.api.get(announced.headers["location"], token=who.token))


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_a_course_comes_back_as_it_left(school: School, teacher: Person, course: Course) -> None:
    archive = exported(school, teacher, course.id)
    other = school.person(Role.TEACHER)
    view = imported(school, other, archive)
    assert (view["state"], view["faults"]) == ("done", [])
    new = done(school.api.get(f"/courses/{view['course_id']}/outline", token=other.token))
    assert (new["course"]["published"], new["course"]["author_id"]) == (False, other.id)
    assert [new["course"]["late_days"], len(new["course"]["late_policy"]["steps"])] == [3, 2]
    first, second = (lesson["tasks"] for lesson in new["lessons"])
    assert [task["late_policy"] and task["late_policy"]["percent_per_day"] for task in first + second] == [
        20,
        None,
        None,
    ]
    assert first[0]["problem_id"] == second[0]["problem_id"]
    problem = library.get(first[0]["problem_id"])
    assert (problem.author_id, problem.tests_count, problem.titles) == (other.id, 2, {"ru": "Sum ru", "en": "Sum en"})
    tests = testsets.read(problem.id, problem.tests_version)
    assert [test.answer for test in tests.tests] == [b"5", b"6"]
    assert tests.programs[ProgramRole.CHECKER].files == (File(name="lib.py", data=b"x = 1"),)
    (again,) = {bytes(exported(school, other, view["course_id"]))}
    before, after = unpacked(archive), unpacked(again)
    assert before.keys() == after.keys()
    drafted = json.loads(before.pop(course_format.DESCRIPTION))
    drafted["course"]["published"] = False
    assert json.loads(after.pop(course_format.DESCRIPTION)) == drafted
    assert before == after


VERSION_2 = b'{"format": "lyceum-course", "version": 2}'
DESCRIBED = {"format": "lyceum-course", "version": 1, "lessons": [], "problems": []}
TWO_PENALTIES = {"percent_per_day": 5, "steps": [{"after_hours": 1, "percent": 10}]}
AMISS: list[tuple[dict[str, bytes | None], str, str]] = [
    ({"course.json": None}, "", "no_course_file"),
    ({"course.json": b"{}"}, "course.json", "no_course_described"),
    ({"course.json": VERSION_2}, "course.json/version", "course_version_unknown"),
    (
        {"course.json": json.dumps({**DESCRIBED, "course": {"name": "A", "late_policy": TWO_PENALTIES}}).encode()},
        "course.json/course/late_policy",
        "two_penalties",
    ),
    ({"rubbish.txt": b""}, "rubbish.txt", "unknown_file"),
    ({"lessons/1.md": None}, "lessons/1.md", "file_not_there"),
    ({"lessons/1.md": b"\xff"}, "lessons/1.md", "not_utf8"),
    ({"problems/1/tests/checker.json": b"[]"}, "problems/1/", "tests_unreadable"),
    ({"problems/1/tests/checker.json": None}, "problems/1/", "program_not_there"),
    ({"problems/1/tests/00001.in": None}, "problems/1/", "test_incomplete"),
    ({"problems/1/tests/00009.in": b""}, "problems/1/", "tests_unreadable"),
    ({"problems/1/tests/given.json": b'{"9": {"static": true}}'}, "problems/1/", "tests_unreadable"),
    ({"problems/1/tests/given.json": b'{"1": {"files": {"../a": ""}}}'}, "problems/1/", "test_not_taken"),
    ({"problems/1/tests/given.json": b'{"1": {"args": ["\\u0000"]}}'}, "problems/1/", "test_not_taken"),
    ({"problems/1/tests/include.json": b'{"python3": {"/a": ""}}'}, "problems/1/", "programs_not_taken"),
    ({"problems/1/statements/ru": None}, "problems/1/", "statements_differ"),
    ({"problems/1/files/scheme.png": b"GIF"}, "problems/1/", "no_file_of_statements"),
    ({"picture.png": b"?"}, "picture", "no_picture_there"),
]


def test_what_is_amiss_is_told_and_nothing_is_made(school: School, teacher: Person, course: Course) -> None:
    good = unpacked(exported(school, teacher, course.id))
    known = done(school.api.get("/problems", token=teacher.token))
    for changes, file, code in AMISS:
        changed = {**good, **changes}
        view = imported(school, teacher, packed({name: data for name, data in changed.items() if data is not None}))
        assert (view["state"], view["course_id"]) == ("failed", None)
        assert (file, code) in faults(view["archive_id"])
    assert done(school.api.get("/problems", token=teacher.token)) == known


def faults(archive_id: int) -> list[tuple[str, str]]:
    stored = archive_models.find_archive(archive_id)
    assert stored is not None
    return [(file, reason if isinstance(reason, str) else reason["code"]) for file, reason in stored.faults]


def test_an_archive_is_its_senders_alone_and_not_too_large(school: School, teacher: Person, course: Course) -> None:
    location = school.api.post(f"/courses/{course.id}/export", token=teacher.token).headers["location"]
    other = school.person(Role.TEACHER)
    assert refused(school.api.get(location, token=other.token)) == (404, "course_archive_not_found")
    assert refused(school.api.post(f"/courses/{course.id}/export", token=other.token)) == (403, "not_your_course")
    huge = school.api.post("/course-archives", {"size": archives.MAX_BYTES + 1}, token=teacher.token)
    assert refused(huge) == (413, "course_archive_too_large")


def test_the_tests_of_another_author_do_not_leave(school: School, teacher: Person, course: Course) -> None:
    school.task(course, school.lesson(course), school.problem(), name="Another's")
    reply = school.api.post(f"/courses/{course.id}/export", token=teacher.token)
    arrived(reply.body["archive_id"])
    (warning,) = done(school.api.get(reply.headers["location"], token=teacher.token))["warnings"]
    assert "“Another's”" in warning["reason"]
    told = json.loads(unpacked(written(reply.body["archive_id"]))[course_format.DESCRIPTION])
    assert [len(told["problems"]), told["lessons"][2].get("tasks")] == [2, None]


def test_one_that_nobody_could_take_is_given_up(school: School, teacher: Person, course: Course) -> None:
    ordered = school.api.post(f"/courses/{course.id}/export", token=teacher.token)
    for _ in range(2):
        archives.give_up(f"imports/course-{ordered.body['archive_id']}.zip", handlers.OUR_FAULT)
    view = done(school.api.get(ordered.headers["location"], token=teacher.token))
    assert (view["state"], view["url"]) == ("failed", None)
    assert faults(view["archive_id"]) == [("", "import_failed")]


def test_what_a_given_up_import_made_is_taken_back(school: School, teacher: Person, course: Course) -> None:
    """But not once the course itself is there, which is written last."""
    known = done(school.api.get("/problems", token=teacher.token))
    view = imported(school, teacher, exported(school, teacher, course.id))
    archive_id, course_id = view["archive_id"], view["course_id"]
    working(archive_id)
    assert not archives.give_up(f"imports/course-{archive_id}.zip", handlers.OUR_FAULT)
    assert done(school.api.get(f"/course-archives/{archive_id}", token=teacher.token)) == view
    for key in (models.course_key(course_id), models.outline_key(course_id)):
        CoursesItem(*key).delete()
    working(archive_id)
    assert done(school.api.get("/problems", token=teacher.token)) != known
    assert deletion_models.remains_of_course(course_id, at_most=1)
    assert archives.give_up(f"imports/course-{archive_id}.zip", handlers.OUR_FAULT)
    assert done(school.api.get("/problems", token=teacher.token)) == known
    assert not deletion_models.remains_of_course(course_id, at_most=1)
    assert faults(archive_id) == [("", "import_failed")]


def stored_objects() -> set[str]:
    """What lies in S3 for problems and courses, apart from archives."""
    listed = s3.client().list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {each["Key"] for each in listed if each["Key"].startswith(("tests/", "pictures/"))}


def half_made(school: School, who: Person, data: bytes) -> Any:
    """An import whose course was not made in the end."""
    view = imported(school, who, data)
    for key in (models.course_key(view["course_id"]), models.outline_key(view["course_id"])):
        CoursesItem(*key).delete()
    working(view["archive_id"])
    return view


LARGE = "problems/2/tests/00001.in"


def of_unpublished(data: bytes, *, large: Sequence[str] = (LARGE,)) -> bytes:
    """An archive whose problems nobody but their author may use, with inputs so `large` that they are objects apart."""
    contents = unpacked(data)
    described = json.loads(contents[course_format.DESCRIPTION])
    for problem in described["problems"]:
        problem.pop("published", None)
    inputs = {name: bytes(batches.MAX_INPUT_BYTES + 1) for name in large}
    return packed({**contents, **inputs, course_format.DESCRIPTION: json.dumps(described).encode()})


def test_a_given_up_import_leaves_nothing_in_s3(school: School, teacher: Person, course: Course) -> None:
    """Not of a problem that is in the library already, nor of one that was only being put there."""
    data, known = of_unpublished(exported(school, teacher, course.id)), stored_objects()
    view = half_made(school, teacher, data)
    archive = archive_models.find_archive(view["archive_id"])
    assert archive is not None
    assert archive.first_id is not None
    problem = library.get(archive.first_id + 1)
    problem.delete()
    new = stored_objects() - known
    assert {key.split("/")[0] for key in new} == {"tests", "pictures"}
    assert f"pictures/{view['course_id']}/{archive.first_id}" in new
    assert f"tests/{archive.first_id + 2}/1/00001.in" in new
    assert archives.give_up(f"imports/course-{archive.id}.zip", handlers.OUR_FAULT)
    assert stored_objects() == known


def test_what_somebody_may_use_by_now_stays_in_s3(school: School, teacher: Person, course: Course) -> None:
    data = of_unpublished(exported(school, teacher, course.id))
    view = half_made(school, teacher, data)
    archive = archive_models.find_archive(view["archive_id"])
    assert archive is not None
    assert archive.first_id is not None
    placed, published = (library.get(archive.first_id + number) for number in (1, 2))
    school.task(course, school.lesson(course), placed)
    known = published.version
    published.published = True
    library.store(published, known)
    assert archives.give_up(f"imports/course-{archive.id}.zip", handlers.OUR_FAULT)
    left = stored_objects()
    assert {f"tests/{placed.id}/1.zip", f"tests/{published.id}/1.zip", f"tests/{published.id}/1/00001.in"} <= left
    assert f"pictures/{view['course_id']}/{archive.first_id}" not in left


def working(archive_id: int) -> None:
    """Have an archive be as it was before the last step."""
    stored = archive_models.find_archive(archive_id)
    assert stored is not None
    stored.state = archive_models.ArchiveState.WORKING.value
    stored.save()

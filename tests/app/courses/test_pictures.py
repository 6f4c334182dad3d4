"""Pictures of courses: what the form that S3 checks demands, and what is shown."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.support.school import Person, School, aws

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "
BUCKET = "lyceum-test-data"


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def path(school: School, teacher: Person) -> str:
    return f"/courses/{school.course(author_id=teacher.id).id}/pic"


def invited(school: School, teacher: Person, path: str, content_type: str = "image/png") -> Any:
    reply = school.api.post(path, {"content_type": content_type}, token=teacher.token)
    assert reply.status == 201, reply.body
    return reply.body


def uploaded(school: School, teacher: Person, path: str, data: bytes, content_type: str = "image/png") -> int:
    """As S3 has it when a form went through; the id to show it by."""
    form = invited(school, teacher, path, content_type)
    aws("s3").put_object(Bucket=BUCKET, Key=form["upload"]["fields"]["key"], Body=data, ContentType=content_type)
    return int(form["picture_id"])


def show(school: School, teacher: Person, path: str, picture_id: int) -> Any:
    return school.api.request("PUT", path, json_body={"picture_id": picture_id}, token=teacher.token)


def kept_keys() -> list[str]:
    found = aws("s3").list_objects_v2(Bucket=BUCKET, Prefix="pictures/").get("Contents", [])
    return [each["Key"] for each in found]


@pytest.mark.parametrize("content_type", ["image/png", "image/jpeg", "image/webp"])
def test_the_form_takes_one_type_and_two_megabytes(
    school: School, teacher: Person, path: str, content_type: str
) -> None:
    body = invited(school, teacher, path, content_type)
    fields = body["upload"]["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["content-length-range", 1, 2 * 1024 * 1024] in policy["conditions"]
    assert {"Content-Type": content_type} in policy["conditions"]
    assert {"key": fields["key"]} in policy["conditions"]
    assert {"bucket": BUCKET} in policy["conditions"]
    assert fields["Content-Type"] == content_type
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


@pytest.mark.parametrize("content_type", ["image/svg+xml", "image/gif", "text/html", "", None, 5])
def test_other_types_get_no_form(school: School, teacher: Person, path: str, content_type: object) -> None:
    reply = school.api.post(path, {"content_type": content_type}, token=teacher.token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")


@pytest.mark.parametrize(("data", "content_type"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
def test_an_uploaded_picture_is_shown(
    school: School, teacher: Person, path: str, data: bytes, content_type: str
) -> None:
    reply = show(school, teacher, path, uploaded(school, teacher, path, data, content_type))
    assert (reply.status, reply.body["pic"]) == (200, path)
    sent = school.api.get(path)
    assert sent.status == 302
    key = sent.headers["location"].partition("?")[0].rpartition(f"{BUCKET}")[2].split("/", 1)[1]
    assert kept_keys() == [key]
    kept = aws("s3").get_object(Bucket=BUCKET, Key=key)
    assert (kept["Body"].read(), kept["ContentType"]) == (data, content_type)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"<svg onload=alert(1)>", "image/png"),
        (JPEG, "image/png"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "image/webp"),
        (PNG, "text/html"),
        (b"\x89PNG", "image/png"),
        (PNG + b"\0" * 2 * 1024 * 1024, "image/png"),
    ],
)
def test_what_is_no_picture_is_not_shown(
    school: School, teacher: Person, path: str, data: bytes, content_type: str
) -> None:
    form = invited(school, teacher, path)
    aws("s3").put_object(Bucket=BUCKET, Key=form["upload"]["fields"]["key"], Body=data, ContentType=content_type)
    reply = show(school, teacher, path, form["picture_id"])
    assert (reply.status, reply.body["code"]) == (422, "not_a_picture")
    assert (school.api.get(path).status, kept_keys()) == (404, [])


def test_a_picture_that_was_not_uploaded_is_not_shown(school: School, teacher: Person, path: str) -> None:
    reply = show(school, teacher, path, invited(school, teacher, path)["picture_id"])
    assert (reply.status, reply.body["code"]) == (404, "picture_not_uploaded")


def test_a_picture_of_another_course_is_not_shown(school: School, teacher: Person, path: str) -> None:
    other = f"/courses/{school.course(author_id=teacher.id).id}/pic"
    assert show(school, teacher, other, uploaded(school, teacher, path, PNG)).status == 404


def test_a_new_picture_takes_the_place_of_the_old(school: School, teacher: Person, path: str) -> None:
    first = uploaded(school, teacher, path, PNG)
    show(school, teacher, path, first)
    school.clock.forward(timedelta(seconds=1))
    second = uploaded(school, teacher, path, JPEG, "image/jpeg")
    show(school, teacher, path, second)
    assert kept_keys() == [f"pictures/{path.split('/')[2]}/{second}"]
    assert show(school, teacher, path, second).status == 200
    assert len(kept_keys()) == 1


def test_a_course_may_be_without_a_picture_again(school: School, teacher: Person, path: str) -> None:
    show(school, teacher, path, uploaded(school, teacher, path, PNG))
    assert school.api.request("DELETE", path, token=teacher.token).status == 204
    assert (school.api.get(path).status, kept_keys()) == (404, [])


def test_the_picture_goes_with_its_course(school: School, teacher: Person, path: str) -> None:
    show(school, teacher, path, uploaded(school, teacher, path, PNG))
    assert school.api.request("DELETE", path.removesuffix("/pic"), token=teacher.token).status == 204
    assert kept_keys() == []

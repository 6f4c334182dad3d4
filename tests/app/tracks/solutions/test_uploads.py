"""Solutions as a zip archive: uploaded by a form, then sent in."""

import base64
import json
from typing import Any

import pytest

from chalicelib.common import settings
from tests.app.tracks import repeated_messages
from tests.app.tracks.peers import HOUR, Peers, good, refusal
from tests.support.school import Person, Reply, School, aws
from tests.support.zips import PNG, packed, special

ARCHIVE = packed([("sums-main/main.py", "print(1)\n"), ("sums-main/logo.png", PNG)])


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.started(school)


def invited(track: Peers, person: Person, number: int = 0) -> Any:
    return good(track.school.api.post(f"{track.at(number)}/submit/upload", token=person.token))


def uploaded(track: Peers, person: Person, data: bytes = ARCHIVE) -> int:
    form = invited(track, person)
    aws("s3").put_object(Bucket=settings.load().test_data_bucket, Key=form["fields"]["key"], Body=data)
    return int(form["upload_id"])


def send(track: Peers, person: Person, method: str = "POST", **body: Any) -> Reply:
    return track.school.api.request(method, f"{track.assignment}/submit", json_body=body, token=person.token)


def test_an_archive_becomes_a_version(track: Peers) -> None:
    person = track.people[0]
    solution = good(send(track, person, upload_id=uploaded(track, person)))
    assert (solution["code_version"], solution["repository_url"]) == (1, None)
    path = f"{track.assignment}/submissions/{solution['id']}/files"
    shown = good(track.school.api.get(path, token=person.token))
    assert [each["path"] for each in shown["files"]] == ["main.py"]
    (version,) = shown["versions"]
    assert version["origin"] == "zip"
    assert [each["path"] for each in version["left_out"]] == ["logo.png"]


def test_it_replaces_and_twice_is_once(track: Peers) -> None:
    person = track.people[0]
    good(track.submit(person))
    upload_id = uploaded(track, person)
    for _ in range(2):
        assert good(send(track, person, "PUT", upload_id=upload_id))["code_version"] == 1
    other = uploaded(track, person, packed({"main.py": "print(2)\n"}))
    assert good(send(track, person, "PUT", upload_id=other))["code_version"] == 2


def test_the_form_takes_no_more_than_a_megabyte_below_ones_own_name(track: Peers) -> None:
    person = track.people[0]
    form = invited(track, person)
    assert form["fields"]["key"] == f"uploads/solutions/{track.assignment_ids[0]}/{person.id}/{form['upload_id']}.zip"
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 1, 1024 * 1024] in policy["conditions"]


def test_what_was_not_uploaded_is_not_there(track: Peers) -> None:
    person, other = track.people[:2]
    assert refusal(send(track, person, upload_id=7)) == (404, "file_not_uploaded")
    assert refusal(send(track, other, upload_id=uploaded(track, person))) == (404, "file_not_uploaded")


def test_an_archive_that_is_not_taken_says_every_reason(track: Peers) -> None:
    person = track.people[0]
    reply = send(track, person, upload_id=uploaded(track, person, special("link.py")))
    assert refusal(reply) == (422, "archive_refused")
    assert [(each["field"], each["code"], each["message"]) for each in reply.body["violations"]] == [
        ("/upload_id", "file_link", "'link.py': It is a link")
    ]
    assert refusal(track.school.api.get(f"{track.assignment}/submit", token=person.token)) == (
        404,
        "solution_not_found",
    )


def test_files_come_in_one_way(track: Peers) -> None:
    person = track.people[0]
    files = [{"path": "a", "content": ""}]
    assert refusal(send(track, person, files=files, upload_id=7)) == (400, "two_ways_of_files")


def test_who_may_not_send_in_may_not_upload(track: Peers, pupil: Person) -> None:
    for person in (pupil, track.teacher):
        reply = track.school.api.post(f"{track.assignment}/submit/upload", token=person.token)
        assert refusal(reply) == (400, "not_enrolled")
    track.submit_all()
    track.pass_time(10 * HOUR)
    late = track.school.api.post(f"{track.assignment}/submit/upload", token=track.people[0].token)
    assert refusal(late) == (400, "deadline_passed")


def test_what_was_left_out_does_not_name_the_author_to_reviewers(track: Peers) -> None:
    person = track.people[0]
    login = str(person.account.login)
    archive = packed([("sums/main.py", "print(1)\n"), (f"sums/{login}/{login}.png", PNG)])
    solution = good(send(track, person, upload_id=uploaded(track, person, archive)))
    track.submit_all(people=track.people[1:]).pass_time(10 * HOUR)

    def left_out(reader: Person) -> list[str] | None:
        path = f"{track.assignment}/submissions/{solution['id']}/files"
        reply = track.school.api.get(path, token=reader.token)
        return [each["path"] for each in reply.body["versions"][0]["left_out"]] if reply.status == 200 else None

    shown = [found for each in track.people[1:] if (found := left_out(each)) is not None]
    assert shown
    assert all(each == ["anonymous/anonymous.png"] for each in shown)
    assert left_out(track.teacher) == left_out(person) == [f"{login}/{login}.png"]

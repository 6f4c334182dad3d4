"""A creating POST that is repeated with its Idempotency-Key: the first answer again, and nothing twice."""

import hashlib
import json
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from chalice.app import Response  # noqa: TID251 - what idempotency keeps

import app as application
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import documents, errors, idempotency
from chalicelib.common.http.idempotency import IdempotentRequest
from chalicelib.common.http.requests import MAX_BODY_BYTES
from tests.infra import policies
from tests.support.school import Invocation, Person, Reply, School, in_parallel, stored_items

KEY = "5f1d7f0e-6f0b-4a8e-9d6a-2b9f0a1c3d4e"
NEWS = {"title": "First of September", "description": "School begins"}
ANN = {"email": "ann@example.com", "username": "ann", "password": "long enough 1"}


def post(school: School, path: str, body: object = None, *, key: str = KEY, **options: Any) -> Reply:
    return school.api.post(path, body, headers={"Idempotency-Key": key}, **options)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def news_in(school: School) -> int:
    return len(school.api.get("/main/news").body)


def test_a_repeated_request_gets_the_first_answer_and_creates_nothing(school: School, teacher: Person) -> None:
    first = post(school, "/main/news", NEWS, token=teacher.token)
    again = post(school, "/main/news", NEWS, token=teacher.token)
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert news_in(school) == 1


def test_another_body_under_the_same_key_is_refused(school: School, teacher: Person) -> None:
    post(school, "/main/news", NEWS, token=teacher.token)
    other = post(school, "/main/news", {**NEWS, "title": "Second"}, token=teacher.token)
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    assert news_in(school) == 1


def test_a_key_is_the_callers_own(school: School, teacher: Person) -> None:
    first = post(school, "/main/news", NEWS, token=teacher.token)
    other = post(school, "/main/news", {**NEWS, "title": "Mine"}, token=school.person(Role.TEACHER).token)
    assert other.status == 201
    assert other.body["id"] != first.body["id"]


def test_a_key_stands_for_one_path(school: School, teacher: Person) -> None:
    courses = [school.course(author_id=teacher.id) for _ in range(2)]
    made = []
    for course in courses:
        made.append(post(school, f"/courses/{course.id}/lessons", {"name": "One"}, token=teacher.token))
        school.clock.forward(timedelta(seconds=1))  # in one moment, lessons of two courses may get one id
    assert [reply.status for reply in made] == [201, 201]
    assert made[0].body["id"] != made[1].body["id"]


def test_a_request_without_a_key_asks_the_table_nothing(school: School, teacher: Person) -> None:
    with policies.recorded() as needed:
        school.api.post("/main/news", NEWS, token=teacher.token)
    assert "PutItem school" in needed
    assert [each for each in needed if "idempotency" in each] == []


def test_a_request_that_failed_may_be_tried_again(school: School, pupil: Person) -> None:
    course = school.course(visibility="private")
    refused = post(school, f"/courses/attend/{course.id}", token=pupil.token)
    admin = school.person(Role.ADMIN)
    school.api.post(f"/user/certification/{pupil.id}", {"course_id": course.id}, token=admin.token)
    admitted = post(school, f"/courses/attend/{course.id}", token=pupil.token)
    assert (refused.status, admitted.status) == (403, 200)


def test_a_caller_without_access_gets_no_stored_answer(school: School, teacher: Person) -> None:
    post(school, "/main/news", NEWS, token=teacher.token)
    school.api.request("DELETE", "/sessions", token=teacher.token)
    assert post(school, "/main/news", NEWS, token=teacher.token).status == 401


def test_a_bad_body_uses_no_key_up(school: School, teacher: Person) -> None:
    bad = post(school, "/main/news", {"title": "T"}, token=teacher.token)
    good = post(school, "/main/news", NEWS, token=teacher.token)
    assert (bad.status, good.status) == (400, 201)


def test_a_program_is_judged_once(school: School, pupil: Person, path: str) -> None:
    answers = [post(school, path, {"code": "5"}, token=pupil.token) for _ in range(2)]
    assert answers[0].body["verdict"] == "OK"
    assert answers[1].body == answers[0].body
    assert len(school.api.get("/submissions", token=pupil.token).body["submissions"]) == 1


def test_signing_up_without_an_account_is_repeatable_from_the_same_address(school: School) -> None:
    first = post(school, "/register", ANN, source_ip="203.0.113.1")
    again = post(school, "/register", ANN, source_ip="203.0.113.1")
    elsewhere = post(school, "/register", ANN, source_ip="203.0.113.2")
    assert (first.status, again.status, elsewhere.status) == (201, 201, 409)
    assert again.body == first.body


def test_the_table_knows_neither_keys_nor_passwords(school: School) -> None:
    post(school, "/register", ANN)
    (kept,) = stored_items("idempotency")
    assert KEY not in json.dumps(kept, default=str)
    guesses = [hashlib.sha256(json.dumps(ANN).encode()).hexdigest()]
    guesses += [hashlib.sha256(json.dumps(guess).encode()).hexdigest() for guess in guesses]
    assert not set(guesses) & {kept["validation"]}


@pytest.mark.parametrize("key", ["", "a" * 256, "ключ", "tab\tinside"])
def test_what_is_no_key_is_refused(school: School, teacher: Person, key: str) -> None:
    reply = post(school, "/main/news", NEWS, key=key, token=teacher.token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_idempotency_key")
    assert news_in(school) == 0


def test_the_longest_key_is_taken(school: School, teacher: Person) -> None:
    assert post(school, "/main/news", NEWS, key="a" * 255, token=teacher.token).status == 201


def test_a_request_that_is_still_running_is_not_begun_again(school: School) -> None:
    meanwhile: list[Reply] = []
    school.use_mail(lambda mail: meanwhile.append(post(school, "/register", ANN)))
    assert post(school, "/register", ANN).status == 201
    (second,) = meanwhile
    assert (second.status, second.body["code"], second.headers["retry-after"]) == (409, "request_in_progress", "1")


# --- Without HTTP ----------------------------------------------------------------------------------------------------


class Overdue(Invocation):
    """An invocation whose time was over before it began."""

    def get_remaining_time_in_millis(self) -> int:
        return -1000


def attempt(context: Invocation | None = None) -> IdempotentRequest:
    return IdempotentRequest(caller="account 1", path="/news", key=KEY, body=b"{}", context=context or Invocation())


def counting() -> tuple[list[int], Callable[[], Response]]:
    runs: list[int] = []

    def answer() -> Response:
        runs.append(1)
        return Response("{}", status_code=201, headers={})

    return runs, answer


def test_of_many_at_once_one_runs(school: School) -> None:
    runs, answer = counting()
    answers = in_parallel(8, lambda _: idempotency.answer_once(attempt(), answer))
    refused = [each for each in answers if isinstance(each, errors.Conflict)]
    answered = [each.status_code for each in answers if isinstance(each, Response)]
    assert len(runs) == 1
    assert answered
    assert set(answered) == {201}
    assert len(answered) + len(refused) == 8


def die() -> Response:
    raise SystemExit


def test_an_attempt_that_died_blocks_its_repetition_only_as_long_as_it_could_have_lived(school: School) -> None:
    runs, answer = counting()
    with pytest.raises(SystemExit):
        idempotency.answer_once(attempt(), die)
    with pytest.raises(errors.Conflict):
        idempotency.answer_once(attempt(), answer)
    assert runs == []


def test_after_that_the_repetition_runs(school: School) -> None:
    runs, answer = counting()
    with pytest.raises(SystemExit):
        idempotency.answer_once(attempt(Overdue()), die)
    assert idempotency.answer_once(attempt(), answer).status_code == 201
    assert runs == [1]


def test_an_answer_of_the_largest_size_is_stored(school: School) -> None:
    """Compressed: as it is, it would not fit an item."""
    letters = [chr(code) for code in range(0x400, 0x500)]
    text = "".join(random.Random(1).choices(letters, k=MAX_BODY_BYTES // 2))  # noqa: S311 - any text
    given = [idempotency.answer_once(attempt(), lambda: Response(text, status_code=201)) for _ in range(2)]
    assert [each.body for each in given] == [text, text]
    (kept,) = stored_items("idempotency")
    assert len(kept["data"]) < 400_000


def test_an_answer_is_stored_for_a_day(school: School, teacher: Person) -> None:
    before = int(time.time())
    post(school, "/main/news", NEWS, token=teacher.token)
    (kept,) = stored_items("idempotency")
    assert 0 <= int(kept["expires_at"]) - before - 24 * 3600 <= int(time.time()) - before


# --- Which routes ----------------------------------------------------------------------------------------------------

CREATING_NOTHING = {
    "/training-sessions/{training_session_id}/complete",
    "/api/v1/roles",  # naming a role twice is naming it once
    "/api/v1/users/login",
    "/api/v1/users/refresh_token",
    "/api/v1/users/sign_in",
    "/api/v1/users/{user_id}/resend_code",  # one mail a minute as it is
    "/api/v1/users/{user_id}/send_code",
    "/appeals/{appeal_id}/decision",  # decided twice is decided
    "/assignments/{assignment_id}/close",
    "/assignments/{assignment_id}/reopen",
    "/assignments/{assignment_id}/submissions/{submission_id}/fetch",  # asked twice it waits
    "/auth/login",
    "/auth/password",  # a second time the former password is wrong
    "/courses/{course_id}/{lesson_id}/{task_id}/run",
    "/groups/{group_id}/imports/check",
    "/unsubscribe/{token}",  # stopped twice is stopped
    "/invitations/{code}/accept",  # who is in is in
    "/login",
    "/password/forgot",
    "/password/reset",
    "/submissions/{submission_id}/counter-tests/{counter_test_id}/adopt",  # once for all
    "/reviews/{review_id}/hide",  # withheld twice is withheld
    "/reviews/{review_id}/return",
    "/token",
    "/tracks/{track_id}/start",
    "/user/notifications/read",
    "/user/notifications/{notification_id}/read",
}
ANSWERING_SECRETS = {
    "/assignments/{assignment_id}/submit/upload",  # signed addresses for uploads
    "/course-archives",  # signed addresses for uploads
    "/courses/{course_id}/lessons/{lesson_id}/files",
    "/courses/{course_id}/pic",  # signed addresses for uploads
    "/courses/{course_id}/{lesson_id}/{task_id}/package",
    "/me/second-factor",
    "/me/second-factor/confirm",  # recovery codes
    "/me/second-factor/recovery-codes",
    "/problems/{problem_id}/files",
    "/problems/{problem_id}/package",
    "/user/calendar",  # its token is kept nowhere
    "/reg",  # tokens; whom it signed up, it signs up only once
    "/ws-tickets",
}
ROUTES = [route for package in application.PACKAGES for route in package.declared]


def test_every_post_takes_a_key_but_those_that_create_nothing_or_answer_secrets() -> None:
    without = {route.path for route in ROUTES if route.method == "POST" and not route.takes_idempotency_key}
    assert without == CREATING_NOTHING | ANSWERING_SECRETS


def test_the_document_says_which_routes_take_a_key() -> None:
    paths = json.loads(documents.openapi_json())["paths"]
    for route in [each for each in ROUTES if each.documented]:
        operation = paths[route.path][route.method.lower()]
        named = [each.get("name") for each in operation["parameters"]]
        assert ("Idempotency-Key" in named) is route.takes_idempotency_key
        if route.takes_idempotency_key:
            assert {"400", "409", "422"} <= operation["responses"].keys()

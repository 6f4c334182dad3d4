import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.accounts import authentication
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import headers, routing
from chalicelib.common.http.paging import ListQuery, PageAnswer
from chalicelib.common.http.requests import MAX_BODY_BYTES
from chalicelib.common.http.responses import View
from tests.app.failures import faults
from tests.support.log import Log
from tests.support.school import Reply, School

ERROR_MEMBERS = {"violations", "success", "code", "status", "errors", "detail", "result", "request_id"}
CREDENTIALS = {"login": "ann", "password": "long enough 1"}


def assert_is_error(reply: Reply, status: int, code: str) -> None:
    assert (reply.status, reply.body["code"]) == (status, code), reply.body
    assert reply.body.keys() == ERROR_MEMBERS
    assert reply.body["success"] is False
    assert reply.body["result"] is None
    assert reply.body["request_id"] == reply.headers["x-request-id"] != ""
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("course_id", ["0", "-1", str(2**53), "x", "1.0", "1e3", "%31", "٣", "9" * 400])
def test_what_cannot_be_an_id_is_not_found(school: School, course_id: str) -> None:
    reply = school.api.get(f"/courses/{course_id}", token=school.person().token)
    assert_is_error(reply, 404, "not_found")


def test_the_greatest_id_is_looked_for(school: School) -> None:
    reply = school.api.get(f"/courses/{2**53 - 1}", token=school.person().token)
    assert_is_error(reply, 404, "course_not_found")


def test_a_caller_without_access_learns_nothing_about_ids(school: School) -> None:
    assert_is_error(school.api.get("/courses/x"), 401, "token_missing")


def padded(size: int) -> bytes:
    body = json.dumps({**CREDENTIALS, "login": ""}).encode()
    return body.replace(b'"login": ""', b'"login": "' + b"a" * (size - len(body)) + b'"')


def test_a_body_of_256_kb_is_read(school: School) -> None:
    assert_is_error(school.api.request("POST", "/login", raw_body=padded(MAX_BODY_BYTES)), 400, "invalid_body")


def test_a_larger_body_is_too_large(school: School) -> None:
    reply = school.api.request("POST", "/login", raw_body=padded(MAX_BODY_BYTES + 1))
    assert_is_error(reply, 413, "body_too_large")
    assert str(MAX_BODY_BYTES) in reply.body["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "x"])
def test_another_content_type_is_not_supported(school: School, content_type: str) -> None:
    reply = school.api.post("/login", CREDENTIALS, headers={"Content-Type": content_type})
    assert_is_error(reply, 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_is_json_however_it_is_written(school: School, content_type: str) -> None:
    reply = school.api.post("/login", CREDENTIALS, headers={"Content-Type": content_type})
    assert_is_error(reply, 401, "wrong_credentials")


def test_a_route_without_body_takes_any_content_type(school: School) -> None:
    assert school.api.get("/health", headers={"Content-Type": "text/plain"}).status == 200


def test_a_wrong_method_is_not_allowed(school: School) -> None:
    reply = school.api.request("DELETE", "/reg")
    assert_is_error(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == "POST"


def fail(school: School) -> Reply:
    def broken(mail: object) -> None:
        raise RuntimeError("the secret inside")

    school.use_mail(broken)
    new = {"login": "ann", "password": "long enough 1", "name": "Ann", "email": "ann@example.com"}
    return school.api.post("/reg", new)


def test_an_unexpected_exception_tells_nothing_of_itself(school: School) -> None:
    reply = fail(school)
    assert_is_error(reply, 500, "internal_error")
    assert "secret" not in json.dumps(reply.body)
    assert "Runtime" not in json.dumps(reply.body)


def test_an_unexpected_exception_is_logged_under_the_requests_id(school: School, log: Log) -> None:
    reply = fail(school)
    logged = [json.loads(line) for line in log.text.splitlines() if "the secret inside" in line]
    assert [event["level"] for event in logged] == ["ERROR"]
    assert logged[0]["request_id"] == reply.body["request_id"]


@pytest.mark.parametrize("fault", [faults.refused_at, faults.unanswered_at])
def test_a_database_that_fails_for_the_moment_is_worth_another_try(
    school: School, log: Log, fault: Callable[[int], faults.Fault]
) -> None:
    token = school.person().token
    with fault(1):
        reply = school.api.get("/me", token=token)
    assert_is_error(reply, 503, "unavailable")
    assert reply.headers["retry-after"] == "1"
    assert [event["request_id"] for event in log.events("AWS failed for the moment")] == [reply.body["request_id"]]
    assert school.api.get("/me", token=token).status == 200


def test_a_database_that_refuses_will_refuse_again(school: School, log: Log) -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "No"}}, "any")
    token = school.person().token
    with faults.Fault(1, "before-call.dynamodb", denied):
        reply = school.api.get("/me", token=token)
    assert_is_error(reply, 500, "internal_error")
    assert "AccessDeniedException" in log.text


def test_an_answer_that_cannot_be_stored_can_be_retried(school: School) -> None:
    author = school.person(Role.ADMIN)
    with faults.refused_at(1, "dynamodb.PutItem"):
        reply = school.api.post("/courses", {"name": "A"}, token=author.token, headers={"Idempotency-Key": "k"})
    assert_is_error(reply, 503, "unavailable")


def test_every_answer_carries_its_requests_id(school: School, log: Log) -> None:
    replies = [school.api.get(path) for path in ("/health", "/me", "/languages")]
    sent = [reply.headers["x-request-id"] for reply in replies]
    assert len(set(sent)) == 3
    assert [event["request_id"] for event in log.events("request answered")] == sent


def test_a_request_is_logged_by_its_route_and_not_its_path(school: School, log: Log) -> None:
    school.api.get("/submissions/12345", token=school.person().token)
    (event,) = log.events("request answered")
    assert (event["method"], event["route"], event["status"]) == ("GET", "/submissions/{submission_id}", 404)
    assert "12345" not in json.dumps(event["route"])


def requests(school: School) -> dict[str, Reply]:
    return {
        "200": school.api.get("/health"),
        "400": school.api.post("/login", {}),
        "401": school.api.get("/me"),
        "404": school.api.get("/courses/0", token=school.person().token),
        "413": school.api.request("POST", "/login", raw_body=padded(MAX_BODY_BYTES + 1)),
        "415": school.api.post("/login", {}, headers={"Content-Type": "text/plain"}),
        "500": fail(school),
    }


def test_a_page_of_the_frontend_may_read_every_answer(school: School) -> None:
    replies = requests(school)
    assert {name: str(reply.status) for name, reply in replies.items()} == {name: name for name in replies}
    for reply in replies.values():
        assert reply.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert reply.headers["access-control-allow-credentials"] == "true"
        exposed = reply.headers["access-control-expose-headers"].split(",")
        assert {"X-Request-Id", "Retry-After", "Location", "Link"} <= {name.strip() for name in exposed}


def test_a_missing_token_says_which_one_is_wanted(school: School) -> None:
    assert school.api.get("/me").headers["www-authenticate"] == 'Bearer realm="lyceum"'


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "x.y.z", "Token x.y.z"])
def test_an_authorization_that_is_no_bearer_is_a_missing_token(school: School, header: str) -> None:
    assert_is_error(school.api.get("/me", headers={"Authorization": header}), 401, "token_missing")


def test_the_scheme_bearer_has_no_case(school: School) -> None:
    person = school.person()
    assert school.api.get("/me", headers={"Authorization": f"bEaReR  {person.token} "}).status == 200


@pytest.mark.parametrize(
    ("route", "caching"),
    [
        ({"access": routing.PUBLIC}, None),
        ({"access": authentication.USER}, headers.REVALIDATED),
        ({"access": authentication.ANYONE}, headers.kept_for(timedelta(hours=1))),
    ],
    ids=["a public read that says nothing", "an account's own", "one that shows more to some"],
)
def test_a_public_read_says_how_it_is_cached_and_nothing_else_may(route: dict[str, Any], caching: str | None) -> None:
    routes = routing.Routes(__name__, tag="Texts")
    said: dict[str, Any] = {} if caching is None else {"caching": caching}
    with pytest.raises(TypeError, match="asks for no credential"):
        routes.get("/text", **route, **said)(lambda: None)


def test_a_public_write_may_not_be_cached() -> None:
    routes = routing.Routes(__name__, tag="Texts")
    with pytest.raises(TypeError, match="asks for no credential"):
        routes.post("/text", access=routing.PUBLIC, caching=headers.REVALIDATED)(lambda: None)


def whole_list(query: ListQuery) -> PageAnswer[View]:
    raise NotImplementedError


def short_list() -> PageAnswer[View]:
    raise NotImplementedError


def bare_list(query: ListQuery) -> View:
    raise NotImplementedError


@pytest.mark.parametrize(("view", "paged"), [(whole_list, False), (short_list, True), (bare_list, True)])
def test_a_list_is_declared_as_paged_or_not_at_all(view: Callable[..., View], *, paged: bool) -> None:
    routes = routing.Routes(__name__, tag="Lists")
    with pytest.raises(TypeError, match="go together"):
        routes.get("/list", access=authentication.USER, paged=paged)(view)
    routes.get("/list", access=authentication.USER, paged=True)(whole_list)

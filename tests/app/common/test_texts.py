import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common import texts
from chalicelib.common.http import errors
from chalicelib.common.texts import Language, Text
from tests.support.school import School


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", Language.EN),
        ("ru", Language.RU),
        ("RU", Language.RU),
        ("ru-RU", Language.RU),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Language.RU),
        ("en-US,en;q=0.9,ru;q=0.8", Language.EN),
        ("en;q=0.5, ru;q=0.8", Language.RU),
        ("de, ru;q=0.3", Language.RU),
        ("en, ru", Language.EN),
        ("ru, en", Language.RU),
        ("ru;Q=0.4, en;q=0.3", Language.RU),
        ("ru ; q=0.4 , en;q=0.3", Language.RU),
        ("ru;q=0", Language.EN),
        ("ru;q=0, en;q=0", Language.EN),
        ("de, fr;q=0.9", Language.EN),
        ("*", Language.EN),
        ("ru;q=much", Language.EN),
        ("ru;q=-1", Language.EN),
        ("ru;q=nan", Language.EN),
        ("rubbish", Language.EN),
        (";;,,=;q", Language.EN),
    ],
)
def test_accept_language_picks_the_best_that_we_have(header: str, expected: Language) -> None:
    assert texts.preferred(header) is expected


@given(st.text())
def test_any_header_at_all_picks_some_language(header: str) -> None:
    assert texts.preferred(header) in Language


def test_a_text_without_translation_stays_english() -> None:
    text = Text("no such code", "Try {thing}", {"thing": "again"})
    assert text.in_language(Language.RU) == "Try again"


def test_braces_in_a_value_are_not_placeholders() -> None:
    assert Text("no such code", "Unknown: {name}", {"name": "{secret}"}).in_language(Language.EN) == "Unknown: {secret}"


def test_an_error_has_all_that_clients_of_the_five_systems_read() -> None:
    error = errors.NotFound("submission_not_found", "Submission not found")
    assert errors.body(error, language=Language.EN, request_id="r1") == {
        "success": False,
        "code": "submission_not_found",
        "status": "Submission not found",
        "errors": ["Submission not found"],
        "detail": "Submission not found",
        "result": None,
        "request_id": "r1",
    }


def test_an_error_speaks_russian_when_asked() -> None:
    error = errors.TooManyRequests(
        "too_many_requests", "Too many requests, try again in {retry_after} s", retry_after=7
    )
    body = errors.body(error, language=Language.RU, request_id="r1")
    assert body["code"] == "too_many_requests"
    assert (
        body["detail"]
        == body["status"]
        == body["errors"][0]
        == texts.russian()["too_many_requests"].format(retry_after=7)
    )
    assert "7" in body["detail"]


def test_a_literal_status_is_the_same_in_every_language() -> None:
    error = errors.Conflict("already_registered", "Taken", status="already")
    assert errors.body(error, language=Language.RU, request_id="")["status"] == "already"


def test_every_violation_is_listed() -> None:
    error = errors.BadRequest("invalid_body", "no", violations=[Text("a", "first"), Text("b", "second")])
    assert errors.body(error, language=Language.EN, request_id="")["errors"] == ["first", "second"]


def test_answers_are_in_the_language_of_the_request(school: School) -> None:
    reply = school.api.get("/me", headers={"Accept-Language": "ru-RU,ru;q=0.9"})
    assert (reply.status, reply.body["code"]) == (401, "token_missing")
    assert reply.body["detail"] == texts.russian()["token_missing"]

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common import texts
from chalicelib.common.http import errors
from chalicelib.common.texts import ENGLISH, Language, Text
from tests.support.school import School
from tests.support.texts import RUSSIAN


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ENGLISH),
        ("ru", RUSSIAN),
        ("RU", RUSSIAN),
        ("ru-RU", RUSSIAN),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", RUSSIAN),
        ("en-US,en;q=0.9,ru;q=0.8", ENGLISH),
        ("en;q=0.5, ru;q=0.8", RUSSIAN),
        ("de, ru;q=0.3", RUSSIAN),
        ("en, ru", ENGLISH),
        ("ru, en", RUSSIAN),
        ("ru;Q=0.4, en;q=0.3", RUSSIAN),
        ("ru ; q=0.4 , en;q=0.3", RUSSIAN),
        ("ru;q=0", ENGLISH),
        ("ru;q=0, en;q=0", ENGLISH),
        ("de, fr;q=0.9", ENGLISH),
        ("*", ENGLISH),
        ("ru;q=much", ENGLISH),
        ("ru;q=-1", ENGLISH),
        ("ru;q=nan", ENGLISH),
        ("rubbish", ENGLISH),
        (";;,,=;q", ENGLISH),
    ],
)
def test_accept_language_picks_the_best_that_we_have(header: str, expected: Language) -> None:
    assert texts.preferred(header) == expected


@given(st.text())
def test_any_header_at_all_picks_some_language(header: str) -> None:
    assert texts.preferred(header) in texts.languages()


def test_a_text_without_translation_stays_english() -> None:
    text = Text("no such code", "Try {thing}", {"thing": "again"})
    assert text.in_language(RUSSIAN) == "Try again"


def test_braces_in_a_value_are_not_placeholders() -> None:
    assert Text("no such code", "Unknown: {name}", {"name": "{secret}"}).in_language(ENGLISH) == "Unknown: {secret}"


def test_an_error_has_all_that_clients_of_the_five_systems_read() -> None:
    error = errors.NotFound("submission_not_found", "Submission not found")
    assert errors.body(error, language=ENGLISH, request_id="r1") == {
        "success": False,
        "code": "submission_not_found",
        "status": "Submission not found",
        "errors": ["Submission not found"],
        "detail": "Submission not found",
        "violations": [],
        "result": None,
        "request_id": "r1",
    }


def test_an_error_speaks_russian_when_asked() -> None:
    error = errors.TooManyRequests(
        "too_many_requests", "Too many requests, try again in {retry_after} s", retry_after=7
    )
    body = errors.body(error, language=RUSSIAN, request_id="r1")
    assert body["code"] == "too_many_requests"
    assert body["detail"] == body["status"] == body["errors"][0] == "Слишком много запросов, повторите через 7 с"
    assert "7" in body["detail"]


def test_a_literal_status_is_the_same_in_every_language() -> None:
    error = errors.Conflict("already_registered", "Taken", status="already")
    assert errors.body(error, language=RUSSIAN, request_id="")["status"] == "already"


def test_every_violation_is_listed() -> None:
    found = [errors.Violation(errors.WHOLE_BODY, code, Text(code, english)) for code, english in ("ab", "cd")]
    error = errors.BadRequest("invalid_body", "no", violations=found)
    body = errors.body(error, language=ENGLISH, request_id="")
    assert body["errors"] == ["b", "d"]
    assert body["violations"] == [
        {"in": "body", "field": "", "code": code, "limits": {}, "message": message}
        for code, message in (("a", "B"), ("c", "D"))
    ]


def test_a_bad_request_without_violations_is_one_itself() -> None:
    error = errors.BadRequest("wrong", "so wrong", where=errors.Place(errors.In.QUERY, "limit"))
    assert errors.body(error, language=ENGLISH, request_id="")["violations"] == [
        {"in": "query", "field": "limit", "code": "wrong", "limits": {}, "message": "So wrong"}
    ]


def test_answers_are_in_the_language_of_the_request(school: School) -> None:
    reply = school.api.get("/me", headers={"Accept-Language": "ru-RU,ru;q=0.9"})
    assert (reply.status, reply.body["code"]) == (401, "token_missing")
    assert reply.body["detail"] == "Не передан токен доступа"


ITEMS = Text("most_items", "may have at most {max} item", {"max": 0}, plural="may have at most {max} items")


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        (1, "may have at most 1 item", "допустим не более чем 1 элемент"),
        (2, "may have at most 2 items", "допустимо не более чем 2 элемента"),
        (5, "may have at most 5 items", "допустимо не более чем 5 элементов"),
        (11, "may have at most 11 items", "допустимо не более чем 11 элементов"),
        (21, "may have at most 21 items", "допустим не более чем 21 элемент"),
        (122, "may have at most 122 items", "допустимо не более чем 122 элемента"),
    ],
)
def test_the_form_of_a_word_follows_its_number(number: int, english: str, russian: str) -> None:
    text = dataclasses.replace(ITEMS, params={"max": number})
    assert (text.in_language(ENGLISH), text.in_language(RUSSIAN)) == (english, russian)


def test_a_stored_text_is_worded_when_it_is_read() -> None:
    reason = Text("named_reason", "{name}: {reason}", {"name": "tests", "reason": ITEMS})
    text = Text("", "{reasons}", {"reasons": texts.joined([reason, texts.untranslated("segfault {0}")])})
    stored = json.loads(json.dumps(text.to_json()))
    assert Text.from_json(stored) == text
    assert Text.from_json(stored).in_language(RUSSIAN) == "tests: допустимо не более чем 0 элементов; segfault {0}"


def test_an_untranslated_text_is_stored_as_the_string_that_it_is() -> None:
    assert texts.untranslated("segfault {0}").to_json() == "segfault {0}"
    assert Text.from_json("segfault {0}").in_language(RUSSIAN) == "segfault {0}"


def test_what_stands_between_several_texts_may_be_translated() -> None:
    several = texts.joined([texts.untranslated("a"), texts.untranslated("b")], Text("no such code", " or "))
    text = Text("", "{several}", {"several": several})
    assert str(text) == "a or b"
    assert Text.from_json(text.to_json()) == text


def test_the_empty_text_alone_says_nothing() -> None:
    assert not Text.from_json("")
    assert texts.untranslated(" ")
    assert ITEMS

"""Virtual School's registration, with the errors that its clients compare."""

from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.models import Account
from chalicelib.accounts.registration import LOOK_UP_LIMIT
from tests.support.mailbox import last_code
from tests.support.school import Person, Reply, School, stored_items
from tests.support.stage_settings import stage_settings

PASSWORD = "qwerty1234QW"
ANDREY = {
    "email": "andrey.shahov@example.ru",
    "password": PASSWORD,
    "name": "Андрей",
    "secondname": "Шахов",
    "patronymic": "Владимирович",
    "birthdate": "2000-11-22",
    "phone": "89993332211",
    "class": 1,
}
WRONG = {name: f"{name} validation error" for name in ANDREY}


def register(school: School, **overrides: Any) -> Reply:
    return school.api.post("/auth/registration", {**ANDREY, **overrides})


def confirm(account: Account) -> None:
    account.verified_mail = True


def confirmed(school: School, registered: Reply | None = None) -> int:
    """A pupil who has registered and confirmed the address."""
    user_id: int = (registered or register(school)).body["id"]
    accounts.change(user_id, confirm)
    return user_id


def refusal(reply: Reply) -> list[str]:
    """All violations, once it is sure that they are a refusal."""
    assert reply.status == 400
    errors: list[str] = reply.body["errors"]
    return errors


def test_the_example_of_virtual_school_registers_a_pupil(school: School) -> None:
    reply = register(school)
    assert (reply.status, reply.body.keys()) == (201, {"id"})
    signed_in = school.api.post("/auth/login", {"email": ANDREY["email"], "password": PASSWORD})
    assert (signed_in.status, signed_in.body["role"]) == (200, "user")
    told = {name: value for name, value in ANDREY.items() if name != "password"}
    user = signed_in.body["user_info"]
    assert user | told | {"login_id": reply.body["id"], "state": "new"} == user


def test_registering_mails_a_code_that_confirms_the_address(school: School) -> None:
    user_id = register(school).body["id"]
    code = last_code(school)
    reply = school.api.request("PUT", f"/api/v1/users/{user_id}/mail?code={code}")
    assert reply.body["success"] is True


def test_the_second_name_has_two_names(school: School) -> None:
    body = {**ANDREY, "secondName": "Ёлкин"}
    del body["secondname"]
    assert school.api.post("/auth/registration", body).status == 201
    user = school.api.post("/auth/login", {"email": ANDREY["email"], "password": PASSWORD}).body["user_info"]
    assert user["secondname"] == "Ёлкин"


def test_members_that_virtual_school_does_not_know_are_let_pass_without_effect(school: School) -> None:
    extra = {"role": "admin", "state": "activated", "verified_mail": True, "id": 1, "secondName": "Другой", "x": None}
    assert register(school, **extra).status == 201
    user = school.api.post("/auth/login", {"email": ANDREY["email"], "password": PASSWORD}).body["user_info"]
    assert (user["role"], user["state"], user["verified_mail"], user["id"] == 1) == ("user", "new", False, False)
    assert user["secondname"] == ANDREY["secondname"]


@pytest.mark.parametrize("missing", list(ANDREY))
def test_a_missing_field_is_named(school: School, missing: str) -> None:
    body = {name: value for name, value in ANDREY.items() if name != missing}
    assert refusal(school.api.post("/auth/registration", body)) == [f"'{missing}' is a required property"]


def test_an_empty_object_lacks_all_eight(school: School) -> None:
    errors = refusal(school.api.post("/auth/registration", {}))
    assert sorted(errors) == sorted(f"'{name}' is a required property" for name in ANDREY)


def test_all_violations_are_listed_at_once(school: School) -> None:
    body: dict[str, Any] = {**ANDREY, "email": "andrey", "password": "kurz", "class": 12}
    del body["phone"]
    assert sorted(refusal(school.api.post("/auth/registration", body))) == [
        "'phone' is a required property",
        "class validation error",
        "email validation error",
        "password validation error",
    ]


@pytest.mark.parametrize("raw", [b"", b"{", b"{email: 1}", b'{"email": "a",}', b"\xff", b'{"name": "\\ud800"}'])
def test_broken_json_is_refused_in_virtual_schools_words(school: School, raw: bytes) -> None:
    assert refusal(school.api.request("POST", "/auth/registration", raw_body=raw)) == ["invalid json data in request"]


@pytest.mark.parametrize(
    ("password", "rules_broken"),
    [
        ("qwerty1234QW", 0),
        ("aA1!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", 0),
        ("aA1" + "x" * 61, 0),
        ("aA1" + "x" * 62, 1),
        ("aA1xxxx", 1),
        ("aaaa 1111 AAAA", 1),
        ("aaaa1111AAAA\n", 1),
        ("пaaaa1111AAAA", 1),
        ("1234QWERTZ", 1),
        ("1234qwertz", 1),
        ("qwertzQWERTZ", 1),
        ("qwertzmoose", 2),
        ("qwertzuiop", 3),
        ("", 4),
        ("пароль", 5),
        ("Password1", 1),
        ("password", 3),
    ],
)
def test_each_rule_of_a_password_is_a_violation_of_its_own(school: School, password: str, rules_broken: int) -> None:
    with stage_settings(LYCEUM_STRICT_PASSWORDS="1"):
        reply = register(school, password=password)
    errors = [] if reply.status == 201 else refusal(reply)
    assert errors == [WRONG["password"]] * rules_broken


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("correct horse", 201),
        ("верный конь", 201),
        ("moosemoose", 201),
        ("8374928374", 201),
        ("short 1", 400),
        ("x" * 65, 400),
        ("password", 400),
        ("lyceum2026", 400),
    ],
)
def test_a_password_needs_no_letter_of_each_kind(school: School, password: str, status: int) -> None:
    assert register(school, password=password).status == status


def test_strict_or_not_the_schools_name_makes_no_password(school: School) -> None:
    with stage_settings(LYCEUM_STRICT_PASSWORDS="1"):
        assert refusal(register(school, password="Lyceum2026")) == [WRONG["password"]]


@pytest.mark.parametrize(
    ("stage", "password", "status"),
    [
        ("local", "lyceum-demo-1", 201),
        ("prod", "lyceum-demo-1", 400),
        ("dev", "Demo-2026", 400),
        ("prod", "Gymnasium2026", 201),
    ],
)
def test_the_demo_password_is_for_the_local_stage_alone(school: School, stage: str, password: str, status: int) -> None:
    school_requests = {"email": "a@example.ru", "username": "ann", "password": password}
    with stage_settings(STAGE=stage, JWT_KEYS_PARAMETER="/lyceum/local/jwt-keys"):
        assert school.api.post("/register", school_requests).status == status


def test_a_school_has_a_name_of_its_own(school: School) -> None:
    with stage_settings(LYCEUM_SCHOOL_NAME="Gymnasium No 7"):
        assert refusal(register(school, password="Gymnasium2026")) == [WRONG["password"]]


def test_a_password_that_is_a_name_is_refused(school: School) -> None:
    assert refusal(register(school, password="ВЛАДИМИРОВИЧ")) == [WRONG["password"]]


def test_a_password_that_is_the_address_is_refused(school: School) -> None:
    assert refusal(register(school, email="Aaaa1111@example.ru", password="Aaaa1111")) == [WRONG["password"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Ё"),
        ("name", "А" * 25),
        ("name", "Andrey"),
        ("name", "Андрей1"),
        ("name", "-Анна"),
        ("name", "Анна-"),
        ("name", "Анна--Мария"),
        ("name", " Анна"),
        ("name", "Анна\n"),
        ("secondname", "Ўладзімір"),
        ("patronymic", ""),
        ("patronymic", None),
        ("birthdate", "22.11.2000"),
        ("birthdate", "2000-13-01"),
        ("birthdate", "2100-01-01"),
        ("birthdate", 974851200),
        ("phone", "+"),
        ("phone", "8-999-333-22-11"),
        ("phone", "8" * 33),
        ("phone", 89993332211),
        ("class", 0),
        ("class", 12),
        ("class", "1"),
        ("class", 1.5),
        ("class", True),
        ("class", None),
        ("email", "a" * 54 + "@example.ru"),
        ("email", "андрей@example.ru"),
        ("email", None),
        ("password", 12345678),
    ],
)
def test_a_value_that_breaks_the_rules_is_named(school: School, name: str, value: object) -> None:
    assert refusal(register(school, **{name: value})) == [WRONG[name]]
    assert stored_items("accounts") == []
    assert school.mails == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Ян"),
        ("name", "Артём"),
        ("name", "Анна-Мария"),
        ("secondname", "Мамин-Сибиряк"),
        ("patronymic", "Рашид оглы"),
        ("patronymic", "А" * 24),
        ("birthdate", "2000-02-29"),
        ("phone", "+79993332211"),
        ("phone", "02"),
        ("class", 11),
        ("email", "a" * 53 + "@example.ru"),
    ],
)
def test_a_value_within_the_rules_is_kept(school: School, name: str, value: object) -> None:
    body = {**ANDREY, name: value}
    assert school.api.post("/auth/registration", body).status == 201
    signed_in = school.api.post("/auth/login", {"email": body["email"], "password": PASSWORD})
    assert signed_in.body["user_info"][name] == value


@pytest.mark.parametrize(
    ("again", "listed"),
    [
        ({"phone": "89990000000"}, ["email already exists"]),
        ({"email": "other@example.ru"}, ["phone number already exists"]),
        ({}, ["email already exists", "phone number already exists"]),
        ({"email": "Andrey.Shahov@Example.RU", "phone": "+89993332211"}, None),
    ],
    ids=["email", "phone", "both", "both in other forms"],
)
def test_all_that_is_taken_is_listed(school: School, again: dict[str, Any], listed: list[str] | None) -> None:
    confirmed(school)
    reply = register(school, **again)
    assert refusal(reply) == (listed or ["email already exists", "phone number already exists"])
    assert len(school.mails) == 1


def test_a_number_that_nobody_verified_keeps_nobody_out(school: School, pupil: Person) -> None:
    register(school, email="unconfirmed@example.ru")
    someone = school.person()
    for person in (pupil, someone):
        school.api.request("PATCH", "/me", json_body={"phone": ANDREY["phone"]}, token=person.token)
    accounts.change(someone.id, confirm)
    assert register(school).status == 201


def test_a_number_is_taken_as_long_as_one_confirmed_sign_up_has_it(school: School) -> None:
    first, second = (
        confirmed(school, register(school, email="one@example.ru")),
        register(school, email="two@example.ru"),
    )
    assert refusal(register(school)) == ["phone number already exists"]
    accounts.update_profile(first, {"phone": "89990000000"})
    assert second.status == 400
    third = register(school, email="three@example.ru")
    fourth = register(school, email="four@example.ru")
    assert (third.status, fourth.status) == (201, 201)
    for each in (third, fourth):
        confirmed(school, each)
    accounts.erase(third.body["id"])
    assert refusal(register(school)) == ["phone number already exists"]
    accounts.erase(fourth.body["id"])
    assert register(school).status == 201


def test_telling_what_is_taken_counts_as_looking_up(school: School) -> None:
    confirmed(school)
    for number in range(LOOK_UP_LIMIT.allowed - 1):
        assert school.api.get(f"/api/v1/users?email=nobody{number}@example.com").status == 404
    assert (register(school).status, school.api.get("/api/v1/users?email=a@example.com").status) == (429, 429)


def test_people_of_one_name_are_two_people(school: School) -> None:
    first = register(school)
    second = register(school, email="other@example.ru", phone="89990000000")
    assert (first.status, second.status) == (201, 201)
    assert first.body["id"] != second.body["id"]


def test_the_words_that_clients_compare_stay_in_any_language(school: School) -> None:
    confirmed(school)
    reply = school.api.post("/auth/registration", ANDREY, headers={"Accept-Language": "ru"})
    assert refusal(reply) == ["email already exists", "phone number already exists"]

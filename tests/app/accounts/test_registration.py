import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.accounts import accounts, passwords
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import mail, settings
from chalicelib.common.http import errors
from tests.support.log import Log
from tests.support.school import PASSWORD, Reply, School, in_parallel, stored_items

ANN = {"login": "ann", "password": "long enough 1", "name": "Ann", "email": "ann@example.com"}


def register(school: School, **overrides: Any) -> Reply:
    return school.api.post("/reg", {**ANN, **overrides})


NEW = {"can": ["learn"], "language": None, "time_zone": None}
"""What only the account itself is told, of a new one."""


def test_registering_signs_in(school: School) -> None:
    reply = register(school)
    assert reply.status == 201
    assert reply.body.keys() == {"status", "jwt_access", "jwt_refresh", "user"}
    assert reply.body["status"] == "success"
    me = school.api.get("/me", token=reply.body["jwt_access"])
    assert (me.status, me.body) == (200, {**reply.body["user"], **NEW})


def test_a_new_account_says_all_that_clients_of_the_five_systems_read(school: School) -> None:
    user = register(school).body["user"]
    assert user.pop("id") == user.pop("login_id") > 0
    assert user == {
        "login": "ann",
        "username": "ann",
        "email": "ann@example.com",
        "name": "Ann",
        "secondname": None,
        "patronymic": None,
        "birthdate": None,
        "phone": None,
        "class": None,
        "role": "user",
        "roles": ["ROLE_TEMPORARY_USER"],
        "is_admin": False,
        "state": "new",
        "verified_mail": False,
        "created_at": "2026-09-01T09:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("again", "code"),
    [
        ({"login": "bob"}, "email_taken"),
        ({"email": "bob@example.com"}, "login_taken"),
        ({}, "already_registered"),
        ({"login": "bob", "email": "ANN@Example.COM"}, "email_taken"),
        ({"email": "bob@example.com", "login": "AnN"}, "login_taken"),
    ],
    ids=["email", "login", "both", "email in capitals", "login in capitals"],
)
def test_a_second_registration_conflicts(school: School, again: dict[str, Any], code: str) -> None:
    assert register(school).status == 201
    reply = register(school, **again)
    assert (reply.status, reply.body["status"], reply.body["code"]) == (409, "already", code)
    assert "jwt_access" not in reply.body


def test_an_accent_written_in_another_way_makes_no_other_login(school: School) -> None:
    assert register(school, login="caf\u00e9").status == 201
    reply = register(school, login="cafe\u0301", email="bob@example.com")
    assert (reply.status, reply.body["code"]) == (409, "login_taken")


@pytest.mark.parametrize(
    ("first", "second"),
    [("oca", "оса"), ("lvan", "Ivan"), ("Ivan", "lvan"), ("modem", "rnodern"), ("user1", "userl"), ("BOB", "B0B")],
)
def test_a_login_that_looks_like_anothers_is_taken(school: School, first: str, second: str) -> None:
    assert register(school, login=first).status == 201
    reply = register(school, login=second, email="bob@example.com")
    assert (reply.status, reply.body["code"]) == (409, "login_taken")
    assert register(school, login=second).body["code"] == "already_registered"
    assert school.api.post("/login", {"login": second, "password": ANN["password"]}).status == 401
    accounts.erase(school.api.post("/login", {"login": first, "password": ANN["password"]}).body["user"]["id"])
    assert register(school, login=second).status == 201


def test_an_old_login_of_two_scripts_goes_on(school: School) -> None:
    old = school.person(login="аdmin")  # with a Cyrillic letter
    signed_in = school.api.post("/login", {"login": "аdmin", "password": PASSWORD})
    assert (signed_in.status, signed_in.body["user"]["id"]) == (200, old.id)


def test_an_address_keeps_the_case_it_was_given_in(school: School) -> None:
    assert register(school, email="Ann.Lee@Example.com").body["user"]["email"] == "Ann.Lee@Example.com"


def test_a_refused_registration_leaves_its_login_free(school: School) -> None:
    register(school)
    assert register(school, login="bob").status == 409
    assert register(school, login="bob", email="bob@example.com").status == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("login", ""),
        ("login", "a"),
        ("login", "a" * 33),
        ("login", "ann lee"),
        ("login", "ann@example.com"),
        ("login", "ann\n"),
        ("login", "an\u200dn"),
        ("login", "an\u3164n"),
        ("login", "www.example.com"),
        ("login", "аdmin"),  # with a Cyrillic letter
        ("login", "ann٣5"),
        ("login", 5),
        ("password", "1234567"),
        ("password", "x" * 65),
        ("password", "password123"),
        ("password", "PASSWORD123"),
        ("password", "пароль123"),
        ("password", "ann@example.com"),
        ("password", "lyceum2026"),
        ("password", "Лицей-2026"),
        ("name", "you won! https://example.com/prize"),
        ("name", "example.com"),
        ("name", "Ann\u202egnp.exe"),
        ("name", "Ann\u2028Lee"),
        ("password", None),
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 65),
        ("email", "ann"),
        ("email", "@example.com"),
        ("email", "ann@"),
        ("email", "ann@localhost"),
        ("email", "ann@@example.com"),
        ("email", "a nn@example.com"),
        ("email", "ann.@example.com"),
        ("email", "ann@-example.com"),
        ("email", "ann@example.com\n"),
        ("email", "Ann <ann@example.com>"),
        ("email", "ann@example.com, bob@example.com"),
        ("email", "x" * 53 + "@example.com"),
    ],
)
def test_a_value_that_breaks_the_rules_is_named(school: School, name: str, value: object) -> None:
    reply = register(school, **{name: value})
    assert (reply.status, reply.body["errors"]) == (400, [f"{name} validation error"])
    assert stored_items("accounts") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("login", "Анна_1.2-3"),
        ("password", "пароль от сейфа"),
        ("password", "😀" * 8),
        ("password", "x" * 64),
        ("password", "with\0inside"),
        ("name", "Ганна Ўладзіміраўна"),
        ("name", "李小龍 😀"),
        ("email", "x" * 52 + "@example.com"),
        ("email", "o'neil+tag@sub.example.co.uk"),
    ],
)
def test_a_value_within_the_rules_works(school: School, name: str, value: str) -> None:
    assert register(school, **{name: value}).status == 201
    credentials = {"login": ANN["login"], "password": ANN["password"], name: value}
    credentials.pop("name", None)
    reply = school.api.post("/login", credentials)
    assert reply.status == 200, reply.body
    if name != "password":
        assert reply.body["user"][name] == value


def test_of_many_registrations_of_one_address_exactly_one_wins(school: School) -> None:
    def create(number: int) -> Account:
        new = NewAccount(email="Ann@example.com", password="long enough 1", login=f"ann{number}", name="Ann")
        return accounts.create(new, role=Role.USER, state=AccountState.NEW)

    results = in_parallel(50, create)
    won = [result for result in results if isinstance(result, Account)]
    assert len(won) == 1
    assert sum(isinstance(result, errors.Conflict) for result in results) == 49
    kept = [item for item in stored_items("accounts") if item["kind"] != "name_word"]
    assert sorted((item["kind"], item["pk"]) for item in kept) == [
        ("account", f"ACCOUNT#{won[0].id}"),
        ("unique", "EMAIL#ann@example.com"),
        ("unique", f"LOGIN#{won[0].login}"),
        ("unique", f"LOOKS#{won[0].login}".replace("1", "l").replace("0", "O")),
    ]


def test_accounts_made_in_one_moment_have_ids_of_their_own(school: School) -> None:
    def create(number: int) -> Account:
        new = NewAccount(email=f"a{number}@example.com", password="long enough 1")
        return accounts.create(new, role=Role.USER, state=AccountState.NEW)

    made = [each.id for each in in_parallel(30, create) if isinstance(each, Account)]
    assert len(set(made)) == len(made) == 30


def test_sign_ups_are_limited_by_address(school: School) -> None:
    allowed = settings.load().sign_ups_per_hour
    for number in range(allowed):
        reply = school.api.post("/reg", {**ANN, "login": f"p{number}", "email": f"p{number}@example.com"})
        assert reply.status == 201
    refused = register(school)
    assert (refused.status, refused.body["code"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "3600"
    assert school.api.post("/reg", ANN, source_ip="203.0.113.2").status == 201


def test_a_welcome_is_mailed(school: School) -> None:
    register(school)
    (letter,) = school.mails
    assert (letter.to, letter.subject) == ("ann@example.com", "Welcome to Lyceum")
    assert "ann@example.com" in letter.text
    assert ANN["password"] not in letter.text


def test_nothing_that_a_stranger_wrote_is_mailed(school: School) -> None:
    register(school, name="Prize of 1000", login="claim_it_now")
    (letter,) = school.mails
    assert "Prize" not in letter.subject + letter.text
    assert "claim_it_now" not in letter.subject + letter.text


def test_the_welcome_is_in_the_language_asked(school: School) -> None:
    school.api.post("/reg", ANN, headers={"Accept-Language": "ru"})
    (letter,) = school.mails
    assert letter.subject == "Добро пожаловать в Lyceum"
    assert letter.text.startswith("Здравствуйте!\n")


def test_a_refused_registration_sends_no_mail(school: School) -> None:
    register(school)
    register(school, login="bob")
    assert len(school.mails) == 1


REJECTED = ClientError({"Error": {"Code": "MessageRejected", "Message": "not verified"}}, "SendEmail")
AWAY = EndpointConnectionError(endpoint_url="ses")


@pytest.mark.parametrize(("failure", "cause"), [(REJECTED, "MessageRejected"), (AWAY, "EndpointConnectionError")])
def test_a_mail_that_ses_does_not_take_does_not_fail_the_registration(
    school: School, log: Log, failure: Exception, cause: str
) -> None:
    def refuse(letter: mail.Mail) -> None:
        raise failure

    school.use_mail(refuse)
    assert register(school).status == 201
    assert school.api.post("/login", {"login": "ann", "password": ANN["password"]}).status == 200
    (event,) = log.events("mail refused")
    assert event["cause"] == cause


def test_a_password_is_nowhere_but_in_its_hash(school: School, log: Log) -> None:
    school.override(hash_cost=passwords.OWASP)
    secret = "Tr0ub4dor&3 of mine"
    replies = [
        register(school, password=secret),
        register(school, password=secret),
        register(school, password=secret, email="no"),
        school.api.post("/login", {"login": "ann", "password": secret}),
        school.api.post("/login", {"login": "bob", "password": secret}),
    ]
    assert [reply.status for reply in replies] == [201, 409, 400, 200, 401]
    seen = json.dumps([[reply.body, dict(reply.headers)] for reply in replies])
    stored = str(stored_items("accounts"))
    assert "account made" in log.text
    assert secret not in seen + log.text + stored
    assert "ann@example.com" not in log.text
    assert "hash" not in seen
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored


def test_tokens_are_not_logged(school: School, log: Log) -> None:
    reply = register(school)
    school.api.get("/me", token=reply.body["jwt_access"])
    assert reply.body["jwt_access"] not in log.text
    assert reply.body["jwt_refresh"] not in log.text

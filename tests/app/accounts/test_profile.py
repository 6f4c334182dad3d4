"""Personal data that users may change of themselves, and what they may not."""

from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import errors
from tests.support.school import Person, Reply, School, counted_requests, in_parallel, stored_items

NAMES = {"name": "Анна-Мария", "secondname": "O’Neil", "patronymic": "李小龍"}
ME = {**NAMES, "birthdate": "2012-02-29", "phone": "+79990001122"}


def change(school: School, person: Person, changes: object = None, **options: Any) -> Reply:
    return school.api.request("PATCH", "/me", json_body=changes, token=person.token, **options)


def me(school: School, person: Person) -> Any:
    return school.api.get("/me", token=person.token).body


def test_personal_data_can_be_set(school: School, pupil: Person) -> None:
    before = me(school, pupil)
    changed = change(school, pupil, ME)
    assert (changed.status, changed.body) == (200, {**before, **ME})
    assert me(school, pupil) == changed.body


def test_what_is_left_out_stays_and_null_takes_away(school: School, pupil: Person) -> None:
    before = change(school, pupil, ME).body
    assert change(school, pupil, {}).body == before
    assert change(school, pupil, {"patronymic": None}).body == {**before, "patronymic": None}
    nobody = dict.fromkeys(ME)
    assert change(school, pupil, nobody).body == {**before, **nobody}
    assert not [item for item in stored_items("accounts") if item["pk"].startswith("PHONE#")]


def test_the_second_name_has_two_names(school: School, pupil: Person) -> None:
    assert change(school, pupil, {"secondName": "Ли"}).body["secondname"] == "Ли"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 1),
        ("login_id", 1),
        ("email", "eve@example.com"),
        ("login", "root"),
        ("username", "root"),
        ("role", "admin"),
        ("roles", ["ROLE_ADMIN"]),
        ("is_admin", True),
        ("state", "activated"),
        ("verified_mail", True),
        ("class", 11),
        ("school_class", 11),
        ("password", "another password 1"),
        ("password_hash", "x"),
        ("generation", 0),
        ("version", 0),
        ("pending_email", "eve@example.com"),
        ("sign_up_id", "x"),
        ("created_at", "2020-01-01T00:00:00Z"),
        ("pk", "ACCOUNT#1"),
        ("kind", "session"),
        ("__class__", "x"),
    ],
)
def test_users_cannot_raise_their_own_role(school: School, pupil: Person, name: str, value: object) -> None:
    before = stored_items("accounts")
    reply = change(school, pupil, {"name": "Eve", name: value})
    assert (reply.status, reply.body["errors"]) == (400, [f"'{name}' is an unknown property"])
    assert stored_items("accounts") == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "x" * 65),
        ("name", 5),
        ("secondname", ["x"]),
        ("birthdate", "2012-02-30"),
        ("birthdate", "29.02.2012"),
        ("birthdate", "2012-02-29T10:00:00Z"),
        ("birthdate", 0),
        ("birthdate", "2026-09-02"),
        ("birthdate", "1896-12-31"),
        ("phone", "1"),
        ("phone", "1" * 33),
        ("phone", "++79990001122"),
        ("phone", "8 (999) 000-11-22"),
        ("phone", "٧٩٩٩٠٠٠١١٢٢"),
        ("phone", 79990001122),
    ],
)
def test_a_value_that_breaks_the_rules_is_named(school: School, pupil: Person, name: str, value: object) -> None:
    reply = change(school, pupil, {name: value})
    assert (reply.status, reply.body["errors"]) == (400, [f"{name} validation error"])
    assert me(school, pupil)[name] == (pupil.account.name if name == "name" else None)


@pytest.mark.parametrize("birthdate", ["2026-09-01", "1897-01-01"])
def test_one_may_be_as_young_or_old_as_people_are(school: School, pupil: Person, birthdate: str) -> None:
    assert change(school, pupil, {"birthdate": birthdate}).body["birthdate"] == birthdate


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"name"', b"\xff"])
def test_a_body_that_cannot_be_read_changes_nothing(school: School, pupil: Person, raw: bytes) -> None:
    assert change(school, pupil, raw_body=raw).status == 400


def test_a_number_that_nobody_verified_keeps_nobody_out(school: School, pupil: Person) -> None:
    change(school, school.person(), {"phone": "79990001122"})
    for number in ("79990001122", "+79990001122"):
        changed = change(school, pupil, {"phone": number})
        assert (changed.status, changed.body["phone"]) == (200, number)


def test_a_number_of_somebody_and_one_of_nobody_get_the_same_answer_at_the_same_cost(
    school: School, pupil: Person
) -> None:
    with_claim = school.person(phone="79990001122")
    with_claim.account.verified_mail = True
    with_claim.account.save()
    replies, costs = [], []
    for number in ("79990001122", "79990003344"):
        with counted_requests() as counted:
            replies.append(change(school, pupil, {"phone": number}))
        costs.append(dict(counted))
    taken, free = replies
    assert (taken.status, taken.body) == (free.status, {**free.body, "phone": "79990001122"})
    assert costs[0] == costs[1]


def test_many_accounts_may_have_one_number(school: School) -> None:
    people = [school.person().id for _ in range(5)]
    results = in_parallel(5, lambda number: accounts.update_profile(people[number], {"phone": "79990001122"}))
    assert [each.phone for each in results if isinstance(each, Account)] == ["79990001122"] * 5


def test_changes_at_the_same_time_lose_nothing(school: School, pupil: Person) -> None:
    wanted = list(ME.items())
    results = in_parallel(len(wanted), lambda number: accounts.update_profile(pupil.id, dict([wanted[number]])))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert {name: me(school, pupil)[name] for name in ME} == ME


def test_a_change_that_is_always_overtaken_gives_up_and_says_so(school: School, pupil: Person) -> None:
    def rename(account: Account) -> None:
        account.name = "Ann"
        accounts.update_profile(account.id, {"patronymic": f"{account.version}"})

    with pytest.raises(errors.Conflict) as refused:
        accounts.change(pupil.id, rename)
    assert refused.value.code == "changed_meanwhile"
    assert me(school, pupil)["name"] == pupil.account.name


def test_a_change_that_is_overtaken_is_made_all_the_same(school: School, pupil: Person) -> None:
    overtaken = iter([True])

    def rename(account: Account) -> None:
        account.name, account.phone = "Ann", "79990005566"
        if next(overtaken, False):
            accounts.update_profile(account.id, {"phone": "79990003344"})

    accounts.change(pupil.id, rename)
    mine = me(school, pupil)
    assert (mine["name"], mine["phone"]) == ("Ann", "79990005566")


@pytest.mark.parametrize("path", ["/me", "/auth", "/user/me"])
def test_every_system_shows_the_same_person(school: School, path: str) -> None:
    person = school.person(Role.TEACHER, name="Ann", secondname="Lee")
    shown = school.api.get(path, token=person.token).body
    mine = me(school, person)
    assert {name: shown[name] for name in mine} == mine
    if path != "/me":
        assert shown["info"] == mine
        names = {name: shown[name] for name in ("first_name", "last_name", "real_name", "display_name")}
        assert set(names.values()) == {"Ann", "Lee", "Ann Lee"}


@pytest.mark.parametrize(
    ("role", "can"),
    [
        (Role.USER, ["learn"]),
        (Role.TEACHER, ["learn", "teach"]),
        (Role.ADMIN, ["learn", "teach", "administer"]),
    ],
)
def test_ones_own_account_says_what_one_may_do(school: School, role: Role, can: list[str]) -> None:
    person = school.person(role)
    assert school.api.get("/me", token=person.token).body["can"] == can
    changed = school.api.request("PATCH", "/me", json_body={"name": "Ann"}, token=person.token)
    assert changed.body["can"] == can


# --- Language and time zone ------------------------------------------------------------------------------------------


def locality(reply: Reply) -> tuple[Any, Any]:
    assert reply.status == 200, reply.body
    return reply.body["language"], reply.body["time_zone"]


def test_the_first_request_that_says_them_sets_language_and_time_zone(school: School) -> None:
    ann = school.person()
    assert locality(school.api.get("/me", token=ann.token)) == (None, None)
    first = school.api.request("GET", "/me", token=ann.token, headers={"Accept-Language": "ru"})
    assert (locality(first), first.headers["etag"]) == (("ru", None), '"1"')
    moscow = {"Accept-Language": "en", "Prefer": "timezone=Europe/Moscow"}
    assert locality(school.api.request("GET", "/me", token=ann.token, headers=moscow)) == ("ru", "Europe/Moscow")
    tokyo = {"Accept-Language": "en", "Prefer": "timezone=Asia/Tokyo"}
    later = school.api.request("GET", "/me", token=ann.token, headers=tokyo)
    assert (locality(later), later.headers["etag"]) == (("ru", "Europe/Moscow"), '"2"')


def test_language_and_time_zone_are_changed_and_taken_away(school: School) -> None:
    ann = school.person()
    put = {"language": "ru", "time_zone": "Asia/Tokyo"}
    assert locality(school.api.request("PATCH", "/me", json_body=put, token=ann.token)) == ("ru", "Asia/Tokyo")
    gone = {"language": None, "time_zone": None}
    assert locality(school.api.request("PATCH", "/me", json_body=gone, token=ann.token)) == (None, None)


def test_an_unknown_language_or_time_zone_is_named(school: School) -> None:
    ann = school.person()
    reply = school.api.request("PATCH", "/me", json_body={"language": "tlh", "time_zone": "Mars"}, token=ann.token)
    assert reply.status == 400
    assert [each["field"] for each in reply.body["violations"]] == ["/language", "/time_zone"], reply.body
    assert locality(school.api.get("/me", token=ann.token)) == (None, None)

"""Erased: the person is forgotten, the id stays."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common.http import errors
from tests.support.log import Log
from tests.support.mailbox import last_code
from tests.support.school import PASSWORD, Person, Reply, School, in_parallel, stored_items

ANN: dict[str, Any] = {
    "email": "annabel@example.com",
    "login": "annabel",
    "name": "Annabel",
    "secondname": "Leesecond",
    "patronymic": "Patron",
    "birthdate": "2012-02-29",
    "phone": "+79990001122",
    "school_class": 7,
}
AGENT = "Mozilla/5.0 of Annabel"


def confirm(account: Account) -> None:
    account.verified_mail = True


@pytest.fixture
def ann(school: School) -> Person:
    """Somebody with everything an account may have: sessions, history, failures, codes, an address to come."""
    person = school.person(**ANN)
    accounts.change(person.id, confirm)
    headers = {"User-Agent": AGENT}
    for password in (PASSWORD, "wrong password"):
        school.api.post("/login", {"login": "annabel", "password": password}, headers=headers)
    school.api.request("PATCH", "/api/v1/users", json_body={"email": "annabel.new@example.com"}, token=person.token)
    return person


def erase(school: School, person: Person) -> Reply:
    return school.api.request("DELETE", "/api/v1/users", token=person.token)


def test_erasing_oneself_leaves_no_personal_data(school: School, ann: Person, log: Log) -> None:
    before = str(stored_items("accounts"))
    traces = [*(str(value) for name, value in ANN.items() if name != "school_class"), AGENT, "$argon2id"]
    assert [trace for trace in traces if trace not in before] == []
    reply = erase(school, ann)
    assert (reply.status, reply.body) == (204, "")
    (left,) = (item for item in stored_items("accounts") if str(ann.id) in item["pk"])
    assert left.keys() <= {
        *("pk", "sk", "kind", "id", "email", "role", "state", "verified_mail", "created_at", "version", "generation"),
        "has_second_factor",
    }
    assert (left["email"], left["role"], left["state"]) == ("", "user", "deleted")
    after = str(stored_items("accounts"))
    assert [trace for trace in traces if trace in after] == []
    assert "account erased" in log.text
    assert "annabel" not in log.text.lower()


def test_an_erased_account_is_signed_out(school: School, ann: Person) -> None:
    refresh = school.api.post("/login", {"login": "annabel", "password": PASSWORD}).body["jwt_refresh"]
    erase(school, ann)
    for path, token in (("/me", ann.token), ("/refresh", refresh)):
        assert school.api.get(path, token=token).status == 401
    assert erase(school, ann).status == 401
    for name in ({"login": "annabel"}, {"email": ANN["email"]}):
        assert school.api.post("/login", {"password": PASSWORD, **name}).status == 401


def test_what_was_held_is_free_for_others(school: School, ann: Person) -> None:
    erase(school, ann)
    assert school.api.get(f"/api/v1/users?email={ANN['email']}").status == 404
    again = school.person(**ANN)
    assert again.id != ann.id
    assert school.api.get("/me", token=again.token).status == 200
    assert school.api.get("/me", token=ann.token).status == 401


def test_codes_of_an_erased_account_are_void(school: School, ann: Person) -> None:
    code = last_code(School(mails=school.mails[:1]))
    erase(school, ann)
    reply = school.api.request("PUT", f"/api/v1/users/{ann.id}/mail?code={code}")
    assert (reply.status, reply.body["success"]) == (200, False)
    assert school.api.post(f"/api/v1/users/{ann.id}/send_code", {}).status == 404


def test_nobody_does_anything_more_with_an_erased_account(school: School, ann: Person) -> None:
    admin = school.person(Role.ADMIN)
    erase(school, ann)
    body = {"user_id": ann.id, "role": "admin"}
    assert school.api.post("/api/v1/roles", body, token=admin.token).status == 404
    with pytest.raises(errors.NotFound):
        accounts.erase(ann.id)


def test_only_a_fresh_sign_in_may_erase(school: School, ann: Person) -> None:
    refresh = school.api.post("/login", {"login": "annabel", "password": PASSWORD}).body["jwt_refresh"]
    school.clock.forward(timedelta(minutes=15, seconds=1))
    stale = Person(ann.account, school.api.get("/refresh", token=refresh).body["jwt_access"])
    refused = erase(school, stale)
    assert (refused.status, refused.body["code"]) == (401, "sign_in_again")
    assert school.api.get("/me", token=stale.token).status == 200


def test_erasing_needs_somebody(school: School) -> None:
    assert school.api.request("DELETE", "/api/v1/users").status == 401


def test_erasing_one_leaves_the_others(school: School, ann: Person, pupil: Person) -> None:
    erase(school, ann)
    assert school.api.get("/me", token=pupil.token).body["email"] == pupil.account.email


def test_of_parallel_erasures_and_changes_the_erasure_wins(school: School, ann: Person) -> None:
    def act(number: int) -> Any:
        return accounts.update_profile(ann.id, {"name": "Annabel"}) if number else accounts.erase(ann.id)

    in_parallel(4, act)
    ann.account.refresh()
    assert (ann.account.state, ann.account.name) == (AccountState.DELETED, None)


def test_of_many_registrations_exactly_one_wins(school: School) -> None:
    def create(number: int) -> Account:
        new = NewAccount(email=f"ann{number}@example.com", login="Ann")
        return accounts.create(new, role=Role.USER, state=AccountState.NEW)

    results = in_parallel(50, create)
    assert sum(isinstance(result, Account) for result in results) == 1
    assert sum(isinstance(result, accounts.AlreadyTaken) for result in results) == 49
    stored = [item["pk"].partition("#")[0] for item in stored_items("accounts") if item["kind"] == "unique"]
    assert {kind: stored.count(kind) for kind in stored} == {"EMAIL": 1, "LOGIN": 1, "LOOKS": 2}


def test_an_admin_cannot_erase_themselves(school: School) -> None:
    admin = school.person(Role.ADMIN)
    reply = school.api.request("DELETE", "/api/v1/users", token=admin.token)
    assert (reply.status, reply.body["code"]) == (409, "not_oneself")
    assert school.api.get("/me", token=admin.token).status == 200


def test_an_erasure_that_was_cut_off_is_finished_by_another(school: School) -> None:
    person = school.person()
    person.account.state = AccountState.DELETED
    person.account.save()
    with pytest.raises(errors.NotFound):
        accounts.erase(person.id)
    assert [item["kind"] for item in stored_items("accounts") if item["pk"] == f"ACCOUNT#{person.id}"] == ["account"]


@pytest.mark.parametrize("name", ["Ann\nBuy now", "\tAnn", "Ann\x7f"])
def test_a_name_has_no_control_characters(school: School, name: str) -> None:
    reply = school.api.request("PATCH", "/me", json_body={"name": name}, token=school.person().token)
    assert (reply.status, reply.body["errors"]) == (400, ["name validation error"])

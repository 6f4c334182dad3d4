"""0001: accounts as the first version left them work again."""

import pytest

from chalicelib.accounts.permissions import AccountState, Role
from infra.migrations import catalogue, migrate
from infra.migrations.journal import Journal
from infra.migrations.m0001_complete_accounts import complete
from infra.migrations.pages import Change, Tables
from tests.support.school import Person, School, stored_items

ADDED_SINCE = ("version", "generation", "listed", "class_roll")
ACCOUNT = {"pk": "ACCOUNT#7", "sk": "ACCOUNT", "kind": "account", "id": 7, "role": "user", "state": "activated"}


def age(tables: Tables, person: Person) -> None:
    """Have somebody's account as the first version wrote it."""
    tables("accounts").update_item(
        Key={"pk": f"ACCOUNT#{person.id}", "sk": "ACCOUNT"},
        UpdateExpression="REMOVE #a, #b, #c, #d",
        ExpressionAttributeNames=dict(zip(("#a", "#b", "#c", "#d"), ADDED_SINCE, strict=True)),
    )


def apply(tables: Tables) -> None:
    migrate.migrate(Journal(tables), catalogue.load()[:1], lambda _: None)


def test_an_old_account_can_be_changed_and_is_listed_again(school: School, tables_of_school: Tables) -> None:
    admin, old = school.person(Role.ADMIN), school.person(school_class=5)
    age(tables_of_school, old)
    assert school.api.request("PATCH", "/me", json_body={"name": "New"}, token=old.token).status >= 400

    apply(tables_of_school)

    assert school.api.request("PATCH", "/me", json_body={"name": "New"}, token=old.token).status == 200
    listed = school.api.get("/user/users?class=5", token=admin.token).body
    assert [each["name"] for each in listed] == ["New"]


def test_what_it_writes_is_what_the_application_writes(school: School, tables_of_school: Tables) -> None:
    people = [
        school.person(role, state, school_class=3)
        for role in Role
        for state in (AccountState.NEW, AccountState.ACTIVATED)
    ]
    expected = sorted(stored_items("accounts"), key=str)
    for person in people:
        age(tables_of_school, person)

    apply(tables_of_school)

    assert sorted(stored_items("accounts"), key=str) == expected


def test_the_way_back_and_forward_again_leave_accounts_as_they_are(school: School, tables_of_school: Tables) -> None:
    school.person(school_class=5)
    apply(tables_of_school)
    before = stored_items("accounts")

    migrate.roll_back(Journal(tables_of_school), catalogue.load()[:1], lambda _: None)
    apply(tables_of_school)

    assert stored_items("accounts") == before


@pytest.mark.parametrize(
    ("item", "missing"),
    [
        (ACCOUNT, {"version": 0, "generation": 0, "listed": "0000000000000007"}),
        ({**ACCOUNT, "class": 5}, {"version": 0, "generation": 0, "listed": f"{7:016}", "class_roll": "CLASS#5"}),
        ({**ACCOUNT, "class": 5, "role": "teacher"}, {"version": 0, "generation": 0, "listed": f"{7:016}"}),
        ({**ACCOUNT, "state": "deleted"}, {"version": 0, "generation": 0}),
        ({**ACCOUNT, "version": 4, "generation": 2}, {"listed": f"{7:016}"}),
    ],
)
def test_only_what_is_missing_is_filled_in(item: dict[str, object], missing: dict[str, object]) -> None:
    assert complete(item) == Change(set=missing, depends_on=("role", "state", "class"))


@pytest.mark.parametrize(
    "item",
    [{**ACCOUNT, "version": 1, "generation": 0, "listed": "x"}, {"pk": "EMAIL#a@b", "sk": "UNIQUE", "kind": "unique"}],
)
def test_what_is_complete_or_no_account_stays_as_it_is(item: dict[str, object]) -> None:
    assert complete(item) is None

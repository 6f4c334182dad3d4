"""0003: old logins hold what they look like."""

from chalicelib.accounts import accounts
from chalicelib.accounts.models import Account
from infra.migrations import m0003_look_alike_logins
from infra.migrations.pages import Tables
from tests.support.school import PASSWORD, Person, School, stored_items


def age(tables: Tables, person: Person) -> None:
    """Have somebody's login as the version before stored it."""
    table = tables("accounts")
    table.update_item(Key={"pk": f"ACCOUNT#{person.id}", "sk": "ACCOUNT"}, UpdateExpression="REMOVE looks")
    for item in stored_items("accounts"):
        if item["pk"].startswith("LOOKS#") and item["account_id"] == person.id:
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def apply(tables: Tables) -> None:
    position = m0003_look_alike_logins.forward(tables, None)
    while position is not None:
        position = m0003_look_alike_logins.forward(tables, position)


def without_versions() -> list[dict[str, object]]:
    items = [{name: value for name, value in item.items() if name != "version"} for item in stored_items("accounts")]
    return sorted(items, key=str)


def holders() -> dict[str, int]:
    items = [item for item in stored_items("accounts") if item["pk"].startswith("LOOKS#")]
    return {item["pk"].removeprefix("LOOKS#"): int(item["account_id"]) for item in items}


def test_what_it_writes_is_what_the_application_writes(school: School, tables_of_school: Tables) -> None:
    people = [school.person(login=login) for login in ("Ivan", "анна", "modem")]
    people.append(school.person(login=None))
    expected = without_versions()
    for person in people:
        age(tables_of_school, person)
    for _ in range(2):
        apply(tables_of_school)
        assert without_versions() == expected


def test_old_logins_that_look_alike_stay(school: School, tables_of_school: Tables) -> None:
    first = school.person(login="oca")
    age(tables_of_school, first)
    second = school.person(login="оса")
    age(tables_of_school, second)
    apply(tables_of_school)
    assert set(holders()) == {"oca"}
    for login, person in (("oca", first), ("оса", second)):
        assert school.api.post("/login", {"login": login, "password": PASSWORD}).body["user"]["id"] == person.id
        accounts.change(person.id, lambda account: setattr(account, "name", "New"))
    for person in (first, second):
        accounts.erase(person.id)
    assert holders() == {}


def test_a_change_that_began_before_does_not_undo_it(school: School, tables_of_school: Tables) -> None:
    person = school.person(login="ann")
    age(tables_of_school, person)
    overtaken = iter([True])

    def rename(account: Account) -> None:
        account.name = "Ann"
        if next(overtaken, False):
            apply(tables_of_school)

    changed = accounts.change(person.id, rename)
    assert (changed.name, changed.looks) == ("Ann", {"ann"})


def test_what_an_account_held_when_it_was_erased_meanwhile_is_free(school: School, tables_of_school: Tables) -> None:
    person = school.person(login="ann")
    age(tables_of_school, person)
    (seen,) = (
        item for item in stored_items("accounts") if item["pk"] == f"ACCOUNT#{person.id}" and item["sk"] == "ACCOUNT"
    )
    accounts.erase(person.id)
    m0003_look_alike_logins.hold_looks(tables_of_school("accounts"), seen)
    assert holders() == {}

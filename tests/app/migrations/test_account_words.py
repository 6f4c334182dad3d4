"""0008: accounts are found by words."""

from chalicelib.accounts import accounts
from infra.migrations import m0008_account_words
from infra.migrations.pages import Tables
from tests.support.school import Person, School, stored_items


def age(tables: Tables, person: Person) -> None:
    """Have somebody's account as the version before stored it."""
    table = tables("accounts")
    table.update_item(Key={"pk": f"ACCOUNT#{person.id}", "sk": "ACCOUNT"}, UpdateExpression="REMOVE words")
    for item in stored_items("accounts"):
        if item["kind"] == "name_word" and item["account_id"] == person.id:
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def apply(tables: Tables) -> None:
    position = m0008_account_words.forward(tables, None)
    while position is not None:
        position = m0008_account_words.forward(tables, position)


def without_versions() -> list[dict[str, object]]:
    items = [{name: value for name, value in item.items() if name != "version"} for item in stored_items("accounts")]
    return sorted(items, key=str)


def test_what_it_writes_is_what_the_application_writes(school: School, tables_of_school: Tables) -> None:
    people = [school.person(name="Анна", secondname="Петрова"), school.person(login=None), school.person()]
    accounts.erase(people[2].id)
    expected = without_versions()
    for person in people:
        age(tables_of_school, person)
    for _ in range(2):
        apply(tables_of_school)
        assert without_versions() == expected
    accounts.erase(people[0].id)
    assert [item for item in stored_items("accounts") if item.get("account_id") == people[0].id] == []

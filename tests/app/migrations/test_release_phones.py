"""0002: numbers that one account held alone become claims, which others may have too."""

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.models import Account
from infra.migrations import m0002_release_phones
from infra.migrations.m0002_release_phones import claim
from infra.migrations.pages import Change, Tables
from tests.support.school import Person, School, stored_items

PHONE = "+79990001122"
DIGITS = "79990001122"
ACCOUNT = {"kind": "account", "phone": PHONE, "version": 3}


def confirm(account: Account) -> None:
    account.verified_mail = True


def age(tables: Tables, person: Person) -> None:
    """Have somebody's number as the version before stored it."""
    table = tables("accounts")
    table.update_item(Key={"pk": f"ACCOUNT#{person.id}", "sk": "ACCOUNT"}, UpdateExpression="REMOVE claimed_phone")
    table.delete_item(Key={"pk": f"PHONE#{DIGITS}", "sk": f"CLAIM#{person.id}"})
    table.put_item(Item={"pk": f"PHONE#{DIGITS}", "sk": "UNIQUE", "kind": "unique", "account_id": person.id})


def apply(tables: Tables) -> None:
    position = m0002_release_phones.forward(tables, None)
    while position is not None:
        position = m0002_release_phones.forward(tables, position)


def without_versions() -> list[dict[str, object]]:
    items = [{name: value for name, value in item.items() if name != "version"} for item in stored_items("accounts")]
    return sorted(items, key=str)


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_it_writes_is_what_the_application_writes(
    school: School,
    tables_of_school: Tables,
    confirmed: bool,  # noqa: FBT001
) -> None:
    person = school.person(phone=PHONE)
    if confirmed:
        accounts.change(person.id, confirm)
    expected = without_versions()
    age(tables_of_school, person)
    for _ in range(2):
        apply(tables_of_school)
        assert without_versions() == expected


def test_the_application_goes_on_with_it(school: School, tables_of_school: Tables) -> None:
    person = school.person(phone=PHONE)
    age(tables_of_school, person)
    apply(tables_of_school)
    accounts.change(person.id, confirm)
    assert [item["sk"] for item in stored_items("accounts") if item["pk"] == f"PHONE#{DIGITS}"] == [
        f"CLAIM#{person.id}"
    ]
    accounts.erase(person.id)
    assert [item for item in stored_items("accounts") if item["pk"] == f"PHONE#{DIGITS}"] == []


def test_a_change_that_began_before_does_not_undo_it(school: School, tables_of_school: Tables) -> None:
    person = school.person(phone=PHONE)
    age(tables_of_school, person)
    overtaken = iter([True])

    def rename(account: Account) -> None:
        account.name = "Ann"
        if next(overtaken, False):
            apply(tables_of_school)

    changed = accounts.change(person.id, rename)
    assert (changed.name, changed.claimed_phone) == ("Ann", DIGITS)


def test_a_hold_of_an_account_that_is_gone_goes_too(school: School, tables_of_school: Tables) -> None:
    person = school.person(phone=PHONE)
    age(tables_of_school, person)
    tables_of_school("accounts").delete_item(Key={"pk": f"ACCOUNT#{person.id}", "sk": "ACCOUNT"})
    apply(tables_of_school)
    assert [item for item in stored_items("accounts") if item["pk"] == f"PHONE#{DIGITS}"] == []


def test_only_the_number_that_an_account_has_is_claimed() -> None:
    assert claim(ACCOUNT, DIGITS) == Change(set={"claimed_phone": DIGITS, "version": 4}, depends_on=("phone",))
    assert claim({**ACCOUNT, "claimed_phone": DIGITS}, DIGITS) is None
    assert claim({**ACCOUNT, "phone": "79990003344"}, DIGITS) is None
    assert claim({"kind": "account", "version": 3}, DIGITS) is None

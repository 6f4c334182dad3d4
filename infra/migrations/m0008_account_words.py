"""Accounts are found by the words of their names, logins and addresses.

Each account gets its words (WORD#… / {word}#{id}), and its `words` says which those are. An account that is changed
meanwhile is read again; words that it does not have by then are taken back.
"""

from typing import TYPE_CHECKING

from chalicelib.accounts import name_words
from infra.migrations.pages import Change, Item, Position, Tables, change_item, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

NAMED_BY = ("login", "email", "name", "secondname", "patronymic", "state")


def forward(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "accounts", position, list_words)


def back(_tables: Tables, _position: Position) -> Position:
    """Nothing to undo: the version before passes over what it does not know."""
    return None


def list_words(table: "Table", account: Item) -> None:
    """Puts the words of an account. Done again after a crash, it ends the same."""
    if account["kind"] != "account" or "words" in account:
        return
    put: set[str] = set()

    def decide(seen: Item) -> Change | None:
        words = words_of(seen)
        if not words or "words" in seen:
            return None
        for word in words - put:
            table.put_item(Item={**_key(word, seen), "kind": "name_word", "word": word, "account_id": seen["id"]})
        put.update(words)
        return Change(set={"words": words, "version": seen["version"] + 1}, depends_on=NAMED_BY)

    change_item(table, account, decide)
    now: Item = table.get_item(Key={"pk": account["pk"], "sk": account["sk"]}, ConsistentRead=True).get("Item", {})
    for word in put - set(now.get("words", ())):
        table.delete_item(Key=_key(word, account))


def words_of(account: Item) -> set[str]:
    """Returns the words of an account; an erased one has none."""
    if account.get("state") == "deleted":
        return set()
    names = (account.get("name"), account.get("secondname"), account.get("patronymic"))
    return name_words.words_of(login=account.get("login"), email=account.get("email", ""), names=names)


def _key(word: str, account: Item) -> dict[str, str]:
    return {"pk": f"WORD#{word[:1]}", "sk": f"{word}#{int(account['id']):016}"}

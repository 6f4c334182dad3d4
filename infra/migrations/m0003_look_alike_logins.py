"""Logins hold what they look like, so that no new one looks like them.

Each account with a login gets the skeletons that are still free (LOOKS#… / UNIQUE), and its `looks` says which those
are. Old logins that look alike stay: the first to be met holds the skeleton. An account that is changed meanwhile is
read again; what it holds when its login is gone by then is given back.
"""

from typing import TYPE_CHECKING

from chalicelib.accounts import look_alikes
from infra.migrations.pages import Change, Item, Position, Tables, change_item, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def forward(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "accounts", position, hold_looks)


def back(_tables: Tables, _position: Position) -> Position:
    """Nothing to undo: the version before passes over what it does not know."""
    return None


def hold_looks(table: "Table", account: Item) -> None:
    """Has an account hold the skeletons of its login that are free. Done again after a crash, it ends the same."""
    if account["kind"] != "account" or "login" not in account or "looks" in account:
        return
    held = {each for each in look_alikes.skeletons(account["login"]) if _hold(table, each, account)}
    if not held:
        return
    change_item(table, account, lambda seen: looks_of(seen, account["login"], held))
    now: Item = table.get_item(Key={"pk": account["pk"], "sk": account["sk"]}, ConsistentRead=True).get("Item", {})
    for each in held - set(now.get("looks", ())):
        table.delete_item(Key=_key(each))


def looks_of(account: Item, login: str, held: set[str]) -> Change | None:
    """`version` grows, so that no change of before overwrites this."""
    if account.get("login") != login or "looks" in account:
        return None
    return Change(set={"looks": held, "version": account["version"] + 1}, depends_on=("login",))


def _hold(table: "Table", skeleton: str, account: Item) -> bool:
    try:
        table.put_item(
            Item={**_key(skeleton), "kind": "unique", "account_id": account["id"]},
            ConditionExpression="attribute_not_exists(pk) OR account_id = :id",
            ExpressionAttributeValues={":id": account["id"]},
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _key(skeleton: str) -> dict[str, str]:
    return {"pk": f"LOOKS#{skeleton}", "sk": "UNIQUE"}

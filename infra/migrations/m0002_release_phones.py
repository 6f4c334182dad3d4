"""Numbers keep nobody out any more: an account with a confirmed address claims its number, others may have it too.

A number was held by one account alone (PHONE#… / UNIQUE), although nobody verifies numbers. Those items go. Their
accounts get `claimed_phone`, and those with a confirmed address a claim (PHONE#… / CLAIM#…), which the application
writes for others once their address is confirmed. An account that is changed meanwhile is read again.

There is no way back: numbers that several accounts have since cannot be one account's.
"""

from typing import TYPE_CHECKING

from infra.migrations.pages import Change, Item, Position, Tables, change_item, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def forward(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "accounts", position, release)


def release(table: "Table", item: Item) -> None:
    """Makes a claim of the hold of a number. Done again after a crash, it ends the same."""
    if item["kind"] != "unique" or not item["pk"].startswith("PHONE#") or item["sk"] != "UNIQUE":
        return
    digits, account_id = item["pk"].removeprefix("PHONE#"), item["account_id"]
    key = {"pk": f"ACCOUNT#{account_id}", "sk": "ACCOUNT"}
    account = table.get_item(Key=key, ConsistentRead=True).get("Item")
    if account is not None:
        change_item(table, account, lambda seen: claim(seen, digits))
        account = table.get_item(Key=key, ConsistentRead=True)["Item"]
        if account.get("claimed_phone") == digits and account["verified_mail"]:
            table.put_item(Item={**item, "sk": f"CLAIM#{account_id}"})
    table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def claim(account: Item, digits: str) -> Change | None:
    """Has an account claim the number that it has. `version` grows, so that no change of before overwrites this."""
    if "claimed_phone" in account or str(account.get("phone", "")).lstrip("+") != digits:
        return None
    return Change(set={"claimed_phone": digits, "version": account["version"] + 1}, depends_on=("phone",))

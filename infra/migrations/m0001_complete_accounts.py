"""Accounts of the first version get what the application has since come to rely on.

They lack `version` and `generation`, without which no change of theirs passes its condition, and `listed` and
`class_roll`, the keys of `by_role` and `by_class`, without which no list of users shows them.
"""

from infra.migrations.pages import Change, Item, Position, Tables, change_items


def forward(tables: Tables, position: Position) -> Position:
    return change_items(tables, "accounts", position, complete)


def back(_tables: Tables, _position: Position) -> Position:
    """Nothing to undo: the first version passes over attributes that it does not know."""
    return None


def complete(item: Item) -> Change | None:
    if item["kind"] != "account":
        return None
    wanted = {"version": 0, "generation": 0, **_listing(item)}
    missing = {name: value for name, value in wanted.items() if name not in item}
    return Change(set=missing, depends_on=("role", "state", "class")) if missing else None


def _listing(account: Item) -> dict[str, str]:
    """Nobody who is deleted, in a class pupils alone."""
    listing = {}
    if account["state"] != "deleted":
        listing["listed"] = f"{int(account['id']):016}"
    if account["role"] == "user" and "class" in account:
        listing["class_roll"] = f"CLASS#{account['class']}"
    return listing

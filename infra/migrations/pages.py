"""Tools of migrations: the tables of a stage, and changing every item of a table, page by page.

A migration may scan, which nothing else does. It runs beside the application, and a page of it may run twice: a write
holds only while what it was decided from is still so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, ConditionBase

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

Item = Mapping[str, Any]
Position = Mapping[str, Any] | None
"""Where the next page begins, as DynamoDB stores it; None is the beginning, and, as an answer, the end."""
Tables = Callable[[str], "Table"]
"""The table of a package: tables("accounts")."""

PAGE = 100
"""Items; what a crash makes us do again."""
TRIES = 10
"""For an item that others keep changing."""


class ContendedItemError(Exception):
    """An item was changed by others each time that it was to be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of an item. `depends_on` names the other attributes that decided it."""

    set: Mapping[str, Any] = field(default_factory=dict)
    remove: Iterable[str] = ()
    depends_on: Iterable[str] = ()


def change_items(
    tables: Tables, package: str, position: Position, decide: Callable[[Item], Change | None], *, limit: int = PAGE
) -> Position:
    """Change the next page of a package's items as `decide` says; None leaves an item as it is."""
    return visit_items(tables, package, position, lambda table, item: change_item(table, item, decide), limit=limit)


def visit_items(
    tables: Tables, package: str, position: Position, visit: Callable[["Table", Item], object], *, limit: int = PAGE
) -> Position:
    """Do something with each item of the next page, which more than that item may depend on."""
    table = tables(package)
    start: dict[str, Any] = {} if position is None else {"ExclusiveStartKey": position}
    page = table.scan(Limit=limit, ConsistentRead=True, **start)
    for item in page["Items"]:
        visit(table, item)
    return page.get("LastEvaluatedKey")


def change_item(table: "Table", seen: Item, decide: Callable[[Item], Change | None]) -> None:
    key = {"pk": seen["pk"], "sk": seen["sk"]}
    item: Item | None = seen
    for _ in range(TRIES):
        change = decide(item) if item is not None else None
        if item is None or change is None:
            return
        try:
            table.update_item(Key=key, ConditionExpression=_unchanged(item, change), **_update(change))
        except table.meta.client.exceptions.ConditionalCheckFailedException:
            item = table.get_item(Key=key, ConsistentRead=True).get("Item")
        else:
            return
    raise ContendedItemError(f"{key} changed {TRIES} times while it was to be written")


def _unchanged(item: Item, change: Change) -> ConditionBase:
    """The item is still there, and so is what was seen of it."""
    there: ConditionBase = Attr("pk").exists()
    seen = (
        Attr(name).eq(item[name]) if name in item else Attr(name).not_exists()
        for name in (*change.set, *change.remove, *change.depends_on)
    )
    return reduce(and_, seen, there)


def _update(change: Change) -> dict[str, Any]:
    names = {f"#u{number}": name for number, name in enumerate((*change.set, *change.remove))}
    aliases = list(names)
    values = {f":u{number}": value for number, value in enumerate(change.set.values())}
    settings = [f"{alias} = {value}" for alias, value in zip(aliases, values, strict=False)]
    clauses = [("SET", settings), ("REMOVE", aliases[len(values) :])]
    expression = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses if parts)
    update = {"UpdateExpression": expression, "ExpressionAttributeNames": names}
    return {**update, "ExpressionAttributeValues": values} if values else update

"""Trainings in a contest in which the team had trained before are marked as repetitions, as the application marks them.

Who was in the team then is not kept with older scores: the team alone decides. Its first training in a contest is the
one whose score has the smallest sort key.
"""

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Key

from infra.migrations.pages import Change, Item, Position, Tables, change_item, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def forward(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "training", position, mark)


def back(_tables: Tables, _position: Position) -> Position:
    """Nothing to undo: the version before passes over what it does not know."""
    return None


def mark(table: "Table", item: Item) -> None:
    if item["kind"] == "training_score" and not item.get("repeats") and _has_earlier(table, item):
        change_item(table, item, lambda _: Change(set={"repeats": True}))


def _has_earlier(table: "Table", score: Item) -> bool:
    of_team = score["sk"].split("#")[1]
    key = Key("pk").eq(score["pk"]) & Key("sk").begins_with(f"SCORE#{of_team}#")
    first = table.query(KeyConditionExpression=key, Limit=1, ConsistentRead=True)["Items"][0]
    return bool(first["sk"] < score["sk"])

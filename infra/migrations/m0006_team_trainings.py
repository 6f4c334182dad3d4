"""Teams list their trainings: for each session from before there is an item of its team, as the application writes it.

It follows from the session's score, which stays as it was: its sort key has the team, the moment and the session. The
application writes both in one transaction, so a session that starts meanwhile has its item already.
"""

from typing import TYPE_CHECKING, Any

from infra.migrations.pages import Item, Position, Tables, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def forward(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "training", position, list_session)


def back(_tables: Tables, _position: Position) -> Position:
    """Nothing to undo: the version before passes over what it does not know."""
    return None


def list_session(table: "Table", item: Item) -> None:
    if item["kind"] == "training_score":
        table.put_item(Item=team_training(item))


def team_training(score: Item) -> dict[str, Any]:
    """As the application stores it. Writing it again changes nothing."""
    _, _, moment, session_id = score["sk"].split("#")
    return {
        "pk": f"TEAM#{score['team_id']}",
        "sk": f"TRAINING#{moment}#{session_id}",
        "kind": "team_training",
        "session_id": session_id,
        "contest_id": int(score["pk"].removeprefix("CONTEST#")),
        "score": score["sk"],
    }

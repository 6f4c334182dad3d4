"""Reviews that were written before are found by their ids, so that authors can rate them."""

from typing import TYPE_CHECKING

from infra.migrations.pages import Item, Position, Tables, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def forward(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "tracks", position, _add_place)


def back(_tables: Tables, _position: Position) -> Position:
    """Nothing to undo: the version before passes over what it does not know."""
    return None


def _add_place(table: "Table", item: Item) -> None:
    """The application writes the same with each review."""
    if item["kind"] != "code_review":
        return
    submission = {"pk": f"SUBMISSION#{item['submission_id']}", "sk": "PLACE"}
    found: Item = table.get_item(Key=submission, ConsistentRead=True).get("Item", {})
    if found:  # else its author was erased meanwhile
        table.put_item(
            Item={
                "pk": f"REVIEW#{item['id']}",
                "sk": "PLACE",
                "kind": "review_place",
                "track_id": found["track_id"],
                **{name: item[name] for name in ("assignment_id", "author_id", "reviewer_id")},
            }
        )

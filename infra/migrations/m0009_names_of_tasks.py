"""Tasks that were placed before are called what their problems are in other languages, unless they have their own name.

The application writes these names when a task is placed or renamed, and when its problem changes. One that changes
meanwhile is read and decided again.
"""

import json
from typing import TYPE_CHECKING

from infra.migrations.pages import Change, Item, Position, Tables, change_item, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def forward(tables: Tables, position: Position) -> Position:
    problems = tables("judge")
    return visit_items(
        tables, "courses", position, lambda table, item: change_item(table, item, lambda task: _named(problems, task))
    )


def back(_tables: Tables, _position: Position) -> Position:
    """Nothing to undo: the version before passes over what it does not know."""
    return None


def _named(problems: "Table", task: Item) -> Change | None:
    if task["kind"] != "task" or task.get("titles", "{}") != "{}":
        return None
    key = {"pk": f"PROBLEM#{task['problem_id']}", "sk": "PROBLEM"}
    problem: Item = problems.get_item(Key=key, ConsistentRead=True).get("Item", {})
    titles = problem.get("titles", "{}")
    if titles == "{}" or task["name"] not in {problem["title"], *json.loads(titles).values()}:
        return None
    return Change(set={"titles": titles}, depends_on=["name", "problem_id"])

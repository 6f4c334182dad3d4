"""Who has trained in a contest becomes a pupil of those who teach it, in the table of `school`.

The application writes these memberships in the transactions that start a training or let somebody join a team during
one. For trainings from before, they follow from who is in the team now: who was in it then is not known. Each is added
only while the team is as it was read, so that nobody comes back who has left or was erased meanwhile. An older training
has no `member_ids`: the members of its team stand for them. There is no way back: what was added here and what the
application has written since cannot be told apart.
"""

from typing import TYPE_CHECKING, Any

from infra.migrations.pages import PAGE, TRIES, ContendedItemError, Item, Position, Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

FAILED = "ConditionalCheckFailed"


def forward(tables: Tables, position: Position) -> Position:
    training = tables("training")
    start: dict[str, Any] = {} if position is None else {"ExclusiveStartKey": position}
    page = training.scan(Limit=PAGE, ConsistentRead=True, **start)
    for item in page["Items"]:
        if item["kind"] == "training_session":
            _add_pupils(training, tables("school"), item)
    return page.get("LastEvaluatedKey")


def membership(user_id: int, session: Item) -> Item:
    """As the application stores it."""
    group = f"contest:{session['contest_id']}"
    return {
        "pk": f"PERSON#{user_id}",
        "sk": f"ATTENDS#{group}",
        "kind": "group_membership",
        "user_id": user_id,
        "group": group,
        "roll": f"ATTENDS#{user_id:016}",
        "since": session["started_at"],
    }


def _add_pupils(training: "Table", school: "Table", session: Item) -> None:
    key = {"pk": f"TEAM#{session['team_id']}", "sk": "TEAM"}
    for _ in range(TRIES):
        team: Item | None = training.get_item(Key=key, ConsistentRead=True).get("Item")
        if team is None or all(_add(training, school, team, membership(int(m), session)) for m in team["member_ids"]):
            return
    raise ContendedItemError(f"{key} changed {TRIES} times while its members were to become pupils")


def _add(training: "Table", school: "Table", team: Item, pupil: Item) -> bool:
    """Add a membership unless it is there; False when the team is not as it was read."""
    unchanged = {
        "TableName": training.name,
        "Key": {"pk": team["pk"], "sk": team["sk"]},
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": team["version"]},
    }
    put = {"TableName": school.name, "Item": pupil, "ConditionExpression": "attribute_not_exists(pk)"}
    writes: Any = [{"ConditionCheck": unchanged}, {"Put": put}]
    client = training.meta.client
    try:
        client.transact_write_items(TransactItems=writes)
    except client.exceptions.TransactionCanceledException as cancelled:
        of_team, of_pupil = (reason["Code"] for reason in cancelled.response["CancellationReasons"])
        return of_team != FAILED and of_pupil == FAILED
    return True

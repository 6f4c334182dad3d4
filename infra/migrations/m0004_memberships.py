"""Who teaches a group and who attends it become memberships, in the table of `school`.

Authors of courses, tracks and contests get the membership of who teaches them, those who attend a course or take part
in a track that of a pupil; the items in which courses kept a teacher's pupils go. The application writes memberships
in the transactions of what causes them, so each is added here only while its cause is as it was read. What was kept
of pupils is lost with it: there is no way back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.migrations.pages import PAGE, TRIES, ContendedItemError, Item, Position, Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

PACKAGES = ("courses", "tracks", "training")
"""Whose tables are gone through, one after the other."""


@dataclass(frozen=True, slots=True)
class Membership:
    """`part` is TEACHES or ATTENDS. `while_still` has values of the cause by their names; None is for an absent one."""

    user_id: int
    part: str
    group: str
    since: str
    while_still: Mapping[str, Any] = field(default_factory=dict)


def forward(tables: Tables, position: Position) -> Position:
    package = PACKAGES[0] if position is None else str(position["package"])
    table = tables(package)
    after: dict[str, Any] = {"ExclusiveStartKey": position["after"]} if position and "after" in position else {}
    page = table.scan(Limit=PAGE, ConsistentRead=True, **after)
    for item in page["Items"]:
        _take_over(table, tables("school"), item)
    if "LastEvaluatedKey" in page:
        return {"package": package, "after": page["LastEvaluatedKey"]}
    following = PACKAGES[PACKAGES.index(package) + 1 :]
    return {"package": following[0]} if following else None


def membership_of(item: Item) -> Membership | None:
    """The membership that follows from an item; None when none does."""
    follows = _FOLLOWS.get(item["kind"])
    return follows(item) if follows else None


def _course(item: Item) -> Membership | None:
    if "doomed" in item:
        return None
    return _owner(item, "course")


def _owner(item: Item, kind: str) -> Membership:
    unchanged = {"author_id": item["author_id"], "doomed": None}
    return Membership(int(item["author_id"]), "TEACHES", f"{kind}:{item['id']}", item["created_at"], unchanged)


def _enrollment(item: Item) -> Membership | None:
    if "since" not in item:
        return None
    since = item["since"]
    return Membership(int(item["user_id"]), "ATTENDS", f"course:{item['course_id']}", since, {"since": since})


def _participant(item: Item) -> Membership:
    since = item["enrolled_at"]
    return Membership(int(item["user_id"]), "ATTENDS", f"track:{item['track_id']}", since, {"enrolled_at": since})


_FOLLOWS: Mapping[str, Callable[[Item], Membership | None]] = {
    "course": _course,
    "enrolment": _enrollment,
    "track": lambda item: _owner(item, "track"),
    "participant": _participant,
    "contest": lambda item: _owner(item, "contest"),
}


def _take_over(table: "Table", school: "Table", item: Item) -> None:
    if item["kind"] == "pupil":
        table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    membership = membership_of(item)
    if membership is not None:
        _add(table, school, item, membership)


def _add(table: "Table", school: "Table", cause: Item, membership: Membership) -> None:
    """Add a membership unless it is there, or its cause is another by now: then the application has written it."""
    put = {"TableName": school.name, "Item": _stored(membership), "ConditionExpression": "attribute_not_exists(pk)"}
    writes: Any = [{"ConditionCheck": _check(table, cause, membership)}, {"Put": put}]
    client = table.meta.client
    for _ in range(TRIES):
        try:
            client.transact_write_items(TransactItems=writes)
        except client.exceptions.TransactionCanceledException as cancelled:
            if any(reason["Code"] == "ConditionalCheckFailed" for reason in cancelled.response["CancellationReasons"]):
                return
        else:
            return
    raise ContendedItemError(f"{cause['pk']} was written {TRIES} times while its membership was to be added")


def _stored(membership: Membership) -> Item:
    roll = f"{membership.part}#{membership.user_id:016}"
    return {
        "pk": f"PERSON#{membership.user_id}",
        "sk": f"{membership.part}#{membership.group}",
        "kind": "group_membership",
        "user_id": membership.user_id,
        "group": membership.group,
        "roll": roll,
        "since": membership.since,
    }


def _check(table: "Table", cause: Item, membership: Membership) -> dict[str, Any]:
    """The condition that a cause is there, and as it was read."""
    names = {f"#n{number}": name for number, name in enumerate(membership.while_still)}
    seen = dict(enumerate(membership.while_still.values()))
    parts = [
        f"attribute_not_exists(#n{number})" if value is None else f"#n{number} = :v{number}"
        for number, value in seen.items()
    ]
    return {
        "TableName": table.name,
        "Key": {"pk": cause["pk"], "sk": cause["sk"]},
        "ConditionExpression": " AND ".join(["attribute_exists(pk)", *parts]),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {f":v{number}": value for number, value in seen.items() if value is not None},
    }

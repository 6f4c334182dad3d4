"""Compares the indexes of tables. Pure.

DynamoDB makes or deletes one index of a table at a time, and CloudFormation does one such step in an update: a release
that changes two indexes of one table cannot be deployed over the one before (docs/migrations.md). An index is never
changed: another takes its place, which counts twice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

AT_ONCE = 1
Index = Mapping[str, Any]


def changes(before: Iterable[Index], after: Iterable[Index]) -> list[str]:
    """What DynamoDB has to do, a text for each step."""
    old, new = ({each["IndexName"]: _compared(each) for each in indexes} for indexes in (before, after))
    deleted = sorted(name for name in old if old[name] != new.get(name))
    made = sorted(name for name in new if new[name] != old.get(name))
    return [f"delete {name}" for name in deleted] + [f"make {name}" for name in made]


def as_declared(table: Mapping[str, Any], declared: Mapping[str, Any]) -> list[Index]:
    """The indexes of a table, as `describe_table` says, in the words of the template where they are the same."""
    ours = {each["IndexName"]: each for each in declared.get("GlobalSecondaryIndexes", ())}
    found = (_as_in_templates(each) for each in table.get("GlobalSecondaryIndexes", ()))
    return [
        ours[each["IndexName"]] if _compared(ours.get(each["IndexName"], {})) == _compared(each) else each
        for each in found
    ]


def _as_in_templates(index: Index) -> Index:
    projection = {name: index["Projection"][name] for name in _PROJECTION if name in index["Projection"]}
    keys = [{name: key[name] for name in ("AttributeName", "KeyType")} for key in index["KeySchema"]]
    return {"IndexName": index["IndexName"], "KeySchema": keys, "Projection": projection}


_PROJECTION = ("ProjectionType", "NonKeyAttributes")


def _compared(index: Index) -> Any:
    """The order of the attributes means nothing to DynamoDB."""
    if not index:
        return None
    keys = [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]]
    projection = index["Projection"]
    return sorted(keys), projection["ProjectionType"], sorted(projection.get("NonKeyAttributes", ()))

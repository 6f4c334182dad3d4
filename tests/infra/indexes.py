"""The indexes of the tables as the last version has them, in indexes.txt: the next one is deployed over it.

    python -m tests.infra.indexes      writes the list, when a version is made

A line is a table, an index (`-` for the table itself), its keys, and what it holds.
"""

import re
import sys
from pathlib import Path
from typing import Any

from infra.packaging.package import RESOURCES, ROOT
from infra.packaging.template_files import load_template

PATH = Path(__file__).with_name("indexes.txt")
VERSION = re.compile(r"^## \[(\d+\.\d+\.\d+)\]", re.MULTILINE)
HEAD = re.compile(r"# of version (\S+)")
Tables = dict[str, dict[str, Any]]
"""Table -> index -> as the template declares it; under `-` what is left of the table's own keys."""


def last_version() -> str:
    found = VERSION.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def of_template(template: dict[str, Any]) -> Tables:
    tables: Tables = {}
    for resource in template["Resources"].values():
        if resource.get("Type") == "AWS::DynamoDB::Table":
            declared = resource["Properties"]
            name = declared["TableName"]["Fn::Sub"].rpartition("-")[2]
            own = {"IndexName": "-", "KeySchema": declared["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
            indexes = [own, *declared.get("GlobalSecondaryIndexes", ())]
            tables[name] = {each["IndexName"]: each for each in indexes}
    return tables


def written(tables: Tables, version: str) -> str:
    lines = [f"# of version {version}"]
    for table, indexes in sorted(tables.items()):
        for name, index in sorted(indexes.items()):
            keys = ",".join(key["AttributeName"] for key in index["KeySchema"])
            projection = index["Projection"]
            held = ",".join(sorted(projection.get("NonKeyAttributes", [projection["ProjectionType"]])))
            lines.append(f"{table} {name} {keys} {held}")
    return "\n".join(lines) + "\n"


def read(text: str) -> tuple[str, Tables]:
    """The version, and its tables."""
    head, *lines = text.splitlines()
    found = HEAD.fullmatch(head)
    assert found is not None
    tables: Tables = {}
    for line in lines:
        table, name, keys, held = line.split()
        kinds = zip(keys.split(","), ("HASH", "RANGE"), strict=False)
        projection = {"ProjectionType": held} if held.isupper() else {"NonKeyAttributes": held.split(",")}
        tables.setdefault(table, {})[name] = {
            "IndexName": name,
            "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in kinds],
            "Projection": {"ProjectionType": "INCLUDE", **projection},
        }
    return found[1], tables


def main() -> int:
    PATH.write_text(written(of_template(load_template(RESOURCES)), last_version()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A release can be deployed over the one before: DynamoDB makes or deletes one index of a table at a time."""

from typing import Any

import pytest

from infra.aws import table_indexes, tables
from infra.aws.change_sets import StackError
from infra.packaging.package import RESOURCES
from infra.packaging.template_files import load_template
from tests.infra import indexes
from tests.infra.schools import CHOSEN, School, application, table

VERSION, BEFORE = indexes.read(indexes.PATH.read_text(encoding="utf-8"))
NOW = indexes.of_template(load_template(RESOURCES))


def test_the_list_is_that_of_the_last_version() -> None:
    assert indexes.last_version() == VERSION, "a version was made: python -m tests.infra.indexes"


@pytest.mark.parametrize("name", BEFORE)
def test_a_release_changes_one_index_of_a_table_at_most(name: str) -> None:
    steps = table_indexes.changes(BEFORE[name].values(), NOW[name].values())

    assert len(steps) <= table_indexes.AT_ONCE, f"{name}: {steps}; see docs/migrations.md, Indexes"


@pytest.mark.parametrize("name", BEFORE)
def test_a_release_leaves_a_tables_own_keys_alone(name: str) -> None:
    """CloudFormation would put an empty table in its place."""
    assert BEFORE[name]["-"] == NOW[name]["-"]


def test_the_list_says_all_that_the_template_does() -> None:
    text = indexes.written(NOW, VERSION)
    _, read = indexes.read(text)

    assert indexes.written(read, VERSION) == text
    assert [name for name in NOW if table_indexes.changes(NOW[name].values(), read[name].values())] == []


def index(name: str, *keys: str, held: tuple[str, ...] = ()) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(held)} if held else {}
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"} for key in keys],
        "Projection": projection or {"ProjectionType": "ALL"},
    }


def test_an_index_that_changes_is_two_steps_and_the_order_of_its_attributes_is_no_change() -> None:
    before = [index("a", "pk", held=("x", "y")), index("b", "pk")]

    assert table_indexes.changes(before, [index("a", "pk", held=("y", "x")), index("b", "pk")]) == []
    assert table_indexes.changes(before, [index("a", "pk", held=("x",)), index("b", "pk")]) == ["delete a", "make a"]
    assert table_indexes.changes(before, [index("a", "pk", held=("x", "y")), index("b", "other")]) == [
        "delete b",
        "make b",
    ]
    assert table_indexes.changes(before, [index("c", "pk")]) == ["delete a", "delete b", "make c"]


def test_make_deploy_refuses_two_steps_before_anything_is_changed(tmp_path: Any) -> None:
    school = School(tmp_path)
    school.deploy(CHOSEN)
    begun = len(school.cloud.requests)

    with pytest.raises(StackError, match=r"Courses takes one change .* makes 2 \(make by_name, make by_place\)"):
        school.deploy(template=application(changes={"Courses": table("courses", "by_course", "by_name", "by_place")}))

    assert [name for name in school.cloud.requests[begun:] if name.startswith(("Create", "Put"))] == []
    school.deploy(template=application(changes={"Courses": table("courses", "by_course", "by_name")}))
    school.deploy(template=application(changes={"Courses": table("courses", "by_course", "by_name", "by_place")}))


def test_what_dynamodb_says_of_a_table_is_compared_as_the_template_says_it() -> None:
    """It adds sizes, states and numbers of items to each index."""
    declared = table("courses", "by_course")["Properties"]
    (ours,) = declared["GlobalSecondaryIndexes"]
    told = {**ours, "IndexStatus": "ACTIVE", "ItemCount": 3, "IndexArn": "arn:index"}

    tables.check_indexes(
        {"Resources": {"Courses": {"Type": "AWS::DynamoDB::Table", "Properties": declared}}},
        {"Courses": {"GlobalSecondaryIndexes": [told]}},
    )
    assert table_indexes.as_declared({"GlobalSecondaryIndexes": [told]}, declared) == [ours]
    assert table_indexes.as_declared({"GlobalSecondaryIndexes": [told]}, {}) == [ours]

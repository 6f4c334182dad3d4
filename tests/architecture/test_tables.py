"""The tables of the template are those that the models expect."""

import importlib
from typing import Any

import pytest
from pynamodb.attributes import TTLAttribute
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.common.dynamo import items
from tests.support.paths import ROOT
from tests.support.school import table_definitions

for _path in sorted((ROOT / "chalicelib").glob("*/models.py")):
    importlib.import_module(f"chalicelib.{_path.parent.name}.models")


def all_models(base: type[items.Item] = items.Item) -> list[type[items.Item]]:
    """Those with a table, outside the tests."""
    found = [model for each in base.__subclasses__() for model in [each, *all_models(each)]]
    return [model for model in found if hasattr(model, "Meta") and model.__module__.startswith("chalicelib.")]


MODELS = all_models()


def definition_of(model: type[items.Item]) -> dict[str, Any]:
    name: str = model.Meta.table_name
    return table_definitions()[name.rpartition("-")[2]]


def named(model: type[items.Item]) -> str:
    return f"{model.__module__.split('.')[1]}.{model.__name__}"


WITHOUT_MODELS = {"migrations", "idempotency"}
"""The operators' own (infra/migrations/journal.py), and what Powertools keeps."""


def test_there_are_models_for_every_table_and_tables_for_every_model() -> None:
    assert {definition_of(model)["TableName"] for model in MODELS} == {
        definition["TableName"] for package, definition in table_definitions().items() if package not in WITHOUT_MODELS
    }


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_a_models_keys_are_its_tables(model: type[items.Item]) -> None:
    definition = definition_of(model)
    assert model.Meta.table_name == definition["TableName"]
    assert definition["KeySchema"] == [
        {"AttributeName": model._hash_key_attribute().attr_name, "KeyType": "HASH"},  # type: ignore[no-untyped-call]
        {"AttributeName": model._range_key_attribute().attr_name, "KeyType": "RANGE"},  # type: ignore[no-untyped-call]
    ]


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_a_models_expiry_is_its_tables(model: type[items.Item]) -> None:
    (expiry,) = (each for each in model.get_attributes().values() if isinstance(each, TTLAttribute))
    assert definition_of(model)["TimeToLiveSpecification"] == {"AttributeName": expiry.attr_name, "Enabled": True}


def as_expected(index: GlobalSecondaryIndex[Any]) -> dict[str, Any]:
    keys = sorted(type(index).Meta.attributes.values(), key=lambda attribute: not attribute.is_hash_key)
    projection = {"ProjectionType": index.Meta.projection.projection_type}
    if index.Meta.projection.non_key_attributes:
        projection["NonKeyAttributes"] = index.Meta.projection.non_key_attributes
    return {
        "IndexName": index.Meta.index_name,
        "KeySchema": [
            {"AttributeName": key.attr_name, "KeyType": "HASH" if key.is_hash_key else "RANGE"} for key in keys
        ],
        "Projection": projection,
    }


@pytest.mark.parametrize("package", table_definitions())
def test_the_indexes_of_a_table_are_those_of_its_models(package: str) -> None:
    definition = table_definitions()[package]
    models = [model for model in MODELS if definition_of(model) is definition]
    expected = {
        index.Meta.index_name: as_expected(index)
        for model in models
        for index in getattr(model, "_indexes", {}).values()
    }
    declared = {index["IndexName"]: index for index in definition.get("GlobalSecondaryIndexes", [])}
    assert declared == expected


@pytest.mark.parametrize("package", table_definitions())
def test_a_table_defines_the_attributes_of_its_keys_and_no_others(package: str) -> None:
    definition = table_definitions()[package]
    schemas = [definition["KeySchema"], *(index["KeySchema"] for index in definition.get("GlobalSecondaryIndexes", []))]
    used = {key["AttributeName"] for schema in schemas for key in schema}
    assert {
        each["AttributeName"]: each["AttributeType"] for each in definition["AttributeDefinitions"]
    } == dict.fromkeys(used, "S")


@pytest.mark.parametrize("package", table_definitions())
def test_a_table_is_paid_by_use_encrypted_and_can_be_restored(package: str) -> None:
    definition = table_definitions()[package]
    assert definition["BillingMode"] == "PAY_PER_REQUEST"
    assert definition["SSESpecification"] == {"SSEEnabled": True}
    assert definition["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_every_kind_of_item_in_a_table_has_a_name_of_its_own() -> None:
    kinds: dict[str, list[str]] = {}
    for model in MODELS:
        kind = model.kind.get_discriminator(model)
        if kind is not None:
            kinds.setdefault(f"{model.Meta.table_name} {kind}", []).append(model.__name__)
    assert kinds
    assert {kind: names for kind, names in kinds.items() if len(names) > 1} == {}


def test_no_two_indexes_have_one_name() -> None:
    """PynamoDB keeps what it knows of indexes by their names alone."""
    names = [
        index["IndexName"] for each in table_definitions().values() for index in each.get("GlobalSecondaryIndexes", [])
    ]
    assert sorted(names) == sorted(set(names))

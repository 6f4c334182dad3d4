"""What the templates hold, beside what AWS takes: an emulator takes more, and AWS refuses it halfway."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.aws import backups, deploy
from infra.packaging import front_door
from infra.packaging.template_files import Template, load_template
from tests.infra.conftest import Built, schemas

# Developer guides of API Gateway, DynamoDB, IAM and Lambda, their pages of quotas, read 2026-11-29.
RESOURCES_OF_AN_API = 300  # parts of paths; can be raised on request
PROJECTED_BY_A_TABLE = 100  # attributes that its indexes name together
PROJECTED_BY_AN_INDEX = 20
POLICIES_OF_A_ROLE = 10_240  # characters that are no blanks
ENVIRONMENT = 4096  # bytes of names and values
ACCESS_LOG_FORMAT = 3 * 1024  # bytes
WHEN_DEPLOYED = {"Stage": "prod", "AWS::Partition": "aws", "AWS::Region": "ap-northeast-1", "AWS::AccountId": "1" * 12}
LONGEST = "x" * 96
"""No name, address or identifier that AWS draws for us is longer."""


def test_an_api_has_no_more_parts_of_paths_than_api_gateway_takes(built: Built) -> None:
    paths = built.resources("AWS::Serverless::Api")["RestAPI"]["DefinitionBody"]["paths"]
    parts = {"/"}
    for path in paths:
        words = path.strip("/").split("/")
        parts |= {"/".join(words[:length]) for length in range(1, len(words) + 1)}

    assert len(parts) <= RESOURCES_OF_AN_API


def test_indexes_project_no_more_than_dynamodb_takes(built: Built) -> None:
    for name, table in built.resources("AWS::DynamoDB::Table").items():
        indexes = table.get("GlobalSecondaryIndexes", [])
        projected = [len(each["Projection"].get("NonKeyAttributes", ())) for each in indexes]
        assert max(projected, default=0) <= PROJECTED_BY_AN_INDEX, name
        assert sum(projected) <= PROJECTED_BY_A_TABLE, name
        assert len(indexes) <= 20, name


def as_deployed(value: Any) -> Any:
    """`value` with what it refers to in its place, which is as long as it may get."""
    if isinstance(value, list):
        return [as_deployed(each) for each in value]
    if isinstance(value, dict):
        known = _intrinsic(value)
        return {name: as_deployed(each) for name, each in value.items()} if known is None else known
    return value


def _intrinsic(value: Mapping[str, Any]) -> Any:
    """None when it is none."""
    match value:
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: WHEN_DEPLOYED.get(found[1], LONGEST), text)
        case {"Fn::If": [_, one, other]}:
            return max((as_deployed(each) for each in (one, other)), key=lambda each: len(json.dumps(each)))
        case {"Ref": str(name)}:
            return WHEN_DEPLOYED.get(name, LONGEST)
        case {"Fn::GetAtt": _}:
            return LONGEST
    return None


def test_a_role_has_no_longer_policies_than_iam_takes(built: Built) -> None:
    for name, role in built.resources("AWS::IAM::Role").items():
        policies = [json.dumps(as_deployed(each["PolicyDocument"])) for each in role.get("Policies", ())]
        assert sum(len(re.sub(r"\s", "", each)) for each in policies) <= POLICIES_OF_A_ROLE, name


def test_a_function_has_no_larger_environment_than_lambda_takes(built: Built) -> None:
    shared = built.template["Globals"]["Function"]["Environment"]["Variables"]
    for name, function in built.resources("AWS::Serverless::Function").items():
        variables = as_deployed({**shared, **function["Environment"]["Variables"]})
        assert sum(len(f"{key}{value}".encode()) for key, value in variables.items()) <= ENVIRONMENT, name


def test_access_logs_have_no_longer_formats_than_api_gateway_takes(built: Built) -> None:
    rest = built.resources("AWS::Serverless::Api")["RestAPI"]["AccessLogSetting"]
    socket = built.resources("AWS::ApiGatewayV2::Stage")["WebsocketAPIStage"]["AccessLogSettings"]

    assert max(len(each["Format"].encode()) for each in (rest, socket)) <= ACCESS_LOG_FORMAT


# --- Names of ours ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def only_when_made() -> Mapping[str, list[str]]:
    """By type of resource the properties that only a new resource can have: another value replaces the resource."""
    return {
        schema["typeName"]: [each.removeprefix("/properties/") for each in schema.get("createOnlyProperties", ())]
        for schema in schemas()
    }


def names_in(value: Any) -> Iterator[str]:
    """The parameters, conditions and resources that decide a value."""
    if isinstance(value, list):
        for each in value:
            yield from names_in(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _names_of(key, each)


def _names_of(key: str, value: Any) -> Iterator[str]:
    match key:
        case "Ref":
            yield value
        case "Fn::GetAtt":
            yield value[0]
        case "Fn::Sub":
            yield from re.findall(r"\$\{([^}.]+)", value if isinstance(value, str) else value[0])
        case "Fn::If":
            yield value[0]
            yield from names_in(value[1:])
        case _:
            yield from names_in(value)


def at(properties: Any, path: str) -> Any:
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def chosen(template: Template) -> set[str]:
    """What a school may decide otherwise at any time."""
    names = {*template.get("Parameters", ()), *template.get("Conditions", ())}
    return names - {"Stage", "IsProd", "OnAws"}


def replaced_under_its_name(template: Template, only_when_made: Mapping[str, list[str]]) -> list[str]:
    found = []
    for name, resource in template["Resources"].items():
        fixed = {path: at(resource["Properties"], path) for path in only_when_made.get(resource["Type"], ())}
        depends = {path: chosen(template).intersection(names_in(value)) for path, value in fixed.items()}
        is_named = any(path.endswith("Name") and fixed[path] and not depends[path] for path in fixed)
        if is_named and any(depends.values()):
            found.append(name)
    return found


def test_no_choice_of_a_school_makes_anew_what_has_a_name_of_ours(
    built: Built, only_when_made: Mapping[str, list[str]]
) -> None:
    """CloudFormation makes the new one before it deletes the old one, whose name is taken: the deployment fails."""
    assert replaced_under_its_name(built.template, only_when_made) == []


def test_nor_at_the_front_door_in_the_account_or_of_the_backups(only_when_made: Mapping[str, list[str]]) -> None:
    others = [load_template(path) for path in (deploy.ACCOUNT, backups.BACKUPS, backups.COPIES)]

    assert [replaced_under_its_name(each, only_when_made) for each in (front_door.template(), *others)] == [[]] * 4


def test_a_name_that_would_be_taken_is_found(only_when_made: Mapping[str, list[str]]) -> None:
    subscribers = [{"Subscribers": [{"SubscriptionType": "EMAIL", "Address": {"Ref": "AlarmEmail"}}]}]
    budget = {"Budget": {"BudgetName": {"Fn::Sub": "lyceum-${Stage}"}}, "NotificationsWithSubscribers": subscribers}
    template = {
        "Parameters": {"Stage": {}, "AlarmEmail": {}},
        "Resources": {"Budget": {"Type": "AWS::Budgets::Budget", "Properties": budget}},
    }

    assert replaced_under_its_name(template, only_when_made) == ["Budget"]

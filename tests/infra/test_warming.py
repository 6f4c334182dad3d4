"""`make run` warms every function of the stack with events that change nothing."""

import json
from typing import Any

import pytest

import app as application
from infra.aws import stack
from infra.local.warming import EVENTS
from tests.infra.conftest import Built
from tests.support.log import Log
from tests.support.school import School, aws

OF_NO_SCHEDULE = sorted(name for name, event in EVENTS.items() if event is not stack.SCHEDULED)
"""A schedule's function does what it does every minute or hour."""


def stored() -> dict[str, Any]:
    dynamodb = aws("dynamodb")
    return {name: dynamodb.scan(TableName=name)["Items"] for name in dynamodb.list_tables()["TableNames"]}


def test_every_function_is_warmed(built: Built) -> None:
    functions = built.resources("AWS::Serverless::Function").values()
    names = {each["FunctionName"]["Fn::Sub"].removeprefix("lyceum-${Stage}-") for each in functions}

    assert names == EVENTS.keys() | {"api"}


@pytest.mark.parametrize("name", OF_NO_SCHEDULE)
def test_event_that_warms_changes_nothing_and_fails_nowhere(school: School, log: Log, name: str) -> None:
    school.person()
    before = stored()

    answer = getattr(application, name.replace("-", "_"))(dict(EVENTS[name]), None)

    assert stored() == before
    assert answer in ({"batchItemFailures": []}, {"statusCode": 200}, {"statusCode": 401})
    assert "ERROR" not in {json.loads(line)["level"] for line in log.text.splitlines()}

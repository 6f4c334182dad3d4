"""The costs are computed from the requests that each action really makes to DynamoDB."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.common.dynamo import items
from infra.aws import capacity, costs
from infra.packaging import front_door
from infra.packaging.package import ROOT
from tests.infra.conftest import Built
from tests.support.school import PASSWORD, Person, School

WRITES = {"PutItem", "UpdateItem", "DeleteItem"}


@dataclass
class Units:
    """Request units of items up to 1 KB (writes) and 4 KB (reads), as DynamoDB charges them."""

    reads: float = 0
    writes: float = 0

    def add(self, operation: str, request: dict[str, Any]) -> None:
        if operation in WRITES:
            self.writes += 1
        elif operation == "TransactWriteItems":
            self.writes += 2 * len(request["TransactItems"])
        elif operation == "BatchGetItem":
            for asked in request["RequestItems"].values():
                self.reads += len(asked["Keys"]) * (1 if asked.get("ConsistentRead") else 0.5)
        elif operation == "BatchWriteItem":
            self.writes += sum(len(written) for written in request["RequestItems"].values())
        elif operation == "TransactGetItems":
            self.reads += 2 * len(request["TransactItems"])
        else:
            assert operation in {"GetItem", "Query"}, operation
            self.reads += 1 if request.get("ConsistentRead") else 0.5


@contextmanager
def charged() -> Iterator[Units]:
    units = Units()

    def add(model: Any, params: dict[str, Any], **_: object) -> None:
        units.add(model.name, json.loads(params["body"]))

    events = items.connection().client.meta.events
    events.register("before-call.dynamodb", add)
    try:
        yield units
    finally:
        events.unregister("before-call.dynamodb", add)


def sign_in(school: School, pupil: Person) -> Units:
    with charged() as units:
        assert school.api.post("/login", {"login": pupil.account.login, "password": PASSWORD}).status == 200
    return units


def refresh(school: School, pupil: Person) -> Units:
    signed_in = school.api.post("/login", {"login": pupil.account.login, "password": PASSWORD}).body
    with charged() as units:
        assert school.api.get("/refresh", token=signed_in["jwt_refresh"]).status == 200
    return units


def open_course(school: School, pupil: Person) -> Units:
    course = school.task_path(pupil).rsplit("/", 2)[0]
    with charged() as units:
        assert school.api.get(course, token=pupil.token).status == 200
    return units


def open_task(school: School, pupil: Person) -> Units:
    task = school.task_path(pupil)
    with charged() as units:
        assert school.api.get(task, token=pupil.token).status == 200
    return units


def save_draft(school: School, pupil: Person) -> Units:
    """With an opening of the drafts for ten savings, as an editor does that saves after a pause."""
    draft = school.task_path(pupil) + "/draft"
    with charged() as units:
        assert school.api.get(draft, token=pupil.token).status == 200
        for number in range(10):
            body = {"language": "python3", "source": f"print({number})"}
            assert school.api.request("PUT", draft, json_body=body, token=pupil.token).status == 200
    return units


def send(school: School, pupil: Person) -> Units:
    task = school.task_path(pupil)
    with charged() as units:
        assert school.api.post(task, {"code": "5"}, token=pupil.token).body["code"] == "OK"
    return units


def be_connected(school: School, pupil: Person) -> Units:
    """A PING every half a minute, as docs/live.md asks for."""
    with charged() as units:
        socket = school.live.join(pupil)
        for _ in range(120):
            school.clock.forward(timedelta(seconds=30))
            socket.send("PING")
        socket.leave()
    assert socket.types.count("PONG") == 120
    return units


ACTIONS: dict[str, Callable[[School, Person], Units]] = {
    "signs in": sign_in,
    "refreshes the token": refresh,
    "opens a course": open_course,
    "opens a task": open_task,
    "opens drafts and saves ten times": save_draft,
    "sends a program and waits": send,
    "is connected for an hour": be_connected,
}


@pytest.mark.parametrize("action", costs.ACTIONS)
def test_an_action_asks_for_as_much_as_it_is_charged_with(school: School, pupil: Person, action: str) -> None:
    units, charged_with = ACTIONS[action](school, pupil), costs.ACTIONS[action]

    assert (units.reads, units.writes) == (charged_with.reads, charged_with.writes)


def test_every_price_is_used_and_costs_grow_with_the_pupils() -> None:
    assert {line.what for line in costs.month_of()} == costs.PRICES.keys()
    few, many = (sum(line.cost for line in costs.month_of(pupils)) for pupils in (100, 1000))
    assert few < many < 10 * few


def test_every_metric_of_the_code_is_charged() -> None:
    """Those of the functions, and that of the gateway's log."""
    written = [path.read_text(encoding="utf-8") for path in (ROOT / "chalicelib").rglob("*.py")]
    named = {name for text in written for name in re.findall(r"\bcount\(\s*\"([A-Z]\w+)\"", text)}

    assert named | {"RefusedByGateway"} == costs.CUSTOM_METRICS.keys()


def test_every_alarm_is_charged(built: Built) -> None:
    declared = [built.resources("AWS::CloudWatch::Alarm"), front_door_alarms()]

    assert sum(map(len, declared)) <= costs.ALARMS < 1.2 * sum(map(len, declared))


def front_door_alarms() -> list[str]:
    resources = front_door.template()["Resources"]
    return [name for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"]


@pytest.mark.parametrize(
    "shown",
    [costs.table(), costs.table(100_000, most=8), capacity.table(100_000)],
    ids=["a thousand pupils", "100,000 pupils", "what breaks first"],
)
def test_the_manual_shows_what_the_formula_gives(shown: str) -> None:
    assert shown in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_the_page_about_scale_shows_what_judges_cost() -> None:
    assert costs.judging_table() in (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")


# --- What breaks first -----------------------------------------------------------------------------------------------


def test_reserves_count(built: Built) -> None:
    functions = built.resources("AWS::Serverless::Function").values()
    reserved = [each["ReservedConcurrentExecutions"]["Fn::If"][1] for each in functions if RESERVED in each]

    assert sum(each for each in reserved if isinstance(each, int)) == capacity.OTHER_RESERVES


RESERVED = "ReservedConcurrentExecutions"


def breaking(pupils: int) -> list[str]:
    return [limit.what for limit in capacity.limits(pupils) if limit.share > 1]


def test_a_thousand_pupils_fit_into_what_prod_is_set_to() -> None:
    assert breaking(1000) == []


def test_what_breaks_first_is_at_the_head_and_breaks_for_more_pupils_too() -> None:
    shares = [limit.share for limit in capacity.limits(100_000)]

    assert shares == sorted(shares, reverse=True)
    assert set(breaking(10_000)) < set(breaking(100_000))
    assert "programs" in breaking(100_000)[0]


def test_a_setting_that_is_turned_counts() -> None:
    before = {limit.what: limit.taken for limit in capacity.limits(1)}
    turned = capacity.limits(1, {**capacity.PROD, "DispatchConcurrency": 1000})
    after = {limit.what: limit.taken for limit in turned}

    assert {what for what in after if after[what] != before[what]} == {"programs judged at once"}

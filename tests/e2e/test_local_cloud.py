"""`make run` as a whole: it starts, survives and ends as promised."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from infra.local import demo
from infra.local.cloud import Cloud
from infra.local.options import child_environment
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import PATIENCE, SILENT_FOR, Run, answers, health, is_alive, wait_until
from tests.e2e.test_live import Socket

# A start takes as long as the machine needs, and several are in one test. It has failed when no more is said of it.
pytestmark = pytest.mark.timeout(0)


def put_marker(cloud: Cloud, name: str = "marker") -> None:
    item = {"pk": {"S": name}, "sk": {"S": "marker"}}
    cloud.aws.client("dynamodb").put_item(TableName=f"lyceum-{cloud.stage}-common", Item=item)


def has_marker(cloud: Cloud, name: str = "marker") -> bool:
    key = {"pk": {"S": name}, "sk": {"S": "marker"}}
    return "Item" in cloud.aws.client("dynamodb").get_item(TableName=f"lyceum-{cloud.stage}-common", Key=key)


def refused(run: Run) -> str:
    """What a run says that must not start."""
    outcome = subprocess.run(
        run.command,
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=SILENT_FOR,
        check=False,
    )
    assert outcome.returncode == 1
    return outcome.stderr


def test_health_is_answered_through_the_front_door(cloud: Cloud) -> None:
    assert health(cloud) == 200


def test_no_function_is_cold_when_the_cloud_is_ready(run: Run, cloud: Cloud) -> None:
    pages = cloud.aws.client("lambda").get_paginator("list_functions").paginate()
    deployed = {each["FunctionName"] for page in pages for each in page["Functions"]}

    assert run.warm == deployed - {"lyceum-local-judge"}
    assert "- warming the functions ... " in run.output


def test_unknown_route_gets_the_one_error_body(cloud: Cloud) -> None:
    answer = httpx.get(f"{cloud.front_door_url}/no/such/route", timeout=PATIENCE)

    body = answer.json()
    assert (answer.status_code, body["code"]) == (404, "route_not_found")
    assert body["request_id"] == answer.headers["X-Request-Id"] != ""


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:8080", "https://evil.example"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/health"), ("GET", "/me"), ("DELETE", "/login"), ("GET", "/no")])
def test_pages_of_this_machine_alone_may_read_any_answer(cloud: Cloud, method: str, path: str, origin: str) -> None:
    answer = httpx.request(method, cloud.front_door_url + path, headers={"Origin": origin}, timeout=PATIENCE)

    named = "http://localhost:3000" if "evil" in origin else origin
    assert answer.headers["Access-Control-Allow-Origin"] == named
    assert answer.headers["X-Request-Id"]


def test_a_creating_request_may_be_repeated_under_its_key(cloud: Cloud) -> None:
    new = {"email": "repeated@example.com", "username": "repeated", "password": "long enough 1"}
    answers = [
        httpx.post(f"{cloud.front_door_url}/register", json=new, headers={"Idempotency-Key": "e2e"}, timeout=PATIENCE)
        for _ in range(2)
    ]
    other = {**new, "username": "another"}
    refused = httpx.post(
        f"{cloud.front_door_url}/register", json=other, headers={"Idempotency-Key": "e2e"}, timeout=PATIENCE
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("path", ["/login", "/lgoin", "/courses/1/2/3/4/5"])
def test_preflight_allows_the_frontend_also_where_nothing_is(cloud: Cloud, path: str) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Origin": "http://localhost:5173"}
    answer = httpx.options(cloud.front_door_url + path, headers=asking, timeout=PATIENCE)

    assert answer.status_code == 200
    assert answer.headers["X-Request-Id"]
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_body_beyond_the_gateways_limit_is_refused(cloud: Cloud) -> None:
    answer = httpx.post(f"{cloud.front_door_url}/login", content=b"x" * (10 * 1024 * 1024 + 1), timeout=PATIENCE)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_bucket_would_take_what_any_page_of_this_machine_sends(cloud: Cloud) -> None:
    """The emulator lets every page upload, whatever the rules say: S3 goes by the rules."""
    (deployed,) = cloud.aws.client("cloudformation").describe_stacks(StackName=f"lyceum-{cloud.stage}")["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in deployed["Outputs"]}
    (rule,) = cloud.aws.client("s3").get_bucket_cors(Bucket=outputs["TestDataBucketName"])["CORSRules"]

    assert {"http://localhost:*", "http://127.0.0.1:*"} <= set(rule["AllowedOrigins"])
    assert (rule["AllowedMethods"], rule["AllowedHeaders"]) == (["POST"], ["*"])


def test_tables_expire_items(cloud: Cloud) -> None:
    dynamodb = cloud.aws.client("dynamodb")
    tables = dynamodb.list_tables()["TableNames"]

    settings = [dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"] for table in tables]

    assert {setting.get("AttributeName") for setting in settings} == {"expires_at"}


def test_port_in_use_is_one_clear_line(own_run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_run.port))
        taken.listen()

        said = refused(own_run)

    problem = f"port {own_run.port} on 127.0.0.1 cannot be used (Address already in use)"
    assert said.splitlines() == [f"make run: {problem}: choose another with --port"]


@pytest.fixture(scope="module")
def lasting_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One for all tests that stop or kill something: a start costs more than each of them. They call `up()` first."""
    run = Run(tmp_path_factory.mktemp("lasting") / "state", cold=True)
    try:
        yield run
    finally:
        run.end()


def test_killed_judge_is_started_again(lasting_run: Run) -> None:
    lasting_run.up()
    (judge,) = lasting_run.descendants(of=f"judge_process --port {lasting_run.judge_port}")

    os.kill(judge, signal.SIGKILL)

    wait_until(lambda: "the judge ended (signal 9), starting it again" in lasting_run.output, PATIENCE)
    wait_until(lambda: answers(f"http://127.0.0.1:{lasting_run.judge_port}/health"), PATIENCE)


def test_state_survives_a_stop_that_leaves_no_process(lasting_run: Run) -> None:
    """Nor is whoever comes in afterwards taken for somebody who was there before."""
    cloud = lasting_run.up()
    put_marker(cloud)
    come_in(cloud)
    processes = lasting_run.descendants()

    assert lasting_run.stop() == 0

    assert len(processes) >= 4
    wait_until(lambda: not any(map(is_alive, processes)), PATIENCE)
    cloud = lasting_run.start()
    assert has_marker(cloud)
    come_in(cloud)


def come_in(cloud: Cloud) -> None:
    credentials = {"login": "pupil", "password": demo.PASSWORD}
    token = httpx.post(f"{cloud.front_door_url}/login", json=credentials, timeout=PATIENCE).json()["jwt_access"]
    with Socket(f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws/{token}") as socket:
        socket.greeted()


def test_second_run_on_the_same_state_is_refused(run: Run) -> None:
    assert refused(run).strip().endswith("stop it first")


def test_killed_run_does_not_stop_the_next_and_loses_nothing(lasting_run: Run) -> None:
    put_marker(lasting_run.up(), "killed")
    orphans = lasting_run.descendants()

    lasting_run.kill()

    assert has_marker(lasting_run.start(), "killed")
    assert not [process for process in orphans if is_alive(process)]


def test_data_of_a_stack_that_was_forgotten_is_set_aside(lasting_run: Run) -> None:
    """An emulator that is killed has its objects in S3 on the disk, and nothing else."""
    put_marker(lasting_run.up(), "forgotten")
    lasting_run.stop()
    shutil.rmtree(lasting_run.state_dir / "state" / "services")

    cloud = lasting_run.start()

    assert health(cloud) == 200
    assert not has_marker(cloud, "forgotten")


def test_half_written_state_is_set_aside(lasting_run: Run) -> None:
    lasting_run.up()
    lasting_run.stop()
    tables = lasting_run.state_dir / "state" / "services" / "dynamodb.json"
    tables.write_bytes(tables.read_bytes()[:1000])

    assert health(lasting_run.start()) == 200

    assert "the kept state cannot be used" in lasting_run.output
    assert (lasting_run.state_dir / "state.unusable" / "services" / "dynamodb.json").exists()

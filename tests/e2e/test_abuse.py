"""Kills processes at their work and repeats messages and records, on the deployed system."""

import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, Run, wait_until
from tests.soak import kills

WITHIN = 120.0
"""Seconds; for a stuck system, not a promise of speed."""
TASK = "/courses/1/1/2"
SLOW = "import time\na, b = map(int, input().split())\ntime.sleep(1)\nprint(a + b)"
PEOPLE = 12
PAUSE = 0.1
"""Seconds between the first two killings: less than an enrolment takes, more than finding out whom to kill. Each pause
is twice the one before: on a slow machine what is killed as it starts, and is started again in silence, answers nobody.
"""
WORK = {"title": "One", "description": "-", "deadline_hours": 1}


def good(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Not that of all others: what is killed here they would miss, and what they queue these tests would count."""
    own = Run(tmp_path_factory.mktemp("abused") / "state", cold=True)
    try:
        own.start()
        yield own
    finally:
        own.end()


@pytest.fixture(scope="module")
def cloud(run: Run) -> Cloud:
    return run.cloud


@contextmanager
def signed_in(cloud: Cloud, path: str, body: Mapping[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=60) as http:
        http.headers["Authorization"] = f"Bearer {good(http.post(path, json=body))['jwt_access']}"
        yield http


def newcomer() -> dict[str, str]:
    login = f"abused-{secrets.token_hex(4)}"
    return {"login": login, "password": "a long enough one", "name": "Abused", "email": f"{login}@example.com"}


@pytest.fixture
def pupil(cloud: Cloud) -> Iterator[httpx.Client]:
    """Somebody new, in the demo course."""
    with signed_in(cloud, "/reg", newcomer()) as http:
        good(http.post("/courses/attend/1"))
        yield http


@pytest.fixture
def teacher(cloud: Cloud) -> Iterator[httpx.Client]:
    with signed_in(cloud, "/login", {"login": "teacher", "password": demo.PASSWORD}) as http:
        yield http


def send(pupil: httpx.Client, code: str) -> int:
    """The id of a submission that is being judged, or will be."""
    answer = pupil.post(TASK, json={"code": code}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    return int(answer.json()["submission_id"])


def wait_for_verdict(pupil: httpx.Client, submission_id: int) -> str:
    def seen() -> str:
        return str(good(pupil.get(f"/submissions/{submission_id}"))["code"])

    wait_until(lambda: seen() != "PENDING", WITHIN)
    return seen()


def attempts(pupil: httpx.Client) -> int:
    return int(good(pupil.get(TASK))["attempts"])


def test_a_judge_that_is_killed_at_its_work_costs_nobody_an_attempt(run: Run, pupil: httpx.Client) -> None:
    said = len(run.output)
    submission_id = send(pupil, SLOW)
    programs = f"judge_process --port {run.judge_port}"
    wait_until(lambda: run.descendants(of="main.py"), WITHIN)
    assert kills.kill(run.descendants(of=programs))
    wait_until(lambda: "the judge ended (signal 9), starting it again" in run.output[said:], WITHIN)
    assert wait_for_verdict(pupil, submission_id) == "OK"
    assert attempts(pupil) == 1


def test_a_message_that_comes_four_times_is_one_attempt(cloud: Cloud, pupil: httpx.Client) -> None:
    submission_id, sqs = send(pupil, SLOW), cloud.aws.client("sqs")
    queue = sqs.get_queue_url(QueueName=queue_name(cloud, "Submissions"))["QueueUrl"]
    for number in range(3):
        body = json.dumps({"submission_id": submission_id})
        sqs.send_message(QueueUrl=queue, MessageBody=body, MessageGroupId=f"again-{number}")
    assert wait_for_verdict(pupil, submission_id) == "OK"
    wait_until(lambda: is_empty(cloud, queue), WITHIN)
    assert attempts(pupil) == 1
    assert [each["id"] for each in good(pupil.get("/submissions"))["submissions"]] == [submission_id]


def queue_name(cloud: Cloud, name: str) -> str:
    outputs = cloud.aws.client("cloudformation").describe_stacks(StackName=f"lyceum-{cloud.stage}")["Stacks"][0][
        "Outputs"
    ]
    url: str = next(each["OutputValue"] for each in outputs if each["OutputKey"] == f"{name}QueueUrl")
    return url.rpartition("/")[2]


def is_empty(cloud: Cloud, queue: str) -> bool:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counted = cloud.aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return {counted[name] for name in names} == {"0"}


def test_workers_that_are_killed_at_their_work_lose_and_double_no_enrolment(
    run: Run, cloud: Cloud, teacher: httpx.Client
) -> None:
    """People whose request breaks off try again, and all ask again until one did: else nothing is proved."""
    track = good(teacher.post("/tracks", json=a_track(PEOPLE)))["id"]
    good(teacher.post(f"/tracks/{track}/assignments", json=WORK))
    broken: list[int] = []
    over = threading.Event()

    def enrol(person: httpx.Client) -> None:
        is_enrolled = False
        while not (is_enrolled and (broken or over.is_set())):
            answer = person.post(f"/tracks/{track}/enroll")
            if answer.status_code >= 500:
                broken.append(answer.status_code)
                continue
            assert answer.is_success or answer.json()["code"] == "already_enrolled", answer.text
            is_enrolled = True

    def kill_functions() -> None:
        pause = PAUSE
        while not over.wait(pause):
            kills.kill(kills.workers(run, f"lyceum-{cloud.stage}-api"))
            pause *= 2

    with ExitStack() as opened:
        people = [opened.enter_context(signed_in(cloud, "/reg", newcomer())) for _ in range(PEOPLE)]
        ids = {good(person.get("/me"))["id"] for person in people}
        with ThreadPoolExecutor(PEOPLE + 1) as threads:
            killing = threads.submit(kill_functions)
            enrolling = [threads.submit(enrol, person) for person in people]
            try:
                wait_until(lambda: broken or any(each.done() for each in enrolling), WITHIN)
            finally:
                over.set()
            killing.result()
    for each in enrolling:
        each.result()
    wait_until(lambda: good(teacher.get(f"/tracks/{track}"))["status"] == "active", WITHIN)
    assert good(teacher.get(f"/tracks/{track}"))["current_participants"] == PEOPLE
    assert sorted(each["user_id"] for each in good(teacher.get(f"/tracks/{track}/standings"))) == sorted(ids)


def a_track(people: int) -> dict[str, Any]:
    return {"title": "Abused", "required_participants": people, "review_criteria": {"style": "Clean?"}}


def test_records_of_the_stream_that_come_twice_tell_nothing_new(cloud: Cloud, pupil: httpx.Client) -> None:
    """What is told again has the number under which it was told before."""
    user_id = good(pupil.get("/me"))["id"]
    url = f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws/{pupil.headers['Authorization'].removeprefix('Bearer ')}"
    with connect(url, open_timeout=PATIENCE) as socket:
        told = frames(socket, until="SNAPSHOT")
        assert [type_ for type_, _ in told] == ["USER_JOIN", "SNAPSHOT"]
        records = [each for each in records_of(cloud, "realtime") if str(user_id) in json.dumps(each, default=str)]
        assert records
        answer = cloud.aws.client("lambda").invoke(
            FunctionName=f"lyceum-{cloud.stage}-tell-presence", Payload=json.dumps({"Records": records}, default=str)
        )
        assert json.load(answer["Payload"]) == {"batchItemFailures": []}
        socket.send('{"type": "PING", "payload": null}')
        *again, pong = frames(socket, until="PONG")
        assert set(again) <= set(told)
        assert pong == ("PONG", None)


def frames(socket: ClientConnection, *, until: str) -> list[tuple[str, int | None]]:
    """Type and number of those that come, up to the first of a type."""
    heard: list[tuple[str, int | None]] = []
    while until not in [type_ for type_, _ in heard]:
        frame = json.loads(socket.recv(timeout=WITHIN))
        heard.append((frame["type"], frame.get("seq")))
    return heard


def records_of(cloud: Cloud, package: str) -> list[dict[str, Any]]:
    """Everything that a table's stream still has, as Lambda gets it."""
    table = cloud.aws.client("dynamodb").describe_table(TableName=f"lyceum-{cloud.stage}-{package}")["Table"]
    streams, arn = cloud.aws.client("dynamodbstreams"), table["LatestStreamArn"]
    records: list[dict[str, Any]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        place = {"StreamArn": arn, "ShardId": shard["ShardId"]}
        here = streams.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while (page := streams.get_records(ShardIterator=here))["Records"]:
            records += page["Records"]
            here = page["NextShardIterator"]
    return [{**record, "eventSource": "aws:dynamodb", "eventSourceARN": arn} for record in records]

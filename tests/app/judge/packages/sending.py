"""Packages for tests: how they are sent, and how S3 reports that they have arrived."""

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import app as application
from tests.support import zips
from tests.support.school import Person, School, aws

Files = Mapping[str, str | bytes]

# The judge of these tests has programs print their own source.
PACKAGE: Files = {
    "problem.yaml": "name: Five\nvalidator_flags: case_sensitive\nlimits: {time_limit: 1}",
    "problem_statement/problem.md": "Print five.",
    "data/sample/1.in": "",
    "data/sample/1.ans": "5",
    "data/secret/1.in": "",
    "data/secret/1.ans": "5",
    "submissions/accepted/right.py": "5",
    "submissions/wrong_answer/wrong.py": "4",
}

# The judge of these tests has programs print their own source: the generators and the solution, too.
STANDARD: Files = {
    "problem.xml": """<problem><judging><testset name="tests"><input-path-pattern>tests/%02d</input-path-pattern>
<answer-path-pattern>tests/%02d.a</answer-path-pattern><tests><test method="manual" sample="true"/>
<test method="generated" cmd="gen 1"/><test method="generated" cmd="more 2"/></tests></testset></judging>
<files><executables><executable><source path="files/gen.py"/></executable>
<executable><source path="files/more.py"/></executable></executables></files>
<assets><checker name="std::wcmp.cpp"><source path="check.cpp"/></checker><solutions>
<solution tag="main"><source path="solutions/main.py"/></solution></solutions></assets></problem>""",
    "tests/01": "one",
    "files/gen.py": "two",
    "files/more.py": "three",
    "solutions/main.py": "5",
}

VALIDATED: Files = {
    **STANDARD,
    "problem.xml": str(STANDARD["problem.xml"]).replace(
        "<assets>", '<assets><validators><validator><source path="v.py"/></validator></validators>'
    ),
    "v.py": "x",
}


def announce(school: School, teacher: Person, problem_id: int, data: bytes, **more: Any) -> int:
    reply = school.api.post(f"/problems/{problem_id}/package", {"size": len(data), **more}, token=teacher.token)
    assert reply.status == 201, reply.body
    return int(reply.body["import_id"])


def send(import_id: int, data: bytes) -> None:
    """What S3 makes of the form."""
    aws("s3").put_object(Bucket="lyceum-test-data", Key=f"imports/{import_id}.zip", Body=data)


def report(import_id: int, *, times: int = 1, key: str = "") -> dict[str, Any]:
    """The message that S3 sends, delivered so many times by now."""
    reported = {"Records": [{"s3": {"object": {"key": key or f"imports/{import_id}.zip"}}}]}
    return message(reported, times=times)


def message(body: object, *, times: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(times)}
    record = {"messageId": "M", "receiptHandle": "R", "body": json.dumps(body), "attributes": attributes}
    return {"Records": [{**record, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:1:q"}]}


def deliver(event: dict[str, Any]) -> bool:
    """Whether the message is done with."""
    return bool(application.import_package(event, None) == {"batchItemFailures": []})


def imported(school: School, teacher: Person, problem_id: int, files: Files | bytes = PACKAGE) -> Any:
    data = files if isinstance(files, bytes) else zips.packed(files)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    assert deliver(report(import_id))
    return shown(school, teacher, problem_id, import_id)


def pages_of(import_id: int) -> Iterator[dict[str, Any]]:
    """S3's reports of pages, in their order."""
    return (report(import_id, key=f"imports/{import_id}-made-{page}.zip") for page in itertools.count(1))


def shown(school: School, teacher: Person, problem_id: int, import_id: int) -> Any:
    reply = school.api.get(f"/problems/{problem_id}/package/{import_id}", token=teacher.token)
    assert reply.status == 200
    return reply.body

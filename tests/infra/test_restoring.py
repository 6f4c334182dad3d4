"""A restore is rehearsed as docs/operations.md says it: every table from its backup, under the application's feet."""

from typing import Any

import boto3

from chalicelib.accounts.permissions import Role
from infra.aws import copy_table
from tests.support.school import PASSWORD, School, aws, table_definitions

TABLES = [definition["TableName"] for definition in table_definitions().values()]


def contents(table: str) -> list[str]:
    return sorted(repr(sorted(item.items())) for item in boto3.resource("dynamodb").Table(table).scan()["Items"])


def back_up(table: str) -> str:
    made = aws("dynamodb").create_backup(TableName=table, BackupName="nightly")
    return str(made["BackupDetails"]["BackupArn"])


def restore(table: str, backup: str) -> None:
    """Into a new table, as DynamoDB and AWS Backup do, and from there into the one that the functions know."""
    restored = f"{table}-restored"
    aws("dynamodb").restore_table_from_backup(TargetTableName=restored, BackupArn=backup)
    copy_table.copy(boto3.Session(), restored, table)
    aws("dynamodb").delete_table(TableName=restored)


def good(reply: Any) -> Any:
    assert reply.status < 400, reply.body
    return reply.body


def test_after_a_restore_the_school_is_what_it_was_that_night(school: School) -> None:
    teacher = school.person(role=Role.TEACHER, login="teacher")
    school.person(login="pupil")
    api, once = school.api, {"Idempotency-Key": "once"}
    course = good(api.post("/courses", {"name": "Graphs"}, token=teacher.token, headers=once))["id"]
    news = good(api.post("/news", {"title": "T", "description": "D"}, token=school.person(role=Role.ADMIN).token))["id"]
    good(api.post("/login", {"login": "pupil", "password": PASSWORD}))

    that_night = {table: contents(table) for table in TABLES}
    backups = {table: back_up(table) for table in TABLES}
    # The day after: one lost, one changed, one that was not there.
    good(api.request("DELETE", f"/news/{news}", token=school.person(role=Role.ADMIN).token))
    good(api.request("PATCH", f"/courses/{course}", json_body={"name": "Trees"}, token=teacher.token))
    school.person(login="late")
    for table, backup in backups.items():
        restore(table, backup)

    assert {table: contents(table) for table in TABLES} == that_night
    assert sum(map(len, that_night.values())) > len(TABLES)
    assert [each["id"] for each in good(api.get("/news"))] == [news]
    assert good(api.get(f"/courses/{course}", token=teacher.token))["name"] == "Graphs"
    assert api.post("/login", {"login": "late", "password": PASSWORD}).status == 401
    assert good(api.post("/login", {"login": "pupil", "password": PASSWORD}))["jwt_access"]
    # Answers that were kept for repetition are there again, too.
    repeated = good(api.post("/courses", {"name": "Graphs"}, token=teacher.token, headers=once))
    assert repeated["id"] == course

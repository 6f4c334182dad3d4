"""Makes the canary's account and task in the tables that the environment names, and keeps their secret in SSM.

    python -m infra.aws.canary_account

`infra/aws/canary.py` runs it with the environment of a deployed function. The task stays from one run to the next.
"""

import json
import secrets
import sys
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from chalicelib import wiring
from chalicelib.accounts import accounts, sessions
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import settings
from chalicelib.common.dynamo import items
from chalicelib.common.http import errors
from chalicelib.common.texts import ENGLISH
from chalicelib.courses import authoring, courses, enrollments
from chalicelib.courses.authoring import NewProblem, NewTask
from chalicelib.judge.problems.testsets import NewTest
from chalicelib.school import notification_preferences
from chalicelib.school.preferences import Preferences

AUTHOR = "canary-author@lyceum.invalid"
"""Nobody's address: the author of the canary's course, who has no password."""
LANGUAGE = "python3"
PROGRAM = "print(sum(map(int, input().split())))"
TESTS = [NewTest(input=f"{number} {number + 1}\n", output=f"{2 * number + 1}\n") for number in range(3)]
DEVICE = Device("127.0.0.1", "make canary")


def secret_name(stage: str) -> str:
    return f"/lyceum/{stage}/canary"


def make(known: Mapping[str, Any] | None) -> dict[str, Any]:
    """Makes an account for the canary, which keeps the task of the one that is `known`. Returns the secret to keep."""
    task = known["task"] if known else _make_task()
    author = Caller(_author(), sessions.start(_author(), DEVICE).session)
    _, _, course, _, _ = task.split("/")
    name, password = f"canary-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    new = NewAccount(email=f"{name}@lyceum.invalid", login=name, password=password, name="Canary")
    account = accounts.create(new, role=Role.USER, state=AccountState.ACTIVATED, verified_mail=True)
    _have_nothing_mailed(account, author.account)
    enrollments.grant(author, account.id, int(course))
    pupil = Caller(account, sessions.start(account, DEVICE).session)
    courses.attend(pupil, int(course))
    for each in (pupil, author):
        sessions.end(each)
    given = {"login": name, "password": password, "account_id": account.id}
    return {**given, "task": task, "program": PROGRAM, "language": LANGUAGE}


def _have_nothing_mailed(*made: Account) -> None:
    """Digests would bounce each day: the migration that brings them finds two confirmed addresses."""
    for account in made:
        notification_preferences.edit(account.id, Preferences.without_digest)


def forget(known: Mapping[str, Any]) -> None:
    """Erases an account that another has taken the place of. One that is erased already is no error."""
    try:
        accounts.erase(known["account_id"])
    except errors.NotFound:
        return


def _make_task() -> str:
    """Returns the path of the task, in a course that only the canary may attend."""
    caller = Caller(_author(), sessions.start(_author(), DEVICE).session)
    course = authoring.create(caller, {"name": "Canary", "language": LANGUAGE, "is_public": False})
    lesson = authoring.add_lesson(caller, course.id, {"name": "Sums"}, order=None)
    problem = NewProblem(fields={"title": "Sum", "statement": "Two numbers: print their sum."}, tests=TESTS)
    task = authoring.write_and_place(caller, course.id, lesson.id, NewTask(), problem)
    sessions.end(caller)
    return f"/courses/{course.id}/{lesson.id}/{task.id}"


def _author() -> Account:
    found = accounts.find_by_email(AUTHOR)
    if found is None:
        new = NewAccount(email=AUTHOR, name="Canary")
        return accounts.create(new, role=Role.TEACHER, state=AccountState.ACTIVATED, verified_mail=True)
    return found


def main() -> int:
    wiring.install()
    ssm, name = boto3.client("ssm"), secret_name(settings.load().stage)
    try:
        stored = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        stored = None
    try:
        known = json.loads(stored) if stored else None
        secret = make(known)
        ssm.put_parameter(Name=name, Type="SecureString", Value=json.dumps(secret), Overwrite=True)
        if known:
            forget(known)
    except errors.LyceumError as refused:
        print(f"make canary: {refused.text.in_language(ENGLISH)}", file=sys.stderr)
        return 1
    except (ClientError, *items.DATABASE_FAILURES, GetParameterError) as failure:
        print(f"make canary: AWS refused: {failure}", file=sys.stderr)
        return 1
    print(f"{secret['login']} solves {secret['task']}; its secret is {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

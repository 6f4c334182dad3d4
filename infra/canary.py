"""The canary: every five minutes it signs in at the front door, sends a program and waits for its verdict.

A function of its own, without a line of the application, in the template as it stands here (infra/packaging/canary.py).
Whatever is not as a pupil wants it is an error of this function, on which there is an alarm. `make canary` makes its
account.
"""

import json
import os
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

import boto3

PAUSE, TRIES = 5, 24  # two minutes: in a rush a POST does not wait

Ask = Callable[[str, str, Any, "str | None"], Any]
"""(method, path, body, access token); the body of the answer, or an exception for a status of 400 and above."""


class CanaryError(Exception):
    """The message says what a pupil would have seen."""


def handler(event: object, context: object) -> None:
    secret = boto3.client("ssm").get_parameter(Name=os.environ["SECRET"], WithDecryption=True)
    watch(over(os.environ["URL"]), json.loads(secret["Parameter"]["Value"]), time.sleep)


def watch(ask: Ask, secret: Mapping[str, Any], sleep: Callable[[float], None]) -> None:
    """Raises when something is not as it should be. The session ends in any case."""
    token = ask("POST", "/login", {"login": secret["login"], "password": secret["password"]}, None)["jwt_access"]
    try:
        answer = ask("POST", secret["task"], {"code": secret["program"], "language": secret["language"]}, token)
        submission = f"/submissions/{answer['submission_id']}"
        for _ in range(TRIES):
            if answer["code"] != "PENDING":
                break
            sleep(PAUSE)
            answer = ask("GET", submission, None, token)
        if answer["code"] != "OK":
            raise CanaryError(f"{submission}: a right program got {answer['code']}")
    finally:
        ask("DELETE", "/api/v1/users/logout", None, token)


def over(url: str) -> Ask:
    def ask(method: str, path: str, body: Any, token: str | None) -> Any:
        headers = {"Content-Type": "application/json", "User-Agent": "Lyceum canary"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url + path, data, headers, method=method)  # noqa: S310 the URL is ours
        with urllib.request.urlopen(request, timeout=40) as answer:  # noqa: S310
            return json.load(answer)

    return ask

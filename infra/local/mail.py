"""`make mail`: shows the mails that the emulator's SES stored instead of sending them, oldest first."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from infra.local.options import Options

TIMEOUT = 60.0  # seconds; for a stuck emulator, not a promise of speed


def show(options: Options) -> int:
    mails = stored_mails(options.endpoint_url)
    for mail in mails:
        print(render(mail), end="\n\n")
    print(f"{len(mails)} mails")
    return 0


def stored_mails(endpoint_url: str) -> list[dict[str, Any]]:
    """In MiniStack's words: Timestamp (seconds), Source, To, Subject, BodyText, BodyHtml."""
    try:
        by_account = _json(f"{endpoint_url}/_ministack/ses/messages")["messages"]
        mails = [mail for mails in by_account.values() for mail in mails]
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.NOT_FOUND:
            raise
        mails = [of_localstack(mail) for mail in _json(f"{endpoint_url}/_aws/ses")["messages"]]
    return sorted(mails, key=lambda mail: float(mail["Timestamp"]))


def of_localstack(mail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Timestamp": datetime.fromisoformat(mail["Timestamp"]).replace(tzinfo=UTC).timestamp(),
        "Source": mail["Source"],
        "To": mail["Destination"]["ToAddresses"],
        "Subject": mail["Subject"],
        "BodyText": mail["Body"].get("text_part") or "",
        "BodyHtml": mail["Body"].get("html_part") or "",
    }


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 the URL is ours
        return json.load(answer)


def render(mail: Mapping[str, Any]) -> str:
    """As a mail client would show it."""
    sent = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(mail["Timestamp"]))
    head = [f"Date: {sent}", f"From: {mail['Source']}", f"To: {', '.join(mail['To'])}", f"Subject: {mail['Subject']}"]
    return "\n".join([*head, "", (mail["BodyText"] or mail["BodyHtml"]).rstrip()])

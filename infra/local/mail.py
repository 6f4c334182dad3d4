"""`make mail`: shows the mails that the emulator's SES stored instead of sending them, oldest first."""

import json
import time
import urllib.request
from collections.abc import Mapping
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
    with urllib.request.urlopen(f"{endpoint_url}/_ministack/ses/messages", timeout=TIMEOUT) as answer:  # noqa: S310 the URL is ours
        by_account = json.load(answer)["messages"]
    mails = [mail for mails in by_account.values() for mail in mails]
    return sorted(mails, key=lambda mail: float(mail["Timestamp"]))


def render(mail: Mapping[str, Any]) -> str:
    """As a mail client would show it."""
    sent = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(mail["Timestamp"]))
    head = [f"Date: {sent}", f"From: {mail['Source']}", f"To: {', '.join(mail['To'])}", f"Subject: {mail['Subject']}"]
    return "\n".join([*head, "", (mail["BodyText"] or mail["BodyHtml"]).rstrip()])

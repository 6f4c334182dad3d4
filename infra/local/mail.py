"""`make mail`: the mails that the emulator's SES kept instead of sending them."""

import json
import urllib.request

from infra.local.options import Options

TIMEOUT = 5.0  # seconds


def show(options: Options) -> int:
    with urllib.request.urlopen(f"{options.endpoint_url}/_ministack/ses/messages", timeout=TIMEOUT) as answer:  # noqa: S310 the URL is ours
        kept = json.load(answer)
    print(json.dumps(kept, ensure_ascii=False, indent=2))
    return 0

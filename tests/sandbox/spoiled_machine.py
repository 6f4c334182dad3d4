"""The real handler, which believes itself dirty after an event that says so: what no program is known to achieve."""

import os
from typing import Any

from judge_container import handler as real


def handler(event: Any, context: object) -> dict[str, Any]:
    if event.get("spoil"):
        real.judge()._environment.dirty = True
    return {**real.handler(event, context), "pid": os.getpid()}

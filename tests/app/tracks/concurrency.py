"""Two at once, in the worst order: one has read and decided, the other acts, and then the first one writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.common.dynamo import items


@contextmanager
def just_before(marker: str, act: Callable[[], object]) -> Iterator[None]:
    """Act before the first transaction that has a text in it is sent."""
    acted = False

    def step_in(model: Any, params: dict[str, Any], **_: object) -> None:
        nonlocal acted
        if model.name == "TransactWriteItems" and marker in str(params["body"]) and not acted:
            acted = True
            act()

    events = items.connection().client.meta.events
    events.register("before-call.dynamodb", step_in)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", step_in)
    assert acted

"""A typed SQS queue: a dataclass goes in, and the same dataclass is read from a message's body.

Each package declares its own queues in its `queues.py`. Messages go through the hook `sqs`; tests put another
transport in its place.
"""

import functools
import json
import types
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, get_args, get_type_hints

import boto3

from chalicelib.common import settings
from chalicelib.common.hooks import Hook

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MAX_BATCH = 10
"""Messages that SQS takes in one request."""

MessageT = TypeVar("MessageT", bound="DataclassInstance")
SEPARATORS, COMPACT = (", ", ": "), (",", ":")
"""Of a body's JSON; what waits in a queue was written with the queue's own."""


class NotSent(Exception):
    """SQS took some messages of a batch and not these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message for SQS. `delay` is in seconds; SQS serves the messages of a `group` in turn with other groups."""

    body: str
    delay: int = 0
    group: str | None = None


class Transport(Protocol):
    """Sends messages to SQS; `queue` is a queue's name in the settings."""

    def send(self, queue: str, message: OutgoingMessage) -> None: ...

    def send_batch(self, queue: str, messages: Sequence[OutgoingMessage]) -> Sequence[int]:
        """Sends at most `MAX_BATCH` messages. Returns the positions of those that SQS did not take."""

    def postpone(self, queue: str, receipt_handle: str, seconds: int) -> None: ...


_transport = Hook[Transport]("sqs")


@dataclass(frozen=True, slots=True)
class Queue(Generic[MessageT]):
    """A queue by its name in the settings, and the dataclass of its messages.

    A body is a JSON object of the dataclass's fields, in their order; moments are in ISO 8601.
    """

    name: str
    message: type[MessageT]
    separators: tuple[str, str] = SEPARATORS

    def put(self, message: MessageT, *, delay: int = 0, group: str | None = None) -> None:
        """Sends a message that arrives after `delay` seconds. Groups are served in turn: none delays the others."""
        _transport.get().send(self.name, OutgoingMessage(body=self.write(message), delay=delay, group=group))

    def put_batch(self, messages: Sequence[tuple[MessageT, int]]) -> None:
        """Sends at most `MAX_BATCH` messages, each with its delay in seconds; NotSent when some were not taken."""
        outgoing = [OutgoingMessage(body=self.write(message), delay=delay) for message, delay in messages]
        refused = _transport.get().send_batch(self.name, outgoing)
        if refused:
            raise NotSent([messages[position][0] for position in refused])

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Has a message that is being handled come again after so many seconds instead of its visibility timeout."""
        postpone(self.name, receipt_handle, seconds)

    def write(self, message: MessageT) -> str:
        """Returns the body of a message."""
        body = {field.name: _to_json(getattr(message, field.name)) for field in fields(message)}
        return json.dumps(body, separators=self.separators)

    def read(self, body: str) -> MessageT:
        """Returns the message in a body. A field that was not there when it was sent has its default."""
        sent = json.loads(body)
        later = {field.name for field in fields(self.message) if field.default is not MISSING}
        kinds = {name: kind for name, kind in _kinds(self.message).items() if name in sent or name not in later}
        return self.message(**{name: _from_json(kind, sent[name]) for name, kind in kinds.items()})


def postpone(queue: str, receipt_handle: str, seconds: int) -> None:
    """Has a message that is being handled come again after so many seconds, whoever has written it."""
    _transport.get().postpone(queue, receipt_handle, seconds)


class Sqs:
    """The transport that sends to SQS."""

    def send(self, queue: str, message: OutgoingMessage) -> None:
        options: dict[str, Any] = {} if message.group is None else {"MessageGroupId": message.group}
        if message.delay:
            options["DelaySeconds"] = message.delay
        client().send_message(QueueUrl=_url(queue), MessageBody=message.body, **options)

    def send_batch(self, queue: str, messages: Sequence[OutgoingMessage]) -> Sequence[int]:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(position), "MessageBody": message.body, "DelaySeconds": message.delay}
            for position, message in enumerate(messages)
        ]
        answer = client().send_message_batch(QueueUrl=_url(queue), Entries=entries)
        return [int(failure["Id"]) for failure in answer.get("Failed", [])]

    def postpone(self, queue: str, receipt_handle: str, seconds: int) -> None:
        client().change_message_visibility(
            QueueUrl=_url(queue), ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


@functools.cache
def client() -> "SQSClient":
    return boto3.client("sqs")


def _url(queue: str) -> str:
    return settings.load().queue_urls[queue]


def _kinds(message: type[Any]) -> dict[str, type[Any]]:
    """Returns the type of each field of a message, without None."""
    hints = get_type_hints(message)
    return {field.name: _not_none(hints[field.name]) for field in fields(message)}


def _not_none(hint: Any) -> type[Any]:
    if isinstance(hint, types.UnionType):
        (hint,) = (each for each in get_args(hint) if each is not types.NoneType)
    kind: type[Any] = hint
    return kind


def _to_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _from_json(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, (int, str)) else value

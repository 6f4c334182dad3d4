"""DynamoDB in process: moto's tables and rules, asked without HTTP.

moto's handler of a request takes a millisecond; the way there took seven. botocore builds and signs an HTTP request,
moto matches its URL and serializes the answer with a search for each member under several names, and botocore parses
that again. Here moto's handler answers when botocore is about to send, and its answer is the answer. What PynamoDB asks
does not even come to botocore: it has the form of DynamoDB's JSON already.
"""

import copy
import functools
import json
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel
from botocore.parsers import create_parser
from moto.core.exceptions import JsonRESTError
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.core.parse import JSONParser
from moto.core.utils import get_service_model
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import dynamo_json_dump
from moto.dynamodb.responses import DynamoHandler

REGION = "us-east-1"
URL = "https://dynamodb.us-east-1.amazonaws.com/"

ITEM_OPERATIONS = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""Those that answer with items alone, which moto has as botocore hands them on; the rest go the long way."""

INDEX_NAME = 6
"""Where moto gives it to a table's query, after the hash key."""

_one_at_a_time = threading.RLock()
"""DynamoDB answers each request as a whole; moto, under threads, only when it is asked one at a time."""

Answer = tuple[AWSResponse, dict[str, Any]]


def answer_in_process(client: Any, *, checked: bool = True) -> None:
    """Have moto's handler answer this client's requests for items, one at a time. What else listens comes first.

    Without checks for a client that checks no parameters anyway, and gets nothing but DynamoDB's JSON.
    """
    client.meta.events.register_last("before-call.dynamodb", answer)
    if not checked:
        client._make_api_call = functools.partial(_ask, client, client._make_api_call)


def _ask(client: Any, at_length: Callable[..., Any], operation: str, parameters: dict[str, Any]) -> Any:
    """What botocore does to such a request, without the endpoint that nobody is at; at length where bytes are sent."""
    if not botocore_stubber.enabled or operation not in ITEM_OPERATIONS:
        return at_length(operation, parameters)
    try:
        body = json.dumps(parameters).encode()
    except TypeError:
        return at_length(operation, parameters)
    model, events = client.meta.service_model.operation_model(operation), client.meta.events
    request = {"url": URL, "headers": {}, "body": body}
    about: dict[str, Any] = {"model": model, "context": {}}
    _, (response, parsed) = events.emit_until_response(f"before-call.dynamodb.{operation}", params=request, **about)
    events.emit(f"after-call.dynamodb.{operation}", http_response=response, parsed=parsed, **about)
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        raise client.exceptions.from_code(parsed["Error"]["Code"])(parsed, operation)
    return parsed


@contextmanager
def over_http(client: Any, send: Callable[..., Any]) -> Iterator[None]:
    """Have `send` answer the HTTP requests that this client makes of all its requests meanwhile."""
    events = client.meta.events
    short = vars(client).pop("_make_api_call", None)
    events.unregister("before-call.dynamodb", answer)
    events.unregister("before-send", botocore_stubber)
    events.register("before-send", send)
    try:
        yield
    finally:
        events.unregister("before-send", send)
        events.register("before-send", botocore_stubber)
        answer_in_process(client, checked=short is None)


def answer(model: OperationModel, params: dict[str, Any], **_: object) -> Answer | None:
    """The HTTP response, of which botocore asks the status alone, and what it would have parsed from it."""
    if not botocore_stubber.enabled or model.name not in ITEM_OPERATIONS:
        return None
    handler = _handler(model, params)
    try:
        with _one_at_a_time:
            result: dict[str, Any] = getattr(handler, xform_name(model.name))().result
    except JsonRESTError as error:
        return _refusal(error, model)
    assert model.output_shape is not None
    parsed = {name: value for name, value in result.items() if name in model.output_shape.members and value is not None}
    parsed["ResponseMetadata"] = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
    return _response(params["url"], 200), parsed


def _handler(model: OperationModel, params: dict[str, Any]) -> DynamoHandler:
    """As moto would set it up from an HTTP request, with what requests for items read."""
    handler = DynamoHandler()
    handler.body = handler.params = _body(model, params["body"])
    handler.uri_match = {}
    handler.querystring = {}
    handler.headers = params["headers"]
    handler.response_headers = {}
    handler.region = REGION
    handler.current_account = DEFAULT_ACCOUNT_ID
    return handler


def _body(model: OperationModel, sent: bytes) -> dict[str, Any]:
    """moto's parser makes of JSON what is there, but for bytes, which lie under `B` and `BS`."""
    if b'"B' not in sent:
        decoded: dict[str, Any] = json.loads(sent)
        return decoded
    known = get_service_model("dynamodb").operation_model(model.name)
    parser = JSONParser(known, map_type=DynamoHandler.PROTOCOL_PARSER_MAP_TYPE)
    return parser.parse({"body": sent})  # type: ignore[typeddict-item]


def _refusal(error: JsonRESTError, model: OperationModel) -> Answer:
    """As botocore reads it from HTTP: errors are rare."""
    headers = HTTPHeaders.from_pairs(error.get_headers())
    sent = {"status_code": error.code, "headers": headers, "body": error.description.encode()}
    parser = create_parser("json")
    assert model.output_shape is not None
    parsed = parser.parse(sent, model.output_shape)
    shape: Any = model.service_model.shape_for_error_code(parsed["Error"]["Code"])
    modeled = parser.parse(sent, shape) if shape is not None else {}  # there is none for a ValidationException
    return _response("", error.code), parsed | modeled


def _response(url: str, status: int) -> AWSResponse:
    return AWSResponse(url, status, HTTPHeaders(), None)


class QuickTable(Table):
    """moto's table with partition and sort keys of text, without the work that moto does to be sure of everything.

    moto copies every table that a transaction touches, once for each of its items, to put it back if a condition fails:
    here a copy shares all items but those that change while it lives. And moto sorts a whole table to query one
    partition.
    """

    _copy: weakref.ref["QuickTable"] | None = None
    _partition: DynamoType | None = None
    _indexed: Sequence[tuple[str, DynamoType]] = ()
    """What a query asks of the keys of an index."""

    @classmethod
    def of(cls, table: Table) -> "QuickTable":
        """This table with its items, which `table` must not change any more."""
        quick = object.__new__(cls)  # moto's own keeps every instance for good
        vars(quick).update(vars(table))
        assert quick.hash_key_type == quick.range_key_type == "S", quick.name
        if quick.stream_shard is not None:
            quick.stream_shard.table = quick
        return quick

    def __deepcopy__(self, memo: dict[int, Any]) -> "QuickTable":
        copied = self.of(self)
        copied.items = self.items.copy()
        copied._copy = None
        if self.stream_shard is not None:
            copied.stream_shard = copy.copy(self.stream_shard)
            copied.stream_shard.table = copied
            copied.stream_shard.items = list(self.stream_shard.items)
            self.stream_shard.table = self
        self._copy = weakref.ref(copied)
        return copied

    def get_item(
        self, hash_key: DynamoType, range_key: DynamoType | None = None, projection_expression: Any = None
    ) -> Item | None:
        """The stored item itself, which an update then changes: not while a copy has it as well."""
        found = super().get_item(hash_key, range_key, projection_expression)
        if found is None or projection_expression or not self._is_copied:
            return found
        self._part(hash_key)
        found = self.items[hash_key][range_key] = copy.deepcopy(found)
        return found

    def put_item(self, item_attrs: dict[str, Any], *args: Any, **options: Any) -> Item:
        if self._is_copied and self.hash_key_attr in item_attrs:
            self._part(DynamoType(item_attrs[self.hash_key_attr]))
        return super().put_item(item_attrs, *args, **options)

    def delete_item(self, hash_key: DynamoType, range_key: DynamoType | None) -> Item | None:
        if self._is_copied:
            self._part(hash_key)
        return super().delete_item(hash_key, range_key)

    def query(self, hash_key: DynamoType | None, *args: Any, **options: Any) -> Any:
        if args[INDEX_NAME] is None:
            self._partition = hash_key
        else:
            self._indexed = options["hash_key_conditions"]
        try:
            return super().query(hash_key, *args, **options)
        finally:
            self._partition, self._indexed = None, ()

    def all_items(self) -> list[Item]:
        if self._partition is not None:
            return list(self.items.get(self._partition, {}).values())  # which the query sorts
        found = (item for partition in self.items.values() for item in partition.values())
        return sorted(filter(self._is_indexed, found), key=_keys)

    def _is_indexed(self, item: Item) -> bool:
        return all(name in item.attrs and item.attrs[name] == value for name, value in self._indexed)

    @property
    def _is_copied(self) -> bool:
        return self._copy is not None and self._copy() is not None

    def _part(self, hash_key: DynamoType) -> None:
        """Have this partition for itself."""
        self.items[hash_key] = dict(self.items[hash_key])


def quick_table(table: Table) -> Table:
    """A table to use instead of this one."""
    return QuickTable.of(table) if table.has_range_key else table


def stream_of(table_name: str, *, after: int) -> list[dict[str, Any]]:
    """What a table's stream has had after so many records, as Lambda gets them: times as numbers."""
    shard = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(table_name).stream_shard
    assert shard is not None
    records: list[dict[str, Any]] = json.loads(dynamo_json_dump(shard.items[after:]))
    return records


def _keys(item: Item) -> tuple[str, str]:
    assert item.range_key is not None
    return item.hash_key.value, item.range_key.value

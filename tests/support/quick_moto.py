"""moto's work on items and expressions in fewer steps: half of what the tests of the app cost was this.

moto reads each expression anew, three times for one update; it walks a tree of an update ten times, asking at each node
what there is to do; it measures an item once for each of its attributes, and copies it to learn its size. What stands
here has the same results and raises the same errors (tests/app/common/test_in_process_database.py asks both).
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.core.base_backend import BaseBackend
from moto.dynamodb import comparisons, responses
from moto.dynamodb.comparisons import AttributeValue, ConditionExpressionParser, Operand
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import utilities
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.parsing import ast_nodes as untyped_nodes
from moto.dynamodb.parsing import expressions, key_condition_expression

ast_nodes: Any = untyped_nodes
UpdateExpressionParser: Any = vars(expressions)["UpdateExpressionParser"]

SCALARS = frozenset({"S", "N", "BOOL", "NULL"})
BINARY = frozenset({"B", "BS"})
LARGEST_ITEM = 405_000
"""Bytes, as moto has it."""

_size, _cast_value = DynamoType.size, vars(DynamoType)["cast_value"].fget
_to_regular_json, _dynamo_to_dict, _project = DynamoType.to_regular_json, utilities.dynamo_to_dict, Item.project
_parse_key_condition = key_condition_expression.parse_expression
_bytesize = utilities.bytesize


# --- Values and items ------------------------------------------------------------------------------------------------


def size(self: DynamoType) -> int:
    value = self.value
    if self.type == "S" and type(value) is str:
        return _length(value)
    if self.type == "M":
        return sum([_length(key) + each.size() for key, each in value.items()])
    return _size(self)


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def cast_value(self: DynamoType) -> Any:
    if self.type == "S":
        return self.value
    if self.type == "L":
        return [each.cast_value for each in self.value]
    if self.type == "M":
        return {key: each.cast_value for key, each in self.value.items()}
    return _cast_value(self)


def hash_of(self: DynamoType) -> int:
    return hash((self.type, self.value if self.type == "S" else self.cast_value))


def is_equal(self: DynamoType, other: DynamoType) -> bool:
    return self.type == other.type and (
        self.value == other.value if self.type == "S" else self.cast_value == other.cast_value
    )


def differs(self: DynamoType, other: DynamoType) -> bool:
    return not is_equal(self, other)


def copied(self: DynamoType, _: object = None) -> DynamoType:
    copy = object.__new__(type(self))
    kind, value = self.type, self.value
    if kind == "M":
        value = {key: copied(each) for key, each in value.items()}
    elif kind == "L":
        value = [copied(each) for each in value]
    elif self.is_set():
        value = list(value)
    copy.type, copy.value = kind, value
    return copy


def to_regular_json(self: DynamoType) -> dict[str, Any]:
    kind, value = self.type, self.value
    if kind in SCALARS:
        return {kind: value}
    if kind == "M":
        return {kind: {key: each.to_regular_json() for key, each in value.items()}}
    if kind == "L":
        return {kind: [each.to_regular_json() for each in value]}
    return _to_regular_json(self)


def to_plain(value: Any) -> Any:
    """What `dynamo_to_dict` does."""
    kind = type(value)
    if kind is DynamoType and value.type not in BINARY:
        return {value.type: value.value if value.type in SCALARS else to_plain(value.value)}
    if kind is dict or kind is LimitedSizeDict:
        return {key: to_plain(each) for key, each in value.items()}
    if kind is list:
        return [to_plain(each) for each in value]
    return value if kind is str else _dynamo_to_dict(value)


def make_item(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: Mapping[str, Any]) -> None:
    """Measured once, and not once for each of its attributes."""
    self.hash_key, self.range_key = hash_key, range_key
    self.attrs = _limited({name: DynamoType(value) for name, value in attrs.items()})
    if self.size() > LARGEST_ITEM:
        raise ItemSizeTooLarge


def copied_item(self: Item, _: object = None) -> Item:
    copy = object.__new__(type(self))
    copy.hash_key = copied(self.hash_key)
    copy.range_key = None if self.range_key is None else copied(self.range_key)
    copy.attrs = _limited({name: copied(value) for name, value in self.attrs.items()})
    return copy


def project(self: Item, projection_expressions: list[list[str]]) -> Item:
    if any(len(path) != 1 or "[" in path[0] for path in projection_expressions):
        return _project(self, projection_expressions)
    part = object.__new__(Item)
    part.hash_key, part.range_key = self.hash_key, self.range_key
    wanted = {path[0]: self.attrs.get(path[0]) for path in projection_expressions}
    part.attrs = _limited({name: copied(value) for name, value in wanted.items() if value is not None})
    return part


def _limited(attributes: dict[str, DynamoType]) -> LimitedSizeDict:
    limited = LimitedSizeDict.__new__(LimitedSizeDict)
    dict.update(limited, attributes)
    return limited


# --- Conditions ------------------------------------------------------------------------------------------------------


class RememberingParser(ConditionExpressionParser):
    """Reads an expression with its names once. The values of each request are put in when its operators are made."""

    _known: dict[Any, tuple[Any, list[str], list[str]]] = {}  # noqa: RUF012 - the memory of all
    _root: Any = None

    def parse(self) -> Any:
        if not self.condition_expression:
            return super().parse()
        key = (self.condition_expression, tuple((self.expression_attribute_names or {}).items()))
        if (known := self._known.get(key)) is None:
            operator = super().parse()
            self._known[key] = (self._root, [*self.expr_attr_names_found], [*self.expr_attr_values_found])
            return operator
        self._root, names, values = known
        self.expr_attr_names_found.extend(names)
        self.expr_attr_values_found.extend(values)
        return self._make_op_condition(self._root)

    def _make_op_condition(self, node: Any) -> Any:
        self._root = self._root or node
        return super()._make_op_condition(node)

    def _make_operand(self, node: Any) -> Operand:
        if node.kind == self.Kind.EXPRESSION_ATTRIBUTE_VALUE:
            return AttributeValue(self._lookup_expression_attribute_value(node.text))
        return super()._make_operand(node)


_key_conditions: dict[Any, Any] = {}


def parse_key_condition(
    key_condition_expression: str,
    expression_attribute_values: dict[str, dict[str, Any]],
    expression_attribute_names: dict[str, str],
    schema: list[dict[str, str]],
) -> Any:
    """Reads it once with stand-ins for the values, unless one is empty, which is an error in some places."""
    values = expression_attribute_values
    if any(value == {"S": ""} for value in values.values()):
        return _parse_key_condition(key_condition_expression, values, expression_attribute_names, schema)
    key = (
        key_condition_expression,
        tuple(expression_attribute_names.items()),
        tuple(values),
        tuple(each["AttributeName"] + each["KeyType"] for each in schema),
    )
    if key not in _key_conditions:
        named: Any = {name: {"name": name} for name in values}
        _key_conditions[key] = _parse_key_condition(key_condition_expression, named, expression_attribute_names, schema)
    hashes, ranges, used = _key_conditions[key]

    def value_of(stand_in: Any) -> Any:
        return values[stand_in["name"]] if isinstance(stand_in, dict) and "name" in stand_in else stand_in

    return (
        [(name, value_of(value)) for name, value in hashes],
        [(name, comparison, [value_of(each) for each in given]) for name, comparison, given in ranges],
        [*used],
    )


# --- Updates ---------------------------------------------------------------------------------------------------------

_make_update = UpdateExpressionParser.make


@functools.cache
def _update(expression: str) -> Any:
    return _make_update(expression)


def make_update(cls: object, expression: str) -> Any:
    """The same tree for the same expression: whoever changes one copies it first."""
    return _update(expression)


def copied_tree(self: Any, _: object = None) -> Any:
    copy = object.__new__(type(self))
    copy.__dict__.update(self.__dict__)
    if self.children is not None:
        copy.children = [copied_tree(each) if _is_a(type(each), ast_nodes.Node) else each for each in self.children]
        for child in copy.children:
            if _is_a(type(child), ast_nodes.Node):
                child.parent = copy
    return copy


def find_clauses(self: Any, clause_types: list[type]) -> list[Any]:
    found: list[Any] = []
    for child in self.children or []:
        kind = type(child)
        if kind in clause_types:
            found.append(child)
        elif _is_a(kind, ast_nodes.Expression) or _is_a(kind, ast_nodes.UpdateExpressionFunction):
            found.extend(find_clauses(child, clause_types))
    return found


def traverse(self: Any, node: Any, child_id: int = -1) -> Any:
    """Asks once what there is to do, and whether anything is to be done before each child."""
    prepares = type(self).pre_processing_of_child is not ast_nodes.DepthFirstTraverser.pre_processing_of_child
    return _walk(self.pre_processing_of_child if prepares else None, self._processing_map(), node, child_id)


def _walk(prepare: Callable[[Any, int], None] | None, processors: dict[type, Any], node: Any, child_id: int) -> Any:
    if not _is_a(type(node), ast_nodes.Node):
        return node
    parent = node.parent
    for index, child in enumerate(node.children or ()):
        if prepare is not None:
            prepare(node, index)
        _walk(prepare, processors, child, index)
    for kind, process in processors.items():
        if _is_a(type(node), kind):
            node = process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
            break
    return node


_kinds: dict[tuple[type, type], bool] = {}


def _is_a(kind: type, base: type) -> bool:
    if (known := _kinds.get((kind, base))) is None:
        known = _kinds[kind, base] = issubclass(kind, base)
    return known


# --- Addresses -------------------------------------------------------------------------------------------------------

_urls = vars(BaseBackend)["urls"].fget


_known_urls: dict[type, Any] = {}


def urls(self: BaseBackend) -> Any:
    """The same for all backends of a service. S3 else loads its module again for each request."""
    if type(self) not in _known_urls:
        _known_urls[type(self)] = _urls(self)
    return _known_urls[type(self)]


# --- All of it -------------------------------------------------------------------------------------------------------

QUICK: tuple[tuple[Any, str, Any], ...] = (
    (DynamoType, "size", size),
    (DynamoType, "cast_value", property(cast_value)),
    (DynamoType, "__hash__", hash_of),
    (DynamoType, "__eq__", is_equal),
    (DynamoType, "__ne__", differs),
    (DynamoType, "__deepcopy__", copied),
    (DynamoType, "to_regular_json", to_regular_json),
    (Item, "__init__", make_item),
    (Item, "__deepcopy__", copied_item),
    (Item, "project", project),
    (utilities, "dynamo_to_dict", to_plain),
    (responses, "dynamo_to_dict", to_plain),
    (comparisons, "ConditionExpressionParser", RememberingParser),
    (responses, "parse_expression", parse_key_condition),
    (UpdateExpressionParser, "make", classmethod(make_update)),
    (ast_nodes.Node, "__deepcopy__", copied_tree),
    (ast_nodes.Node, "find_clauses", find_clauses),
    (ast_nodes.DepthFirstTraverser, "traverse_node_recursively", traverse),
    (BaseBackend, "urls", property(urls)),
)
_ABSENT = object()
_originals = {(owner, name): vars(owner).get(name, _ABSENT) for owner, name, _ in QUICK}


def install() -> None:
    """Have moto work like this from now on."""
    for owner, name, quick in QUICK:
        setattr(owner, name, quick)


@contextmanager
def uninstalled() -> Iterator[None]:
    """moto as it is."""
    for (owner, name), original in _originals.items():
        if original is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, original)
    try:
        yield
    finally:
        install()

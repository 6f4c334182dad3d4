"""Reads YAML from strangers: plain values alone, and no alias, so that no value grows beyond what is written. Pure."""

from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection

MAX_YAML_BYTES = 64 * 1024
MAX_DIGITS = 300
"""Of a whole number: it may be written, by letters, with so many that it is no text and no float."""


def read(inspection: Inspection, name: str) -> dict[str, Any]:
    """A file of names and values; nothing, and a fault, when it is none."""
    text = inspection.text_of(name, at_most=MAX_YAML_BYTES)
    if text is None:
        return {}
    try:
        values = _parsed_yaml(inspection.with_constants(text.encode()).decode())
    except _NoYaml as refused:
        inspection.fault(name, refused.text)
        return {}
    if values is not None and not isinstance(values, dict):
        inspection.fault(name, Text("yaml_no_mapping", "It is not a list of names and values"))
        return {}
    return {str(key): value for key, value in (values or {}).items()}


class _NoYaml(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def _parsed_yaml(text: str) -> Any:
    """_NoYaml for what is not YAML, and for aliases: a few lines of them stand for more than any memory holds."""
    import yaml  # noqa: PLC0415 - only packages need it, and every function would pay for it as it starts

    class Plain(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise _NoYaml(Text("yaml_alias", "It is not YAML that can be read: aliases are not taken"))
            return super().compose_node(parent, index)

    try:
        values = yaml.load(text, Loader=Plain)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _NoYaml(_yaml_fault(getattr(error, "problem_mark", None))) from error
    _check(values)
    return values


def _check(value: object) -> None:
    """_NoYaml for what can be neither stored nor shown: numbers of any size, halves of a character as escapes."""
    if isinstance(value, dict):
        for each in (*value.keys(), *value.values()):
            _check(each)
    elif isinstance(value, list | tuple | set):
        for each in value:
            _check(each)
    elif isinstance(value, int) and abs(value) >= 10**MAX_DIGITS:
        english = "A number in it has more than {limit} digits"
        raise _NoYaml(Text("yaml_number", english, {"limit": MAX_DIGITS}))
    elif isinstance(value, str) and not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise _NoYaml(Text("yaml_surrogate", "There is half of a character in it, which is no text"))


def _yaml_fault(mark: Any) -> Text:
    """`mark` is PyYAML's, whose lines and columns count from 0; None where it does not know."""
    if mark is None:
        return Text("no_yaml", "It is not YAML that can be read")
    english = "It is not YAML that can be read: line {line}, column {column}"
    return Text("no_yaml_at", english, {"line": mark.line + 1, "column": mark.column + 1})

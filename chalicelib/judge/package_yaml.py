"""YAML from anybody: plain values alone, and never more of them than are written. Pure."""

from typing import Any

from chalicelib.judge.inspections import Inspection

MAX_YAML_BYTES = 64 * 1024


def read(inspection: Inspection, name: str) -> dict[str, Any]:
    """A file of names and values; nothing, and a fault, when it is none."""
    text = inspection.text_of(name, at_most=MAX_YAML_BYTES)
    if text is None:
        return {}
    try:
        values = _parsed(text)
    except (ValueError, RecursionError) as error:
        inspection.fault(name, f"It is not YAML that can be read: {' '.join(str(error).split())}")
        return {}
    if values is not None and not isinstance(values, dict):
        inspection.fault(name, "It is not a list of names and values")
        return {}
    return {str(key): value for key, value in (values or {}).items()}


def _parsed(text: str) -> Any:
    """ValueError for what is not YAML, and for aliases: a few lines of them stand for more than any memory holds."""
    import yaml  # noqa: PLC0415 - only packages need it, and every function would pay for it as it starts

    class Plain(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not taken")
            return super().compose_node(parent, index)

    try:
        return yaml.load(text, Loader=Plain)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error

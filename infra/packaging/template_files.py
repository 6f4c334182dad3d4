"""CloudFormation templates in YAML, read and written by libyaml where PyYAML has it: ten times as fast as in Python."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeDumper as Dumper
    from yaml import SafeLoader as Loader
else:
    Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Template = dict[str, Any]
BARE_INTRINSICS = ("Ref", "Condition")
"""All others are written out as `Fn::` and their name."""


def load_template(path: Path) -> Template:
    """With every short intrinsic (`!Sub x`) spelled out."""
    return read(path.read_text(encoding="utf-8"))


def read(text: str) -> Template:
    """Raises yaml.YAMLError."""
    template: Template = yaml.load(text, Loader=_IntrinsicsLoader)  # noqa: S506 - a SafeLoader
    return template


def dump(template: Template) -> str:
    """YAML in which every intrinsic is spelled out, so that any YAML parser reads it.

    Each path of an API is compact: indented as the rest, they alone would take more than CloudFormation takes.
    """
    return yaml.dump(_compacted(template), Dumper=_PlainDumper, sort_keys=False, width=120)


def _compacted(template: Template) -> Template:
    def resource(declared: dict[str, Any]) -> dict[str, Any]:
        properties = declared.get("Properties") or {}
        body = properties.get("DefinitionBody")
        if not body:
            return declared
        paths = {path: _Compact(methods) for path, methods in body["paths"].items()}
        return declared | {"Properties": properties | {"DefinitionBody": body | {"paths": paths}}}

    return template | {"Resources": {name: resource(each) for name, each in template["Resources"].items()}}


class _IntrinsicsLoader(Loader):
    """Knows CloudFormation's short forms."""


class _Compact(dict[str, Any]):
    """Is written in braces, and so is what it has."""


class _PlainDumper(Dumper):
    """Repeats shared values instead of writing anchors, which not every reader of templates knows."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _intrinsic(loader: Loader, name: str, node: yaml.Node) -> Template:
    return {name if name in BARE_INTRINSICS else f"Fn::{name}": _argument(loader, name, node)}


def _argument(loader: Loader, name: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    value = loader.construct_scalar(node)  # type: ignore[arg-type]
    return str(value).split(".", 1) if name == "GetAtt" else value


_PlainDumper.add_representer(
    _Compact, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)
_IntrinsicsLoader.add_multi_constructor("!", _intrinsic)

"""Reads from their source what the modules of a tree import."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ORDER = ("judge_protocol", "common", "accounts", "realtime", "school", "judge", "courses", "tracks", "training")


@dataclass(frozen=True, slots=True)
class Import:
    """`path` imports `name`, with dots: a module, or something in one."""

    path: Path
    line: int
    name: str

    def of(self, package: str) -> bool:
        return self.name == package or self.name.startswith(f"{package}.")

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


def imports_in(root: Path) -> Iterator[Import]:
    """Every import below `root`, wherever it stands; relative ones are spelled out."""
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root.parent)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (Import(relative, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                source = _source(node, relative)
                yield from (Import(relative, node.lineno, f"{source}.{alias.name}") for alias in node.names)


def against_the_order(root: Path) -> list[str]:
    """Imports of a package by one that stands before it, from whichever of its sub-packages; unknown packages.

    What stands at the top, beside the packages (`wiring.py`), may import all and be imported by none of them.
    """
    found = []
    for each in imports_in(root):
        owner = each.path.parts[1] if len(each.path.parts) > 2 else None
        if owner is None:
            continue
        if owner not in ORDER:
            found.append(f"{each.path}: {owner} has no place in the order")
        elif each.of(root.name) and not _may_import(owner, each.name.removeprefix(f"{root.name}.").partition(".")[0]):
            found.append(str(each))
    return found


def cycles(root: Path) -> list[list[str]]:
    """Groups of modules that import each other, directly or by way of others; wherever the imports stand."""
    modules = {module_name(path.relative_to(root.parent)) for path in root.rglob("*.py")}
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for each in imports_in(root):
        target = each.name if each.name in modules else each.name.rpartition(".")[0]
        importer = module_name(each.path)
        if target in modules and target != importer:
            graph[importer].add(target)
    return _strongly_connected(graph)


def module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _strongly_connected(graph: Mapping[str, Collection[str]]) -> list[list[str]]:
    """What is left when modules that import none of the rest are taken out, again and again, from both ends."""
    left = {name: set(targets) for name, targets in graph.items()}
    while True:
        imported = {target for targets in left.values() for target in targets}
        ends = {name for name, targets in left.items() if not targets or name not in imported}
        if not ends:
            break
        left = {name: targets - ends for name, targets in left.items() if name not in ends}
    return [sorted(left)] if left else []


def _may_import(owner: str | None, target: str) -> bool:
    return owner in ORDER and target in ORDER and ORDER.index(target) <= ORDER.index(owner)


def _source(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.parent.parts[: len(path.parent.parts) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])

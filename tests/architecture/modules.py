"""What the modules of a tree import, read from their source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ORDER = ("common", "accounts", "realtime", "school", "judge", "courses", "tracks", "training")


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
    """Imports of a package by one that stands before it; packages that the order does not know."""
    found = []
    for each in imports_in(root):
        owner = each.path.parts[1] if len(each.path.parts) > 2 else None
        if owner is not None and owner not in ORDER:
            found.append(f"{each.path}: {owner} has no place in the order")
        target = each.name.removeprefix(f"{root.name}.").partition(".")[0]
        if owner in ORDER and each.of(root.name) and not _may_import(owner, target):
            found.append(str(each))
    return found


def _may_import(owner: str | None, target: str) -> bool:
    return owner in ORDER and target in ORDER and ORDER.index(target) <= ORDER.index(owner)


def _source(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.parent.parts[: len(path.parent.parts) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])

"""Lists the migrations: the modules m0001_….py, m0002_….py of this package, in the order of their numbers."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra import migrations
from infra.migrations.pages import Position, Tables

MODULE = re.compile(r"m(?P<id>(?P<number>\d{4})_[a-z0-9_]+)")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

Step = Callable[[Tables, Position], Position]
"""Does the page that begins at a position, and says where the next one begins. Doing a page again changes nothing."""

TEMPLATE = '''"""What this changes, why, and what becomes of items that are written meanwhile."""

from infra.migrations.pages import Change, Item, Position, Tables, change_items


def forward(tables: Tables, position: Position) -> Position:
    return change_items(tables, "accounts", position, decide)


def decide(item: Item) -> Change | None:
    """None leaves an item as it is. Without a function `back` beside `forward` there is no way back."""
    raise NotImplementedError
'''


class CatalogueError(Exception):
    """The message is one line for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Migration:
    """`id` is its number and name: 0001_complete_accounts. Without `back` it cannot be rolled back."""

    id: str
    forward: Step
    back: Step | None


def load() -> list[Migration]:
    names = sorted(name for _, name, _ in pkgutil.iter_modules(migrations.__path__) if MODULE.fullmatch(name))
    _check_numbers(names)
    return [_migration(name) for name in names]


def create(name: str, directory: Path = Path(migrations.__path__[0])) -> Path:
    """The file of a new migration, to be filled in."""
    if not NAME.fullmatch(name):
        raise CatalogueError(f"{name!r} is no name: write it like complete_accounts")
    numbers = [int(found["number"]) for path in directory.glob("m*.py") if (found := MODULE.fullmatch(path.stem))]
    path = directory / f"m{max(numbers, default=0) + 1:04}_{name}.py"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def _check_numbers(names: Sequence[str]) -> None:
    """Two branches may each have added a migration under the same number."""
    for number, name in enumerate(names, start=1):
        if not name.startswith(f"m{number:04}_"):
            raise CatalogueError(f"{name}.py should have number {number:04}: numbers follow each other, each used once")


def _migration(name: str) -> Migration:
    module = importlib.import_module(f"{migrations.__name__}.{name}")
    return Migration(name.removeprefix("m"), module.forward, getattr(module, "back", None))

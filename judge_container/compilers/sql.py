"""Runs SQL on SQLite: `python3 -c TEXT check MAIN.sql...` finds syntax errors, `… run MAIN.sql` queries.

The input is a script that makes the database, in memory. Each row of each result is a line, its values with `|` between
them; NULL is the word NULL. Statements beyond queries are allowed: a task may ask to change data and to show it.
"""

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

SYNTAX = ("syntax error", "unrecognized token", "incomplete input")
"""What SQLite says of statements that are wrong whatever tables there are."""


def main(mode: str, sources: list[str]) -> int:
    script = Path(sources[0]).read_text("utf-8", "replace")
    if mode == "check":
        return sum(not _is_well_formed(Path(source)) for source in sources)
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(sys.stdin.buffer.read().decode("utf-8", "replace"))
    try:
        _query(database, script)
    except sqlite3.Error as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def statements(script: str) -> Iterator[str]:
    """A script's statements, each with the semicolon that ends it; the last may have none."""
    start = 0
    for end, character in enumerate(script, 1):
        if character == ";" and sqlite3.complete_statement(script[start:end]):
            yield script[start:end]
            start = end
    if script[start:].strip():
        yield script[start:]


def _query(database: sqlite3.Connection, script: str) -> None:
    for statement in statements(script):
        for row in database.execute(statement):
            print("|".join("NULL" if value is None else str(value) for value in row))  # noqa: T201


def _is_well_formed(source: Path) -> bool:
    database = sqlite3.connect(":memory:")
    script = source.read_text("utf-8", "replace")
    line = 1
    for statement in statements(script):
        try:
            database.execute(f"EXPLAIN {statement}")
        except (sqlite3.Error, sqlite3.Warning) as error:
            if any(words in str(error) for words in SYNTAX):
                begins = line + statement[: -len(statement.lstrip())].count("\n")
                print(f"{source.name}:{begins}: {error}", file=sys.stderr)  # noqa: T201
                return False
        line += statement.count("\n")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

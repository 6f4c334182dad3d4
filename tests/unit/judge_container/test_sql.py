"""How a script of SQL is taken apart."""

import pytest

from judge_container.compilers import sql


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        ("", []),
        (" \n", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;\nSELECT 2;", ["SELECT 1;", "\nSELECT 2;"]),
        ("SELECT ';'; SELECT 2", ["SELECT ';';", " SELECT 2"]),
        ("SELECT 1 -- not; here\n;", ["SELECT 1 -- not; here\n;"]),
        ("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END; SELECT 3;",
         ["CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END;", " SELECT 3;"]),
    ],
)  # fmt: skip
def test_statements_end_at_semicolons_outside_of_texts_comments_and_triggers(
    script: str, statements: list[str]
) -> None:
    assert list(sql.statements(script)) == statements

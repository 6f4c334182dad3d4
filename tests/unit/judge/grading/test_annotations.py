"""The lines of a source that compilers and runtimes complain of.

`complaints.json` has what those of this project's languages really said of small programs.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge.grading import annotations
from chalicelib.judge.grading.annotations import LANGUAGES, MAX_MESSAGE, MOST, Annotation
from judge_container import languages

COMPLAINTS = json.loads(Path(__file__).with_name("complaints.json").read_text("utf-8"))
READERS = {"compiler": annotations.of_compilation, "runtime": annotations.of_run}
SAID = st.lists(
    st.sampled_from(
        [line for complaint in COMPLAINTS for line in complaint["said"].splitlines()]
        + ["", "    ^", "main.py", "x" * 50]
    )
).map("\n".join)


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda complaint: complaint["name"])
def test_what_was_really_said_names_lines(complaint: Any) -> None:
    read = READERS[complaint["kind"]]
    found = read(complaint["language"], complaint["said"], complaint["source"])
    assert [each.to_json() for each in found] == complaint["annotations"]


def test_every_language_has_its_reader() -> None:
    assert set(languages.load()) == LANGUAGES


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("language", sorted(LANGUAGES))
@given(said=SAID | st.text())
def test_whatever_is_said_the_lines_are_the_sources(language: str, kind: str, said: str) -> None:
    source = "one\n  two\nthree"
    found = READERS[kind](language, said, source)
    assert len(found) <= MOST
    for each in found:
        assert 1 <= each.line <= 3
        assert each.column is None or each.column >= 1
        assert len(each.message) <= MAX_MESSAGE + 1
        assert Annotation.of_json(json.loads(json.dumps(each.to_json()))) == each


SOURCE = "import java.util.*;\npublic class Tree {\n\tint x = y;\n}\n"


def read(kind: str, language: str, said: str, source: str = SOURCE) -> list[tuple[int, int | None, str]]:
    return [(each.line, each.column, each.message) for each in READERS[kind](language, said, source)]


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        (
            "java",
            "Tree.java:3: error: cannot find symbol\n\tint x = y;\n\t        ^\n",
            [(3, 10, "cannot find symbol")],
        ),
        ("java", "Other.java:3: error: cannot find symbol\n", []),
        ("cpp17", "main.cpp:3:1: warning: unused\nmain.cpp:3:2: note: here\n", []),
        ("cpp17", "other.h:3:1: error: bad\n", []),
        (
            "cpp17",
            "main.cpp:2:1: fatal error: no.h: No such file or directory\n",
            [(2, 1, "no.h: No such file or directory")],
        ),
        ("rust", "warning: unused\n --> main.rs:1:1\n", []),
        ("python3", '  File "lib.py", line 1\n    x\n    ^\nSyntaxError: bad\n', []),
        ("go", "./main.go:900:1: beyond\n", []),
        ("haskell", "Main.hs:(2,3)-(3,9): error:\n    words\n    more\n  |\n", [(2, 3, "words more")]),
        ("php", "PHP Parse error:  bad in main.php on line 2\n", [(2, None, "bad")]),
        ("cobol", "main.cob:1: bad\n", []),
    ],
)
def test_only_errors_in_ones_own_source_count(
    language: str, said: str, found: list[tuple[int, int | None, str]]
) -> None:
    assert read("compiler", language, said) == found


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        ("rust", "thread 'main' panicked at 'no', main.rs:2:5\n", [(2, 5, "no")]),
        (
            "java",
            (
                'Exception in thread "main" E: outer\n\tat Tree.f(Tree.java:3)\nCaused by: F: inner\n'
                "\tat java.base/java.util.Tree.g(Tree.java:1)\n\tat Tree.h(Tree.java:2)\n\t... 1 more\n"
            ),
            [(2, None, "F: inner")],
        ),
        ("python3", "what it printed by itself\n", []),
        ("cpp17", "main.cpp:1:1: error: printed by the program\n", []),
        ("typescript", "main.js:2\n  x\n  ^\n\nTypeError: bad\n    at f (main.js:2:3)\n", []),
    ],
)
def test_the_innermost_lines_of_ones_own_are_told(
    language: str, said: str, found: list[tuple[int, int | None, str]]
) -> None:
    assert read("runtime", language, said) == found


@pytest.mark.parametrize(
    ("language", "said", "reason"),
    [
        ("java", 'Exception in thread "main" E: 2 of 1\n\tat Tree.f(Tree.java:3)\n', "E: 2 of 1"),
        ("javascript", "main.js:2\n x\n ^\n\nTypeError: no\n    at main.js:2:3\n\nNode.js v20\n", "TypeError: no"),
        ("typescript", "main.js:2\n x\n ^\n\nTypeError: no\n    at main.js:2:3\n\nNode.js v20\n", "TypeError: no"),
        ("go", "panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:4 +0x1a\n", "no"),
        ("rust", "thread 'main' (7) panicked at main.rs:2:5:\nno\nnote: run with `RUST_BACKTRACE=1`\n", "no"),
        (
            "csharp",
            "\nUnhandled Exception:\nE: no\n  at P.Main ()\n[ERROR] FATAL UNHANDLED EXCEPTION: E: no\n",
            "E: no",
        ),
        ("pascal", "Runtime error 200 at $0000000000401129\n  $0000000000401129\n", "Runtime error 200"),
        ("pascal", "An unhandled exception occurred at $01:\nEDivByZero: no\n  $01\n", "EDivByZero: no"),
        ("c", "something of its own\n", ""),
        ("python3", "what it printed by itself\n", ""),
    ],
)
def test_what_a_runtime_says_in_a_line_is_found_among_the_others(language: str, said: str, reason: str) -> None:
    assert annotations.complaint(language, said, "class Tree {\n}\n\n\n") == reason


def test_a_byte_order_mark_is_no_column() -> None:
    said = "Main.java:1: error: bad\nint x = y;\n        ^\n"
    assert read("compiler", "java", said, "\ufeffint x = y;\n") == [(1, 9, "bad")]

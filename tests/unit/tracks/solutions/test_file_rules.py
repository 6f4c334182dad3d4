"""Which paths and texts a solution may have."""

import pytest

from chalicelib.tracks.solutions import file_rules


@pytest.mark.parametrize("path", ["main.py", "src/a b/Основа.py", ".gitignore", "a/.b/c", "x" * 200, "git/config"])
def test_a_relative_path_is_taken(path: str) -> None:
    assert file_rules.refusal_of_path(path) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("", "path_not_relative"),
        ("/etc/passwd", "path_not_relative"),
        ("..", "path_not_relative"),
        ("a/../b", "path_not_relative"),
        ("./a", "path_not_relative"),
        ("a//b", "path_not_relative"),
        ("a/", "path_not_relative"),
        ("a\\b", "path_not_relative"),
        ("C:/a", "path_not_relative"),
        ("c:a", "path_not_relative"),
        ("a/b.", "path_not_relative"),
        ("a /b", "path_not_relative"),
        ("а" * 128, "path_not_relative"),
        ("/".join("a" * 13), "path_not_relative"),
        ("a\0b", "path_not_plain"),
        ("a\nb", "path_not_plain"),
        ("a\u202eyp.exe", "path_not_plain"),
        ("a\u200bb", "path_not_plain"),
        ("\ud800", "path_not_plain"),
        ("и\u0306", "path_not_plain"),
        ("x" * 201, "path_too_long"),
        (".git/config", "git_folder"),
        ("a/.GIT/config", "git_folder"),
    ],
)
def test_any_other_path_is_refused(path: str, code: str) -> None:
    refused = file_rules.refusal_of_path(path)
    assert refused is not None
    assert refused.code == code


@pytest.mark.parametrize(
    ("paths", "refused"),
    [
        (["a", "b"], []),
        (["a", "a"], [1]),
        (["Main.py", "main.PY"], [1]),
        (["straße", "STRASSE"], [1]),
        (["a", "a/b"], [0]),
        (["a/b", "A"], [1]),
        (["a/b", "A/c"], []),
    ],
)
def test_two_files_have_two_paths_on_every_system(paths: list[str], refused: list[int]) -> None:
    assert [position for position, _ in file_rules.refusals_of_paths(paths)] == refused


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\0", "not_text"), ("\udc80", "not_text"), ("я" * 131_073, "solution_file_too_large")],
)
def test_what_is_no_text_is_refused(text: str, code: str) -> None:
    refused = file_rules.refusal_of_text(text)
    assert refused is not None
    assert refused.code == code


def test_text_of_any_language_is_taken() -> None:
    assert file_rules.refusal_of_text("") is None
    assert file_rules.refusal_of_text("print('я')\r\n\t\f" + "я" * 131_000) is None


def test_files_are_bounded_together() -> None:
    quarter = "x" * (256 * 1024)
    assert file_rules.refusal_of_all([quarter] * 4) is None
    refused = file_rules.refusal_of_all([quarter] * 4 + ["x"])
    assert refused is not None
    assert refused.code == "solution_too_large"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\r\nb", ["a", "b"]),
        ("a\x0bb\u2028c\n\n", ["a\x0bb\u2028c", ""]),
    ],
)
def test_lines_are_those_of_an_editor(text: str, lines: list[str]) -> None:
    assert file_rules.lines_of(text) == lines

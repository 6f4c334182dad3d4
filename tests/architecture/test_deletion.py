"""What deletes whole trees or sends signals to numbers is reviewed: it has to know that what it takes is its own.

A place such as `/tmp`, a directory that somebody names, or a process's number is shared. A name in it proves nothing: a
judge once deleted every `/tmp/judge-*`, whoever had made it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CALLS = {
    ("infra/local/__main__.py", "shutil.rmtree"): "a state directory that is claimed",
    ("infra/local/checks.py", "os.kill"): "signal 0 only asks whether a process is there",
    ("infra/local/children.py", "os.killpg"): "the group of a child that is not reaped yet",
    ("infra/local/emulator.py", "shutil.rmtree"): "below a state directory that is claimed",
    ("judge_container/launching.py", "os.kill"): "a child that is not reaped yet",
    ("judge_container/prepare.py", "shutil.rmtree"): "below the cache of this checkout or image",
    ("judge_container/processes.py", "os.kill"): "descendants, which the kernel names",
}
COMMANDS = {
    (
        "Makefile",
        "rm -rf build .chalice/deployments .mypy_cache .ruff_cache .pytest_cache .hypothesis",
    ): "what was built",
    (
        "Makefile",
        "find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +",
    ): "caches of this checkout",
    ("infra/venv.sh", 'rm -rf "$1"'): "a virtual environment, as was looked up before",
    ("judge_container/toolchains.sh", 'rm -rf "$work"'): "a directory that mktemp has just made",
    (
        "judge_container/toolchains.sh",
        "rm -rf /usr/local/lib/rust && mkdir --parents /usr/local/lib/rust /usr/local/bin",
    ): "a copy of a toolchain that this script made",
}


def calls_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and re.fullmatch(
            r"(shutil\.)?rmtree|(os\.)?(removedirs|kill|killpg)", name := ast.unparse(node.func)
        ):
            yield name


def commands_in(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        if re.search(r"\b(rm -\w*r|rm --recursive|pkill|killall|fuser -k)", line):
            yield line.strip()


def test_only_reviewed_calls_delete_trees_or_signal_numbers() -> None:
    sources = [path for part in ("chalicelib", "infra", "judge_container") for path in (ROOT / part).rglob("*.py")]

    assert {(str(path.relative_to(ROOT)), call) for path in sources for call in calls_in(path)} == CALLS.keys()


def test_only_reviewed_commands_do() -> None:
    scripts = [
        ROOT / "Makefile",
        *(path for part in ("infra", "judge_container") for path in (ROOT / part).rglob("*.sh")),
    ]

    assert {(str(path.relative_to(ROOT)), each) for path in scripts for each in commands_in(path)} == COMMANDS.keys()


@pytest.mark.parametrize(
    "call", ["shutil.rmtree(x)", "rmtree(x)", "os.kill(1, 9)", "os.killpg(1, 9)", "os.removedirs(x)"]
)
def test_such_a_call_is_seen(tmp_path: Path, call: str) -> None:
    (tmp_path / "module.py").write_text(f"def f():\n    return {call}\n")

    assert list(calls_in(tmp_path / "module.py")) == [call.partition("(")[0]]


@pytest.mark.parametrize(
    "command", ["rm -rf /tmp/judge-*", "rm -fr x", "pkill -f judge", "killall python", "fuser -k 80/tcp"]
)
def test_such_a_command_is_seen(tmp_path: Path, command: str) -> None:
    (tmp_path / "script.sh").write_text(f"set -eu\n    {command}\n")

    assert list(commands_in(tmp_path / "script.sh")) == [command]

"""Whether this machine can have Node, and what is said when the web client cannot be built."""

import sys
from pathlib import Path

import pytest

from infra import node, web_build
from infra.local.web_client import reason_file


@pytest.mark.parametrize(
    ("machine", "libc", "said"),
    [
        ("x86_64", ("glibc", "2.36"), ""),
        ("aarch64", ("glibc", "2.28"), ""),
        ("x86_64", ("", ""), ""),
        ("x86_64", ("glibc", "2.27"), "glibc 2.28 or newer, and here is 2.27"),
        ("riscv64", ("glibc", "2.39"), "no Node for riscv64"),
    ],
)
def test_a_machine_without_node_is_told_in_one_line(machine: str, libc: tuple[str, str], said: str) -> None:
    found = node.missing(machine, libc)
    assert (said in found, bool(found), "\n" in found) == (True, bool(said), False)


def test_what_npm_starts_finds_the_same_node() -> None:
    made = node.environment({"PATH": "/usr/bin", "HOME": "/root"})
    first, *rest = made["PATH"].split(":")
    assert (first, rest, made["HOME"]) == (str(Path(sys.executable).parent), ["/usr/bin"], "/root")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["make: Node needs glibc 2.28", "make[1]: *** [Makefile:3: web] Error 1"], "Node needs glibc 2.28"),
        (["npm error code ECONNREFUSED", "npm error more", "make: *** [x] Error 1"], "npm error code ECONNREFUSED"),
        (["something", "the last words"], "the last words"),
        ([], "the build failed without a word"),
    ],
)
def test_the_line_that_says_most_is_the_reason(lines: list[str], said: str) -> None:
    assert web_build.why(lines) == said


def test_a_failed_build_leaves_its_reason_for_the_front_door_and_a_good_one_takes_it_away(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "build" / "web"
    fails = [sys.executable, "-c", "import sys; print('error: no network', file=sys.stderr); sys.exit(1)"]
    assert web_build.build(fails, folder) is False
    assert reason_file(folder).read_text("utf-8") == "The web client cannot be built here: error: no network\n"
    assert "everything else runs without it" in capfd.readouterr().err
    assert web_build.build([sys.executable, "-c", ""], folder) is True
    assert not reason_file(folder).exists()

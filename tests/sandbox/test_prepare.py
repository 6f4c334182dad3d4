"""What is prepared for compilers: taken when it fits, passed over when not; the program is the same either way."""

import dataclasses
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from judge_container import languages, prepare
from judge_container.languages import LanguageSpec, Place

SOURCE = "#include <bits/stdc++.h>\nint main() { std::cout << std::string(3, 'x') << std::endl; }\n"
HEADER = Path("bits/stdc++.h.gch")


@pytest.fixture(scope="module")
def cpp17() -> LanguageSpec:
    spec = languages.load()["cpp17"]
    if not languages.is_available(spec):
        pytest.skip("cpp17 is not installed (make toolchains)")
    return spec


@pytest.fixture(scope="module")
def prepared(cpp17: LanguageSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prepared")
    assert prepare.prepare(cpp17, root)
    assert [path.name for path in root.iterdir()] == ["cpp17"]
    return root / "cpp17"


def compiled(spec: LanguageSpec, cache: Path, place: Path, *options: str) -> tuple[str, bytes]:
    """What the compiler said about the headers that it used, and the program."""
    (place / "main.cpp").write_text(SOURCE)
    for name, text in spec.companions.items():
        (place / name).write_text(text)
    filling = Place(build=place, cache=cache, memory_kb=1024, sources=("main.cpp", *spec.companions))
    command = [*languages.fill(spec.compile, filling), "-H", *options]
    said = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True).stderr
    return said, (place / "main").read_bytes()


def another_version(header: Path) -> None:
    data = bytearray(header.read_bytes())
    data[:8] = b"gpch.099"
    header.write_bytes(data)


def another_compiler(header: Path) -> None:
    data = bytearray(header.read_bytes())
    data[8:40] = bytes(32)
    header.write_bytes(data)


def empty(header: Path) -> None:
    header.write_bytes(b"")


def gone(header: Path) -> None:
    header.unlink()


def test_header_that_fits_is_taken_and_changes_nothing(cpp17: LanguageSpec, prepared: Path, tmp_path: Path) -> None:
    said, program = compiled(cpp17, prepared, tmp_path)
    assert f"! {prepared / HEADER}" in said
    assert program == compiled(cpp17, tmp_path / "nothing", tmp_path)[1]


@pytest.mark.parametrize("spoil", [another_version, another_compiler, empty, gone])
def test_header_that_does_not_fit_is_passed_over(
    cpp17: LanguageSpec, prepared: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoilt = tmp_path / "spoilt"
    shutil.copytree(prepared, spoilt)
    spoil(spoilt / HEADER)

    said, _ = compiled(cpp17, spoilt, tmp_path)

    assert f"! {spoilt / HEADER}" not in said
    assert subprocess.run([tmp_path / "main"], capture_output=True, check=True).stdout == b"xxx\n"


def test_header_of_other_options_is_passed_over(cpp17: LanguageSpec, prepared: Path, tmp_path: Path) -> None:
    said, _ = compiled(cpp17, prepared, tmp_path, "-std=gnu++20")
    assert f"! {prepared / HEADER}" not in said


def test_failure_leaves_what_was_there(cpp17: LanguageSpec, tmp_path: Path) -> None:
    kept = tmp_path / "cpp17" / "kept"
    kept.parent.mkdir()
    kept.touch()
    assert not prepare.prepare(dataclasses.replace(cpp17, prepare=("false",)), tmp_path)
    assert kept.exists()

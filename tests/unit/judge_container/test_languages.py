"""Language files, identities, inputs: the pure parts around a run."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from chalicelib.judge_protocol.contract import ContractError, TestInput
from judge_container import addresses, identity, inputs, languages, programs, settings
from judge_container.languages import Place

BUILD = Path("/b")
PLACE = Place(build=BUILD, cache=Path("/c"), memory_kb=300 * 1024, sources=("main.x", "./more/two.x"))
REFERENCE = {"source": "", "input": "", "output": ""}


def language(**changes: Any) -> dict[str, Any]:
    words: dict[str, Any] = {"compile": ["sh"], "run": ["{build}/main", "x"], "version": ["sh"], "reference": REFERENCE}
    return {"id": "x", "name": "X", "source_file": "main.x", **words, **changes}


def test_every_language_file_is_well_formed_and_named_after_its_id() -> None:
    specs = languages.load()
    files = Path(languages.__file__).with_name("languages").glob("*.toml")
    assert sorted(specs) == sorted(path.stem for path in files)
    assert {"c", "cpp17", "cpp20", "csharp", "go", "java", "javascript", "pascal", "pypy3", "python3"} <= set(specs)
    assert {"rust", "typescript", "cpp23", "kotlin", "ruby", "php", "haskell", "lua", "sql"} <= set(specs)


def test_misspelt_field_is_refused() -> None:
    with pytest.raises(TypeError):
        languages.parse(language(memory_polcy="resident"))
    with pytest.raises(ValueError, match="memory policy"):
        languages.parse(language(memory_policy="none"))


def test_absent_toolchain_makes_a_language_unavailable() -> None:
    assert languages.is_available(languages.parse(language()))
    assert not languages.is_available(languages.parse(language(compile=["no-such-compiler-here"])))


@pytest.mark.parametrize(("mode", "used"), [(0o755, True), (0o700, os.geteuid() != 0)])
def test_toolchain_elsewhere_is_used_if_programs_may_reach_it(
    monkeypatch: pytest.MonkeyPatch, *, mode: int, used: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory:  # below pytest's own nobody else may look
        place = Path(directory)
        tool = place / "bin" / "askme"
        tool.parent.mkdir()
        tool.write_text(f"#!/bin/sh\necho {place}\n")
        tool.chmod(0o755)
        place.chmod(mode)
        monkeypatch.setenv("PATH", str(tool.parent), prepend=os.pathsep)
        spec = languages.parse(language(compile=["askme", "-o"], version=["askme"], elsewhere=["askme", "where"]))

        found = languages.found_elsewhere(spec)

        assert languages.is_available(found) is used
        assert found.compile == ((str(tool), "-o") if used else ("askme", "-o"))
        assert (str(place) in found.readable) is used


def test_commands_are_filled_and_looked_up() -> None:
    spec = languages.parse(language(compile=["sh", "-I{cache}", "-Xmx{memory_mb}m", "{sources}", "{other}"]))
    assert languages.fill(spec.run, PLACE) == ("/b/main", "x")
    shell, *words = languages.fill(spec.compile, PLACE)
    assert shell.endswith("/sh")
    assert words == ["-I/c", "-Xmx300m", "main.x", "./more/two.x", "{other}"]


def test_heap_is_never_too_small_to_start_with() -> None:
    assert Place(build=BUILD, cache=BUILD, memory_kb=1).fill("{memory_mb}") == "16"


def test_script_becomes_a_word_whose_braces_stay() -> None:
    spec = languages.parse(language(compile=["sh", "-c", "{script:javascript.js}"]))
    script = Path(languages.__file__).with_name("compilers") / "javascript.js"
    assert languages.fill(spec.compile, PLACE)[2] == script.read_text()
    with pytest.raises(FileNotFoundError):
        languages.parse(language(compile=["sh", "{script:none.js}"]))


def test_environment_of_a_run_knows_its_memory_limit() -> None:
    spec = languages.parse(language(environment={"LIMIT": "{memory_mb}MiB"}))
    test = TestInput(id="1", input=b"", memory_limit_kb=64 * 1024)
    program = programs.solution(spec, test, b"", build=BUILD, place=Path("/r"))
    assert (program.environment["LIMIT"], program.environment["HOME"]) == ("64MiB", "/r")


def test_what_is_prepared_is_given_only_where_programs_may_go(tmp_path: Path) -> None:
    spec = languages.parse(language(id="lib", prepare=["sh"]))
    assert languages.cache_of(spec, Path("/usr")) == Path("/usr/lib")
    assert not languages.cache_of(languages.parse(language(id="lib")), Path("/usr")).exists()
    assert not languages.cache_of(spec, tmp_path / "none").exists()
    (tmp_path / "lib").mkdir()
    tmp_path.chmod(0o000)
    assert not languages.cache_of(spec, tmp_path).exists()
    tmp_path.chmod(0o700)


def test_companions_of_the_same_suffix_are_sources_and_never_options(tmp_path: Path) -> None:
    for name in ("main.x", "-o.x", "lib/b.x", "lib/b.h", "data.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    spec = languages.parse(language())
    assert programs.sources(spec, tmp_path) == ("main.x", "./-o.x", "./lib/b.x")


def test_factors_stretch_limits_and_policy_decides_on_address_space() -> None:
    test = TestInput(id="1", input=b"", time_limit_ms=1000, memory_limit_kb=1000)
    limits = programs.run_limits(test, languages.parse(language(time_factor=1.5, memory_factor=2.0)))
    assert (limits.cpu_ms, limits.wall_ms, limits.memory_kb) == (1500, 4000, 2000)
    assert limits.address_space_kb > limits.memory_kb
    assert programs.run_limits(test, languages.parse(language(memory_policy="resident"))).address_space_kb == 0


@pytest.mark.parametrize(("uid", "mapped"), [(2_000_000_001, False), (60_600, True), (0, True), (65_536, False)])
def test_only_ids_of_the_user_namespace_are_taken(uid: int, mapped: bool) -> None:  # noqa: FBT001
    assert identity.is_mapped(uid, "         0     100000      65536\n") is mapped


@pytest.mark.parametrize(
    ("url", "local", "accepted"),
    [
        ("https://bucket.s3.amazonaws.com/key?signature", False, True),
        ("http://localhost:4566/bucket/key", True, True),
        ("http://localhost:4566/bucket/key", False, False),
        ("http://169.254.169.254/latest", True, False),
        ("http://localhost.example.com/key", True, False),
        ("file:///etc/passwd", True, False),
    ],
)
def test_inputs_come_by_https_or_from_this_machine(url: str, local: bool, accepted: bool) -> None:  # noqa: FBT001
    if accepted:
        addresses.check(url, local=local)
        return
    with pytest.raises(ContractError, match="https"):
        addresses.check(url, local=local)


def test_unreachable_input_is_nobodys_fault_and_its_address_stays_secret() -> None:
    test = TestInput(id="1", input_url="http://127.0.0.1:1/key?signature=s3cret")
    with pytest.raises(addresses.UnavailableError) as raised:
        inputs.read(test, local=True)
    assert "s3cret" not in str(raised.value)


def test_settings_have_safe_defaults() -> None:
    found = settings.from_environment({})
    assert not found.owns_machine
    assert not found.local_inputs
    assert settings.from_environment({"JUDGE_LAUNCHER": "/x"}).launcher == Path("/x")

"""The list of migrations, and the file of a new one."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.migrations import catalogue
from infra.migrations.catalogue import CatalogueError
from infra.packaging.package import ROOT

POLICIES = sorted((ROOT / ".chalice").glob("policy-*.json"))


def test_every_migration_is_loaded_under_its_number_and_says_what_it_is_for() -> None:
    migrations = catalogue.load()

    assert [each.id[:4] for each in migrations] == [f"{number:04}" for number in range(1, len(migrations) + 1)]
    assert migrations[0].id == "0001_complete_accounts"


@pytest.mark.parametrize("names", [["m0001_a", "m0001_b"], ["m0002_a"], ["m0001_a", "m0003_b"]])
def test_a_number_that_is_taken_or_left_out_is_refused(names: list[str]) -> None:
    with pytest.raises(CatalogueError, match="numbers follow each other"):
        catalogue._check_numbers(names)


def test_a_new_migration_takes_the_next_number_and_keeps_the_rules(tmp_path: Path) -> None:
    (tmp_path / "m0007_before.py").touch()

    made = catalogue.create("rename_things", tmp_path)

    assert made == tmp_path / "m0008_rename_things.py"
    for command in (["check", "--ignore", "INP001"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"), str(made)]
        outcome = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("name", ["", "Rename", "0_things", "two words", "../elsewhere", "ends_"])
def test_a_name_is_one_for_a_module(name: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="is no name"):
        catalogue.create(name, tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_no_function_may_touch_the_record_of_migrations(policy: Path) -> None:
    assert "MigrationsTable" not in policy.read_text(encoding="utf-8")
    assert "-migrations" not in policy.read_text(encoding="utf-8")


def test_a_stage_that_is_not_there_is_one_clear_line() -> None:
    command = [sys.executable, "-m", "infra.migrations.migrate", "migrations", "--emulator-port", "1"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert line.startswith("make migrations: ")
    assert "make run" in line

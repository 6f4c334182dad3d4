"""The project's version is written down once, and its metadata refer to what there is."""

import re
import subprocess
import tomllib
from typing import Any

import pytest

from chalicelib.common import settings
from infra.packaging.package import ROOT

SETTINGS = "chalicelib/common/settings.py"
COPIES = {
    "CHANGELOG.md",  # lists all versions
    "docs/openapi.json",  # written by `make openapi`; tests/contract compares them with what is served
    "docs/asyncapi.json",
    "web/src/api/schema.d.ts",  # written by `make openapi` too
}


@pytest.fixture(scope="module")
def metadata() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_version_in_pyproject_is_that_of_the_settings(metadata: dict[str, Any]) -> None:
    assert "version" in metadata["project"]["dynamic"]
    module, _, name = metadata["tool"]["setuptools"]["dynamic"]["version"]["attr"].rpartition(".")
    assert (module, name) == (settings.__name__, "VERSION")


def test_the_newest_version_in_the_changelog_is_the_current_one() -> None:
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == settings.VERSION


LOCKS_APART = ":!*package-lock.json"
"""Packages of npm that happen to have the same version."""


def test_the_version_is_written_down_once() -> None:
    found = subprocess.run(
        [
            "git",
            "grep",
            "--files-with-matches",
            "--word-regexp",
            "--fixed-strings",
            f'"{settings.VERSION}"',
            LOCKS_APART,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert set(found) - COPIES == {SETTINGS}


def test_the_files_that_the_metadata_name_exist(metadata: dict[str, Any]) -> None:
    named = [metadata["project"]["readme"], *metadata["project"]["license-files"]]
    named += metadata["tool"]["setuptools"]["dynamic"]["dependencies"]["file"]
    assert [name for name in named if not (ROOT / name).is_file()] == []

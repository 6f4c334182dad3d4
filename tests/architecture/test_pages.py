"""The pages of the project name files, folders and headings that exist."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
WITHOUT_HISTORY = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""Old versions name files that are gone."""

EXAMPLES = {
    "frequency_lists.py",  # of zxcvbn
    "judge_container/languages/perl.toml",
    "infra/migrations/m0002_split_names.py",
    "m0002_trim_titles.py",
}
"""Names of files that need not be here."""

LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([\w./-]+)`")
GIVEN = re.compile(r"^`([\w./-]+)`[^\n]*(?:\n[^\n`][^\n]*)*\n```", re.MULTILINE)
"""A file whose content the page gives below its name."""
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def tracked() -> set[str]:
    """Every file and folder, as `/path/from/the/root`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [Path("/", line) for line in listed.stdout.splitlines() if (ROOT / line).exists()]
    return {str(path) for file in files for path in (file, *file.parents)}


def folders() -> set[str]:
    """The names with which a path in a text may begin: the folders of the root and of chalicelib."""
    return {path.name for base in (ROOT, ROOT / "chalicelib") for path in base.iterdir() if path.is_dir()}


def named_paths(text: str, begin_with: set[str]) -> list[str]:
    """Quoted names of Python files, and paths below a folder that we know."""
    quoted = (name.rstrip("/") for name in QUOTED.findall(CODE.sub("", text)))
    return [name for name in quoted if name.endswith(".py") or ("/" in name and name.split("/")[0] in begin_with)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(CODE.sub("", page.read_text("utf-8"))) if "://" not in link]
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", WITHOUT_HISTORY, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_exist(page: Path) -> None:
    existing = tracked()
    text = page.read_text("utf-8")
    given = EXAMPLES | set(GIVEN.findall(text))
    names = [name for name in named_paths(text, folders()) if name not in given]
    assert [name for name in names if not any(path.endswith(f"/{name}") for path in existing)] == []


def test_a_page_may_give_files_of_its_own() -> None:
    text = "`own.py` is below:\n```python\nprint()\n```\n`gone.py` is not.\n\nNothing.\n```\nx\n```\n"
    assert GIVEN.findall(text) == ["own.py"]


def test_a_name_of_a_missing_file_is_found() -> None:
    text = "See `gone.py`, `tests/gone`, `and/or` and `problem.yaml`.\n```\n`code.py`\n```\n"
    assert named_paths(text, {"tests"}) == ["gone.py", "tests/gone"]

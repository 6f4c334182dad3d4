"""Modules import what they may, and packages have the modules that they should."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import modules
from tests.support.paths import ROOT

CHALICELIB = ROOT / "chalicelib"
MODULES = sorted(CHALICELIB.rglob("*.py"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree that keeps the order."""
    root = tmp_path / "chalicelib"
    for package in ("judge_protocol", "common", "common/http", "accounts", "judge", "judge/grading"):
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").touch()
    (root / "judge" / "routes.py").write_text(
        "import json\nfrom chalicelib.accounts import authentication\nfrom chalicelib.judge.grading import verdict\n"
    )
    return root


def test_packages_import_only_those_before_them() -> None:
    assert modules.against_the_order(CHALICELIB) == []


def test_a_tree_in_order_is_found_in_order(tree: Path) -> None:
    assert modules.against_the_order(tree) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("common/routing.py", "from chalicelib.accounts import authentication"),
        ("common/routing.py", "import chalicelib.accounts.authentication"),
        ("common/routing.py", "from chalicelib.accounts.authentication import Caller"),
        ("common/routing.py", "from chalicelib import accounts"),
        ("common/routing.py", "from ..judge import models"),
        ("common/http/routing.py", "from chalicelib.judge.grading import verdict"),
        ("common/http/routing.py", "from ...judge.grading import verdict"),
        ("common/http/routing.py", "from chalicelib import wiring"),
        ("judge_protocol/wire.py", "from chalicelib.common import clock"),
        ("accounts/authentication.py", "def late():\n    from chalicelib.judge import models"),
        ("accounts/authentication.py", "if TYPE_CHECKING:\n    from chalicelib.judge.models import Problem"),
        ("judge/models.py", "from chalicelib.tracks import stages"),
        ("judge/grading/grader.py", "from chalicelib.courses import tasks"),
        ("judge/grading/grader.py", "from chalicelib.training.sessions import submissions"),
        ("judge/models.py", "from chalicelib.helpers import anything"),
        ("utils/text.py", "import json"),
    ],
)
def test_an_import_against_the_order_is_found(tree: Path, module: str, source: str) -> None:
    path = tree / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    (found,) = modules.against_the_order(tree)
    assert module in found


def test_no_modules_import_each_other() -> None:
    assert modules.cycles(CHALICELIB) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_cycle_is_found_across_sub_packages(tree: Path, *, late: bool) -> None:
    (tree / "judge" / "grading" / "verdict.py").write_text("from chalicelib.judge import models\n")
    (tree / "judge" / "models.py").write_text("from chalicelib.judge.library import find\n")
    back = "from chalicelib.judge.grading import verdict\n"
    (tree / "judge" / "library.py").write_text(f"def find():\n    {back}" if late else back)
    names = ["grading.verdict", "library", "models"]
    assert modules.cycles(tree) == [[f"chalicelib.judge.{name}" for name in names]]


def test_every_package_has_its_place_in_the_order() -> None:
    packages = {path.parent.name for path in CHALICELIB.glob("*/__init__.py")}
    assert packages == set(modules.ORDER)
    assert {path.name for path in CHALICELIB.glob("*.py")} <= {"__init__.py", "wiring.py"}


def test_sub_packages_are_one_level_deep() -> None:
    assert {len(path.relative_to(CHALICELIB).parts) for path in MODULES} <= {1, 2, 3}
    assert {path.parent for path in MODULES} == {path.parent for path in MODULES if path.name == "__init__.py"}


def importers_of(package: str) -> set[str]:
    return {str(each.path) for each in modules.imports_in(CHALICELIB) if each.of(package)}


def test_only_routes_and_common_know_chalice() -> None:
    found = importers_of("chalice")
    assert found
    assert {
        path for path in found if not path.startswith("chalicelib/common/") and not path.endswith("routes.py")
    } == set()


def test_the_protocol_of_the_judge_needs_nothing_but_python() -> None:
    """The judge's image carries this package and `judge_container`, and no other of the application."""
    imported = [each for each in modules.imports_in(CHALICELIB) if each.path.parts[1] == "judge_protocol"]
    assert {each.path.name for each in imported} == {"contract.py", "wire.py"}
    foreign = {each.name for each in imported if each.name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in foreign if not name.startswith("chalicelib.judge_protocol.")} == set()


def test_the_judge_itself_imports_nothing_of_the_application_but_the_protocol() -> None:
    imported = {each.name for each in modules.imports_in(ROOT / "judge_container") if each.of("chalicelib")}
    assert imported
    assert {name for name in imported if not name.startswith("chalicelib.judge_protocol.")} == set()


def reads_of_the_environment(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute | ast.Name | ast.alias):
            name = (
                node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None) or getattr(node, "name", "")
            )
            if name in {"environ", "environb", "getenv", "putenv"}:
                yield f"{relative(path)}: {name}"


def test_only_settings_read_the_environment() -> None:
    files = [*MODULES, ROOT / "app.py"]
    found = {path: list(reads_of_the_environment(path)) for path in files}
    assert found.pop(CHALICELIB / "common" / "settings.py") != []
    assert [read for reads in found.values() for read in reads] == []


KEY_PREFIX = re.compile(r"[A-Z][A-Z_]*#")
"""How every prefix of a key begins: ACCOUNT#, TRACK#, SENT_TO#, …"""
KEYS_OF_THEIR_OWN = {"chalicelib/common/events/timers.py", "chalicelib/common/limits.py"}
"""One kind of item each, in the table of `common`, which has no `models.py`."""


def built_keys(path: Path) -> set[str]:
    """The prefixes of the keys that a module builds."""
    return {
        found.group()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
        if (found := KEY_PREFIX.match(str(node.values[0].value)))
    }


def test_keys_are_built_in_models_alone() -> None:
    found = {relative(path): built_keys(path) for path in MODULES}
    prefixes = {prefix for path, keys in found.items() if path.endswith("/models.py") for prefix in keys}
    assert {"ACCOUNT#", "SUBMISSION#", "COURSE#", "TRACK#", "ROOM#", "TEAM#", "INBOX#"} <= prefixes
    elsewhere = {path for path, keys in found.items() if keys and not path.endswith("/models.py")}
    assert elsewhere == KEYS_OF_THEIR_OWN


def test_nothing_scans_a_table() -> None:
    calls = {
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"scan", "rate_limited_scan"}
    }
    assert calls == set()


FORBIDDEN_NAMES = ("util", "helper", "manager", "service", "misc", "base", "flow", "shapes", "data.py", "views")


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "__init__.py"], ids=relative)
def test_a_module_is_named_for_what_it_is_about(path: Path) -> None:
    assert path.stem.isidentifier()
    assert path.stem.islower()
    assert not path.name.startswith(FORBIDDEN_NAMES)


ROLES = {"routes.py", "requests.py", "responses.py", "models.py", "handlers.py", "frames.py"}


@pytest.mark.parametrize("package", sorted({path.parent for path in CHALICELIB.rglob("*routes.py")}), ids=relative)
def test_a_package_that_answers_http_says_what_goes_out(package: Path) -> None:
    assert "responses.py" in {path.name for path in package.glob("*.py")}


def test_bodies_and_answers_stand_where_their_names_say() -> None:
    """Every request shape in a `requests.py`, every answer in a `responses.py`, by subject where there are many
    (`authoring_responses.py`); a frame's payload is neither.
    """
    found = {
        (node.name, relative(path))
        for path in MODULES
        if not relative(path).startswith("chalicelib/common/") and path.name.rpartition("_")[2] not in ROLES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & {"Body", "Query", "View"}
    }
    assert found == set()


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=relative)
def test_packages_are_empty_of_code(path: Path) -> None:
    assert path.read_text("utf-8").strip() == ""


MAX_FUNCTION_LINES = 30
MAX_FILE_LINES = 600


@pytest.mark.parametrize("path", [*MODULES, ROOT / "app.py"], ids=relative)
def test_files_and_functions_are_short(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= MAX_FILE_LINES
    lengths = {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}


def test_transactions_are_written_through_named_conditions() -> None:
    """Nobody else has PynamoDB's own transaction, whose refusals count positions."""
    found = importers_of("pynamodb.transactions")
    assert found == {"chalicelib/common/dynamo/transactions.py"}

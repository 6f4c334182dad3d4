"""Which module may import what, and what a package consists of."""

import ast
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
    for package in ("common", "accounts", "judge"):
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").touch()
    (root / "judge" / "routes.py").write_text(
        "import json\nfrom chalicelib.accounts import guard\nfrom . import models\n"
    )
    return root


def test_packages_import_only_those_before_them() -> None:
    assert modules.against_the_order(CHALICELIB) == []


def test_a_tree_in_order_is_found_in_order(tree: Path) -> None:
    assert modules.against_the_order(tree) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("common/web.py", "from chalicelib.accounts import guard"),
        ("common/web.py", "import chalicelib.accounts.guard"),
        ("common/web.py", "from chalicelib.accounts.guard import Caller"),
        ("common/web.py", "from chalicelib import accounts"),
        ("common/web.py", "from ..judge import models"),
        ("accounts/guard.py", "def late():\n    from chalicelib.judge import models"),
        ("accounts/guard.py", "if TYPE_CHECKING:\n    from chalicelib.judge.models import Problem"),
        ("judge/models.py", "from chalicelib.tracks import stages"),
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


def test_every_package_has_its_place_in_the_order() -> None:
    packages = {path.parent.name for path in CHALICELIB.glob("*/__init__.py")}
    assert packages <= set(modules.ORDER)
    assert {path.name for path in CHALICELIB.glob("*.py")} == {"__init__.py"}
    assert {path.parent.parent for path in MODULES if path.parent != CHALICELIB} == {CHALICELIB}


def importers_of(package: str) -> set[str]:
    return {str(each.path) for each in modules.imports_in(CHALICELIB) if each.of(package)}


def test_only_routes_and_common_know_chalice() -> None:
    found = importers_of("chalice")
    assert found
    assert {
        path for path in found if not path.startswith("chalicelib/common/") and not path.endswith("/routes.py")
    } == set()


def test_the_contract_of_the_judge_needs_nothing_but_python() -> None:
    contract = [each for each in modules.imports_in(CHALICELIB) if each.path.name in {"contract.py", "wire.py"}]
    assert {each.path.name for each in contract} == {"contract.py", "wire.py"}
    known = {"base64", "binascii", "json", "math", "re", "zlib", "collections", "dataclasses", "enum", "typing"}
    foreign = {each.name for each in contract if each.name.partition(".")[0] not in known}
    assert {name for name in foreign if not name.startswith("chalicelib.judge.contract")} == set()


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


def test_keys_are_built_in_models_alone() -> None:
    prefixes = (
        "ACCOUNT#",
        "EMAIL#",
        "LOGIN#",
        "SESSION#",
        "COURSE#",
        "LESSON#",
        "TASK#",
        "ATTENDEE#",
        "SUBMI",
        "PROBLEM#",
        "TRACK#",
        "ASSIGNMENT#",
        "PARTICIPANT#",
        "REVIEW#",
        "DIARY#",
    )
    found = {
        relative(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and str(node.values[0].value).startswith(prefixes)
    }
    assert found
    assert {path for path in found if not path.endswith("/models.py")} == set()


def test_nothing_scans_a_table() -> None:
    calls = {
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"scan", "rate_limited_scan"}
    }
    assert calls == set()


FORBIDDEN_NAMES = ("util", "helper", "manager", "service", "misc", "base", "flow", "data.py", "handlers", "views")


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "__init__.py"], ids=relative)
def test_a_module_is_named_for_what_it_is_about(path: Path) -> None:
    assert path.stem.isidentifier()
    assert path.stem.islower()
    assert not path.name.startswith(FORBIDDEN_NAMES)


@pytest.mark.parametrize("package", sorted(path.parent for path in CHALICELIB.glob("*/routes.py")), ids=relative)
def test_a_package_that_answers_http_has_the_usual_roles(package: Path) -> None:
    names = {path.name for path in package.glob("*.py")}
    needed = {"routes.py"} if package.name == "common" else {"routes.py", "shapes.py", "models.py"}
    assert needed <= names


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=relative)
def test_packages_are_empty_of_code(path: Path) -> None:
    assert path.read_text("utf-8").strip() == ""


MAX_FUNCTION_LINES = 30
MAX_FILE_LINES = 250
MAX_LINES_OF_LONGER_FILES = 600
LONGER_FILES = {
    "chalicelib/accounts/models.py",
    "chalicelib/accounts/routes.py",
    "chalicelib/common/web.py",
    "chalicelib/courses/models.py",
    "chalicelib/judge/models.py",
    "chalicelib/judge/wire.py",
    "chalicelib/realtime/models.py",
    "chalicelib/school/models.py",
    "chalicelib/tracks/models.py",
    "chalicelib/training/models.py",
}
"""Better read whole than cut: the typed routes, a table's keys and queries, a contract, five seeds' paths."""


@pytest.mark.parametrize("path", [*MODULES, ROOT / "app.py"], ids=relative)
def test_files_and_functions_are_short(path: Path) -> None:
    source = path.read_text("utf-8")
    longest = MAX_LINES_OF_LONGER_FILES if relative(path) in LONGER_FILES else MAX_FILE_LINES
    assert len(source.splitlines()) <= longest
    lengths = {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}

"""The wiring: every hook is declared, set and resolves, and nothing else is filled from elsewhere."""

import ast
import dataclasses
import importlib
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.common import hooks
from chalicelib.common.hooks import Hook, NotWired
from tests.architecture import modules
from tests.support.paths import ROOT

CHALICELIB = ROOT / "chalicelib"
FIELDS = [field.name for field in dataclasses.fields(wiring.Wiring)]


def declared() -> Iterator[Hook[Any]]:
    """Every hook that a module of a package declares."""
    for path in sorted(CHALICELIB.rglob("*.py")):
        module = importlib.import_module(modules.module_name(path.relative_to(ROOT)))
        yield from (value for value in vars(module).values() if isinstance(value, Hook))


def imported_for_types() -> dict[str, Any]:
    """What wiring.py imports for mypy alone."""
    tree = ast.parse(Path(str(wiring.__file__)).read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    names: dict[str, Any] = {}
    exec(compile(ast.Module(block.body, []), "wiring", "exec"), names)  # noqa: S102 - our own source
    return names


def test_each_field_of_the_wiring_is_one_hook_and_each_hook_a_field() -> None:
    assert sorted(hook.name for hook in declared()) == sorted(FIELDS)


def test_no_field_of_the_wiring_may_be_left_out() -> None:
    for field in dataclasses.fields(wiring.Wiring):
        assert field.default is dataclasses.MISSING
        assert field.default_factory is dataclasses.MISSING
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'mail'"):
        wiring.Wiring(**{name: getattr(wiring.WIRING, name) for name in FIELDS if name != "mail"})


def test_a_hook_is_of_the_type_that_the_wiring_gives() -> None:
    providers = typing.get_type_hints(wiring.Wiring, {**vars(wiring), **imported_for_types()})
    given = {name: typing.get_args(provider) for name, provider in providers.items()}
    assert given == {hook.name: ([], *vars(hook)["__orig_class__"].__args__) for hook in declared()}


@pytest.mark.parametrize("name", FIELDS)
def test_a_hook_resolves(name: str) -> None:
    assert wiring.resolved(name) is not None


def test_what_names_a_module_that_is_not_there_does_not_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chalicelib.courses.dashboard", None)
    monkeypatch.delattr("chalicelib.courses.dashboard", raising=False)
    with pytest.raises(wiring.Unresolved, match="dashboard_sections"):
        wiring.resolved("dashboard_sections")


def test_the_wiring_imports_nothing_of_the_packages_before_a_hook_is_asked() -> None:
    script = (
        "import sys\nfrom chalicelib import wiring\nwiring.install()\n"
        "print(sorted(name for name in sys.modules if name.startswith('chalicelib')))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    own = ["chalicelib", "chalicelib.common", "chalicelib.common.hooks", "chalicelib.wiring"]
    assert ast.literal_eval(ran.stdout) == own


def test_a_hook_that_is_not_wired_says_so() -> None:
    with pytest.raises(NotWired, match="`nobody`"):
        Hook[int]("nobody").get()
    with pytest.raises(NotWired, match="`nobody`"), hooks.override(nobody=1):
        pass


def test_an_override_ends_with_its_block() -> None:
    before = Hook[Any]("timer_handlers").get()
    with hooks.override(timer_handlers={"a": print}):
        with hooks.override(timer_handlers={"b": print}):
            assert list(Hook[Any]("timer_handlers").get()) == ["b"]
        assert list(Hook[Any]("timer_handlers").get()) == ["a"]
    assert Hook[Any]("timer_handlers").get() == before


def test_no_global_statement() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [*CHALICELIB.rglob("*.py"), ROOT / "app.py"]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Global)
    ]
    assert found == []


FILLED = {
    "chalicelib/common/hooks.py": "the one place that the wiring fills",
    "chalicelib/judge_protocol/wire.py": "codecs by dataclass, made by the module itself at their first use",
}


def filled_later(path: Path) -> Iterator[str]:
    """Lists, dicts and sets of a module that are empty when it is imported."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_empty(node.value):
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def _is_empty(value: ast.expr | None) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.Set):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)
    called = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and not value.args
    return called and value.func.id in {"list", "dict", "set", "defaultdict"}  # type: ignore[union-attr]


def test_no_registry_beside_the_wiring() -> None:
    found = [each for path in sorted(CHALICELIB.rglob("*.py")) for each in filled_later(path)]
    assert {each.partition(":")[0] for each in found} == set(FILLED)


PATCHED = {
    "tests/app/common/dynamo/test_transactions.py": "PynamoDB's connection, in the moment that a model gets it",
    "tests/app/tracks/fetching/test_servers.py": "what the resolver says, who answers there, and how long is waited",
    "tests/unit/judge_container/test_box.py": "os.scandir: what others delete between listing and deleting",
}
"""Where tests put something in the place of an attribute after all, and of what."""


def test_nothing_else_is_patched() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if re.search(rb"monkeypatch\.setattr|patch\.object", path.read_bytes())
    }
    assert found - {"tests/architecture/test_wiring.py"} == set(PATCHED)

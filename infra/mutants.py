"""Mutation check: which small faults in a module do its pure tests not notice?

    python -m infra.mutants [MODULE …]    # chalicelib/tracks/stages.py, say; without one, the modules of mutants.toml

mutmut's operators make the mutants: an argument is dropped, a comparison turned, a number raised, a text changed. The
pure tests that import the module run over each mutant, in a process of its own, until one fails: the mutant is killed.
mutmut's own runner is not used. It switches between copies of functions, so it never changes a constant, a table, a
default of a dataclass or a property.
"""

import argparse
import ast
import contextlib
import difflib
import importlib.util
import io
import os
import resource
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).parent.parent
RECORD = Path("infra") / "mutants.toml"
PURE_TESTS = Path("tests") / "unit"
PROFILE = "mutants"
"""Hypothesis' profile: that of the tests, but an example that fails is not made smaller."""
SPARE_CPU = 3.0
"""Seconds that a mutant's tests may take beyond twice what they take unchanged, for it may loop without end."""
MAX_MEMORY = 4 * 1024**3
"""Bytes of address space of a mutant, which may allocate without end."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change. `diff` has the changed lines, with `-` those before and with `+` those after."""

    line: int
    diff: str
    code: CodeType


class _Visitor(MutationVisitor):
    """Mutates decorated functions as well, which mutmut leaves out since it could not switch between their copies."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yields the mutants of a module, without those that are no Python or compile to what another one compiles to."""
    source = path.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(source))
    visitor = _Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
    wrapper.visit(visitor)
    seen = {compile(source, path, "exec")}
    for mutation in visitor.mutations:
        mutated = cst.ensure_type(
            wrapper.module.deep_replace(mutation.original_node, mutation.mutated_node), cst.Module
        )
        code = _compiled(mutated.code, path)
        if code is not None and code not in seen:
            seen.add(code)
            line, diff = _difference(source, mutated.code)
            yield Mutant(line, diff, code)


def _compiled(source: str, path: Path) -> CodeType | None:
    try:
        return compile(source, path, "exec")
    except SyntaxError:
        return None


def _difference(before: str, after: str) -> tuple[int, str]:
    """Returns the number of the first line that differs, and the lines that do."""
    lines, others = before.splitlines(), after.splitlines()
    first = next(number for number, (one, two) in enumerate(zip(lines, others, strict=False), 1) if one != two)
    changed = difflib.unified_diff(lines, others, n=0, lineterm="")
    return first, "\n".join(line for line in changed if not line.startswith(("---", "+++", "@@")))


class _Loader(SourceFileLoader):
    """Loads a module from a mutant's code instead of its file."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        super().__init__(name, str(path))
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


class _Finder:
    """Finds the mutant where its module is imported."""

    def __init__(self, loader: _Loader) -> None:
        self._loader = loader

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self._loader) if name == self._loader.name else None


def module_name(module: Path) -> str:
    return ".".join(module.with_suffix("").parts)


def pure_tests(module: Path, root: Path = ROOT) -> list[Path]:
    """Finds the pure tests of the module's package that import the module."""
    files = (root / PURE_TESTS / module.parts[1]).rglob("test_*.py")
    return sorted(file for file in files if module_name(module) in _imports(file))


def _imports(file: Path) -> set[str]:
    """Returns the full names of the modules that a file imports, and of what it takes out of them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _own_modules(root: Path) -> list[str]:
    """Lists what is loaded from `root`: a mutant's process imports it anew, so that all of it sees the mutant."""
    found = ((name, getattr(module, "__file__", None)) for name, module in sys.modules.items() if name != "__main__")
    files = ((name, Path(file)) for name, file in found if file)
    return [name for name, file in files if file.is_relative_to(root) and not file.is_relative_to(sys.prefix)]


class _QuickestFirst:
    """Measures how long each test takes, as a plugin of pytest, and then runs the quickest first."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._seconds.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration


class Check:
    """Runs some tests over the mutants of one module (a path within `root`), `jobs` of them at a time."""

    def __init__(self, module: Path, tests: Sequence[Path], *, jobs: int, root: Path = ROOT) -> None:
        self._module, self._root, self._jobs = module, root, jobs
        self._arguments = ["-q", "-x", "-p", "no:cacheprovider", "--assert=plain", "--tb=no", *map(str, tests)]
        self._cpu_seconds, self._order = SPARE_CPU, _QuickestFirst()

    def prepare(self) -> None:
        """Runs the tests unchanged: they must pass, and what they import of others stays loaded for the mutants."""
        began = os.times().user
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            passed = pytest.main(self._arguments, [self._order]) is pytest.ExitCode.OK
        if not passed:
            raise SystemExit(f"{printed.getvalue()}\nThe tests of {self._module} fail without any mutant")
        self._cpu_seconds = SPARE_CPU + 2 * (os.times().user - began)
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(PROFILE, hypothesis.settings.default, phases=phases, database=None)

    def survivors(self, mutants: Sequence[Mutant]) -> list[Mutant]:
        """Returns the mutants that pass all tests, in the order of their lines."""
        waiting, running, alive = list(reversed(mutants)), dict[int, Mutant](), list[Mutant]()
        while waiting or running:
            while waiting and len(running) < self._jobs:
                mutant = waiting.pop()
                running[self._start(mutant)] = mutant
            process, status = os.wait()
            mutant = running.pop(process)
            if os.waitstatus_to_exitcode(status) == 0:
                alive.append(mutant)
        return sorted(alive, key=lambda mutant: mutant.line)

    def _start(self, mutant: Mutant) -> int:
        """Forks the process that tests a mutant; it exits with 0 when all tests pass."""
        sys.stdout.flush()
        process = os.fork()
        if process:
            return process
        try:
            os._exit(self._test(mutant))
        finally:
            os._exit(1)

    def _test(self, mutant: Mutant) -> int:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        cpu_seconds = int(self._cpu_seconds + os.times().user) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        for name in _own_modules(self._root):
            del sys.modules[name]
        sys.meta_path.insert(0, _Finder(_Loader(module_name(self._module), self._root / self._module, mutant.code)))
        return pytest.main([*self._arguments, f"--hypothesis-profile={PROFILE}"], [self._order])


def recorded(root: Path = ROOT) -> Mapping[Path, float]:
    """Reads which percentage of its mutants is killed at least, by module."""
    shares = tomllib.loads((root / RECORD).read_text(encoding="utf-8"))
    return {Path(module): float(share) for module, share in shares.items()}


def check(module: Path, least: float, *, jobs: int, root: Path = ROOT) -> bool:
    """Prints what becomes of a module's mutants. Returns whether at least so many percent of them are killed."""
    tests = pure_tests(module, root)
    if not tests:
        raise SystemExit(f"No pure test imports {module}")
    run = Check(module, tests, jobs=jobs, root=root)
    run.prepare()
    mutants = list(mutants_of(root / module))
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    alive = run.survivors(mutants)
    cpu_seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
    for mutant in alive:
        print(f"{module}:{mutant.line}\n{mutant.diff}\n")
    killed = len(mutants) - len(alive)
    share = round(100 * killed / len(mutants), 1) if mutants else 100.0
    counted = f"{killed} killed, {len(alive)} survived"
    print(f"{module}: {counted}: {share:.1f} %, at least {least:.1f} % ({cpu_seconds:.0f} s of CPU)")
    return share >= least


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("modules", nargs="*", type=Path, metavar="MODULE", help="a file of chalicelib")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants at a time")
    options = parser.parse_args(arguments)
    least = recorded(root)
    held = [check(module, least.get(module, 0.0), jobs=options.jobs, root=root) for module in options.modules or least]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())

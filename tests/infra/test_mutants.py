"""The mutation check itself: what it changes, by which tests it judges, and when it fails."""

import os
import re
import subprocess
import sys
from pathlib import Path

from infra import mutants

MODULE = '''
LIMIT: int = 2


class Box:
    @property
    def full(self) -> bool:
        return self.size > LIMIT


def named(name: str = "box") -> str:
    """A text that nobody runs."""
    return name.strip() if name else ""
'''


def test_constants_properties_defaults_and_branches_are_mutated(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(MODULE, encoding="utf-8")
    found = [(mutant.line, mutant.diff.splitlines()[-1].strip()) for mutant in mutants.mutants_of(path)]
    assert {
        (2, "+LIMIT: int = 3"),
        (8, "+        return self.size >= LIMIT"),
        (11, '+def named(name: str = "XXboxXX") -> str:'),
        (13, '+    return name.strip() if (name) or True else ""'),
    } <= set(found)
    assert len(found) == len(set(found))
    assert not any("nobody" in change for _, change in found)


def test_a_module_is_judged_by_the_pure_tests_of_its_package_that_import_it() -> None:
    tests = mutants.pure_tests(Path("chalicelib/judge/grading/verdict.py"))
    assert {"test_verdict.py", "test_scoring.py"} <= {test.name for test in tests}
    assert "test_checkers.py" not in {test.name for test in tests}


def test_the_modules_that_are_recorded_are_there() -> None:
    for module, share in mutants.recorded().items():
        assert (mutants.ROOT / module).is_file()
        assert mutants.pure_tests(module)
        assert 0 < share <= 100


def test_the_check_fails_when_fewer_mutants_are_killed_than_is_recorded(tmp_path: Path) -> None:
    """Two modules with one untested constant of two: half of the mutants live, which is too few for the second."""
    files = {"infra/mutants.toml": '"chalicelib/tracks/few.py" = 50\n"chalicelib/tracks/many.py" = 50.1\n'}
    for name in ("few", "many"):
        test = f"from chalicelib.tracks import {name}\n\ndef test_most() -> None:\n    assert {name}.MOST == 2\n"
        files |= {f"chalicelib/tracks/{name}.py": "MOST = 2\nLEAST = 1\n", f"tests/unit/tracks/test_{name}.py": test}
    for file, text in {**files, "chalicelib/__init__.py": "", "chalicelib/tracks/__init__.py": ""}.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    program = """if True:
        import pathlib
        from infra import mutants
        for module in ("chalicelib/tracks/few.py", "chalicelib/tracks/many.py"):
            print("exit", mutants.main([module], root=pathlib.Path.cwd()))
        """
    path = f"{tmp_path}{os.pathsep}{mutants.ROOT}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "few.py:2\n-LEAST = 1\n+LEAST = 2\n" in done.stdout, done.stderr
    assert re.findall(r"killed.*least [0-9.]+|exit .", done.stdout) == [
        "killed, 2 survived: 50.0 %, at least 50.0",
        "exit 0",
        "killed, 2 survived: 50.0 %, at least 50.1",
        "exit 1",
    ]

"""Main programs that come with a problem: which file the pupil's program becomes beside them."""

import pytest

from chalicelib.judge.grading import drivers
from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES, File


def file(name: str, text: str = "") -> File:
    return File(name=name, data=text.encode())


@pytest.mark.parametrize(
    ("language", "main", "driver", "name"),
    [
        ("python3", "main.py", "import sys, os\nfrom solution import f\nimport numpy", "solution.py"),
        ("pypy3", "main.py", "import sys, task as t", "task.py"),
        ("python3", "main.py", "from lib import g\nimport solution", "solution.py"),
        ("python3", "main.py", "import sys", None),
        ("python3", "main.py", "import one\nimport two", None),
        ("javascript", "main.js", "const f = require('./solution.js'); require('fs')", "solution.js"),
        ("javascript", "main.js", 'import { f } from "./solution";\nimport fs from "fs";', "solution.js"),
        ("typescript", "main.ts", 'import { f } from "./solution";', "solution.ts"),
        ("php", "main.php", "<?php require_once __DIR__ . '/x.php'; require 'solution.php';", "solution.php"),
        ("ruby", "main.rb", "require 'set'\nrequire_relative 'solution'", "solution.rb"),
        ("lua", "main.lua", 'local f = require("solution")', "solution.lua"),
        ("rust", "main.rs", "mod solution;\nuse std::io;\nfn main() { solution::f() }", "solution.rs"),
        ("cpp20", "main.cpp", "int f(); int main() { return f(); }", "submission.cpp"),
        ("java", "Main.java", "class Main {}", "submission.java"),
        ("haskell", "Main.hs", "import qualified Data.Map as M\nimport Solution (f)\nimport Lib", "Solution.hs"),
        ("haskell", "Main.hs", "import Task.Solution\nimport Control.Monad", "Task/Solution.hs"),
        ("haskell", "Main.hs", "import One\nimport Two", None),
        ("pascal", "main.pas", "program p; uses SysUtils, Math,\n  Solution; begin f end.", "Solution.pas"),
        ("pascal", "main.pas", "{$i solution.pas} {$I+} uses crt; begin f end.", "solution.pas"),
        ("pascal", "main.pas", "uses sysutils; begin end.", None),
    ],
)
def test_the_pupils_file_is_called_as_the_main_program_asks_for_it(
    language: str, main: str, driver: str, name: str | None
) -> None:
    included = [file(main, driver), file("lib.py"), file("Lib.hs")]
    assert drivers.called(language, main, included) == name
    placed = drivers.placed(language, main, "own", (), included)
    if name is None:
        assert (placed.source, placed.name) == ("own", "")
    else:
        assert (placed.source, {each.name: each.data for each in placed.files}) == (
            driver,
            {"lib.py": b"", "Lib.hs": b"", name: b"own"},
        )


def test_without_a_main_program_the_pupils_is_the_main_one() -> None:
    placed = drivers.placed("python3", "main.py", "own", [file("a.py", "1"), file("b.py", "2")], [file("b.py", "3")])
    assert (placed.source, placed.name) == ("own", "")
    assert {each.name: each.data for each in placed.files} == {"a.py": b"1", "b.py": b"3"}


def test_no_file_of_either_is_overwritten_by_the_pupils() -> None:
    driver = [file("main.cpp", "int main() {}"), file("submission.cpp", "1")]
    placed = drivers.placed("cpp20", "main.cpp", "own", [file("submission1.cpp", "2")], driver)
    assert {each.name: each.data for each in placed.files} == {
        "submission.cpp": b"1",
        "submission1.cpp": b"2",
        "submission2.cpp": b"own",
    }


def test_the_main_program_of_several_gives_way_where_another_is_what_is_asked_for() -> None:
    driver = [file("main.py", "from solution import f")]
    placed = drivers.placed("python3", "main.py", "print(f())", [file("solution.py", "def f(): ...")], driver)
    assert placed.source == "from solution import f"
    assert {each.name: each.data for each in placed.files} == {"solution.py": b"def f(): ..."}


def test_a_main_program_that_is_too_large_is_none() -> None:
    assert drivers.called("c", "main.c", [file("main.c", "x" * (MAX_SOURCE_BYTES + 1))]) is None


def test_what_is_said_of_the_pupils_file_is_said_of_its_main_source() -> None:
    placed = drivers.placed("cpp20", "main.cpp", "x", (), [file("main.cpp", "int main() {}")])
    words = "submission.cpp:3:1: error\nmain.cpp:1:1: note: xmain.cpp"
    assert placed.said_of_own(words, "main.cpp") == "main.cpp:3:1: error\ndriver.cpp:1:1: note: xmain.cpp"
    alone = drivers.placed("cpp20", "main.cpp", "x", (), ())
    assert alone.said_of_own(words, "main.cpp") == words

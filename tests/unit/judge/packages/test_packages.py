"""Packages of every format: what they say of a problem, and all that can be wrong with them."""

import json
from typing import Any

import pytest

from chalicelib.judge.grading import group_graders, scoring
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.group_graders import Result
from chalicelib.judge.packages import reader
from chalicelib.judge.packages.archive import Refused
from chalicelib.judge.packages.format import CRASHED, FAILURES, TOO_SLOW, WRONG, Package, Timing
from chalicelib.judge.packages.inspection import naturally
from chalicelib.judge.packages.recipes import Command, TestRecipe
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import File, Verdict
from tests.support import zips

Files = dict[str, str | bytes]


def read(files: Files) -> Package:
    package, _ = reader.read(zips.packed(files))
    return package


def warnings_of(files: Files) -> list[tuple[str, str]]:
    _, warnings = reader.read(zips.packed(files))
    return [(fault.file, str(fault.reason)) for fault in warnings]


def faults_of(files: Files) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        reader.read(zips.packed(files))
    return [(fault.file, str(fault.reason)) for fault in refused.value.faults]


PLAIN: Files = {"10.in": "ten", "10.out": "10", "2.in": "two", "2.ans": "2", "1.in": "one", "1.out": "1"}

ICPC: Files = {
    "sum/problem.yaml": "name: A Sum\nlimits:\n  time_limit: 2.5\n  memory: 128\n",
    "sum/problem_statement/problem.en.tex": "Add \\(a\\) and \\(b\\).",
    "sum/problem_statement/problem.sv.tex": "Addera.",
    "sum/data/sample/1.in": "1 2\n",
    "sum/data/sample/1.ans": "3\n",
    "sum/data/secret/01.in": "2 3\n",
    "sum/data/secret/01.ans": "5\n",
    "sum/data/secret/02.in": "4 5\n",
    "sum/data/secret/02.ans": "9\n",
    "sum/submissions/accepted/a.py": "print(1)",
    "sum/submissions/wrong_answer/b.cpp": "int main() {}",
    "sum/submissions/time_limit_exceeded/c.java": "class C {}",
    "sum/submissions/run_time_error/d.rs": "fn main() {}",
}

POLYGON_XML = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<problem short-name="sum">
  <names><name language="russian" value="Сумма"/><name language="english" value="Sum"/></names>
  <statements>
    <statement language="russian" path="statements/russian/problem.tex" type="application/x-tex"/>
    <statement language="english" path="statements/english/problem.tex" type="application/x-tex"/>
    <statement language="english" path="statements/.html/english/problem.html" type="text/html"/>
  </statements>
  <judging>
    <testset name="tests">
      <time-limit>1500</time-limit>
      <memory-limit>67108864</memory-limit>
      <test-count>3</test-count>
      <input-path-pattern>tests/%02d</input-path-pattern>
      <answer-path-pattern>tests/%02d.a</answer-path-pattern>
      <tests>
        <test method="manual" sample="true"/><test method="generated"/><test method="generated"/>
      </tests>
    </testset>
  </judging>
  <files><resources><file path="files/testlib.h" type="h.g++"/></resources></files>
  <assets>
    <checker name="std::wcmp.cpp" type="testlib"><source path="files/check.cpp" type="cpp.g++17"/></checker>
    <solutions>
      <solution tag="main"><source path="solutions/sum.cpp" type="cpp.g++17"/></solution>
      <solution tag="wrong-answer"><source path="solutions/wrong.py" type="python.3"/></solution>
      <solution tag="time-limit-exceeded-or-accepted"><source path="solutions/slow.py" type="python.pypy3"/></solution>
    </solutions>
  </assets>
</problem>
"""
POLYGON: Files = {
    "problem.xml": POLYGON_XML,
    "statements/russian/problem.tex": "Сложите.",
    "statements/english/problem.tex": "Add.",
    "files/check.cpp": '#include "testlib.h"\nint main() {}',
    "files/testlib.h": "// a library",
    "solutions/sum.cpp": "int main() {}",
    "solutions/wrong.py": "print(0)",
    "solutions/slow.py": "while True: pass",
    **{f"tests/{number:02}": f"{number}\n" for number in (1, 2, 3)},
    **{f"tests/{number:02}.a": f"{number * 2}\n" for number in (1, 2, 3)},
}


def statements_of(package: Package) -> dict[str, str]:
    return {each.language: each.text for each in package.statements.written}


def without(files: Files, *names: str) -> Files:
    assert set(names) <= files.keys()
    return {name: content for name, content in files.items() if name not in names}


def test_a_plain_zip_has_its_tests_in_the_order_of_their_numbers() -> None:
    package = read(PLAIN)
    assert package.tests == [TestCase(b"one", b"1"), TestCase(b"two", b"2"), TestCase(b"ten", b"10")]
    assert (package.samples, package.title, package.scoring, package.checker) == (2, None, None, "tokens")


def test_a_plain_zip_may_have_a_directory_around_it() -> None:
    assert len(read({f"tests/{name}": content for name, content in PLAIN.items()}).tests) == 3


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["10", "9", "1"], ["1", "9", "10"]),
        (["b2", "a10", "a2"], ["a2", "a10", "b2"]),
        (["1a", "1", "01"], ["01", "1", "1a"]),
        (["x", "7"], ["7", "x"]),
    ],
)
def test_names_are_sorted_as_people_do(names: list[str], expected: list[str]) -> None:
    assert sorted(names, key=naturally) == expected


def test_every_test_without_its_pair_is_told() -> None:
    assert faults_of({"1.in": "", "2.out": "", "3.in": "", "3.out": "", "3.ans": "", "4.ans": ""}) == [
        ("3.out", "There are two answers to one input: 3.ans is the other"),
        ("1.in", "It has no answer beside it, such as 1.out"),
        ("2.out", "It has no input beside it: 2.in"),
        ("4.ans", "It has no input beside it: 4.in"),
    ]


def test_what_is_no_test_is_left_out_and_told() -> None:
    assert warnings_of({**PLAIN, "readme.txt": "hello"}) == [("readme.txt", "It is neither an input nor an answer")]


@pytest.mark.parametrize("files", [{}, {"readme.txt": "x"}, {"a/1.out": "", "a/b.txt": ""}, {"data/secret/1.ans": "1"}])
def test_an_archive_that_is_no_package_is_refused(files: Files) -> None:
    assert faults_of(files) == [("", str(reader.UNKNOWN))]


def test_an_icpc_package_says_what_the_problem_is() -> None:
    package = read(ICPC)
    assert (package.title, statements_of(package)) == ("A Sum", {"en": "Add $a$ and $b$.", "sv": "Addera."})
    assert package.statements.main == "en"
    assert (package.time_limit_ms, package.memory_limit_kb) == (2500, 128 * 1024)
    assert package.tests == [TestCase(b"1 2\n", b"3\n"), TestCase(b"2 3\n", b"5\n"), TestCase(b"4 5\n", b"9\n")]
    assert (package.samples, package.scoring) == (1, None)
    assert (package.checker, package.checker_options) == ("tokens", {"ignore_case": True})
    assert [(each.file, each.language, each.promised) for each in package.jury] == [
        ("submissions/accepted/a.py", "python3", {Verdict.OK}),
        ("submissions/run_time_error/d.rs", "rust", CRASHED),
        ("submissions/time_limit_exceeded/c.java", "java", TOO_SLOW),
        ("submissions/wrong_answer/b.cpp", "cpp20", WRONG),
    ]


@pytest.mark.parametrize(
    ("flags", "checker", "options"),
    [
        ("case_sensitive", "tokens", {}),
        ("case_sensitive space_change_sensitive", "tokens", {"exact_spaces": True}),
        ("float_tolerance 1e-4", "floats", {"ignore_case": True, "absolute": 1e-4, "relative": 1e-4}),
        ("float_absolute_tolerance 0.5 case_sensitive", "floats", {"absolute": 0.5}),
        ("float_relative_tolerance 1E-9", "floats", {"ignore_case": True, "relative": 1e-9}),
    ],
)
def test_the_default_validators_flags_choose_the_checker(flags: str, checker: str, options: dict[str, object]) -> None:
    package = read({**ICPC, "sum/problem.yaml": f"validator_flags: {flags}"})
    assert (package.checker, package.checker_options) == (checker, options)
    in_data = read({**ICPC, "sum/data/testdata.yaml": f"output_validator_flags: {flags}"})
    assert (in_data.checker, in_data.checker_options) == (checker, options)


@pytest.mark.parametrize(
    ("validation", "checker", "role"),
    [("custom", "custom", Role.CHECKER), ("custom interactive", "interactive", Role.INTERACTOR)],
)
def test_an_output_validator_becomes_a_checker_or_an_interactor(validation: str, checker: str, role: Role) -> None:
    validator = {
        "sum/problem.yaml": f"validation: {validation}",
        "sum/output_validators/check/check.cpp": '#include "check.h"\nint main(int argc, char** argv) {}',
        "sum/output_validators/check/check.h": "// header",
    }
    package = read({**ICPC, **validator})
    assert (package.checker, package.checker_options) == (checker, {"convention": "icpc"})
    program = package.programs[role]
    assert (program.language, program.files) == ("cpp20", (File(name="check.h", data=b"// header"),))


def test_a_validator_of_one_file_needs_no_directory() -> None:
    package = read({**ICPC, "sum/problem.yaml": "validation: custom", "sum/output_validators/v.py": "import sys"})
    assert package.programs[Role.CHECKER].language == "python3"


GRADED: Files = {
    "problem.yaml": "type: scoring",
    "data/sample/1.in": "",
    "data/sample/1.ans": "",
    "data/secret/testdata.yaml": "on_reject: continue\ngrader_flags: first_error\n",
    "data/secret/easy/testdata.yaml": "range: 0 30\ngrader_flags: min\non_reject: break\n",
    "data/secret/easy/1.in": "",
    "data/secret/easy/1.ans": "",
    "data/secret/easy/2.in": "",
    "data/secret/easy/2.ans": "",
    "data/secret/hard/testdata.yaml": "accept_score: 35\n",
    "data/secret/hard/1.in": "",
    "data/secret/hard/1.ans": "",
    "data/secret/hard/2.in": "",
    "data/secret/hard/2.ans": "",
}


def test_directories_of_secret_tests_are_groups() -> None:
    package = read(GRADED)
    assert package.scoring == {
        "groups": [
            {"name": "sample", "tests": 1, "points": 0, "rule": "all"},
            {"name": "easy", "tests": 2, "points": 30, "rule": "min", "short_circuit": True},
            {"name": "hard", "tests": 2, "points": 70, "rule": "sum", "short_circuit": False},
        ]
    }
    assert scoring.parse(package.scoring, 5).max_points == 100


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"problem.yaml": "type: [scoring"}, ("problem.yaml", "It is not YAML that can be read")),
        ({"problem.yaml": "- a\n- b"}, ("problem.yaml", "It is not a list of names and values")),
        (
            {"problem.yaml": "a: &x [1]\nb: *x"},
            ("problem.yaml", "It is not YAML that can be read: aliases are not taken"),
        ),
        ({"problem.yaml": "name: !!python/object/apply:os.system ['x']"}, ("problem.yaml", "It is not YAML")),
        ({"problem.yaml": "name: " + "[" * 5000}, ("problem.yaml", "It is not YAML")),
        ({"problem.yaml": b"name: \xf1\xf3\xec\xec\xe0"}, ("problem.yaml", "It is not UTF-8: byte 6 cannot be read")),
        ({"problem.yaml": "x" * 70_000}, ("problem.yaml", "It is larger than 65536 bytes")),
        ({"problem.yaml": "limits: {time_limit: soon}"}, ("problem.yaml", "'soon' is no limit")),
        ({"problem.yaml": "limits: {output: much}"}, ("problem.yaml", "'much' is no limit")),
        ({"problem.yaml": "limits: {output: 0}"}, ("problem.yaml", "'0' is no limit")),
        ({"problem.yaml": "limits: {memory: .inf}"}, ("problem.yaml", "'inf' is no limit")),
        ({"problem.yaml": "type: many-pass"}, ("problem.yaml", "Problems of type many-pass cannot be judged here")),
        ({"problem.yaml": "type: multi-pass"}, ("output_validators/", "Here no file is in a language of ours")),
        (
            {"problem.yaml": "type: multi-pass\nlimits: {validation_passes: 1}", "output_validators/v.py": "x"},
            ("problem.yaml", "validation_passes is a whole number from 2 to 100"),
        ),
        ({"problem.yaml": "validator_flags: fuzzy"}, ("problem.yaml", "The default validator has no flag 'fuzzy'")),
        ({"problem.yaml": "validator_flags: float_tolerance"}, ("problem.yaml", "'' is no float_tolerance")),
        ({"problem.yaml": "validation: custom"}, ("output_validators/", "Here no file is in a language of ours")),
        (
            {"data/secret/hard/3.in": ""},
            ("data/secret/hard/3.in", "It has no answer beside it: data/secret/hard/3.ans"),
        ),
        ({"data/secret/hard/3.ans": ""}, ("data/secret/hard/3.ans", "It has no input beside it")),
        (
            {"data/secret/hard/testdata.yaml": "accept_score: much"},
            ("data/secret/hard/testdata.yaml", "Its points are"),
        ),
        (
            {"data/secret/hard/testdata.yaml": "grader_flags: mean"},
            ("data/secret/hard/testdata.yaml", "The grader has no"),
        ),
        (
            {"data/secret/hard/testdata.yaml": "output_validator_flags: x"},
            ("problem.yaml", "The default validator has no flag 'x'"),
        ),
        (
            {"problem_statement/problem.tex": b"\xff\xfeA\0"},
            ("problem_statement/problem.tex", "It is not UTF-8: byte 0"),
        ),
    ],
)
def test_what_is_wrong_with_an_icpc_package_is_told(changes: Files, fault: tuple[str, str]) -> None:
    found = faults_of({**GRADED, **changes})
    assert any(file == fault[0] and reason.startswith(fault[1]) for file, reason in found), found


MODERN: Files = {
    "problem.yaml": "problem_format_version: 2025-09\nname: {en: X}\ntype: scoring\nuuid: 0\nlimits: {time_limit: 2}",
    "data/sample/1.in": "",
    "data/sample/1.ans": "",
    "data/secret/test_group.yaml": "score_aggregation: sum\nmax_score: 100",
    "data/secret/g1/test_group.yaml": "max_score: 30\nscore_aggregation: pass-fail\nrequire_pass: sample",
    "data/secret/g1/0.in": "",
    "data/secret/g1/0.ans": "",
    "data/secret/g1/deep/1.in": "",
    "data/secret/g1/deep/1.ans": "",
    "data/secret/g2/test_group.yaml": "max_score: 70\nrequire_pass: [secret/g1]",
    "data/secret/g2/0.in": "",
    "data/secret/g2/0.ans": "",
}


def groups_of(files: Files) -> list[dict[str, object]]:
    package = read(files)
    assert package.scoring is not None
    scoring.parse(package.scoring, len(package.tests))
    return list(package.scoring["groups"])


def test_groups_since_2023_say_what_they_are_worth_and_need() -> None:
    assert groups_of(MODERN) == [
        {"name": "sample", "tests": 1, "points": 0, "rule": "all"},
        {"name": "g1", "tests": 2, "points": 30, "rule": "all", "depends_on": ["sample"]},
        {"name": "g2", "tests": 1, "points": 70, "rule": "all", "depends_on": ["g1"]},
    ]


@pytest.mark.parametrize(
    ("settings", "points", "rule"),
    [
        ("", 100, "sum"),
        ("max_score: 40\nscore_aggregation: min", 40, "min"),
        ("score_aggregation: pass-fail", 100, "all"),
    ],
)
def test_secret_tests_without_groups_are_one(settings: str, points: int, rule: str) -> None:
    files = {name: content for name, content in MODERN.items() if not name.startswith("data/secret/g")}
    one = {"data/secret/test_group.yaml": settings, "data/secret/1.in": "", "data/secret/1.ans": ""}
    assert groups_of({**files, **one})[1:] == [{"name": "secret", "tests": 1, "points": points, "rule": rule}]


def test_all_or_nothing_of_groups_is_all_or_nothing_of_their_tests() -> None:
    whole = groups_of({**MODERN, "data/secret/test_group.yaml": "score_aggregation: pass-fail"})
    assert whole[1:] == [{"name": "secret", "tests": 3, "points": 100, "rule": "all"}]


def test_the_draft_of_2023_has_the_same_in_a_map() -> None:
    files = {name: content for name, content in MODERN.items() if not name.endswith("test_group.yaml")}
    draft = {
        "problem.yaml": "problem_format_version: 2023-07-draft\nname: X\ntype: scoring",
        "data/secret/g1/testdata.yaml": "scoring: {score: 30, aggregation: min}\nfull_feedback: true",
        "data/secret/g2/testdata.yaml": "scoring: {score: 70, require_pass: secret/g1}",
    }
    assert [(each["name"], each["points"], each["rule"]) for each in groups_of({**files, **draft})[1:]] == [
        ("g1", 30, "min"),
        ("g2", 70, "all"),
    ]


ARGUED: Files = {
    "problem.yaml": "problem_format_version: 2025-09\nname: X\nuuid: 0",
    "data/secret/1.in": "",
    "data/secret/1.ans": "",
    "data/secret/2.in": "",
    "data/secret/2.ans": "",
    "data/secret/test_group.yaml": "output_validator_args: [float_tolerance, '1e-6']",
}


def test_arguments_of_the_default_validator_choose_the_checker() -> None:
    package = read(ARGUED)
    assert (package.checker, package.checker_options) == (
        "floats",
        {"ignore_case": True, "absolute": 1e-6, "relative": 1e-6},
    )
    assert {test.arguments for test in package.tests} == {()}


def test_a_validator_of_ones_own_gets_the_arguments_of_each_test() -> None:
    own = {"output_validator/v.py": "import sys", "data/secret/2.yaml": "output_validator_args: ['a b', 2]\nhint: no"}
    package = read({**ARGUED, **own})
    assert (package.checker, package.checker_options) == ("custom", {"convention": "icpc"})
    assert [test.arguments for test in package.tests] == [("float_tolerance", "1e-6"), ("a b", "2")]


def test_flags_until_2023_are_a_text_or_a_map() -> None:
    files: Files = {
        "problem.yaml": "validation: custom\nvalidator_flags: all",
        "output_validators/v.py": "import sys",
        "data/testdata.yaml": "output_validator_flags: {name: v, flags: most}",
        "data/secret/g/testdata.yaml": "output_validator_flags: one 'two three'",
        **{f"data/secret/{name}": "" for name in ("1.in", "1.ans", "g/1.in", "g/1.ans")},
    }
    assert [test.arguments for test in read(files).tests] == [("all", "most"), ("all", "one", "two three")]


def test_groups_within_groups_are_added_up_where_all_is_a_sum() -> None:
    files: Files = {
        **{name: content for name, content in GRADED.items() if not name.startswith("data/secret/hard/")},
        "data/secret/hard/testdata.yaml": "grader_flags: sum",
        "data/secret/hard/a/testdata.yaml": "accept_score: 10\ngrader_flags: avg",
        "data/secret/hard/b/testdata.yaml": "accept_score: 60\ngrader_flags: min",
        **{f"data/secret/hard/{name}": "" for name in ("a/1.in", "a/1.ans", "a/2.in", "a/2.ans", "b/1.in", "b/1.ans")},
    }
    found = [(each["name"], each["tests"], each["points"], each["rule"]) for each in groups_of(files)]
    assert found[2:] == [("hard/a", 2, 10, "avg"), ("hard/b", 1, 60, "min")]


def test_a_range_of_all_groups_is_not_what_each_is_worth() -> None:
    files = {**GRADED, "data/testdata.yaml": "range: 0 100", "data/secret/hard/testdata.yaml": "on_reject: continue"}
    assert [each["points"] for each in groups_of(files)] == [0, 30, 2]


def test_a_group_that_breaks_keeps_later_ones_from_being_judged() -> None:
    found = groups_of({**GRADED, "data/secret/testdata.yaml": "on_reject: break"})
    assert [each.get("depends_on") for each in found] == [None, None, ["easy"]]


SCORED: Files = {
    "problem.yaml": "type: scoring\nvalidation: custom score",
    "output_validators/v/v.py": "import sys",
    "data/testdata.yaml": "range: 0 20\ngrader_flags: ignore_sample",
    **{f"data/{name}": "" for name in ("sample/1.in", "sample/1.ans", "secret/1.in", "secret/1.ans")},
    **{f"data/secret/{name}": "" for name in ("2.in", "2.ans")},
}


def test_points_of_a_validator_add_up_to_the_groups_range() -> None:
    (sample, group) = groups_of(SCORED)
    assert sample["points"] == 0
    assert (group["points"], group["test_points"], group["rule"]) == (20, 20, "sum")
    whole = scoring.parse({"groups": [sample, group]}, 3)
    assert (list(whole.test_points()), whole.points({2: 0.5, 3: 0.25}), whole.points({2: 1.0, 3: 1.0})) == (
        [0, 20, 20],
        15,
        20,
    )


@pytest.mark.parametrize(
    ("files", "file", "reason"),
    [
        (
            MODERN | {"problem.yaml": "problem_format_version: 2031-01"},
            "problem.yaml",
            "The format's version '2031",
        ),
        (MODERN | {"problem.yaml": "name: X\ncolour_of_judging: 1"}, "problem.yaml", "The key 'colour_of_judging' is"),
        (MODERN | {"problem.yaml": "limits: {turns: 3}"}, "problem.yaml", "The key 'limits.turns' is not"),
        (
            MODERN | {"problem.yaml": "problem_format_version: 2025-09\ngrading: {objective: min}"},
            "problem.yaml",
            "The key 'grading.objective' is not",
        ),
        (GRADED | {"problem.yaml": "grading: {objective: odd}"}, "problem.yaml", "The key 'grading.objective' is not"),
        (
            GRADED | {"problem.yaml": "type: scoring\ngrading: {objective: min}"},
            "data/secret/hard/testdata.yaml",
            "Where fewer points are better, accept_score is 1 here",
        ),
        (MODERN | {"problem.yaml": "type: [scoring, fuzzy]"}, "problem.yaml", "Problems of type fuzzy cannot be"),
        (
            GRADED | {"static_validator/v.py": "x"},
            "static_validator/",
            "A static validator reads programs, in packages",
        ),
        (MODERN | {"data/secret/g1/0.files/a b": "x"}, "data/secret/g1/0.files/a b", "No file beside a program can be"),
        (
            MODERN | {"data/secret/g1/0.files/a": "x" * 3_200_000},
            "data/secret/g1/0.files/",
            "There are more than 64 files or 3145728 bytes beside programs",
        ),
        (
            MODERN
            | {
                "problem.yaml": str(MODERN["problem.yaml"]).replace("type: scoring", "type: [scoring, interactive]"),
                "output_validator/v.py": "x",
                "data/secret/g1/0.args": "x",
            },
            "data/secret/g1/0.in",
            "A test with files or arguments for the program cannot be judged with an interactor",
        ),
        (
            MODERN | {"data/secret/g1/test_group.yaml": "max_score: unbounded"},
            "data/secret/g1/test_group.yaml",
            "A group needs a bound",
        ),
        (MODERN | {"data/secret/g1/test_group.yaml": "{}"}, "data/secret/g1/test_group.yaml", "A group needs a bound"),
        (
            MODERN | {"data/secret/g1/test_group.yaml": "static_validation_score: 3\nmax_score: 30"},
            "data/secret/g1/test_group.yaml",
            "static_validation_score is 'pass-fail' where a group passes or fails, else a whole number",
        ),
        (
            MODERN | {"data/secret/g1/test_group.yaml": "static_validator_args: [x]\nmax_score: 30"},
            "data/secret/g1/test_group.yaml",
            "static_validator_args are of no static validation test",
        ),
        (
            MODERN | {"data/secret/g1/test_group.yaml": "static_validation_score: pass-fail\nmax_score: 30"},
            "static_validator/",
            "Here no file is in a language of ours that could be the static validator",
        ),
        (
            MODERN | {"data/secret/test_group.yaml": "score_aggregation: median"},
            "data/secret/test_group.yaml",
            "The aggregation 'median' is not known here",
        ),
        (MODERN | {"data/secret/0.in": "", "data/secret/0.ans": ""}, "data/secret/", "Beside groups there are tests"),
        (
            GRADED | {"data/secret/hard/testdata.yaml": "reject_score: 36\naccept_score: 35"},
            "data/secret/hard/testdata.yaml",
            "reject_score is a number from 0 to what a right test earns",
        ),
        (
            GRADED | {"data/secret/hard/testdata.yaml": "reject_score: little"},
            "data/secret/hard/testdata.yaml",
            "reject_score is a number from 0 to what a right test earns",
        ),
        (
            GRADED | {"data/secret/testdata.yaml": "max_score: 1"},
            "data/secret/testdata.yaml",
            "The key 'max_score' is not understood",
        ),
        (
            GRADED | {"data/secret/testdata.yaml": "grading: mine"},
            "data/secret/testdata.yaml",
            "The key 'grading' is not understood",
        ),
        (
            GRADED | {"data/secret/testdata.yaml": "grading: custom"},
            "graders/",
            "Here no file is in a language of ours that could be the grader",
        ),
    ],
)
def test_what_may_change_a_verdict_and_is_not_understood_is_a_fault(files: Files, file: str, reason: str) -> None:
    found = faults_of(files)
    assert any(name.startswith(file) and told.startswith(reason) for name, told in found), found


def test_what_is_not_understood_and_changes_no_verdict_is_a_warning() -> None:
    files = {
        "sum/problem.yaml": "name: x\nlimits: {time_limit: 1, output: 8, code: 64, time_safety_margin: 2}\n"
        "grading: {objective: max}",
        "sum/attachments/a.txt": "x",
        "sum/generators/g.py": "x",
        "sum/.github/w.yml": "x",
        "sum/thoughts/a.txt": "x",
        "sum/todo.txt": "x",
        "sum/data/invalid_outputs/1.in": "x",
        "sum/data/secret/01.desc": "x",
        "sum/data/secret/gen.sh": "x",
        "sum/data/sample/1.interaction": "x",
        "sum/output_validators/v.py": "x",
    }
    assert sorted(warnings_of({**ICPC, **files})) == [
        ("attachments/", "The directory is left out"),
        ("data/invalid_outputs", "Only the tests in data/sample and data/secret are used"),
        ("data/sample/1.interaction", "It is left out"),
        ("data/secret/gen.sh", "It is left out"),
        ("output_validators/", "The description does not say 'custom': the default one judges"),
        ("problem.yaml", "The key 'limits.code' is left out"),
        ("problem.yaml", "The key 'limits.time_safety_margin' is left out"),
        ("thoughts/", "The directory is left out"),
        ("todo.txt", "It is left out"),
    ]


def test_a_package_of_samples_alone_is_taken() -> None:
    package = read(without(ICPC, *(name for name in ICPC if name.startswith("sum/data/secret/"))))
    assert (len(package.tests), package.samples) == (1, 1)


INCLUDED: Files = {
    "problem.yaml": "problem_format_version: 2025-09\nname: X\nconstants: {most: 7, name: lib}",
    "data/secret/1.in": "",
    "data/secret/1.ans": "{{most}}",
    "include/python3/lib.py": "def f(): return {{most}}",
    "include/default/data.txt": "{{unknown}}",
    "include/default/lib.py": "never",
    "submissions/accepted/a.py": "from {{name}} import f",
    "statement/problem.en.md": "At most {{most}}.",
}


def test_files_beside_every_program_lie_with_the_tests() -> None:
    includes = read(INCLUDED).includes
    assert {file.name: file.data for file in includes["python3"]} == {
        "data.txt": b"{{unknown}}",
        "lib.py": b"def f(): return 7",
    }
    assert includes["python3"] == includes["pypy3"]
    assert {file.name for file in includes["cpp20"]} == {"data.txt", "lib.py"}
    assert read(without(INCLUDED, *(name for name in INCLUDED if name.startswith("include/")))).includes == {}


def test_constants_stand_for_their_values_but_not_in_tests() -> None:
    package = read(INCLUDED)
    assert (statements_of(package), package.jury[0].source) == ({"en": "At most 7."}, "from lib import f")
    assert package.tests == [TestCase(b"", b"{{most}}")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("name: x", None),
        ("languages: all", None),
        ("languages: [cpp, python3, apl]", ["cpp17", "cpp20", "cpp23", "python3", "pypy3"]),
        ("languages: java kotlin", ["java", "kotlin"]),
    ],
)
def test_a_package_says_which_languages_are_allowed(said: str, expected: list[str] | None) -> None:
    assert read({**ICPC, "sum/problem.yaml": said}).languages == expected


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"problem.yaml": "languages: [apl]"}, ("problem.yaml", "None of its languages is to be had here: apl")),
        (
            {"problem.yaml": "constants: [1]"},
            ("problem.yaml", "The constants are not names with their values: constants"),
        ),
        (
            {"problem.yaml": f"constants: {{most: '{'7' * 501}'}}"},
            ("problem.yaml", "The constant 'most' is longer than 500 characters"),
        ),
        (
            {"problem.yaml": "constants: {most: {tex: 7}}"},
            ("problem.yaml", "The constants are not names with their values: most"),
        ),
        ({"include/haskell/Main.hs": "x"}, ("include/haskell/Main.hs", "It is the main program, and it is not clear")),
        ({"include/default/main.py": "import lib"}, ("include/default/main.py", "It is the main program, and it is")),
        ({"include/python3/main.py": "import lib"}, ("include/python3/main.py", "It is the main program, and it is")),
        (
            {"data/secret/1.files/data.txt/x": "x"},
            ("data/secret/1.in", "Its files and those beside programs cannot lie in one directory"),
        ),
        (
            {"submissions/accepted/b/main.py": "print(1)", "submissions/accepted/b/data.txt/x": "x"},
            ("submissions/accepted/b/", "Its files cannot lie in one directory with those of data/secret/1.in"),
        ),
        (
            {
                "submissions/accepted/b/main.py": "print(1)",
                "submissions/accepted/b/given/x": "x",
                "data/secret/1.files/given": "",
            },
            ("submissions/accepted/b/", "Its files cannot lie in one directory with those of data/secret/1.in"),
        ),
        ({"include/c/a b.h": "x"}, ("include/c/a b.h", "No file beside a program can be called so")),
        ({"include/c/a.h": "x" * 1_100_000}, ("include/c/", "There are more than 64 files or 1048576 bytes")),
    ],
)
def test_what_lies_beside_programs_and_cannot_be_is_a_fault(files: Files, fault: tuple[str, str]) -> None:
    found = faults_of({**INCLUDED, **files})
    assert any(file == fault[0] and reason.startswith(fault[1]) for file, reason in found), found


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("accepted/x.py", "", "It is empty"),
        ("accepted/x.py", "x" * 70_000, "It is larger than 65536 bytes"),
        ("accepted/x.py", "a\0b", "There is a NUL character in it"),
        ("accepted/a\\b.py", "x", "There is a backslash in its name"),
        ("accepted/x.py", "#!/usr/bin/python2\nprint 1", "It is written in Python 2, which is not to be had here"),
        ("accepted/x.py", "print(raw_input())", "It is written in Python 2, which is not to be had here"),
        ("accepted/x.py2", "print 1", "It is in none of our languages"),
        ("mixed/x.py", "# @EXPECTED_RESULTS@: CHECK-MANUALLY", "Its directory promises no verdict that is known here"),
    ],
)
def test_what_is_wrong_with_one_of_the_jurys_programs_is_a_warning(name: str, content: str, reason: str) -> None:
    assert warnings_of({**ICPC, f"sum/submissions/{name}": content}) == [(f"submissions/{name}", reason)]
    assert len(read({**ICPC, f"sum/submissions/{name}": content}).jury) == 4


@pytest.mark.parametrize(
    ("name", "content", "promised"),
    [
        ("rejected/x.py", "x", FAILURES),
        ("partially_accepted/x.py", "x", FAILURES),
        ("brute_force/x.py", "x", TOO_SLOW | CRASHED),
        ("mixed/x.py", "# @EXPECTED_RESULTS@: WRONG-ANSWER,TIMELIMIT", WRONG | TOO_SLOW),
        ("accepted/x.c", "/* @EXPECTED_RESULTS@: CORRECT */", {Verdict.OK}),
        ("wrong_answer/x.c", "// @EXPECTED_RESULTS@: RUN-ERROR", WRONG),
        ("rejected/x.c", "// @EXPECTED_RESULTS@: RUN-ERROR", CRASHED),
    ],
)
def test_a_tag_or_a_directory_promises_a_verdict(name: str, content: str, promised: set[Verdict]) -> None:
    jury = {each.file: each.promised for each in read({**ICPC, f"sum/submissions/{name}": content}).jury}
    assert jury[f"submissions/{name}"] == promised


@pytest.mark.parametrize(
    ("name", "tag", "told"),
    [
        ("accepted/x.c", "CORRECT,WRONG-ANSWER", False),
        ("accepted/x.c", "TIMELIMIT", True),
        ("run_time_error/x.c", "CHECK-MANUALLY", True),
        ("partial/x.c", "TIMELIMIT", False),
    ],
)
def test_a_tag_that_a_directory_of_the_format_contradicts_is_a_warning(name: str, tag: str, *, told: bool) -> None:
    reason = "Its tag @EXPECTED_RESULTS@ is not looked at: the directory says what it promises"
    found = warnings_of({**ICPC, f"sum/submissions/{name}": f"// @EXPECTED_RESULTS@: {tag}"})
    assert found == ([(f"submissions/{name}", reason)] if told else [])


def test_a_right_program_need_not_earn_everything_where_a_validator_scores() -> None:
    (program,) = read({**SCORED, "submissions/accepted/a.py": "x"}).jury
    assert program.promised == {Verdict.OK, Verdict.PARTIAL}


def test_what_a_test_begins_with_is_told() -> None:
    files = {"sum/data/secret/01.in": b"\xef\xbb\xbf2 3", "sum/data/secret/02.ans": "9".encode("utf-16")}
    assert warnings_of({**ICPC, **files}) == [
        ("data/secret/01.in", "It begins with a byte order mark, which programs read"),
        ("data/secret/02.ans", "It is UTF-16: programs read it byte for byte"),
    ]


def test_a_package_without_a_time_limit_says_that_it_has_none() -> None:
    told = ("problem.yaml", "It names no time limit: the one that the problem has stays")
    unproved = without(ICPC, "sum/submissions/accepted/a.py")
    assert told in warnings_of({**unproved, "sum/problem.yaml": "name: x"})
    assert told not in warnings_of(ICPC)
    assert told not in warnings_of({**ICPC, "sum/problem.yaml": "name: x"})


@pytest.mark.parametrize(
    ("described", "timing"),
    [
        ("name: x", Timing(5.0, 1000)),
        ("problem_format_version: 2025-09", Timing(2.0, 1000)),
        ("limits: {time_multiplier: 3}", Timing(3.0, 1000)),
        ("limits: {time_multipliers: {ac_to_time_limit: 1.5}, time_resolution: 0.5}", Timing(1.5, 500)),
        ("limits: {time_limit: 1}", None),
    ],
)
def test_a_time_limit_is_measured_by_the_formats_rule(described: str, timing: Timing | None) -> None:
    assert read({**ICPC, "sum/problem.yaml": described}).timing == timing


def test_outputs_are_right_and_wrong_by_their_directories() -> None:
    cases = ("data/valid_output/deep/a", "data/invalid_output/b", "data/sample/1")
    files: Files = {
        "sum/problem.yaml": "problem_format_version: 2025-09\nlimits: {time_limit: 1}",
        **{f"sum/{name}{end}": name + end for name in cases for end in (".in", ".ans", ".out")},
        "sum/data/valid_output/lonely.out": "x",
        "sum/data/valid_output/test_group.yaml": "output_validator_args: [case_sensitive]",
        "sum/input_validators/v.py": "x",
        "sum/data/invalid_output/b.yaml": "input_validator_args: [own]",
    }
    package = read({**ICPC, **files})
    assert [(each.file, each.is_right, each.case.arguments) for each in package.outputs] == [
        ("data/valid_output/deep/a.out", True, ("case_sensitive",)),
        ("data/invalid_output/b.out", False, ()),
        ("data/sample/1.out", True, ()),
    ]
    first = package.outputs[0]
    assert (first.case.input, first.case.answer) == (f"{cases[0]}.in".encode(), f"{cases[0]}.ans".encode())
    assert first.output == f"{cases[0]}.out".encode()
    assert package.validators[0].arguments["data/invalid_output/b.in"] == ("own",)
    assert ("data/valid_output/lonely.in", "It is missing") in warnings_of({**ICPC, **files})


def test_outputs_of_conversations_are_not_tried() -> None:
    files: Files = {
        "sum/problem.yaml": "type: interactive\nlimits: {time_limit: 1}",
        "sum/output_validators/v.py": "x",
        "sum/data/valid_output/a.out": "x",
    }
    assert read({**ICPC, **files}).outputs == []
    told = "Its outputs are not tried: the program is judged by a conversation or in passes"
    assert ("data/valid_output/", told) in warnings_of({**ICPC, **files})


def test_several_faults_are_told_at_once() -> None:
    found = faults_of(
        {
            "problem.yaml": "type: many-answers\nlimits: {memory: x}",
            "data/secret/1.in": "",
            "submissions/accepted/a.c": "",
        }
    )
    assert [file for file, _ in found] == [
        "problem.yaml",
        "data/secret/1.in",
        "data/secret/",
        "problem.yaml",
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sum/submissions/accepted/x.cob", "It is in none of our languages"),
        ("sum/submissions/mixed/x.py", "Its directory promises no verdict that is known here"),
    ],
)
def test_programs_that_prove_nothing_are_left_out_and_told(name: str, reason: str) -> None:
    assert warnings_of({**ICPC, name: "x"}) == [(name.removeprefix("sum/"), reason)]
    assert len(read({**ICPC, name: "x"}).jury) == 4


@pytest.mark.parametrize(
    ("described", "checker", "passes"),
    [
        ("type: multi-pass", "custom", 2),
        ("type: [multi-pass, interactive]\nlimits: {validation_passes: 5}", "interactive", 5),
        ("validation: custom multipass", "custom", 2),
    ],
)
def test_a_multi_pass_problem_says_how_often_a_program_runs(described: str, checker: str, passes: int) -> None:
    files: Files = {"sum/problem.yaml": f"name: x\n{described}", "sum/output_validators/v.py": "x"}
    package = read({**ICPC, **files})
    assert (package.checker, package.checker_options) == (checker, {"convention": "icpc", "passes": passes})


def test_tests_with_unlike_flags_keep_them() -> None:
    files: Files = {"sum/data/secret/02.yaml": "output_validator_flags: case_sensitive"}
    package = read({**ICPC, **files})
    assert (package.checker, package.checker_options) == ("icpc_default", {})
    assert [test.arguments for test in package.tests] == [(), (), ("case_sensitive",)]


def test_a_test_has_files_and_arguments_for_the_program() -> None:
    files: Files = {
        "data/secret/g1/test_group.yaml": "max_score: 1\nargs: [of, the group]",
        "data/secret/g1/0.files/deep/in.bin": b"\xff{{x}}",
        "data/secret/g2/0.args": "--own 'two words'",
    }
    package = read({**MODERN, **files})
    found = dict(zip(package.files, package.tests, strict=True))
    given = found["data/secret/g1/0.in"]
    assert given.args == ("of", "the group")
    assert given.files == (File(name="deep/in.bin", data=b"\xff{{x}}"),)
    assert found["data/secret/g2/0.in"].args == ("--own", "two words")


def test_the_least_of_groups_may_be_the_whole() -> None:
    modern = read({**MODERN, "data/secret/test_group.yaml": "score_aggregation: min"}).scoring
    assert modern is not None
    assert modern["total"] == "min"
    legacy = read({**GRADED, "data/secret/testdata.yaml": "grader_flags: min"}).scoring
    assert legacy is not None
    assert legacy["total"] == "min"


NESTED: Files = {
    **{name: content for name, content in GRADED.items() if not name.startswith("data/secret/hard/")},
    "data/secret/testdata.yaml": "on_reject: continue\ngrader_flags: avg ignore_sample",
    "data/secret/hard/testdata.yaml": "grader_flags: sum min",
    "data/secret/hard/a/testdata.yaml": "accept_score: 30\ngrader_flags: max\nreject_score: 3",
    "data/secret/hard/b/testdata.yaml": "accept_score: 60\ngrader_flags: sum",
    **{f"data/secret/hard/{name}{end}": "" for name in ("a/1", "a/2", "b/1", "b/2") for end in (".in", ".ans")},
}


def scored(files: Files, shares: dict[int, float], failed: set[int]) -> float:
    package = read(files)
    return scoring.parse(package.scoring, len(package.tests)).points(shares, failed)


def test_groups_of_groups_are_what_their_graders_say() -> None:
    """The sample, two tests of easy (30 points), and hard, the least of a (the best of two) and b (the sum of two)."""
    package = read(NESTED)
    assert package.scoring is not None
    assert package.scoring["totals"] == [
        {"name": "secret/hard/", "rule": "min", "of": ["hard/a", "hard/b"]},
        {"name": "secret/", "rule": "avg", "of": ["easy", "secret/hard/"]},
    ]
    everything = dict.fromkeys(range(1, 8), 1.0)
    assert scored(NESTED, everything, set()) == (30 + min(30, 120)) / 2
    assert scored(NESTED, {**everything, 4: 0.0}, {4}) == (30 + 30) / 2
    assert scored(NESTED, {**everything, 4: 0.0, 5: 0.0}, {4, 5}) == (30 + 3) / 2
    assert scored(NESTED, {**everything, 2: 0.0}, {2}) == (0 + 30) / 2


@pytest.mark.parametrize(
    ("flags", "worth"),
    [("avg", 50), ("max", 70), ("min", 30), ("sum", 100), ("sum always_accept first_error", 100)],
)
def test_groups_together_are_worth_what_the_grader_makes_of_them(flags: str, worth: float) -> None:
    own = {"data/secret/hard/testdata.yaml": "accept_score: 35\ngrader_flags: sum"}
    found = read({**GRADED, **own, "data/secret/testdata.yaml": f"grader_flags: {flags}"}).scoring
    assert scoring.read(found).max_points == worth


def test_tests_beside_groups_are_one_more_group() -> None:
    beside: Files = {f"data/secret/3{end}": "" for end in (".in", ".ans")}
    files = {**GRADED, **beside, "data/secret/testdata.yaml": "grader_flags: max\naccept_score: 9"}
    package = read(files)
    assert package.scoring is not None
    assert package.scoring["totals"] == [{"name": "secret/", "rule": "max", "of": ["secret", "easy", "hard"]}]


STATIC: Files = {
    "problem.yaml": "problem_format_version: 2025-09\nname: x\ntype: scoring",
    "static_validator/v.py": "main()",
    "input_validators/v.py": "x",
    "data/sample/1.in": "",
    "data/sample/1.ans": "",
    "data/sample/test_group.yaml": "static_validation_score: pass-fail",
    "data/secret/a/test_group.yaml": "max_score: 30\nstatic_validation_score: pass-fail\nstatic_validator_args: [x, y]",
    "data/secret/b/test_group.yaml": "max_score: 70\nscore_aggregation: sum\nstatic_validation_score: 10",
    **{f"data/secret/{name}{end}": "" for name in ("a/t", "b/1", "b/z") for end in (".in", ".ans")},
}


def test_a_group_may_have_a_test_in_which_programs_are_read() -> None:
    package = read(STATIC)
    assert package.programs[Role.STATIC_VALIDATOR].source == "main()"
    assert [package.files[place] for place in sorted(package.static)] == [
        "data/sample/static_validation",
        "data/secret/a/static_validation",
        "data/secret/b/static_validation",
    ]
    assert (package.samples, [test.is_static for test in package.tests]) == (
        1,
        [*[False, True] * 2, False, False, True],
    )
    assert package.tests[3] == TestCase(b"", b"", arguments=("x", "y"), is_static=True)
    assert package.scoring is not None
    assert [(each["name"], each["tests"], each["points"]) for each in package.scoring["groups"]] == [
        ("sample", 2, 0),
        ("a", 2, 30),
        ("b", 2, 60),
        ("b/static_validation", 1, 10),
    ]
    rules = scoring.parse(package.scoring, 7)
    assert rules.max_points == 100
    assert rules.points({3: 1.0, 4: 1.0, 5: 1.0, 7: 0.5}) == 30 + 30 + 5


def test_a_static_test_of_a_group_of_the_least_is_one_of_it() -> None:
    least = "score_aggregation: min\nmax_score: 70\nstatic_validation_score: 40"
    rules = scoring.parse(read({**STATIC, "data/secret/b/test_group.yaml": least}).scoring, 7)
    assert rules.points({3: 1.0, 4: 1.0, 5: 1.0, 6: 1.0, 7: 1.0}) == 30 + 40
    assert rules.points({3: 1.0, 4: 1.0, 5: 1.0, 6: 0.5, 7: 1.0}) == 30 + 35


def test_without_points_a_static_test_is_one_more() -> None:
    files: Files = {name: content for name, content in STATIC.items() if not name.startswith("data/secret/")}
    secret: Files = {
        "data/secret/1.in": "",
        "data/secret/1.ans": "",
        "problem.yaml": "problem_format_version: 2025-09\nname: x",
    }
    passes: Files = {"data/secret/test_group.yaml": "static_validation_score: pass-fail"}
    package = read({**files, **secret, **passes})
    assert (package.scoring, len(package.tests), sorted(package.static)) == (None, 4, [1, 3])
    without = {name: content for name, content in {**files, **secret}.items() if name != "data/sample/test_group.yaml"}
    assert ("static_validator/", "No group of tests has a static_validation_score") in warnings_of(without)


SEVERAL: Files = {
    "problem.yaml": "validation: custom",
    "data/secret/1.in": "",
    "data/secret/1.ans": "",
    "output_validators/a.py": "main()",
    "output_validators/b/check.py": "main()",
    "output_validators/b/lib.py": "x",
}


def test_several_output_validators_judge_together() -> None:
    programs = read(SEVERAL).programs
    assert [(role, [file.name for file in program.files]) for role, program in programs.items()] == [
        (Role.CHECKER, []),
        (Role.CHECKER_2, ["lib.py"]),
    ]


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"problem.yaml": "validation: custom interactive"}, ("output_validators/", "Programs are judged in convers")),
        (
            {"data/testdata.yaml": "output_validator_flags: {name: a, flags: x}"},
            ("data/secret/1.in", "Arguments for one of several output validators"),
        ),
        ({"output_validators/b/build": "x"}, ("output_validators/b/", "It has a script 'build'")),
        (
            {f"output_validators/{number}.py": "main()" for number in range(3)},
            ("output_validators/", "There are more than 4 output validators"),
        ),
    ],
)
def test_several_output_validators_that_cannot_judge_are_a_fault(files: Files, fault: tuple[str, str]) -> None:
    found = faults_of({**SEVERAL, **files})
    assert any(file == fault[0] and reason.startswith(fault[1]) for file, reason in found), found


def test_since_2025_there_is_one_output_validator() -> None:
    modern = {name.replace("output_validators", "output_validator"): content for name, content in SEVERAL.items()}
    found = faults_of({**modern, "problem.yaml": "problem_format_version: 2025-09\nname: x"})
    assert ("output_validator/", "Here several files could be the output validator") in found


OWN_GRADER: Files = {
    "graders/mine/g.py": "print('AC 1')",
    "data/testdata.yaml": "grading: custom\ngrader_flags: a 'b c'",
}


def graders_of(files: Files) -> Any:
    found = read(files).scoring
    return None if found is None else found.get("graders")


def test_the_authors_grader_gets_its_arguments() -> None:
    package = read({**GRADED, **OWN_GRADER, "data/secret/easy/testdata.yaml": "grading: default\ngrader_flags: min"})
    assert package.programs[Role.GRADER].source == "print('AC 1')"
    (sample, hard, easy, secret, whole) = graders_of({**GRADED, **OWN_GRADER})
    assert whole == {
        "name": "data/",
        "of": ["data/sample/", "data/secret/"],
        "breaks": True,
        "arguments": ["a", "b c"],
        "points": "unbounded",
    }
    assert (sample["samples"], secret["of"]) == (True, ["data/secret/easy/", "data/secret/hard/"])
    assert {easy["name"], hard["name"]} == {"data/secret/easy/", "data/secret/hard/"}
    ranged = {**GRADED, **OWN_GRADER, "data/secret/testdata.yaml": "grading: custom\nrange: 0 100"}
    assert graders_of(ranged)[-1]["points"] == 100
    assert scoring.parse(read(ranged).scoring, 5).max_points == 100


def test_a_grader_that_no_group_wants_is_told() -> None:
    files: Files = {**GRADED, "graders/g.py": "x"}
    assert ("graders/", "No group of tests says 'grading: custom'") in warnings_of(files)
    assert (graders_of(files), Role.GRADER in read(files).programs) == (None, False)
    script = {**GRADED, **OWN_GRADER, "graders/mine/build": "x", "graders/mine/run": "x"}
    assert ("graders/mine/", "It has a script 'build', which is not run here") in faults_of(script)


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("", None),
        ("grader_flags: first_error", None),
        ("on_reject: break", None),
        ("on_reject: continue\ngrader_flags: first_error", None),
        ("on_reject: continue", {"verdict": "worst_error", "breaks": False}),
        ("grader_flags: always_accept", {"verdict": "always_accept", "breaks": True}),
        ("on_reject: continue\ngrader_flags: accept_if_any_accepted", {"accepts_any": True}),
        ("grader_flags: ignore_sample", {"of": ["data/secret/"]}),
        ("grader_flags: always_accept worst_error", None),
    ],
)
def test_without_points_graders_decide_what_is_accepted(said: str, last: dict[str, Any] | None) -> None:
    files: Files = {
        "problem.yaml": "name: X",
        "data/testdata.yaml": said or "{}",
        **{f"data/{name}{end}": "" for name in ("sample/1", "secret/1", "secret/2") for end in (".in", ".ans")},
    }
    found = graders_of(files)
    if last is None:
        assert found is None
    else:
        assert "points" not in found[-1]
        assert found[-1] | last == found[-1]
        assert scoring.parse(read(files).scoring, 3).max_points == 1


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("grader_flags: first_error", None),
        ("on_reject: continue\ngrader_flags: first_error", None),
        ("on_reject: continue", {"verdict": "worst_error", "breaks": False}),
        ("on_reject: continue\ngrader_flags: first_error accept_if_any_accepted", {"accepts_any": True}),
        ("on_reject: continue\ngrader_flags: first_error ignore_sample", {"of": ["data/secret/"]}),
    ],
)
def test_with_points_graders_decide_the_verdict_and_groups_the_points(said: str, last: dict[str, Any] | None) -> None:
    files = {**GRADED, "data/testdata.yaml": said, "data/secret/testdata.yaml": said}
    found, rules = graders_of(files), scoring.parse(read(files).scoring, 5)
    assert rules.max_points == 100
    assert found is None if last is None else {**last, "points": "groups"}.items() <= found[-1].items()


def test_an_average_may_be_of_tests_and_of_groups_beside_them() -> None:
    files = {
        **GRADED,
        **{f"data/secret/3{end}": "" for end in (".in", ".ans")},
        "data/secret/testdata.yaml": "grader_flags: avg",
    }
    package = read(files)
    rules = scoring.parse(package.scoring, len(package.tests))
    right = {number: Result(Verdict.OK, rules.score_of(number, 1.0, failed=False)) for number in range(1, 7)}
    assert group_graders.result(rules.graders, right, {}).score == rules.max_points
    assert graders_of(files)[-2]["of"] == ["secret", "data/secret/easy/", "data/secret/hard/"]


def test_a_test_that_fails_earns_its_reject_score() -> None:
    files = {**GRADED, "data/secret/hard/testdata.yaml": "accept_score: 35\nreject_score: 5\non_reject: continue"}
    assert scored(files, {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0, 5: 0.0}, {5}) == 30 + 35 + 5
    assert scored(files, {1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0}, set()) == 30 + 35


def test_a_right_test_without_a_score_earns_its_accept_score() -> None:
    said = {"data/secret/testdata.yaml": "accept_score: 4"}
    assert [groups_of({**SCORED, **more})[1]["passed_points"] for more in ({}, said)] == [1, 4]
    assert "passed_points" not in groups_of(GRADED)[1]
    refused = faults_of({**SCORED, "data/secret/testdata.yaml": "accept_score: all"})
    assert ("data/secret/testdata.yaml", "Its points are no number") in refused


def test_until_2023_a_validator_gives_points_only_where_the_description_says_so() -> None:
    silent: Files = {"problem.yaml": "type: scoring\nvalidation: custom", "data/testdata.yaml": "accept_score: 4"}
    (_, group) = groups_of({**SCORED, **silent})
    assert (group["points"], group["rule"], "test_points" in group) == (8, "sum", False)


def test_fewer_points_may_be_better() -> None:
    least: Files = {"problem.yaml": "type: scoring\nvalidation: custom score\ngrading: {objective: min}"}
    package = read({**SCORED, **least})
    rules = scoring.parse(package.scoring, 3)
    assert (rules.fewest, rules.max_points, rules.points({2: 7.0, 3: 5.0})) == (True, 0, 12)
    assert rules.points({2: 7.0}, {3}) == 0
    fined = {**SCORED, **least, "data/secret/testdata.yaml": "reject_score: 100\non_reject: continue"}
    assert scored(fined, {2: 7.0, 3: 0.0}, {3}) == 107


def test_after_a_group_that_always_accepts_the_next_is_judged() -> None:
    breaking = {"data/secret/testdata.yaml": "on_reject: break"}
    easy = {"data/secret/easy/testdata.yaml": "range: 0 30\ngrader_flags: min always_accept"}
    assert groups_of({**GRADED, **breaking})[2]["depends_on"] == ["easy"]
    assert "depends_on" not in groups_of({**GRADED, **breaking, **easy})[2]


def test_scores_may_have_no_bound() -> None:
    legacy = read({**SCORED, "data/testdata.yaml": "range: -inf +inf"}).scoring
    unbounded = {name: "score_aggregation: sum" for name in MODERN if name.endswith("test_group.yaml")}
    modern = read({**MODERN, **unbounded, "data/secret/test_group.yaml": "max_score: unbounded"}).scoring
    for found in (legacy, modern):
        assert found is not None
        assert {group["points"] for group in found["groups"] if group["name"] != "sample"} == {"unbounded"}
        assert scoring.read(found).is_unbounded


ANSWERS: Files = {
    "sum/problem.yaml": "name: x\ntype: submit-answer",
    "sum/data/sample/1.in": "1 2",
    "sum/data/sample/1.ans": "3",
    "sum/data/secret/01.in": "2 3",
    "sum/data/secret/01.ans": "5",
    "sum/data/secret/02.in": "4 5",
    "sum/data/secret/02.ans": "9",
    "sum/submissions/accepted/all/1.ans": "3",
    "sum/submissions/accepted/all/secret/01.out": "5",
    "sum/submissions/accepted/all/02.txt": "9",
    "sum/submissions/wrong_answer/same.txt": "3",
}


def test_answers_are_sent_where_the_problem_wants_them() -> None:
    package = read(ANSWERS)
    assert package.languages == ["answers"]
    assert [(each.file, each.language, sorted(each.promised)) for each in package.jury] == [
        ("submissions/accepted/all/", "answers", [Verdict.OK]),
        ("submissions/wrong_answer/same.txt", "answers", sorted(WRONG)),
    ]
    assert json.loads(package.jury[0].source) == {"1": "3", "2": "5", "3": "9"}
    assert package.jury[1].source == "3"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("accepted/all/03.ans", "9", ("accepted/all/03.ans", "There is no test to which it is the answer")),
        ("accepted/all/02.txt", "9" * 70_000, ("accepted/all/", "Its answers are larger than 65536 bytes")),
        ("thoughts/all.txt", "3", ("thoughts/all.txt", "Its directory promises no verdict that is known here")),
        ("README", "3", ("README", "Its directory promises no verdict that is known here")),
    ],
)
def test_what_is_wrong_with_the_jurys_answers_is_a_warning(name: str, content: str, told: tuple[str, str]) -> None:
    file, reason = told
    assert (f"submissions/{file}", reason) in warnings_of({**ANSWERS, f"sum/submissions/{name}": content})


def test_answers_are_not_sent_to_an_interactor() -> None:
    files: Files = {
        "sum/problem.yaml": "name: x\ntype: [submit-answer, interactive]",
        "sum/output_validators/v.py": "x",
    }
    assert faults_of({**ANSWERS, **files}) == [("problem.yaml", "Answers are not sent in passes, nor to an interactor")]


VALIDATED: Files = {
    "problem.yaml": "problem_format_version: 2025-09\nname: x\nlimits: {time_limit: 1}",
    "data/secret/a.in": "1",
    "data/secret/a.ans": "1",
    "data/secret/a.yaml": "input_validator_args: [--own, two words]",
    "data/secret/b.in": "2",
    "data/secret/b.ans": "2",
    "data/secret/test_group.yaml": "input_validator_args: {v: [--max, '5']}",
    "data/invalid_input/bad.in": "x",
    "input_validators/v.py": "from helper import read",
    "input_validators/helper.py": "",
    "input_validators/pair/main.cpp": "int main() {}",
    "input_validators/pair/rest.cpp": "int f() { return 1; }",
    "input_validators/README.md": "text",
    "answer_validators/a.py": "x",
}


def test_validators_of_tests_are_read_with_their_arguments() -> None:
    package = read(VALIDATED)
    assert [(each.name, each.accepts, each.reads_answers) for each in package.validators] == [
        ("input_validators/v.py", 42, False),
        ("input_validators/pair/", 42, False),
        ("answer_validators/a.py", 42, True),
    ]
    one, pair, of_answers = package.validators
    own = ("--own", "two words")
    assert dict(one.arguments) == {"data/secret/a.in": own, "data/secret/b.in": ("--max", "5")}
    assert (dict(pair.arguments), dict(of_answers.arguments)) == ({"data/secret/a.in": own}, {})
    assert (one.program.source, [file.name for file in one.program.files]) == ("from helper import read", ["helper.py"])
    assert [file.name for file in pair.program.files] == ["rest.cpp"]
    assert package.files == ["data/secret/a.in", "data/secret/b.in"]
    assert dict(package.invalid_inputs) == {"data/invalid_input/bad.in": b"x"}


def test_flags_of_a_legacy_group_are_for_the_validator_that_they_name() -> None:
    flags = "input_validator_flags: {name: v, flags: --small 5}"
    files = {
        "sum/data/secret/testdata.yaml": flags,
        "sum/input_validators/v.py": "x",
        "sum/input_format_validators/w.py": "x",
    }
    one, other = read({**ICPC, **files}).validators
    expected = {f"data/secret/{name}.in": ("--small", "5") for name in ("01", "02")}
    assert (dict(one.arguments), dict(other.arguments)) == (expected, {})


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"input_validators/v.ctd": "INT(1, 2)"},
            ("input_validators/v.ctd", "It is written in checktestdata, which is not to be had here: it is not run"),
        ),
        (
            {"input_validators/v.viva": "{}"},
            ("input_validators/v.viva", "It is written in VIVA, which is not to be had here: it is not run"),
        ),
        (
            {"input_validators/v/build": "#!/bin/sh", "input_validators/v/v.py": "x"},
            ("input_validators/v/", "It has a script 'build', which is not run here"),
        ),
        (
            {"input_validators/v/v.cob": "x"},
            ("input_validators/v/", "Here no file is in a language of ours that could be the validator of tests"),
        ),
    ],
)
def test_a_validator_of_tests_that_cannot_be_run_is_a_warning(files: Files, told: tuple[str, str]) -> None:
    assert told in warnings_of({**VALIDATED, **files})
    package = read({**VALIDATED, **files})
    assert (len(package.validators), package.invalid_inputs) == (3, {})


def test_a_polygon_validator_is_told_testset_and_group() -> None:
    files = changed("<assets>", '<assets><validators><validator><source path="files/v.cpp"/></validator></validators>')
    files["problem.xml"] = str(files["problem.xml"]).replace(
        '<test method="generated"/>', '<test method="generated" group="g"/>', 1
    )
    package = read({**files, "files/v.cpp": '#include "testlib.h"\nint main() {}'})
    (validator,) = package.validators
    assert (validator.name, validator.accepts) == ("files/v.cpp", 0)
    assert validator.arguments["tests/01"] == ("--testset", "tests")
    assert validator.arguments["tests/02"] == ("--testset", "tests", "--group", "g")
    assert [file.name for file in validator.program.files] == ["testlib.h"]


def test_a_polygon_validator_without_its_library_is_a_warning() -> None:
    files = changed("<assets>", '<assets><validators><validator><source path="files/v.cpp"/></validator></validators>')
    files["files/v.cpp"] = '#include "more.h"\nint main() {}'
    assert ("files/v.cpp", "It needs more.h, which the package does not carry") in warnings_of(files)


@pytest.mark.parametrize(
    ("file", "text"), [(".timelimit", "3\n"), ("domjudge-problem.ini", "name='x'\ntimelimit='3'\n")]
)
def test_older_packages_have_their_time_limit_in_a_file(file: str, text: str) -> None:
    assert read({**ICPC, "sum/problem.yaml": "name: x", f"sum/{file}": text}).time_limit_ms == 3000


def test_a_polygon_package_says_what_the_problem_is() -> None:
    package = read(POLYGON)
    assert (package.title, statements_of(package)) == ("Sum", {"en": "Add.", "ru": "Сложите."})
    assert (package.time_limit_ms, package.memory_limit_kb) == (1500, 64 * 1024)
    assert package.tests == [TestCase(b"1\n", b"2\n"), TestCase(b"2\n", b"4\n"), TestCase(b"3\n", b"6\n")]
    assert (package.samples, package.scoring) == (1, None)
    assert (package.checker, package.checker_options) == ("custom", {"convention": "testlib"})
    assert package.programs[Role.CHECKER].files == (File(name="testlib.h", data=b"// a library"),)
    assert [(each.language, each.promised) for each in package.jury] == [
        ("cpp20", {Verdict.OK}),
        ("python3", WRONG),
        ("pypy3", TOO_SLOW | {Verdict.OK}),
    ]


def test_a_standard_checker_needs_no_testlib() -> None:
    package = read(without(POLYGON, "files/testlib.h", "files/check.cpp"))
    assert (package.checker, dict(package.programs)) == ("tokens", {})


@pytest.mark.parametrize(
    ("attributes", "files"),
    [
        ("", ("", "")),
        (' input-file="" output-file=""', ("", "")),
        (' input-file="stdin" output-file="stdout"', ("", "")),
        (' input-file="input.txt" output-file="output.txt"', ("input.txt", "output.txt")),
    ],
)
def test_polygons_files_are_offered(attributes: str, files: tuple[str, str]) -> None:
    package = read({**POLYGON, "problem.xml": POLYGON_XML.replace("<judging>", f"<judging{attributes}>")})
    assert (package.input_file, package.output_file) == files


def changed(old: str, new: str) -> Files:
    assert old in POLYGON_XML
    return {**POLYGON, "problem.xml": POLYGON_XML.replace(old, new, 1)}


def grader(attributes: str) -> Files:
    assets = '<stages><stage name="COMPILE"/></stages><assets><asset name="SOLUTION"/></assets>'
    return changed("<resources>", f"<resources><file {attributes}>{assets}</file>")


def test_polygons_graders_lie_beside_every_program_of_their_language() -> None:
    described = grader('path="files/grader.cpp" for-types="cpp.*" type="cpp.g++17"')
    package = read({**described, "files/grader.cpp": "int main() {}"})
    beside = (File(name="grader.cpp", data=b"int main() {}"),)
    assert package.includes == {"cpp17": beside, "cpp20": beside, "cpp23": beside}
    assert package.programs[Role.CHECKER].files == (File(name="testlib.h", data=b"// a library"),)
    resource = '<file path="files/grader.cpp" for-types="cpp.*"><assets><asset name="solution"/></assets></file>'
    xml = str(GENERATED["problem.xml"]).replace("<resources>", f"<resources>{resource}")
    made = read({**GENERATED, "problem.xml": xml, "files/grader.cpp": "int main() {}"})
    assert made.recipe is not None
    assert made.recipe.solution is not None
    assert made.recipe.solution.files == beside


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (changed("<judging>", '<judging run-count="3">'), 'run-count="3" is not done here'),
        (changed("<judging>", '<judging run-count="2">'), "A program is run twice here only where it talks"),
        (changed("<judging>", '<tags><tag value="run-twice"/></tags><judging>'), "A program is run twice here only"),
        (
            changed("<assets>", "<assets><scorer/>"),
            "It has a program or more of the kind 'scorer', which are not run here",
        ),
        (
            changed("<assets>", "<assets><strategy/>"),
            "It has a program or more of the kind 'strategy', which are not run here",
        ),
        (grader('path="files/grader.cpp"'), "It belongs beside the programs that are sent"),
        (grader('path="files/grader.d" for-types="d.*"'), "It belongs beside the programs that are sent"),
        (
            grader('path="files/grader.cpp" for-types="cpp.*" secure-grader="true"'),
            "It belongs beside the programs that are sent",
        ),
        (grader('path="files/grader.cpp" for-types="cpp.*"'), "It is missing"),
    ],
)
def test_what_would_change_verdicts_is_not_left_out_in_silence(files: Files, fault: str) -> None:
    assert [reason for _, reason in faults_of(files) if reason.startswith(fault)]


def test_points_of_polygons_checkers_may_be_percent() -> None:
    package = read(changed("<judging>", '<judging treat-points-from-checker-as-percent="true">'))
    assert package.checker_options == {"convention": "testlib", "percent": True}
    assert read(changed("<judging>", '<judging treat-points-from-checker-as-percent="false">')) == read(POLYGON)


def test_what_a_program_includes_lies_beside_it() -> None:
    package = read(
        {
            **POLYGON,
            "files/check.cpp": '#include "testlib.h"\n  # include "lib/own.h"\nint main() {}',
            "files/own.h": '#include "other.inc"\n#include "own.h"\n#include <vector>',
            "files/other.inc": "int x;",
        }
    )
    assert {file.name for file in package.programs[Role.CHECKER].files} == {"testlib.h", "own.h", "other.inc"}


def test_what_a_program_includes_and_lacks_is_told() -> None:
    files = {**POLYGON, "files/check.cpp": '#include "testlib.h"\n#include "own.h"'}
    assert faults_of(files) == [("files/check.cpp", "It needs own.h, which the package does not carry")]


GENERATED: Files = {
    **without(POLYGON, "tests/02", "tests/02.a", "tests/03", "tests/03.a"),
    "problem.xml": POLYGON_XML.replace(
        '<test method="generated"/><test method="generated"/>',
        '<test method="generated" cmd="gen 5 x"/><test method="generated" cmd="gen 7"/>',
    ).replace(
        "</files>",
        '<executables><executable><source path="files/gen.cpp" type="cpp.g++17"/></executable></executables></files>',
    ),
    "files/gen.cpp": '#include "testlib.h"\nint main() {}',
}


def test_tests_that_are_not_there_are_made() -> None:
    package = read(GENERATED)
    recipe = package.recipe
    assert recipe is not None
    assert (list(package.tests), package.samples) == ([], 1)
    assert recipe.tests == [
        TestRecipe(b"1\n", b"2\n"),
        TestRecipe(Command("gen", ("5", "x")), None),
        TestRecipe(Command("gen", ("7",)), None),
    ]
    assert recipe.generators["gen"].files == (File(name="testlib.h", data=b"// a library"),)
    assert recipe.solution is not None
    assert recipe.solution.source == "int main() {}"
    assert read(POLYGON).recipe is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (' cmd="gen 7"', "", "Tests are missing: take the full package"),
        ('cmd="gen 7"', 'cmd="gen 7 | sort"', "'gen 7 | sort' is not one program with its arguments"),
        ('cmd="gen 7"', 'cmd="gen 7" from-file="../3"', "No generator can leave a test in a file that is called"),
        ('cmd="gen 7"', 'cmd="other 7"', "There is no generator 'other'"),
        ('tag="main"', 'tag="accepted"', "It has no main solution to make the answers"),
    ],
)
def test_tests_that_cannot_be_made_are_told(old: str, new: str, fault: str) -> None:
    xml = str(GENERATED["problem.xml"])
    assert old in xml
    found = faults_of({**GENERATED, "problem.xml": xml.replace(old, new)})
    assert any(reason.startswith(fault) for _, reason in found), found


def test_answers_of_interactive_problems_are_made_with_the_interactor() -> None:
    xml = str(GENERATED["problem.xml"])
    talks = xml.replace("</assets>", '<interactor><source path="files/gen.cpp"/></interactor></assets>')
    recipe = read({**GENERATED, "problem.xml": talks}).recipe
    assert recipe is not None
    assert recipe.interactor == recipe.generators["gen"]


INTERACTIVE = POLYGON_XML.replace(
    "</assets>", '<interactor><source path="files/i.cpp" type="cpp.g++17"/></interactor></assets>'
)


def test_an_interactor_keeps_the_checker_beside_it() -> None:
    package = read({**POLYGON, "problem.xml": INTERACTIVE, "files/i.cpp": "int main() {}"})
    assert (package.checker, package.checker_options) == (
        "interactive",
        {"convention": "testlib", "then_checker": True},
    )
    assert set(package.programs) == {Role.INTERACTOR, Role.CHECKER}


def test_an_interactor_may_be_alone() -> None:
    start, end = INTERACTIVE.index("<checker"), INTERACTIVE.index("</checker>") + len("</checker>")
    xml = INTERACTIVE[:start] + INTERACTIVE[end:]
    package = read({**POLYGON, "problem.xml": xml, "files/i.cpp": "int main() {}"})
    assert (package.checker_options, list(package.programs)) == ({"convention": "testlib"}, [Role.INTERACTOR])


def graded(tests: str, groups: str = "") -> Files:
    start, end = POLYGON_XML.index("<tests>"), POLYGON_XML.index("</tests>") + len("</tests>")
    return {**POLYGON, "problem.xml": POLYGON_XML[:start] + f"<tests>{tests}</tests>{groups}" + POLYGON_XML[end:]}


def test_polygons_points_are_those_of_the_tests() -> None:
    package = read(graded('<test points="10"/><test points="20.5"/><test/>'))
    assert package.scoring == {"points": [10.0, 20.5, 0.0]}


def test_polygons_groups_earn_together_and_depend_on_others() -> None:
    package = read(
        graded(
            '<test points="0" group="0" sample="true"/><test points="10" group="1"/><test points="20" group="1"/>',
            '<groups><group name="0" points-policy="each-test"/><group name="1" points-policy="complete-group">'
            '<dependencies><dependency group="0"/></dependencies></group></groups>',
        )
    )
    assert package.scoring == {
        "groups": [
            {"name": "0", "tests": 1, "points": 0.0, "rule": "sum", "depends_on": []},
            {"name": "1", "tests": 2, "points": 30.0, "rule": "all", "depends_on": ["0"]},
        ]
    }
    assert scoring.parse(package.scoring, 3).max_points == 30


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (without(POLYGON, "tests/03", "tests/03.a"), ("", "Tests are missing: take the full package")),
        (
            without(POLYGON, "files/testlib.h") | {"problem.xml": POLYGON_XML.replace("std::wcmp", "mine")},
            ("files/check.cpp", "It needs testlib.h"),
        ),
        (without(POLYGON, "files/check.cpp"), ("files/check.cpp", "It is missing")),
        (without(POLYGON, "solutions/sum.cpp"), ("solutions/sum.cpp", "It is missing")),
        (POLYGON | {"statements/english/problem.tex": b"\xd0"}, ("statements/english/problem.tex", "It is not UTF-8")),
        (POLYGON | {"problem.xml": "<problem>"}, ("problem.xml", "It is not XML: line 1, column 10")),
        (POLYGON | {"problem.xml": POLYGON_XML.encode("cp1251")}, ("problem.xml", "It is not UTF-8")),
        (POLYGON | {"problem.xml": POLYGON_XML.encode("utf-16")}, ("problem.xml", "It is not UTF-8")),
        (
            POLYGON | {"problem.xml": '<!DOCTYPE p [<!ENTITY a "ha">]>' + POLYGON_XML},
            ("problem.xml", "It defines entities or a document type"),
        ),
        (POLYGON | {"problem.xml": "<problem/>"}, ("problem.xml", "It has no tests")),
        (POLYGON | {"problem.xml": POLYGON_XML.replace("1500", "1.5 s")}, ("problem.xml", "'1.5 s' is no time-limit")),
        (
            POLYGON | {"problem.xml": POLYGON_XML.replace("%02d<", "%0999999999d<")},
            ("problem.xml", "The patterns of its"),
        ),
        (POLYGON | {"problem.xml": POLYGON_XML.replace("tests/%02d<", "../%02d<")}, ("../01", "It is missing")),
        (graded('<test points="many"/>'), ("problem.xml", "'many' are no points")),
        (
            graded(
                '<test points="1" group="1"/><test points="1" group="1"/><test points="1" group="1"/>',
                '<groups><group name="1" points-policy="best"/></groups>',
            ),
            ("problem.xml", "There is no points-policy 'best' here"),
        ),
    ],
)
def test_what_is_wrong_with_a_polygon_package_is_told(files: Files, fault: tuple[str, str]) -> None:
    found = faults_of(files)
    assert any(file == fault[0] and reason.startswith(fault[1]) for file, reason in found), found


def test_solutions_that_prove_nothing_are_left_out_and_told() -> None:
    xml = POLYGON_XML.replace('tag="wrong-answer"', 'tag="do-not-run"').replace(
        'type="python.pypy3"', 'type="python.2"'
    )
    assert warnings_of({**POLYGON, "problem.xml": xml}) == [
        ("solutions/wrong.py", "The tag 'do-not-run' promises no verdict that is known here"),
        ("solutions/slow.py", "It is in none of our languages"),
    ]


def test_a_broken_file_is_told_by_its_name() -> None:
    data = bytearray(zips.packed({"1.in": "hello", "1.out": "there"}, compressed=False))
    data[data.find(b"hello")] = ord("j")
    with pytest.raises(Refused) as refused:
        reader.read(bytes(data))
    assert [fault.file for fault in refused.value.faults] == ["1.in"]

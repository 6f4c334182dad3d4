"""Packages of Codeforces Polygon: points and groups of tests, resources, programs that make tests."""

from typing import Any

import pytest

from chalicelib.judge.grading import scoring
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.packages.format import Package
from chalicelib.judge.packages.recipes import Command
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import MAX_FILES, File, Verdict
from tests.support import zips
from tests.unit.judge.packages.test_packages import (
    GENERATED,
    POLYGON,
    Files,
    changed,
    faults_of,
    graded,
    grader,
    read,
    warnings_of,
    without,
)

REORDERED = ("problem.xml", "Its tests are put in another order, in which those of a group follow one another")


def depending(group: str, *others: str) -> str:
    named = "".join(f'<dependency group="{other}"/>' for other in others)
    return f'<group name="{group}" points-policy="complete-group"><dependencies>{named}</dependencies></group>'


def groups_of(package: Package) -> list[dict[str, Any]]:
    assert package.scoring is not None
    found: list[dict[str, Any]] = package.scoring["groups"]
    return found


def test_tests_of_a_group_may_stand_anywhere() -> None:
    files = graded('<test points="10" group="1"/><test points="5" group="2"/><test points="20" group="1"/>')
    package = read(files)
    assert package.tests == [TestCase(b"1\n", b"2\n"), TestCase(b"3\n", b"6\n"), TestCase(b"2\n", b"4\n")]
    assert list(package.files) == ["tests/01", "tests/03", "tests/02"]
    assert [(each["name"], each["tests"], each["points"]) for each in groups_of(package)] == [
        ("1", 2, 30.0),
        ("2", 1, 5.0),
    ]
    assert REORDERED in warnings_of(files)
    assert REORDERED not in warnings_of(graded('<test points="1" group="1"/><test group="2"/><test group="2"/>'))


def test_a_group_may_depend_on_one_that_comes_later() -> None:
    tests = '<test points="1" group="a" sample="true"/><test points="2" group="b"/><test points="3" group="c"/>'
    package = read(
        graded(tests, f"<groups>{depending('a', 'c')}{depending('b', 'empty')}{depending('empty')}</groups>")
    )
    assert [(each["name"], each["depends_on"]) for each in groups_of(package)] == [
        ("b", []),
        ("c", []),
        ("a", ["c"]),
    ]
    assert scoring.parse(package.scoring, 3).max_points == 6
    assert package.samples == 0


def test_samples_come_first_in_their_group() -> None:
    tests = '<test points="1" group="a"/><test points="2" group="b"/><test points="0" group="a" sample="true"/>'
    package = read(graded(tests))
    assert (list(package.files), package.samples) == (["tests/03", "tests/01", "tests/02"], 1)


def test_groups_that_wait_for_each_other_are_told() -> None:
    tests = '<test points="1" group="a"/><test points="2" group="b"/><test points="3" group="b"/>'
    groups = f"<groups>{depending('a', 'b')}{depending('b', 'a')}</groups>"
    assert ("problem.xml", "The group 'a' depends on itself, by way of others") in faults_of(graded(tests, groups))


def test_points_of_nothing_are_none() -> None:
    assert read(graded('<test points="0.0"/><test points="0"/><test points="0.0" group="1"/>')).scoring is None


QUITP = '#include "testlib.h"\nint main() { quitp(0.5, "half"); }'


def test_a_checker_may_be_all_that_gives_points() -> None:
    package = read({**POLYGON, "files/check.cpp": QUITP})
    assert package.scoring == {"groups": [{"tests": 3, "points": "unbounded", "rule": "sum"}]}
    assert scoring.parse(package.scoring, 3).is_unbounded
    assert any("the checker gives some" in reason for _, reason in warnings_of({**POLYGON, "files/check.cpp": QUITP}))
    percent = changed("<judging>", '<judging treat-points-from-checker-as-percent="true">')
    assert read({**percent, "files/check.cpp": QUITP}).scoring is None
    tests = graded('<test points="1"/><test points="2"/><test points="3"/>')
    assert read({**tests, "files/check.cpp": QUITP}).scoring == {"points": [1.0, 2.0, 3.0]}


def test_where_the_checker_alone_gives_points_a_right_program_may_have_a_part_of_them() -> None:
    def promised(files: Files) -> dict[str, bool]:
        return {each.file: Verdict.PARTIAL in each.promised for each in read(files).jury}

    tags = changed('tag="wrong-answer"', 'tag="rejected"')
    of_right = {"solutions/sum.cpp": False, "solutions/slow.py": False}
    assert promised(tags) == {**of_right, "solutions/wrong.py": True}
    assert promised({**tags, "files/check.cpp": QUITP}) == dict.fromkeys([*of_right, "solutions/wrong.py"], True)
    assert promised({**POLYGON, "files/check.cpp": QUITP})["solutions/wrong.py"] is False


def test_what_is_said_of_judging_and_not_read_is_told() -> None:
    more = {
        "<judging>": '<judging os="Windows" speed="1">',
        "<test-count>": "<real-time-limit>1</real-time-limit><test-count>",
        '<test method="manual"': '<test level="2" method="manual"',
        "</testset>": '<groups><group name="a" feedback-policy="none" hidden="true"/></groups></testset>',
    }
    files = POLYGON
    for old, new in more.items():
        files = {**files, "problem.xml": str(files["problem.xml"]).replace(old, new, 1)}
    left = [reason for _, reason in warnings_of(files) if "is left out" in reason]
    names = ["group hidden", "judging speed", "test level", "testset real-time-limit"]
    assert left == [f"The key '{name}' is left out" for name in names]


def test_programs_of_a_kind_that_is_not_known_are_refused() -> None:
    found = faults_of(changed("<assets>", "<assets><oracle/><oracle/>"))
    assert found == [("problem.xml", "It has a program or more of the kind 'oracle', which are not run here")]


def test_what_only_a_scorer_could_read_is_told() -> None:
    said = 'int main() { quitpi("pa=1", "d=2"); }'
    assert [reason for _, reason in faults_of({**POLYGON, "files/check.cpp": said}) if "(quitpi)" in reason]


def resource(attributes: str, *assets: str, stage: str = "run") -> str:
    named = "".join(f'<asset name="{asset}"/>' for asset in assets)
    return f'<file {attributes}><stages><stage name="{stage}"/></stages><assets>{named}</assets></file>'


def test_resources_lie_beside_the_programs_that_they_are_for() -> None:
    table = resource('path="files/table.txt" location="data/table.txt"', "CHECKER", "VALIDATOR")
    header = resource('path="files/own.h" type="h.g++"', "checker", stage="compile")
    package = read(
        {
            **changed("<resources>", f"<resources>{table}{header}"),
            "files/table.txt": "1 2",
            "files/own.h": '#include "other.h"',
            "files/other.h": "int x;",
        }
    )
    assert {file.name: file.data for file in package.programs[Role.CHECKER].files} == {
        "data/table.txt": b"1 2",
        "own.h": b'#include "other.h"',
        "other.h": b"int x;",
        "testlib.h": b"// a library",
    }
    assert package.includes == {}


def test_a_resource_may_be_for_solutions_in_all_languages() -> None:
    files = grader('path="files/table.txt" for-types="*"')
    beside = (File(name="table.txt", data=b"1 2"),)
    package = read({**files, "files/table.txt": "1 2"})
    assert {"python3", "java", "cpp20", "go"} <= package.includes.keys()
    assert set(package.includes.values()) == {beside}
    files = grader('path="files/table.txt" for-types="cpp.*;java11"')
    assert set(read({**files, "files/table.txt": "1 2"}).includes) == {"cpp17", "cpp20", "cpp23", "java"}


MANY = "".join(resource(f'path="files/{number}.txt"', "checker") for number in range(MAX_FILES + 1))


@pytest.mark.parametrize(
    ("described", "fault"),
    [
        (resource('path="files/table.txt"', "arbiter"), ("files/table.txt", "It is a file for 'arbiter'")),
        (resource('path="files/table.txt"', "checker", stage="link"), ("files/table.txt", "It is a file for 'link'")),
        (resource('path="files/none.txt"', "checker"), ("files/none.txt", "It is missing")),
        (resource('path="files/table.txt" location="../t"', "checker"), ("files/table.txt", "No file beside")),
        (MANY, ("files/check.cpp", "The checker has more than 64 files")),
        (
            resource('path="files/table.txt" location="main.py" for-types="python.3"', "solution"),
            ("problem.xml", "It is the main program, and it is not clear which file"),
        ),
        (
            resource('path="files/table.txt" location="a" for-types="*"', "solution")
            + resource('path="files/table.txt" location="a/b" for-types="*"', "solution"),
            ("problem.xml", "The files beside programs cannot lie in one directory"),
        ),
        (MANY.replace("checker", "solution").replace("<file", '<file for-types="*"'), ("problem.xml", "Beside every")),
    ],
)
def test_a_resource_that_cannot_lie_where_it_should_is_told(described: str, fault: tuple[str, str]) -> None:
    many: Files = {f"files/{number}.txt": "x" for number in range(MAX_FILES + 1)}
    found = faults_of({**changed("<resources>", f"<resources>{described}"), **many, "files/table.txt": "1 2"})
    assert any(file == fault[0] and reason.startswith(fault[1]) for file, reason in found), found


def test_a_generator_may_leave_several_tests_in_files() -> None:
    xml = str(GENERATED["problem.xml"]).replace('cmd="gen 5 x"', 'cmd="gen all" from-file="2"')
    recipe = read({**GENERATED, "problem.xml": xml.replace('cmd="gen 7"', 'cmd="gen all" from-file="3"')}).recipe
    assert recipe is not None
    assert [each.input for each in recipe.tests] == [
        b"1\n",
        Command("gen", ("all",), "2"),
        Command("gen", ("all",), "3"),
    ]


def twice(judging: str, runs: str, tags: str = "") -> Files:
    """An interactive problem whose programs are run twice."""
    xml = str(changed("<judging>", f"{tags}<judging{judging}>")["problem.xml"])
    interactor = f'<interactor><source path="files/i.cpp" type="cpp.g++17"/>{runs}</interactor>'
    return {
        **POLYGON,
        "problem.xml": xml.replace("</assets>", f"{interactor}</assets>"),
        "files/i.cpp": "int main() {}",
    }


BOTH = "<runs><run>1</run><run>2</run></runs>"
TAG = '<tags><tag value="run-twice"/></tags>'


@pytest.mark.parametrize(
    ("files", "second_run"),
    [
        (twice(' run-count="2"', ""), "alone"),
        (twice(' run-count="2"', "<runs><run>1</run></runs>"), "alone"),
        (twice(' run-count="2"', BOTH), "interactive"),
        (twice("", "", TAG), "interactive"),
        (twice(' run-count="1"', "", TAG), None),
        (twice("", ""), None),
    ],
)
def test_a_program_may_be_run_twice(files: Files, second_run: str | None) -> None:
    options = read(files).checker_options
    assert (options.get("second_run"), options["then_checker"]) == (second_run, True)


@pytest.mark.parametrize(("runs", "expected"), [("", "alone"), (BOTH, "interactive")])
def test_answers_of_what_is_run_twice_are_made_so(runs: str, expected: str) -> None:
    xml = str(GENERATED["problem.xml"]).replace("<judging>", '<judging run-count="2">')
    interactor = f'<interactor><source path="files/gen.cpp" type="cpp.g++17"/>{runs}</interactor></assets>'
    recipe = read({**GENERATED, "problem.xml": xml.replace("</assets>", interactor)}).recipe
    assert recipe is not None
    assert recipe.second_run == expected


def test_statements_that_are_web_pages_are_read_where_there_is_no_tex() -> None:
    page = '<p>Add. <img src="plan.png"></p>'
    package = read(
        {
            **without(POLYGON, "statements/english/problem.tex"),
            "statements/.html/english/problem.html": page.encode(),
            "statements/.html/english/plan.png": zips.PNG,
        }
    )
    found = {each.language: (each.form, each.title, each.text) for each in package.statements.written}
    assert found == {"ru": ("tex", "Сумма", "Сложите."), "en": ("html", "Sum", "Add. ![](plan.png)")}
    assert package.statements.pictures == {"plan.png": zips.PNG}
    pdf = '<statement language="french" path="f.pdf" type="application/pdf"/></statements>'
    told = warnings_of({**changed("</statements>", pdf), "f.pdf": b"%PDF-"})
    assert told == [("f.pdf", "In this language there is a PDF alone: it is not read")]
    beside_tex = {**POLYGON, "statements/.html/english/problem.html": b"\xd0 is not read"}
    assert {each.form for each in read(beside_tex).statements.written} == {"tex"}

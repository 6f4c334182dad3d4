"""What packages have that people keep: files of their tools, settings of older drafts, scripts, forms of constants."""

from collections.abc import Mapping

import pytest

from chalicelib.judge.packages import reader
from chalicelib.judge.packages.archive import Refused
from chalicelib.judge.packages.format import WRONG
from chalicelib.judge_protocol.contract import Verdict
from tests.support import zips

Files = Mapping[str, str | bytes]

DESCRIBED = "problem_format_version: 2025-09\nname: X\nlimits: {time_limit: 1}"
PACKAGE: Files = {
    "problem.yaml": DESCRIBED,
    "data/secret/1.in": "1",
    "data/secret/1.ans": "1",
    "submissions/accepted/a.py": "print({{most}}, {{most.tex}}, {{most.value}}, {{less}})",
}


def faults_of(files: Files) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        reader.read(zips.packed(files))
    return [(fault.file, str(fault.reason)) for fault in refused.value.faults]


def test_files_of_tools_are_passed_over() -> None:
    hidden = {f"{place}/.gitkeep": "" for place in ("data/sample", "data/secret", "submissions/accepted", ".git")}
    package, warnings = reader.read(zips.packed({**PACKAGE, **hidden, "submissions/accepted/.cache/b.py": "x"}))
    assert [each.file for each in package.jury] == ["submissions/accepted/a.py"]
    assert warnings == []


def test_a_constant_may_be_written_in_several_forms() -> None:
    forms = "\nconstants:\n  most: {value: 7, tex: '10^7'}\n  less: 6"
    tex = {"statement/problem.en.tex": r"From \constant{less} to $\constant{most.tex}$, \constant{ most }."}
    package, _ = reader.read(zips.packed({**PACKAGE, **tex, "problem.yaml": DESCRIBED + forms}))
    assert package.jury[0].source == "print(7, 10^7, 7, 6)"
    assert package.statements.written[0].text == "From 6 to $10^7$, 7."


@pytest.mark.parametrize(("version", "read"), [("2023-07-draft", True), ("2025-09", False)])
def test_packages_of_a_draft_may_have_groups_as_before(version: str, *, read: bool) -> None:
    files = {
        "problem.yaml": f"problem_format_version: {version}\nname: X\ntype: scoring\nlimits: {{time_limit: 1}}",
        "data/secret/testdata.yaml": "on_reject: continue\nrange: 0 100",
        **{f"data/secret/{group}/1.{ending}": "1" for group in ("a", "b") for ending in ("in", "ans")},
        "data/secret/a/testdata.yaml": "accept_score: 30\ngrader_flags: min",
        "data/secret/b/testdata.yaml": "accept_score: 70\ngrader_flags: min",
        "submissions/accepted/a.py": "print(1)",
    }
    if not read:
        assert ("data/secret/a/testdata.yaml", "The key 'accept_score' is not understood") in [
            (file, reason.partition(" here")[0]) for file, reason in faults_of(files)
        ]
        return
    package, _ = reader.read(zips.packed(files))
    assert package.scoring is not None
    assert [(each["name"], each["points"], each["rule"]) for each in package.scoring["groups"]] == [
        ("a", 30.0, "min"),
        ("b", 70.0, "min"),
    ]


@pytest.mark.parametrize("script", ["build", "run"])
@pytest.mark.parametrize("place", ["output_validator/", "output_validator/own/"])
def test_a_validator_that_a_script_builds_or_runs_is_refused(script: str, place: str) -> None:
    files = {**PACKAGE, f"{place}{script}": "#!/bin/sh", f"{place}judge.c": "int main() {}"}
    assert (place, f"It has a script '{script}', which is not run here") in faults_of(files)


@pytest.mark.parametrize(
    ("described", "arguments"),
    [
        ("validator_flags: --note 'two words' -x", ("--note", "two words", "-x")),
        ("validator_args: --note 'two words'", ("--note", "two words")),
    ],
)
def test_a_validators_flags_are_words_as_a_shell_reads_them(described: str, arguments: tuple[str, ...]) -> None:
    files = {"problem.yaml": f"name: X\nvalidation: custom\n{described}", "output_validators/v.py": "x"}
    package, _ = reader.read(zips.packed({**PACKAGE, **files}))
    assert package.tests[0].arguments == arguments


def test_domjudges_directories_and_tags_are_promises() -> None:
    files = {"submissions/no_output/b.py": "x", "submissions/mixed/c.py": "# @EXPECTED_SCORE@: CORRECT"}
    package, _ = reader.read(zips.packed({**PACKAGE, **files}))
    assert {each.file: each.promised for each in package.jury if "accepted" not in each.file} == {
        "submissions/no_output/b.py": WRONG,
        "submissions/mixed/c.py": {Verdict.OK},
    }


def test_a_validator_that_only_domjudge_knows_is_refused() -> None:
    said = "name = 'x'\nspecial_compare = 'float'\nspecial_run=''\ncombined_run_compare=0\nspecial_compare_args=1\n"
    told = "The key '{}' is not understood here, and may change verdicts"
    assert faults_of({**PACKAGE, "domjudge-problem.ini": said}) == [
        ("domjudge-problem.ini", told.format(key)) for key in ("special_compare", "special_compare_args")
    ]
    reader.read(
        zips.packed({**PACKAGE, "domjudge-problem.ini": "name='x'\nspecial_run=\ncombined_run_compare = '0'\n"})
    )

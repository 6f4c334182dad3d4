"""Keys that packages had before the format that is called legacy, and limits that no machine here has."""

import pytest

from chalicelib.judge.problems.rules import MAX_MEMORY_KB
from tests.unit.judge.packages.test_packages import (
    GRADED,
    ICPC,
    POLYGON,
    Files,
    faults_of,
    groups_of,
    read,
    warnings_of,
)

OF_ALL = "type: scoring\ngrading: {on_reject: grade, accept_score: 10, range: 0 100}"


def test_what_problem_yaml_says_of_tests_holds_for_all_groups_whatever_they_say() -> None:
    names = ("data/secret/testdata.yaml", "data/secret/easy/testdata.yaml", "data/secret/hard/testdata.yaml")
    silent: Files = {**dict.fromkeys(names, "{}"), "problem.yaml": OF_ALL}
    own = {"data/secret/hard/testdata.yaml": "accept_score: 40\ngrader_flags: min\non_reject: break"}
    own["data/testdata.yaml"] = "accept_score: 5"
    (_, easy, hard) = groups_of({**GRADED, **silent, **own})
    assert (easy["points"], easy["rule"], easy["short_circuit"]) == (20, "sum", False)
    assert (hard["points"], hard["rule"], hard["short_circuit"]) == (10, "min", False)
    told = "Its accept_score, on_reject, range of 'grading' hold for all groups of tests, whatever they say"
    assert ("problem.yaml", told) in warnings_of({**GRADED, **silent})


@pytest.mark.parametrize("named", ["first_error", "grade", "worst_error"])
def test_on_reject_had_other_words(named: str) -> None:
    described = f"type: scoring\ngrading: {{on_reject: {named}}}"
    files: Files = {"problem.yaml": described, "data/secret/testdata.yaml": "{}"}
    assert groups_of({**GRADED, **files})[2]["short_circuit"] is (named != "grade")


def test_since_2023_they_are_not_understood() -> None:
    found = faults_of({**ICPC, "sum/problem.yaml": "problem_format_version: 2025-09\nname: x\ngrading: {range: 0 9}"})
    assert ("problem.yaml", "The key 'grading.range' is not understood here, and may change verdicts") in found


@pytest.mark.parametrize("seconds", [0, 1])
def test_seconds_added_to_the_time_limit_are_left_out_where_there_are_none(seconds: int) -> None:
    files: Files = {**ICPC, "sum/problem.yaml": f"name: x\nlimits: {{time_limit: 1, time_add: {seconds}}}"}
    told = faults_of(files) if seconds else warnings_of(files)
    assert [reason for _, reason in told if "limits.time_add" in reason]


def test_a_multiplier_for_programs_that_are_too_slow_is_told_and_an_unknown_one_refused() -> None:
    def described(name: str) -> Files:
        return {**ICPC, "sum/problem.yaml": f"name: x\nlimits: {{time_limit: 1, time_multipliers: {{{name}: 3}}}}"}

    left = "The key 'limits.time_multipliers.time_limit_to_tle' is left out"
    assert ("problem.yaml", left) in warnings_of(described("time_limit_to_tle"))
    refused = "The key 'limits.time_multipliers.other' is not understood here, and may change verdicts"
    assert ("problem.yaml", refused) in faults_of(described("other"))


@pytest.mark.parametrize("kind", ["icpc", "polygon"])
@pytest.mark.parametrize("mebibytes", [1024, 2048])
def test_more_memory_than_there_is_is_as_much_as_there_is(kind: str, mebibytes: int) -> None:
    description = str(POLYGON["problem.xml"]).replace("67108864", str(mebibytes << 20))
    polygon: Files = {**POLYGON, "problem.xml": description}
    icpc: Files = {**ICPC, "sum/problem.yaml": f"name: x\nlimits: {{time_limit: 1, memory: {mebibytes}}}"}
    files = icpc if kind == "icpc" else polygon
    assert read(files).memory_limit_kb == MAX_MEMORY_KB
    reason = "Its memory limit of 2048 MiB is more than there is here: it is 1024 MiB"
    assert [told for _, told in warnings_of(files) if "memory" in told] == [reason] * (mebibytes > 1024)

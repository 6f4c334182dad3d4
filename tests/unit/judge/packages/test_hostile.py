"""Packages that cost more than they weigh: in memory, in work, or by what no text and no number can hold."""

import io
import struct
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable

import pytest

from chalicelib.judge.grading import scoring
from chalicelib.judge.packages import archive, icpc_validators, reader
from chalicelib.judge.packages.archive import Broken, Refused
from chalicelib.judge.packages.inspection import Inspection
from tests.support import zips
from tests.unit.judge.packages.test_packages import ICPC, PLAIN, Files, changed, faults_of, read, warnings_of

MIB = 1024 * 1024
SCORING: Files = {"problem.yaml": "name: a\ntype: scoring\n"}


def peak_of(act: Callable[[], object]) -> int:
    """Bytes that were held at once; whether a package is refused does not matter."""
    tracemalloc.start()
    try:
        act()
    except (Broken, Refused):
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def unpacking_to(size: int, *, claimed: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("1.in", "w") as file:
        for _ in range(size // MIB):
            file.write(b"\0" * MIB)
    return buffer.getvalue().replace(struct.pack("<L", size), struct.pack("<L", claimed))


def test_a_file_that_lies_about_its_size_is_unpacked_no_further_than_it_says() -> None:
    opened = archive.look_through(unpacking_to(64 * MIB, claimed=1000))
    with pytest.raises(Broken):
        opened.read("1.in")
    assert peak_of(lambda: opened.read("1.in")) < MIB


def test_a_name_of_many_directories_costs_no_more_than_its_length() -> None:
    packed = zips.packed({f"{'a/' * 5000}{number}": "" for number in range(10)})
    assert peak_of(lambda: archive.look_through(packed)) < 10 * MIB


def test_a_file_is_no_directory_of_another() -> None:
    assert faults_of({**PLAIN, "a/b": "", "a": "", "a0": ""}) == [("a", "It is a file and a directory at once")]


def test_digits_of_other_scripts_are_no_numbers() -> None:
    assert [test.input for test in read({"².in": "raised", "².out": "", "2.in": "two", "2.out": ""}).tests] == [
        b"two",
        b"raised",
    ]
    assert faults_of(changed("tests/%02d<", "tests/%٣d<")) == [
        ("problem.xml", "The patterns of its tests' paths cannot be read")
    ]


FF = f"0x{'f' * 5000}"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (f"limits: {{memory: {FF}}}", "A number in it has more than 300 digits"),
        (f"? {FF}\n: 1", "A number in it has more than 300 digits"),
        ("keywords: [{a: '', b: \"\\ud800\"}]", "There is half of a character in it, which is no text"),
    ],
)
def test_yaml_that_nothing_can_hold_is_refused(said: str, reason: str) -> None:
    assert ("problem.yaml", reason) in faults_of({**ICPC, "sum/problem.yaml": f"name: a\n{said}\n"})


def test_no_output_limit_is_larger_than_what_is_stored() -> None:
    assert read({**ICPC, "sum/problem.yaml": "name: a\nlimits: {output: 1e300}\n"}).output_limit_kb == 32 * 1024


@pytest.mark.parametrize(
    ("version", "file", "said", "reason"),
    [
        ("legacy", "testdata.yaml", "grading: {objective: max}", "The key 'grading' is not understood here"),
        ("2025-09", "test_group.yaml", "score_aggregation: [sum]", "The aggregation '['sum']' is not known here"),
    ],
)
def test_a_setting_of_another_kind_is_a_fault(version: str, file: str, said: str, reason: str) -> None:
    described = f"problem_format_version: {version}\nname: a\ntype: scoring\n"
    found = faults_of({**ICPC, "sum/problem.yaml": described, f"sum/data/secret/{file}": said})
    assert any(name == f"data/secret/{file}" and told.startswith(reason) for name, told in found), found


def in_groups(*names: str) -> Files:
    return {f"data/secret/{name}/1.{ending}": "1" for name in names for ending in ("in", "ans")}


def test_each_of_many_groups_names_the_one_before_it() -> None:
    names = [f"{number:03}" for number in range(300)]
    package = read({**SCORING, **in_groups(*names)})
    read_back = scoring.read(package.scoring)
    assert [group.depends_on for group in read_back.groups] == [(), *((number,) for number in range(299))]
    assert read_back.skipped({3: False}) == frozenset(range(4, 301))


def test_groups_that_do_not_end_one_another_are_all_named() -> None:
    """A failure in `a` ends `c`, but of `a` itself it ends nothing."""
    names = ("a/1", "a/2", "b/1", "b/2", "c")
    goes_on: Files = {"data/secret/a/testdata.yaml": "on_reject: continue\n"}
    described = read({**SCORING, **in_groups(*names), **goes_on}).scoring
    assert described is not None
    assert {each["name"]: each.get("depends_on") for each in described["groups"]} == {
        "a/1": None,
        "a/2": None,
        "b/1": ["a/1", "a/2"],
        "b/2": ["b/1"],
        "c": ["b/2"],
    }


class Counting(Inspection):
    def bytes_of(self, name: str, *, at_most: int | None = None) -> bytes | None:
        self.read_times[name] += 1
        return super().bytes_of(name, at_most=at_most)

    read_times: Counter[str]


def test_each_validator_is_read_a_few_times_however_many_there_are() -> None:
    files: Files = {f"input_validators/{number}.py": "import helper\n" for number in range(50)}
    files |= {"input_validators/helper.py": "\n" * 100_000, "problem.yaml": ""}
    inspection = Counting(archive.look_through(zips.packed(files)))
    inspection.read_times = Counter()
    found = icpc_validators.read(inspection, [], lambda _test, _name: ())
    assert len(found) == 50
    assert {len(each.program.files) for each in found} == {1}
    assert max(inspection.read_times[f"input_validators/{number}.py"] for number in range(50)) <= 3


LARGE = "x" * (5 * MIB)
"""Three of them are less than what is taken for a bomb."""
RESOURCE = '<file path="large" location="{}" for-types="*"><assets><asset name="{}"/></assets></file>'


@pytest.mark.parametrize(
    "files",
    [
        {**ICPC, **{f"sum/include/default/{number}": LARGE for number in range(3)}},
        {**ICPC, **{f"sum/submissions/accepted/a/{number}": LARGE for number in range(3)}},
        {**ICPC, **{f"sum/input_validators/a/{number}": LARGE for number in range(3)}},
        {**ICPC, **{f"sum/data/secret/01.files/{number}": LARGE for number in range(3)}},
        {**ICPC, "sum/submissions/submissions.yaml": LARGE},
        {
            **changed("<resources>", "<resources>" + "".join(RESOURCE.format(n, "solution") for n in range(60))),
            "large": "x" * MIB,
        },
        {
            **changed("<resources>", "<resources>" + "".join(RESOURCE.format(n, "checker") for n in range(60))),
            "large": "x" * MIB,
        },
    ],
    ids=["include", "submission", "validator", "test", "description", "resource", "checker's resource"],
)
def test_what_is_too_large_is_not_unpacked(files: Files) -> None:
    packed = zips.packed(files)
    assert peak_of(lambda: reader.read(packed)) < 4 * MIB


def test_patterns_that_stand_for_too_many_are_not_looked_at() -> None:
    words = "{" + ",".join(f"w{number}" for number in range(50)) + "}"
    said = f"'{words}/{words}': {{permitted: [AC]}}\naccepted/a.py: {{permitted: [WA]}}\n"
    files: Files = {**ICPC, "sum/submissions/submissions.yaml": said}
    told = "Its patterns stand for more than 2000: it is not looked at"
    assert ("submissions/submissions.yaml", told) in warnings_of(files)
    assert {each.file: len(each.requirements) for each in read(files).jury}["submissions/accepted/a.py"] == 0


def test_files_beside_programs_are_bounded_in_all_tests_together() -> None:
    tests: Files = {f"sum/data/secret/{number}.{ending}": "" for number in range(12) for ending in ("in", "ans")}
    beside: Files = {f"sum/data/secret/{number}.files/a": "x" * (3 * MIB) for number in range(12)}
    with pytest.raises(Refused) as refused:
        reader.read(zips.packed({**ICPC, **tests, **beside}, compressed=False))
    told = "The files beside programs are larger than 33554432 bytes in all tests together"
    assert [(fault.file, str(fault.reason)) for fault in refused.value.faults] == [("data/", told)]

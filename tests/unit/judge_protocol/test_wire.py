import base64
import json
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge_protocol import contract, wire
from chalicelib.judge_protocol.contract import (
    MAX_NUMBER,
    Compilation,
    ContractError,
    File,
    Job,
    Language,
    Outcome,
    Report,
    Run,
    Source,
    TestInput,
)
from tests.unit.judge_protocol.samples import JOB, REPORT
from tests.unit.judge_protocol.samples import LANGUAGES as DESCRIBED

TEXT = st.text(max_size=50)
MILLISECONDS = st.floats(min_value=0, max_value=1e9)
POSITIVE = st.integers(min_value=1, max_value=2**31)
SMALL = st.binary(max_size=200)

NAMES = st.from_regex(r"[a-z]{1,5}\.[A-Za-z0-9_-]{0,5}", fullmatch=True) | st.just("dir/sub/file")
FILES = st.dictionaries(NAMES, SMALL, max_size=3).map(
    lambda files: tuple(File(name=name, data=data) for name, data in files.items())
)
TESTS = st.builds(
    TestInput,
    id=TEXT,
    input=SMALL,
    time_limit_ms=POSITIVE,
    memory_limit_kb=POSITIVE,
    output_limit_bytes=POSITIVE,
    args=st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=3).map(tuple),
    files=FILES,
    collect=st.lists(NAMES, max_size=3, unique=True).map(tuple),
) | st.builds(TestInput, id=TEXT, input_url=TEXT)
JOBS = st.builds(
    Job,
    job_id=TEXT,
    language=TEXT,
    source=TEXT,
    tests=st.lists(TESTS, max_size=3).map(tuple),
    stop_on_failure=st.booleans(),
    files=FILES,
    interactor=st.none() | st.builds(Source, language=TEXT, source=TEXT, files=FILES),
) | st.builds(
    Job,
    job_id=TEXT,
    language=TEXT,
    source=TEXT,
    tests=st.lists(TESTS, max_size=1).map(tuple),
    input_file=st.none() | st.just("input.txt"),
    output_file=st.none() | NAMES,
)
LONE_RUNS = st.builds(
    Run,
    id=TEXT,
    outcome=st.sampled_from(Outcome),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
    cpu_ms=MILLISECONDS,
    wall_ms=MILLISECONDS,
    memory_kb=st.integers(0, 2**40),
    stdout=SMALL,
    stderr=SMALL,
    truncated=st.booleans(),
    collected=st.dictionaries(NAMES, SMALL, max_size=3),
    ended_first=st.booleans(),
)
RUNS = LONE_RUNS | st.builds(replace, LONE_RUNS, interactor=LONE_RUNS)
COMPILATIONS = st.builds(Compilation, outcome=st.sampled_from(Outcome), output=TEXT, wall_ms=MILLISECONDS)
REPORTS = st.builds(
    Report,
    job_id=TEXT,
    compilation=COMPILATIONS,
    interactor_compilation=st.none() | COMPILATIONS,
    runs=st.lists(RUNS, max_size=3).map(tuple),
    toolchain=TEXT,
    isolation=st.dictionaries(TEXT, st.booleans(), max_size=3),
    clean=st.booleans(),
    refused=st.none() | TEXT,
)
LANGUAGES = st.builds(
    Language, id=TEXT, name=TEXT, version=TEXT, available=st.booleans(), source_file=TEXT, time_factor=MILLISECONDS
)


def over_the_wire(value: dict[str, Any]) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


@given(JOBS)
def test_a_job_arrives_as_it_was_sent(job: Job) -> None:
    assert wire.job_from_json(over_the_wire(wire.job_to_json(job))) == job


@given(REPORTS)
def test_a_report_arrives_as_it_was_sent(report: Report) -> None:
    assert wire.report_from_json(over_the_wire(wire.report_to_json(report))) == report


@given(st.lists(LANGUAGES, max_size=3).map(tuple))
def test_languages_arrive_as_they_were_sent(languages: tuple[Language, ...]) -> None:
    assert wire.languages_from_json(over_the_wire(wire.languages_to_json(languages, {}))) == languages


@given(st.binary())
def test_bytes_arrive_as_they_were_sent(data: bytes) -> None:
    assert wire.unpack(wire.pack(data), limit=len(data)) == data


@given(st.binary(min_size=1))
def test_bytes_beyond_the_limit_are_refused(data: bytes) -> None:
    assert code_of(lambda: wire.unpack(wire.pack(data), limit=len(data) - 1)) == "too_large"


@given(st.text(st.characters(max_codepoint=127), max_size=2000))
def test_nothing_takes_more_on_the_way_than_base64_would(text: str) -> None:
    travels = json.dumps(wire.pack(text.encode()))
    assert len(travels) <= len(text) * 4 / 3 + 32


def test_a_usual_test_travels_as_it_is() -> None:
    numbers = "3\n1 2 3\n"
    assert wire.pack(numbers.encode()) == f"={numbers}"
    assert wire.pack(b"\n" * 1000)[0] != "="
    assert len(wire.pack(b"5 " * 1_000_000)) < 20_000


def test_a_bomb_is_refused_before_it_has_grown() -> None:
    bomb = wire.pack(bytes(100 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    assert code_of(lambda: wire.unpack(bomb, limit=1024)) == "too_large"


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        "ключ",
        "AAAA",
        "A",
        base64.b64encode(b"not zlib").decode(),
        base64.b64encode(zlib.compress(b"hello")[:-2]).decode(),
        "=ключ",
        "=\ud800",
        "",
    ],
)
def test_what_is_not_base64_of_zlib_is_refused(text: str) -> None:
    assert code_of(lambda: wire.unpack(text, limit=1000)) == "bad_encoding"


def code_of(read: Any) -> str:
    with pytest.raises(ContractError) as refusal:
        read()
    return refusal.value.code


def report(**changes: Any) -> dict[str, Any]:
    good = Report(job_id="1", compilation=Compilation(outcome=Outcome.OK), runs=(Run(id="1", outcome=Outcome.OK),))
    sent = wire.report_to_json(good)
    for path, value in changes.items():
        *parents, last = path.split("__")
        target = sent
        for parent in parents:
            target = target[parent] if parent != "run" else target["runs"][0]
        target[last] = value
    return sent


TOO_MUCH_OUTPUT = wire.pack(bytes(contract.MAX_OUTPUT_BYTES + 1))

WRONG_REPORTS: dict[str, list[object]] = {
    "job_id": [None, 1],
    "compilation": [None, [], "ok"],
    "compilation__outcome": ["perfect", None, 5, ""],
    "compilation__output": [None, 5, "\ud800", "x" * (contract.MAX_COMPILER_OUTPUT_BYTES + 1)],
    "compilation__wall_ms": ["1", None, True, float("nan")],
    "runs": [None, {}, "x", [None], [5], [{}]],
    "toolchain": [None, "\udfff", "x" * (contract.MAX_TOOLCHAIN_BYTES + 1)],
    "isolation": [None, [], {"landlock": "yes"}, {"landlock": 1}],
    "clean": [None, 0, "yes"],
    "refused": [5, []],
    "run__id": [None, 1],
    "run__outcome": ["OK", "perfect", None, []],
    "run__exit_code": ["0", 0.5, True, MAX_NUMBER + 1, -MAX_NUMBER - 1],
    "run__signal": ["9", False, 10**400],
    "run__cpu_ms": [float("nan"), float("inf"), -1, "1", None, True, 10**400, MAX_NUMBER + 1],
    "run__wall_ms": [float("-inf"), [], -0.5],
    "run__memory_kb": [1.5, None, "1", True, -1, 10**40, MAX_NUMBER + 1],
    "run__stdout": [None, 5, "not base64!", TOO_MUCH_OUTPUT],
    "run__stderr": [None, b"", "@", TOO_MUCH_OUTPUT],
    "run__truncated": [None, 1, "no"],
    "run__collected": [
        None,
        [],
        {"a": 5},
        {"a": "@"},
        {"a": wire.pack(b""), "a/b": wire.pack(b"")},
        {"../a": wire.pack(b"")},
        {"a": wire.pack(bytes(contract.MAX_COLLECTED_BYTES + 1))},
        dict.fromkeys(map(str, range(contract.MAX_FILES + 1)), wire.pack(b"")),
    ],
    "run__interactor": [5, [], {}, {"interactor": {}}],
    "run__ended_first": [None, 1],
    "interactor_compilation": ["ok", {}, {"outcome": "ok", "output": 5, "wall_ms": 0}],
}


@pytest.mark.parametrize(
    ("field", "value"), [(name, value) for name, values in WRONG_REPORTS.items() for value in values]
)
def test_anything_that_is_not_a_report_is_refused(field: str, value: object) -> None:
    code = code_of(lambda: wire.report_from_json(report(**{field: value})))
    assert code in {"bad_field", "bad_encoding", "too_large", "too_many", "bad_file_name"}


def test_interactors_come_singly() -> None:
    run = Run(id="1", outcome=Outcome.OK)
    twice = replace(run, interactor=replace(run, interactor=run))
    sent = wire.report_to_json(
        Report(job_id="1", compilation=Compilation(outcome=Outcome.OK), runs=(replace(run, interactor=run), twice))
    )
    assert code_of(lambda: wire.report_from_json(sent)) == "bad_field"


def test_the_greatest_numbers_are_read() -> None:
    read = wire.report_from_json(report(run__cpu_ms=MAX_NUMBER, run__memory_kb=MAX_NUMBER))
    assert (read.runs[0].cpu_ms, read.runs[0].memory_kb) == (float(MAX_NUMBER), MAX_NUMBER)


@pytest.mark.parametrize("member", list(report()))
def test_a_report_that_lacks_a_member_is_refused(member: str) -> None:
    sent = report()
    del sent[member]
    if member in {"refused", "interactor_compilation"}:
        assert wire.report_from_json(sent).refused is None
    else:
        assert code_of(lambda: wire.report_from_json(sent)) == "bad_field"


def file(name: str, data: bytes = b"") -> dict[str, str]:
    return {"name": name, "data": wire.pack(data)}


def job(**changes: Any) -> dict[str, Any]:
    sent = wire.job_to_json(Job(job_id="1", language="c", source="x", tests=(TestInput(id="1", input=b"5"),)))
    test = {name.removeprefix("test__"): value for name, value in changes.items() if name.startswith("test__")}
    sent.update({name: value for name, value in changes.items() if not name.startswith("test__")})
    if test:
        sent["tests"][0].update(test)
    return sent


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"job_id": 1}, "bad_field"),
        ({"language": None}, "bad_field"),
        ({"source": b""}, "bad_field"),
        ({"source": "x" * (64 * 1024 + 1)}, "source_too_large"),
        ({"source": "я" * (32 * 1024 + 1)}, "source_too_large"),
        ({"stop_on_failure": 1}, "bad_field"),
        ({"tests": None}, "bad_field"),
        ({"tests": [None]}, "bad_field"),
        ({"tests": [{"input": None}]}, "bad_job"),
        ({"test__input": None}, "bad_job"),
        ({"test__input_url": "https://x"}, "bad_job"),
        ({"test__input": "!"}, "bad_encoding"),
        ({"test__time_limit_ms": 0}, "bad_field"),
        ({"test__memory_limit_kb": -1}, "bad_field"),
        ({"test__output_limit_bytes": True}, "bad_field"),
        ({"test__time_limit_ms": contract.MAX_LIMIT + 1}, "bad_field"),
        ({"test__memory_limit_kb": 1.0}, "bad_field"),
        ({"test__output_limit_bytes": 10**400}, "bad_field"),
        ({"test__id": None}, "bad_field"),
        ({"test__input": 5}, "bad_field"),
        ({"test__input": wire.pack(bytes(contract.MAX_INPUT_BYTES + 1))}, "too_large"),
        ({"test__args": None}, "bad_field"),
        ({"test__args": [5]}, "bad_field"),
        ({"test__args": ["a\0b"]}, "bad_field"),
        ({"test__args": ["\ud800"]}, "bad_field"),
        ({"test__args": ["x" * (contract.MAX_ARGUMENT_BYTES + 1)]}, "too_large"),
        ({"test__args": ["x"] * (contract.MAX_ARGUMENTS + 1)}, "too_many"),
        ({"test__files": [file("a", bytes(contract.MAX_TEST_FILES_BYTES + 1))]}, "too_large"),
        ({"test__files": [file(f"{number}", bytes(33_000_000)) for number in range(4)]}, "too_large"),
        ({"test__collect": "a"}, "bad_field"),
        ({"test__collect": ["a\0"]}, "bad_field"),
        ({"test__collect": [None]}, "bad_field"),
        ({"test__collect": ["../a"]}, "bad_file_name"),
        ({"test__collect": ["a", "a"]}, "bad_file_name"),
        ({"test__collect": ["../"]}, "bad_file_name"),
        ({"test__collect": ["a/b/c/"]}, "bad_file_name"),
        ({"test__collect": ["a", "a/"]}, "bad_file_name"),
        ({"test__collect": [f"{number}" for number in range(contract.MAX_FILES + 1)]}, "too_many"),
        ({"test__files": [{"name": "a", "data": wire.pack(b"")}], "test__collect": ["a/b"]}, "bad_file_name"),
        ({"interactor": "x"}, "bad_field"),
        ({"input_file": 5}, "bad_field"),
        ({"input_file": ""}, "bad_file_name"),
        ({"output_file": "../x"}, "bad_file_name"),
        ({"input_file": "x", "output_file": "x"}, "bad_file_name"),
        ({"interactor": {"language": "c", "source": "x", "files": []}, "input_file": "x"}, "bad_job"),
        ({"interactor": {"language": "c", "files": []}}, "bad_field"),
        ({"interactor": {"language": "c", "source": "x" * (64 * 1024 + 1), "files": []}}, "source_too_large"),
        ({"interactor": {"language": "c", "source": "", "files": [file("/a")]}}, "bad_file_name"),
        ({"files": None}, "bad_field"),
        ({"files": [None]}, "bad_field"),
        ({"files": [{"name": "a", "data": "!"}]}, "bad_encoding"),
        ({"files": [file("a", bytes(700_000)), file("b", bytes(700_000))]}, "too_large"),
        ({"files": [file("a"), file("a")]}, "bad_file_name"),
        ({"files": [file("a/b"), file("a")]}, "bad_file_name"),
        ({"files": [file(str(number)) for number in range(contract.MAX_FILES + 1)]}, "too_many"),
    ],
)
def test_anything_that_is_not_a_job_is_refused(changes: dict[str, Any], code: str) -> None:
    assert code_of(lambda: wire.job_from_json(job(**changes))) == code


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("main.h", True),
        ("a/b/C-1_2.txt", True),
        (".hidden", True),
        ("...", True),
        ("x" * 100, True),
        ("", False),
        ("/etc/passwd", False),
        ("a//b", False),
        ("a/", False),
        ("../a", False),
        ("a/../b", False),
        ("a/..", False),
        (".", False),
        ("./a", False),
        ("a/b/c/d", False),
        ("-o", False),
        ("a b", False),
        ("a\n", False),
        ("a#b", False),
        ("a\\b", False),
        ("a\0b", False),
        ("$(reboot)", False),
        ("ключ", False),
        ("x" * 101, False),
    ],
)
def test_files_have_plain_relative_names(name: str, *, good: bool) -> None:
    assert contract.is_file_name(name) is good
    if not good:
        assert code_of(lambda: wire.job_from_json(job(files=[file(name)]))) == "bad_file_name"


def test_a_job_is_bounded_as_a_whole() -> None:
    tests = job(test__input=wire.pack(bytes(contract.MAX_INPUT_BYTES)))["tests"]
    assert len(wire.job_from_json(job(tests=tests * 8)).tests) == 8
    assert code_of(lambda: wire.job_from_json(job(tests=tests * 9))) == "too_large"


def test_a_source_of_64_kb_is_taken() -> None:
    assert wire.job_from_json(job(source="я" * (32 * 1024))).source[0] == "я"


@pytest.mark.parametrize("answer", [[], {}, {"languages": None}, {"languages": [{}]}, {"languages": ["c"]}])
def test_anything_that_is_not_a_description_is_refused(answer: Any) -> None:
    assert code_of(lambda: wire.languages_from_json(answer)) == "bad_field"


@pytest.mark.parametrize("member", ["id", "name", "version", "available", "source_file", "time_factor"])
def test_a_language_that_lacks_a_member_is_refused(member: str) -> None:
    answer = wire.languages_to_json(DESCRIBED, {})
    del answer["languages"][1][member]
    assert code_of(lambda: wire.languages_from_json(answer)) == "bad_field"


@pytest.mark.parametrize("factor", [-1, "1", True, None, float("nan"), MAX_NUMBER + 1])
def test_a_language_has_a_sensible_time_factor(factor: object) -> None:
    answer = wire.languages_to_json(DESCRIBED, {})
    answer["languages"][0]["time_factor"] = factor
    assert code_of(lambda: wire.languages_from_json(answer)) == "bad_field"


def test_members_that_nobody_knows_are_passed_over() -> None:
    """So that one side may be newer than the other."""
    assert wire.job_from_json({**job(), "new": 5}) == wire.job_from_json(job())
    assert wire.report_from_json({**report(), "new": 5}) == wire.report_from_json(report())


def test_a_file_that_a_test_brings_may_be_collected() -> None:
    read = wire.job_from_json(job(test__files=[file("a")], test__collect=["a"])).tests[0]
    assert (read.files[0].name, read.collect) == ("a", ("a",))


def golden(name: str) -> Any:
    return json.loads(Path(__file__).with_name(f"{name}.json").read_text())


def compressed_here(value: Any) -> Any:
    """The same with its data compressed by this machine's zlib: what another makes may differ, and is as good."""
    if isinstance(value, dict):
        return {name: compressed_here(each) for name, each in value.items()}
    if isinstance(value, list):
        return [compressed_here(each) for each in value]
    is_compressed = isinstance(value, str) and value.startswith("eA")
    return wire.pack(wire.unpack(value, limit=MAX_NUMBER)) if is_compressed else value


NEWER = ("input_file", "output_file", "files_at_run")
"""Members that version 0.1 did not have; they are null where they are not used."""


def test_what_is_sent_is_what_version_0_1_sent_to_the_byte() -> None:
    sent: dict[str, dict[str, Any]] = {
        "job": wire.job_to_json(JOB),
        "report": wire.report_to_json(REPORT),
        "languages": wire.languages_to_json(DESCRIBED, {"landlock": True, "namespaces": False}),
    }
    newer = [
        *(sent["job"].pop(name) for name in NEWER),
        *(test.pop(name) for test in sent["job"]["tests"] for name in ("output_url", "fetched")),
        *(run.pop("stored_bytes") for each in sent["report"]["runs"] for run in (each, each["interactor"]) if run),
    ]
    assert set(newer) == {None}
    for name, value in sent.items():
        assert json.dumps(value) == json.dumps(compressed_here(golden(name)))


def test_what_version_0_1_sent_is_read() -> None:
    assert wire.job_from_json(golden("job")) == JOB
    assert wire.report_from_json(golden("report")) == REPORT
    assert wire.languages_from_json(golden("languages")) == DESCRIBED


@dataclass
class EndlessData:
    data: bytes


@dataclass
class EndlessNumber:
    number: int = field(metadata=contract.Limits(least=0))


@pytest.mark.parametrize("kind", [EndlessData, EndlessNumber])
def test_data_and_numbers_without_a_limit_have_no_way_to_travel(kind: type[Any]) -> None:
    with pytest.raises(KeyError):
        wire.codec(kind)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
        lambda each: st.lists(each) | st.dictionaries(st.sampled_from(list(report())), each),
    )
)
def test_whatever_the_judge_answers_is_a_report_or_refused(answer: Any) -> None:
    try:
        wire.report_from_json(answer)
    except ContractError:
        return
    raise AssertionError(answer)

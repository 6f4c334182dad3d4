"""The jury's programs of ICPC and Kattis packages: of several files, and with what `submissions.yaml` says of them."""

import pytest

from chalicelib.judge.packages import icpc_promises, programs, reader
from chalicelib.judge.packages.format import CRASHED, TOO_SLOW, JuryProgram
from chalicelib.judge.problems.promises import Requirement
from chalicelib.judge_protocol.contract import File, Verdict
from judge_container import languages
from tests.support import zips

OK, WRONG = Verdict.OK, Verdict.WRONG_ANSWER

Files = dict[str, str | bytes]

PACKAGE: Files = {
    "problem.yaml": "problem_format_version: 2025-09\nname: x\ntype: scoring\nlimits: {time_limit: 1}",
    "data/secret/easy/test_group.yaml": "max_score: 40",
    "data/secret/hard/test_group.yaml": "max_score: 60",
    **{f"data/{name}{end}": "" for end in (".in", ".ans") for name in ("sample/1", "secret/easy/1", "secret/hard/1-a")},
    **{f"data/secret/hard/{name}{end}": "" for end in (".in", ".ans") for name in ("2-a", "3-b")},
}


def jury_of(files: Files, said: str = "") -> dict[str, JuryProgram]:
    written = {"submissions/submissions.yaml": said} if said else {}
    package, _ = reader.read(zips.packed({**PACKAGE, **written, **files}))
    return {each.file.removeprefix("submissions/"): each for each in package.jury}


def warnings_of(files: Files, said: str = "") -> list[tuple[str, str]]:
    written = {"submissions/submissions.yaml": said} if said else {}
    _, warnings = reader.read(zips.packed({**PACKAGE, **written, **files}))
    return [(fault.file, str(fault.reason)) for fault in warnings]


def test_a_main_source_is_called_as_the_judge_calls_it() -> None:
    for language, spec in languages.load().items():
        assert programs.main_file(language) == spec.source_file


def test_a_program_of_several_files_is_one() -> None:
    files: Files = {
        "submissions/accepted/pair/main.py": "from other import f",
        "submissions/accepted/pair/other.py": "def f(): pass",
        "submissions/accepted/pair/deep/data.txt": b"\xff",
        "submissions/wrong_answer/java/Reader.java": "class Reader {}",
        "submissions/wrong_answer/java/Solve.java": "class Solve { public static void main(String[] a) {} }",
    }
    found = jury_of(files)
    pair = found["accepted/pair/"]
    assert (pair.language, pair.source) == ("python3", "from other import f")
    assert set(pair.files) == {File(name="other.py", data=b"def f(): pass"), File(name="deep/data.txt", data=b"\xff")}
    assert found["wrong_answer/java/"].source.startswith("class Solve")
    assert found["wrong_answer/java/"].promised == {WRONG, Verdict.OUTPUT_LIMIT}


@pytest.mark.parametrize(
    ("files", "said", "told"),
    [
        ({"accepted/x/data.txt": "x"}, "", ("accepted/x/", "Here no file is in a language of ours that could be the")),
        ({"accepted/x/a.py": "1", "accepted/x/b.py": "2"}, "", ("accepted/x/", "Here several files could be the prog")),
        (
            {"accepted/x/a.py": "1", "accepted/x/main.py": "2"},
            "accepted/x: {entrypoint: a.py}",
            ("accepted/x/a.py", "Beside the main file of the program no other can be called main.py"),
        ),
        ({"accepted/x/a b.txt": "1", "accepted/x/a.py": "2"}, "", ("accepted/x/a b.txt", "No file beside a program")),
        (
            {"accepted/x/a.bin": bytes(i * i % 251 ^ i // 7 % 256 for i in range(200_000)), "accepted/x/a.py": "2"},
            "",
            ("accepted/x/", "Its files besides the main one are larger than 65536 bytes, packed"),
        ),
        ({"accepted/x.py": "1"}, "accepted/x.py: {language: apl}", ("accepted/x.py", "It is in none of our languages")),
        ({}, "x: [1]", ("submissions.yaml", "The key 'x' is left out")),
        ({}, "a*: {authors: N, colour: red}", ("submissions.yaml", "The key 'a*.colour' is left out")),
        ({}, "a*: {sample: {colour: red}}", ("submissions.yaml", "The key 'a*.sample.colour' is left out")),
        (
            {},
            "a*: {permitted: [AC, OLE]}",
            ("submissions.yaml", "'AC, OLE' are not verdicts of the format (AC, WA, TL"),
        ),
        ({}, "a*: {score: much}", ("submissions.yaml", "'much' is no score and no range")),
        ({}, "a*: {score: [1, 2, 3]}", ("submissions.yaml", "'[1, 2, 3]' is no score and no range")),
        (
            {"wrong_answer/x.py": "1"},
            "wrong_answer/*: {permitted: [AC]}",
            ("wrong_answer/x.py", "No verdict keeps all that is said of it in submissions.yaml"),
        ),
        ({}, "a: [", ("submissions.yaml", "It is not YAML that can be read")),
    ],
)
def test_what_is_not_understood_of_the_jurys_programs_is_a_warning(
    files: Files, said: str, told: tuple[str, str]
) -> None:
    found = warnings_of({f"submissions/{name}": content for name, content in files.items()}, said)
    assert any(file == f"submissions/{told[0]}" and reason.startswith(told[1]) for file, reason in found), found


def test_language_and_entrypoint_are_those_that_the_file_names() -> None:
    files: Files = {
        "submissions/accepted/two/a.py": "import b",
        "submissions/accepted/two/b.py": "import a",
        "submissions/accepted/odd.txt": "print(1)",
        "submissions/accepted/java/A.java": "class A { public static void main(String[] x) {} }",
        "submissions/accepted/java/B.java": "class B { public static void main(String[] x) {} }",
    }
    said = (
        "accepted/two: {entrypoint: b.py}\naccepted/odd.txt: {language: python3, model_solution: true}\n"
        "accepted/java: {entrypoint: B, authors: [N]}"
    )
    found = jury_of(files, said)
    assert found["accepted/two/"].source == "import a"
    assert (found["accepted/odd.txt"].language, found["accepted/odd.txt"].source) == ("python3", "print(1)")
    assert found["accepted/java/"].source.startswith("class B")
    assert all(not each.requirements for each in found.values())


TWO_THAT_BEGIN: Files = {"submissions/accepted/two/hello.js": "hello()", "submissions/accepted/two/other.js": "x"}
SEVERAL = ("submissions/accepted/two/", "Here several files could be the program")


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ('{"submissions/accepted/two/": {"entry_point": "hello.js"}}', "hello()"),
        ('{"submissions/accepted/two": {"entry_point": "other.js", "team": 3}}', "x"),
        ('{"submissions/accepted/two": {"entry_point": 1}, "x": []}', None),
        ("{}", None),
    ],
)
def test_domjudges_file_names_the_main_file_of_a_program(said: str, source: str | None) -> None:
    files = {**TWO_THAT_BEGIN, "submissions.json": said}
    assert [each.source for each in jury_of(files).values()] == ([] if source is None else [source])
    assert warnings_of(files) == ([SEVERAL] if source is None else [])
    named = jury_of(files, "accepted/two: {entrypoint: other.js}")
    assert named["accepted/two/"].source == "x"


@pytest.mark.parametrize("said", ["[]", "{", "[" * 100_000, '"x"'])
def test_a_file_of_domjudge_that_is_no_object_is_a_warning(said: str) -> None:
    told = ("submissions.json", "It is no JSON object of programs")
    assert warnings_of({**TWO_THAT_BEGIN, "submissions.json": said}) == [told, SEVERAL]


def test_patterns_mean_what_a_shell_means_by_them_and_none_takes_for_ever() -> None:
    """A star by star search would not end in anybody's lifetime, nor would all words of all braces."""
    assert icpc_promises.matches("a*b*/x", "a-b-b/x/y")
    assert not icpc_promises.matches("ab*ba", "aba")
    assert not icpc_promises.matches("*a" * 60 + "*b", "a" * 250)
    words = "{" + ",".join("x" * 500) + "}"
    assert not icpc_promises.matches("/".join([words] * 4), "a/b/c/d")


def test_patterns_of_programs_and_of_tests_say_what_is_required() -> None:
    files: Files = {f"submissions/{name}": "x" for name in ("mixed/x.py", "accepted/a.py", "time_limit_exceeded/t.py")}
    said = """
mixed/*.{c,py}:
  permitted: [AC, WA, TLE]
  required: [TLE]
  score: [0, 40]
  message: too slow
  secret/easy: {permitted: [AC], score: 40}
  secret/hard/*-a: {required: [WA, RTE]}
accepted/a.py: {score: 100}
"""
    found = jury_of(files, said)
    everything = frozenset({OK, WRONG}) | TOO_SLOW
    assert set(found["mixed/x.py"].requirements) == {
        Requirement(permitted=everything, required=TOO_SLOW, score=(0, 40), message="too slow"),
        Requirement(where="secret/easy", tests=(2,), permitted=frozenset({OK}), score=(40, 40)),
        Requirement(where="secret/hard/*-a", tests=(3, 4), required=frozenset({WRONG}) | CRASHED),
    }
    assert found["mixed/x.py"].promised == frozenset({WRONG}) | TOO_SLOW
    assert found["accepted/a.py"].requirements == (Requirement(score=(100, 100)),)
    assert found["accepted/a.py"].promised == {OK}
    assert (found["time_limit_exceeded/t.py"].requirements, found["time_limit_exceeded/t.py"].promised) == (
        (),
        TOO_SLOW,
    )


def test_what_is_said_of_too_many_tests_is_not_looked_at() -> None:
    many = {f"data/secret/hard/{n}-{'ab'[n % 2]}{end}": "" for n in range(1000) for end in (".in", ".ans")}
    files: Files = {**many, **{f"submissions/rejected/{n}.py": "x" for n in (1, 2, 3)}}
    said = "rejected/*:\n" + "".join(f"  secret/hard/*-{{a,{n}}}: {{permitted: [AC]}}\n" for n in range(8))
    found = jury_of(files, said)
    assert [len(found[f"rejected/{n}.py"].requirements) for n in (1, 2, 3)] == [8, 8, 0]
    told = "What submissions.yaml says of its single tests is too much, and not looked at"
    assert ("submissions/rejected/3.py", told) in warnings_of(files, said)


def test_a_directory_of_its_own_name_takes_the_place_of_what_it_says_by_itself() -> None:
    files: Files = {"submissions/time_limit_exceeded/t.py": "x", "submissions/crawls/c.py": "x"}
    said = "time_limit_exceeded: {permitted: [AC, WA, TLE]}\ncrawls: {required: [TLE, RTE], permitted: [AC, TLE, RTE]}"
    found = jury_of(files, said)
    (slow,) = found["time_limit_exceeded/t.py"].requirements
    assert (slow.permitted, slow.required) == (frozenset({OK, WRONG}) | TOO_SLOW, TOO_SLOW)
    assert found["time_limit_exceeded/t.py"].promised == frozenset({WRONG}) | TOO_SLOW
    assert found["crawls/c.py"].promised == TOO_SLOW | CRASHED


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("accepted", "accepted/a.py", True),
        ("accepted/*", "accepted/deep", True),
        ("accepted/*", "accepted", False),
        ("*", "accepted/a.py", True),
        ("accepted/a*", "accepted/b.py", False),
        ("acc*ed/{a,b}.{py,cpp}", "accepted/b.cpp", True),
        ("acc*ed/{a,b}.{py,cpp}", "accepted/c.cpp", False),
        ("accepted/{ 4 , 5}{ 2 }.py", "accepted/42.py", True),
        ("secret/*-a", "secret/deep/1-a", False),
        ("secret/[12]", "secret/1", False),
        ("secret/?", "secret/1", False),
    ],
)
def test_a_star_stands_for_a_part_of_a_name(pattern: str, path: str, *, is_meant: bool) -> None:
    assert icpc_promises.matches(pattern, path) is is_meant


@pytest.mark.parametrize(
    ("said", "timed"),
    [
        ("", {"accepted/a.py", "wrong_answer/w.py"}),
        ("accepted/a.py: {use_for_time_limit: lower}", {"accepted/a.py", "wrong_answer/w.py"}),
        ("wrong_answer: {use_for_time_limit: false}", {"accepted/a.py"}),
        ("brute_force/b.py: {use_for_time_limit: lower}", {"accepted/a.py", "wrong_answer/w.py", "brute_force/b.py"}),
        ("wrong_answer: {permitted: [AC, WA, TLE]}", {"accepted/a.py"}),
    ],
)
def test_programs_that_are_nowhere_too_slow_bound_the_time_limit(said: str, timed: set[str]) -> None:
    files: Files = {f"submissions/{name}": "x" for name in ("accepted/a.py", "wrong_answer/w.py", "brute_force/b.py")}
    assert {name for name, each in jury_of(files, said).items() if each.bounds_time} == timed
    legacy: Files = {"problem.yaml": "name: x\ntype: scoring"}
    old = {name: "accept_score: 1" for name in PACKAGE if name.endswith("test_group.yaml")}
    assert {name for name, each in jury_of({**files, **legacy, **old}).items() if each.bounds_time} == {"accepted/a.py"}

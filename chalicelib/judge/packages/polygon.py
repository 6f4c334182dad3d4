"""Reads packages of Codeforces Polygon (problem.xml): https://polygon.codeforces.com. Pure.

The points and groups of their tests make the problem's scoring.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from chalicelib.common.texts import Text, untranslated
from chalicelib.judge.grading.checkers import ROLES, Role, SecondRun
from chalicelib.judge.grading.scoring import MAX_TESTS
from chalicelib.judge.grading.validators import Convention
from chalicelib.judge.packages import (
    beside,
    icpc_known,
    polygon_groups,
    polygon_programs,
    polygon_resources,
    recipes,
    statements,
)
from chalicelib.judge.packages import programs as package_programs
from chalicelib.judge.packages.format import CRASHED, FAILURES, TOO_SLOW, WRONG, JuryProgram, Package, Validator
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge.packages.limits import capped_memory
from chalicelib.judge.packages.recipes import Command, Recipe, TestRecipe
from chalicelib.judge_protocol.contract import File, Source, Verdict, is_file_name

DESCRIPTION = "problem.xml"
MAIN = "main"
"""The tag of the solution that makes the answers."""

EXPECTED_VERDICTS: Mapping[str, frozenset[Verdict]] = {
    MAIN: frozenset({Verdict.OK}),
    "accepted": frozenset({Verdict.OK}),
    "rejected": FAILURES,
    "failed": FAILURES,
    "wrong-answer": WRONG,
    "presentation-error": WRONG,
    "time-limit-exceeded": TOO_SLOW,
    "time-limit-exceeded-or-accepted": TOO_SLOW | {Verdict.OK},
    "time-limit-exceeded-or-memory-limit-exceeded": TOO_SLOW | {Verdict.MEMORY_LIMIT},
    "memory-limit-exceeded": frozenset({Verdict.MEMORY_LIMIT}),
    "runtime-error": CRASHED,
}
"""By a solution's tag."""

STANDARD_CHECKERS: Mapping[str, tuple[str, dict[str, object]]] = {
    "acmp": ("floats", {"absolute": 1.5e-6}),
    "caseicmp": ("tokens", {}),
    "casencmp": ("tokens", {}),
    "casewcmp": ("tokens", {}),
    "dcmp": ("floats", {"absolute": 1e-6, "relative": 1e-6}),
    "fcmp": ("lines", {}),
    "hcmp": ("tokens", {}),
    "icmp": ("tokens", {}),
    "lcmp": ("tokens", {}),
    "ncmp": ("tokens", {}),
    "wcmp": ("tokens", {}),
    "yesno": ("tokens_ignore_case", {}),
    "nyesno": ("tokens_ignore_case", {}),
    "rcmp": ("floats", {"absolute": 1.5e-6}),
    "rncmp": ("floats", {"absolute": 1.5e-5}),
    "uncmp": ("sorted", {"by": "tokens"}),
    "rcmp4": ("floats", {"absolute": 1e-4, "relative": 1e-4}),
    "rcmp6": ("floats", {"absolute": 1e-6, "relative": 1e-6}),
    "rcmp9": ("floats", {"absolute": 1e-9, "relative": 1e-9}),
}
"""Testlib's own checkers, for packages that do not carry testlib itself."""

_ASSETS_READ = frozenset({"checker", "interactor", "validators", "solutions"})
_SAID_OF_JUDGING: Mapping[str, frozenset[str]] = {
    "judging": frozenset(
        {
            "cpu-name",
            "cpu-speed",
            "os",
            "input-file",
            "output-file",
            "run-count",
            "treat-points-from-checker-as-percent",
        }
    ),
    "judging/testset/tests/test": frozenset({"method", "cmd", "from-file", "sample", "points", "group", "description"}),
    "judging/testset/groups/group": frozenset({"name", "points", "points-policy", "feedback-policy"}),
}
"""Attributes that are read, or describe something to people."""
_OF_A_TESTSET = frozenset(
    {
        "time-limit",
        "memory-limit",
        "test-count",
        "input-path-pattern",
        "output-path-pattern",
        "answer-path-pattern",
        "tests",
        "groups",
    }
)
_SCORES = re.compile(r"\bquitp\s*\(")
_TELLS_A_SCORER = re.compile(r"\bquitpi\s*\(")
_PATTERN = re.compile(r"[^%]*%0?[0-9]?d[^%]*")


def fits(inspection: Inspection) -> bool:
    return DESCRIPTION in inspection


def read(inspection: Inspection) -> Package:
    root = _parsed(inspection)
    _check_what_is_not_done(inspection, root)
    testset = _testset(inspection, root)
    checker, options, programs = _checker(inspection, root)
    options = _with_percent(root, options) if programs else options
    includes = _includes(inspection, root)
    tests = _tests(inspection, testset)
    recipe = _recipe(inspection, root, tests, includes) if _are_missing(inspection, tests) else None
    described, scores = [each.described for each in tests], _scores(inspection, programs, options)
    scoring = polygon_groups.scoring(inspection, testset, described, checker_scores=scores)
    return Package(
        tests=() if recipe else inspection.tests_of([each.files for each in tests]),
        recipe=recipe,
        samples=polygon_groups.leading_samples(inspection, described),
        title=_title(root),
        statements=statements.of_polygon(inspection, root),
        time_limit_ms=_whole(inspection, testset, "time-limit", 1),
        memory_limit_kb=capped_memory(inspection, DESCRIPTION, _whole(inspection, testset, "memory-limit", 1024)),
        input_file=_stream_file(root, "input-file"),
        output_file=_stream_file(root, "output-file"),
        checker=checker,
        checker_options=options,
        programs=programs,
        includes=includes,
        scoring=scoring,
        files=[each.files[0] for each in tests],
        validators=_validators(inspection, root, testset, tests),
        jury=_jury(inspection, root, may_be_part=polygon_groups.is_unbounded(scoring)),
    )


@dataclass(frozen=True, slots=True)
class _Test:
    """A test as `problem.xml` describes it, and its files: input and answer."""

    described: Element
    files: tuple[str, str]


def _includes(inspection: Inspection, root: Element) -> dict[str, tuple[File, ...]]:
    found = polygon_resources.beside_solutions(inspection, root)
    for language, files in found.items():
        beside.check_included(inspection, language, files, where=DESCRIPTION)
    return found


def _parsed(inspection: Inspection) -> ElementTree.Element:
    """An empty problem, and a fault, for what is not XML. Definitions of a document's own are refused unread."""
    text = inspection.text_of(DESCRIPTION)
    empty = ElementTree.Element("problem")
    if text is None:
        return empty
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        inspection.fault(DESCRIPTION, Text("xml_entities", "It defines entities or a document type"))
        return empty
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - nothing can be expanded: see above
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        inspection.fault(DESCRIPTION, _xml_fault(getattr(error, "position", None)))
        return empty


def _check_what_is_not_done(inspection: Inspection, root: Element) -> None:
    """A fault for what would change verdicts, were it left out in silence; a warning for the rest."""
    polygon_resources.check(inspection, root)
    if (runs := _says(root, "run-count", ("", "1", "2"))) is not None:
        inspection.fault(DESCRIPTION, Text("run_count", 'run-count="{runs}" is not done here', {"runs": runs[:40]}))
    if _is_run_twice(root) and root.find("assets/interactor") is None:
        english = "A program is run twice here only where it talks to an interactor the first time"
        inspection.fault(DESCRIPTION, Text("run_twice", english))
    for name in sorted({asset.tag for asset in root.findall("assets/*")} - _ASSETS_READ):
        english = "It has a program or more of the kind '{program}', which are not run here"
        inspection.fault(DESCRIPTION, Text("asset_not_run", english, {"program": name[:40]}))
    _tell_what_is_left_out(inspection, root)


def _tell_what_is_left_out(inspection: Inspection, root: Element) -> None:
    """A warning for what is said of judging and is not read, once of each kind."""
    found = {
        f"{element.tag} {name}"
        for path, known in _SAID_OF_JUDGING.items()
        for element in root.findall(path)
        for name in set(element.keys()) - known
    }
    found |= {f"testset {each.tag}" for each in root.findall("judging/testset/*") if each.tag not in _OF_A_TESTSET}
    icpc_known.leave_keys(inspection, DESCRIPTION, found)


def _is_run_twice(root: Element) -> bool:
    """Older packages have a tag alone."""
    judging = root.find("judging")
    counted = None if judging is None else judging.get("run-count")
    return counted == "2" or (not counted and any(tag.get("value") == "run-twice" for tag in root.findall("tags/tag")))


def _second_run(root: Element, interactor: Element) -> dict[str, str]:
    """An interactor names the `runs` that it is part of; older packages, which have a tag alone, mean both."""
    if not _is_run_twice(root):
        return {}
    judging = root.find("judging")
    named = [(each.text or "").strip() for each in interactor.findall("runs/run")]
    has_both = "2" in named or (judging is not None and not judging.get("run-count"))
    return {"second_run": (SecondRun.INTERACTIVE if has_both else SecondRun.ALONE).value}


def _says(root: Element, name: str, usual: Sequence[str]) -> str | None:
    """What the description of judging says, if that is not what is usual."""
    judging = root.find("judging")
    given = "" if judging is None else judging.get(name, "")
    return None if given in usual else given


def _stream_file(root: Element, name: str) -> str:
    """Polygon writes nothing, or the name itself, for the standard stream."""
    return _says(root, name, ("stdin", "stdout")) or ""


def _xml_fault(position: tuple[int, int] | None) -> Text:
    """`position` is ElementTree's: lines count from 1, columns from 0."""
    if position is None:
        return Text("no_xml", "It is not XML that can be read")
    line, column = position
    return Text("no_xml_at", "It is not XML: line {line}, column {column}", {"line": line, "column": column + 1})


def _testset(inspection: Inspection, root: ElementTree.Element) -> ElementTree.Element:
    found = root.findall("judging/testset")
    chosen = next((each for each in found if each.get("name") == "tests"), found[0] if found else None)
    for each in found:
        if each is not chosen:
            name = each.get("name") or ""
            inspection.warn(DESCRIPTION, Text("testset_left_out", "The tests '{name}' are left out", {"name": name}))
    if chosen is None:
        inspection.fault(DESCRIPTION, Text("no_testset", "It has no tests"))
        return ElementTree.Element("testset")
    return chosen


def _whole(inspection: Inspection, testset: ElementTree.Element, name: str, divisor: int) -> int | None:
    text = testset.findtext(name)
    if text is None:
        return None
    if not re.fullmatch(r"\s*[0-9]{1,15}\s*", text):
        params = {"value": text[:40], "element": name}
        inspection.fault(DESCRIPTION, Text("no_whole_number", "'{value}' is no {element}", params))
        return None
    return int(text) // divisor


def _tests(inspection: Inspection, testset: Element) -> list[_Test]:
    """In the order in which they are judged."""
    listed = testset.findall("tests/test")
    pairs = _pairs(inspection, testset, len(listed))
    order = polygon_groups.order(inspection, testset, listed) if pairs else []
    return [_Test(listed[at], pairs[at]) for at in order]


def _pairs(inspection: Inspection, testset: ElementTree.Element, count: int) -> list[tuple[str, str]]:
    inputs, answers = testset.findtext("input-path-pattern"), testset.findtext("answer-path-pattern")
    if not all(pattern and _PATTERN.fullmatch(pattern) for pattern in (inputs, answers)):
        inspection.fault(DESCRIPTION, Text("path_patterns", "The patterns of its tests' paths cannot be read"))
        return []
    if count > MAX_TESTS:
        inspection.fault(DESCRIPTION, Text("more_tests", "More than {limit} tests", {"limit": MAX_TESTS}))
        return []
    return [(str(inputs) % number, str(answers) % number) for number in range(1, count + 1)]


def _are_missing(inspection: Inspection, tests: Sequence[_Test]) -> bool:
    return any(name not in inspection for test in tests for name in test.files)


def _recipe(
    inspection: Inspection,
    root: Element,
    tests: Sequence[_Test],
    includes: Mapping[str, tuple[File, ...]],
) -> Recipe:
    """What a standard package says of the tests that it does not carry."""
    recipes = [_test_recipe(inspection, test) for test in tests]
    names = dict.fromkeys(each.input.generator for each in recipes if isinstance(each.input, Command))
    generators = {name: _generator(inspection, root, name) for name in names}
    solution = interactor = None
    second_run = SecondRun.NONE
    if any(each.answer is None for each in recipes):
        solution = _main_solution(inspection, root, includes)
        if (asset := root.find("assets/interactor")) is not None:
            second_run = SecondRun(_second_run(root, asset).get("second_run", second_run.value))
            name = ROLES[Role.INTERACTOR]
            interactor = polygon_programs.program(inspection, root, asset, name=name, kind=Role.INTERACTOR.value)
    known = {name: each for name, each in generators.items() if each is not None}
    return Recipe(recipes, known, solution, interactor, second_run)


def _test_recipe(inspection: Inspection, test: _Test) -> TestRecipe:
    given, answer = test.files
    found = inspection.bytes_of(answer) if answer in inspection else None
    if given in inspection or test.described.get("method") != "generated":
        return TestRecipe(inspection.bytes_of(given) or b"", found)
    return TestRecipe(_command(inspection, test.described) or b"", found)


def _command(inspection: Inspection, test: Element) -> Command | None:
    """`from-file` names the file in which a generator leaves this test: it makes several at once."""
    text, file = test.get("cmd") or "", test.get("from-file") or ""
    command = recipes.command(text)
    if not text:
        english = "Tests are missing: take the full package, which holds those that are generated"
        inspection.fault("", Text("tests_missing", english))
    elif command is None:
        english = "'{command}' is not one program with its arguments: take the full package, which holds the test"
        inspection.fault(DESCRIPTION, Text("command_not_understood", english, {"command": text[:100]}))
    elif file and not is_file_name(file):
        english = "No generator can leave a test in a file that is called '{file}'"
        inspection.fault(DESCRIPTION, Text("from_file_refused", english, {"file": file[:100]}))
    return None if command is None else replace(command, file=file)


def _generator(inspection: Inspection, root: Element, name: str) -> Source | None:
    for executable in root.findall("files/executables/executable"):
        described = executable.find("source")
        path = described.get("path") if described is not None else None
        if path and path.rpartition("/")[2].rpartition(".")[0] == name:
            return polygon_programs.program(inspection, root, executable, name=untranslated(f"'{name}'"))
    english = "There is no generator '{name}'"
    inspection.fault(DESCRIPTION, Text("generator_missing", english, {"name": name[:100]}))
    return None


def _main_solution(inspection: Inspection, root: Element, includes: Mapping[str, tuple[File, ...]]) -> Source | None:
    """As it is judged, too: with the files that lie beside every program of its language."""
    for solution in root.findall("assets/solutions/solution"):
        if solution.get("tag") == MAIN:
            program = polygon_programs.alone(inspection, solution, name=Text("main_solution", "main solution"))
            return None if program is None else replace(program, files=includes.get(program.language, ()))
    inspection.fault(DESCRIPTION, Text("no_main_solution", "It has no main solution to make the answers"))
    return None


def _title(root: ElementTree.Element) -> str | None:
    names = root.findall("names/name")
    best = next((name for name in names if name.get("language") == "english"), names[0] if names else None)
    return (best.get("value") or "")[:200] or None if best is not None else None


def _checker(
    inspection: Inspection, root: ElementTree.Element
) -> tuple[str, Mapping[str, object], Mapping[Role, Source]]:
    checker, interactor = root.find("assets/checker"), root.find("assets/interactor")
    if interactor is not None:
        return _interactive(inspection, root, interactor, checker)
    if checker is None:
        inspection.fault(DESCRIPTION, Text("no_checker", "It has no checker"))
        return "tokens", {}, {}
    standard = STANDARD_CHECKERS.get((checker.get("name") or "").removeprefix("std::").removesuffix(".cpp"))
    if standard is not None and not polygon_programs.carries_testlib(inspection):
        return *standard, {}
    program = polygon_programs.program(inspection, root, checker, name=ROLES[Role.CHECKER], kind=Role.CHECKER.value)
    return "custom", _testlib(), {Role.CHECKER: program} if program else {}


def _interactive(
    inspection: Inspection, root: Element, interactor: Element, checker: Element | None
) -> tuple[str, Mapping[str, object], Mapping[Role, Source]]:
    """As Codeforces judges: what an interactor that accepts wrote is judged by the checker."""
    assets = {Role.INTERACTOR: interactor, **({Role.CHECKER: checker} if checker is not None else {})}
    programs = {
        role: polygon_programs.program(inspection, root, asset, name=ROLES[role], kind=role.value)
        for role, asset in assets.items()
    }
    options = {**_testlib(), **_second_run(root, interactor)}
    if checker is not None:
        options["then_checker"] = True
    return "interactive", options, {role: program for role, program in programs.items() if program is not None}


def _scores(inspection: Inspection, programs: Mapping[Role, Source], options: Mapping[str, object]) -> bool:
    """Whether the checker says how many points an output earns."""
    sources = [program.source for program in programs.values()]
    if any(map(_TELLS_A_SCORER.search, sources)):
        english = "Its checker tells what only a scorer can make points of (quitpi), and scorers are not run here"
        inspection.fault(DESCRIPTION, Text("points_info", english))
    return "percent" not in options and any(map(_SCORES.search, sources))


def _with_percent(root: Element, options: Mapping[str, object]) -> Mapping[str, object]:
    is_said = _says(root, "treat-points-from-checker-as-percent", ("", "false")) is not None
    return {**options, "percent": True} if is_said else options


def _testlib() -> dict[str, object]:
    return {"convention": Convention.TESTLIB.value}


def _validators(inspection: Inspection, root: Element, testset: Element, tests: Sequence[_Test]) -> list[Validator]:
    """Problems are judged without them, so what is wrong with one itself is a warning."""
    found = []
    arguments = {test.files[0]: _of_validator(testset, test.described) for test in tests}
    for asset in root.findall("assets/validators/validator"):
        with inspection.only_warning():
            name = Text("test_validator", "validator of tests")
            program = polygon_programs.program(inspection, root, asset, name=name, kind="validator")
        if program is not None:
            named = polygon_programs.path_of(asset) or ""
            found.append(Validator(name=named, program=program, accepts=0, arguments=arguments))
    return found


def _of_validator(testset: Element, test: Element) -> tuple[str, ...]:
    """What testlib's validators are told of a test."""
    group = test.get("group")
    named = ("--testset", testset.get("name") or "tests")
    return named if group is None else (*named, "--group", group)


def _jury(inspection: Inspection, root: ElementTree.Element, *, may_be_part: bool) -> list[JuryProgram]:
    """The main solution first: it makes the answers of counter-tests. With `may_be_part` nobody knows how many points
    are all: a right program may be one that earns some.
    """
    programs: list[JuryProgram] = []
    for solution in root.findall("assets/solutions/solution"):
        described = solution.find("source")
        path = described.get("path") if described is not None else None
        promised = EXPECTED_VERDICTS.get(solution.get("tag") or "")
        if promised is not None and may_be_part and Verdict.OK in promised:
            promised |= {Verdict.PARTIAL}
        if described is None or path is None or promised is None:
            english = "The tag '{tag}' promises no verdict that is known here"
            inspection.warn(
                path or DESCRIPTION, Text("tag_without_verdict", english, {"tag": solution.get("tag") or ""})
            )
        elif (language := polygon_programs.language_of(described, path)) is None:
            inspection.warn(path, package_programs.NO_LANGUAGE)
        elif source := inspection.source_of(path):
            made = JuryProgram(file=path, language=language, source=source, promised=promised)
            programs.insert(0 if solution.get("tag") == MAIN else len(programs), made)
    return programs

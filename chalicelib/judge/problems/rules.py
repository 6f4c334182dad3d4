"""The rules of a problem: whether it can be judged, and by which limits, checker and scoring.

`rules` and `faults` are pure. `check` also reads which languages are available and which programs the test set has.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.common.http import errors, validation
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Text, joined
from chalicelib.judge import languages
from chalicelib.judge.grading import answers, checkers, scoring
from chalicelib.judge.grading.batches import MAX_WALL_MS
from chalicelib.judge.grading.checkers import ROLES, BadChecker, ByProgram, Checker, Role
from chalicelib.judge.grading.scoring import BadScoring, Scoring
from chalicelib.judge.models import Problem
from chalicelib.judge_protocol.contract import File, Source, fit_together, is_file_name, wall_limit_ms

MAX_MEMORY_KB = 1024 * 1024
"""The judge function has 1769 MB, for itself and the program."""
MAX_OUTPUT_KB = 32 * 1024
"""That any program may print."""

MAX_STATEMENT_BYTES = 128 * 1024
MAX_SCORING_BYTES = 128 * 1024
"""As JSON. With the statement and the samples it must fit one item of 400 KB."""


@dataclass(frozen=True, slots=True)
class ProblemFault:
    """Something for which a problem cannot be judged: a member of it, or of its limits for one language.

    `cause` is the member of the request to which it is put down, if that is another.
    """

    member: str
    reason: Text
    language: str = ""
    cause: str = ""

    @property
    def text(self) -> Text:
        """The reason, with the language that it is about."""
        if not self.language:
            return self.reason
        return Text("fault_of_language", "{language}: {reason}", {"language": self.language, "reason": self.reason})

    @property
    def violation(self) -> Violation:
        own = ("limits", self.language, self.member) if self.language else (self.member,)
        path = (self.cause,) if self.cause else own
        return Violation(Place(In.BODY, validation.pointer(*path)), self.reason.code, self.text)


class BadProblem(ValueError):
    """A problem that cannot be judged; `faults` say why, all of them."""

    def __init__(self, faults: Sequence[ProblemFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(str(self.text))

    @property
    def text(self) -> Text:
        return Text("faults", "{reasons}", {"reasons": joined([fault.text for fault in self.faults], "\n")})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use, before its language's factor."""

    time_ms: int
    memory_kb: int


@dataclass(frozen=True, slots=True)
class Rules:
    """How a problem's submissions are judged."""

    checker: Checker
    scoring: Scoring


def rules(problem: Problem, tests_count: int) -> Rules:
    """Read what the problem stores. BadProblem, which whoever stores a problem must not let come to this."""
    if not 0 < tests_count <= scoring.MAX_TESTS:
        english = "A problem has from 1 to {limit} tests"
        counted = ProblemFault("tests", Text("tests_range", english, {"limit": scoring.MAX_TESTS}))
        raise BadProblem([counted, *faults(problem, 0)])
    if found := faults(problem, tests_count):
        raise BadProblem(found)
    return Rules(checkers.parse(problem.checker, problem.checker_options), _scoring(problem, tests_count))


def faults(problem: Problem, tests_count: int) -> list[ProblemFault]:
    """All that is wrong with a problem. One without tests may be stored, and its scoring then waits for them."""
    found = []
    try:
        checkers.parse(problem.checker, problem.checker_options)
    except BadChecker as bad:
        found.append(ProblemFault(bad.member, bad.text))
    try:
        _scoring(problem, tests_count)
    except BadScoring as bad:
        found.append(ProblemFault("scoring", bad.text))
    found += _faults_of_size(problem)
    found += _faults_of_files(problem)
    found += _faults_of_limits(Limits(problem.time_limit_ms, problem.memory_limit_kb))
    for language in problem.limits:
        found += [replace(fault, language=language) for fault in _faults_of_limits(limits(problem, language))]
    return found


def limits(problem: Problem, language: str) -> Limits:
    """The problem's own, unless it has others for that language."""
    own = problem.limits.get(language, {})
    return Limits(own.get("time_limit_ms", problem.time_limit_ms), own.get("memory_limit_kb", problem.memory_limit_kb))


def _scoring(problem: Problem, tests_count: int) -> Scoring:
    if problem.scoring is None:
        return scoring.all_or_nothing(tests_count, stops=problem.stop_at_first_failure)
    return scoring.parse(problem.scoring, tests_count) if tests_count else scoring.read(problem.scoring)


def statement_too_large() -> Text:
    return Text("statement_too_large", "The statement is larger than {limit} bytes", {"limit": MAX_STATEMENT_BYTES})


def _faults_of_size(problem: Problem) -> list[ProblemFault]:
    found = []
    if len(problem.statement.encode()) > MAX_STATEMENT_BYTES:
        found.append(ProblemFault("statement", statement_too_large()))
    if len(json.dumps(problem.scoring)) > MAX_SCORING_BYTES:
        english = "The scoring is larger than {limit} bytes"
        found.append(ProblemFault("scoring", Text("scoring_too_large", english, {"limit": MAX_SCORING_BYTES})))
    return found


def _faults_of_files(problem: Problem) -> list[ProblemFault]:
    given = {"input_file": problem.input_file, "output_file": problem.output_file}
    named = {member: name for member, name in given.items() if name}
    english = "No file can be called '{name}'"
    found = [
        ProblemFault(member, Text("no_file_name", english, {"name": name[:100]}))
        for member, name in named.items()
        if not is_file_name(name) or "/" in name
    ]
    if named and problem.checker == "interactive":
        english = "A program that talks to an interactor has no files"
        found.append(ProblemFault(next(iter(named)), Text("interactive_with_files", english)))
    if problem.input_file and problem.input_file == problem.output_file:
        found.append(ProblemFault("output_file", Text("same_files", "Input and output are different files")))
    return found


def _faults_of_limits(kept: Limits) -> list[ProblemFault]:
    found = []
    if kept.time_ms < 1 or wall_limit_ms(kept.time_ms) > MAX_WALL_MS:
        english = "The time limit is outside what one invocation of the judge can keep"
        found.append(ProblemFault("time_limit", Text("time_limit_outside", english)))
    if not 1 <= kept.memory_kb <= MAX_MEMORY_KB:
        english = "The memory limit is from 1 to {limit} KiB"
        found.append(ProblemFault("memory_limit", Text("memory_limit_range", english, {"limit": MAX_MEMORY_KB})))
    return found


def _without_language(name: str) -> ProblemFault:
    return ProblemFault("languages", Text("no_such_language", "There is no language '{name}'", {"name": name}))


Includes = Mapping[str, Sequence[File]]
"""What lies beside every program, by languages."""


def check(
    problem: Problem, programs: Mapping[Role, Source], includes: Includes | None = None, *, cause: str = ""
) -> None:
    """400 with everything that is wrong with a problem and what of the author's lies beside its tests.

    `cause` is the member of the request that makes the problem what it is, where the request has no others.
    """
    if found := all_faults(problem, programs, includes or {}):
        raise bad_problem([replace(fault, cause=cause) for fault in found])


def all_faults(problem: Problem, programs: Mapping[Role, Source], includes: Includes) -> list[ProblemFault]:
    """Everything that is wrong with a problem and what of the author's lies beside its tests."""
    found = [*faults(problem, problem.tests_count), *_faults_outside(problem, programs)]
    return [*found, *_faults_of_includes(problem, includes)]


def _faults_of_includes(problem: Problem, includes: Includes) -> list[ProblemFault]:
    """The files in which a program's input and output lie are its own."""
    given = {"input_file": problem.input_file, "output_file": problem.output_file}
    beside = {language: [file.name for file in files] for language, files in includes.items()}
    english = "Beside programs lies a file that '{name}' cannot lie beside"
    return [
        ProblemFault(member, Text("stream_file_taken", english, {"name": name}))
        for member, name in given.items()
        if name and any(name in names or not fit_together([name, *names]) for names in beside.values())
    ]


def bad_problem(found: Sequence[ProblemFault]) -> errors.BadRequest:
    """The violations of a body that has the problem's members."""
    reasons, listed = joined([fault.text for fault in found]), [fault.violation for fault in found]
    return errors.BadRequest(
        "bad_problem", "The problem cannot be judged: {reasons}", reasons=reasons, violations=listed
    )


def _faults_outside(problem: Problem, programs: Mapping[Role, Source]) -> list[ProblemFault]:
    """What only the judge's languages and the stored tests can tell."""
    known = {language.id for language in languages.list_all_if_described()}
    known |= {answers.LANGUAGE} if known else set()
    named = [*(problem.languages or ()), *problem.limits, *(program.language for program in programs.values())]
    found = [
        _without_language(name) for name in dict.fromkeys(named) if known and name not in known | {answers.LANGUAGE}
    ]
    english = "The {role} is a program: it comes with a package"
    absent = [role for role in _roles_needed(problem) if role not in programs]
    return found + [
        ProblemFault(
            "scoring" if role is Role.GRADER else "checker", Text("program_not_there", english, {"role": ROLES[role]})
        )
        for role in absent
    ]


def _roles_needed(problem: Problem) -> tuple[Role, ...]:
    try:
        checker = checkers.parse(problem.checker, problem.checker_options)
        graders = (Role.GRADER,) if _scoring(problem, 0).has_own_grader else ()
    except (BadChecker, BadScoring):
        return ()
    return (*(checker.roles if isinstance(checker, ByProgram) else ()), *graders)

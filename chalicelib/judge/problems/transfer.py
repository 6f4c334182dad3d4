"""Takes problems out of the library and into another, as files of an archive (docs/course-format.md).

What a problem is worth is in its tests and programs; these are the files of its stored set of tests, one by one. The
programs of a package's jury stay behind: they prove something about the problem where it was imported.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.http.searching import Tags
from chalicelib.common.texts import Text
from chalicelib.judge import models, statement_models
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.scoring import MAX_TESTS
from chalicelib.judge.models import Problem, Writes
from chalicelib.judge.problems import files, judgeable, library, rules, statements, testsets
from chalicelib.judge.problems.testsets import MissingTestset, Testset
from chalicelib.judge.requests import (
    MAX_LANGUAGES,
    MAX_SAMPLES,
    CheckerName,
    LanguageId,
    LanguageIds,
    LanguageTag,
    Options,
    ProblemScoring,
    Statement,
    StreamFile,
    Title,
)
from chalicelib.judge.statements import pictures, stored_files, written
from chalicelib.judge.statements.written import Form, Written

TESTS, STATEMENTS, FILES = "tests/", "statements/", "files/"
"""The directories of a problem."""

FIRST = 1
"""The version of the tests that a problem comes with."""

Read = Callable[[str], bytes]
"""A file of the problem, by its name in the problem's directory."""


class Part(BaseModel):
    """A part of the description of a course: an unknown member is refused, and "1" is not 1."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class OwnLimits(Part):
    time_limit_ms: int | None = None
    memory_limit_kb: int | None = None

    def stored(self) -> dict[str, int]:
        return self.model_dump(exclude_none=True)


class StatementPart(Part):
    """A statement in a language, whose source is the file of that name."""

    language: LanguageTag
    title: Title
    format: Annotated[Form, Field(strict=False)]


class ProblemPart(Part):
    """A problem without its files. Times in milliseconds, memory in KiB. Without `language` the main statement is in
    none that anybody has named; else it is the one in that language.
    """

    title: Title
    tags: Tags = Field(default_factory=list)
    statement: Statement = ""
    language: LanguageTag | None = None
    statements: list[StatementPart] = Field(default_factory=list, max_length=written.MAX_LANGUAGES)
    published: bool = False
    time_limit_ms: int = 1000
    memory_limit_kb: int = 256 * 1024
    output_limit_kb: int | None = None
    limits: dict[LanguageId, OwnLimits] = Field(default_factory=dict, max_length=MAX_LANGUAGES)
    input_file: StreamFile = ""
    output_file: StreamFile = ""
    checker: CheckerName = "tokens"
    checker_options: Options = Field(default_factory=dict)
    scoring: ProblemScoring = None
    stop_at_first_failure: bool = True
    coarse_results: bool = False
    languages: LanguageIds | None = None
    visible_tests: int = Field(2, ge=0, le=MAX_SAMPLES)

    @classmethod
    def of(cls, problem: Problem) -> Self:
        taken = {name: getattr(problem, name) for name in OWN}
        found = [statement_models.find_statement(problem.id, language) for language in sorted(problem.titles)]
        told = [{"language": each.language, "title": each.title, "format": each.form} for each in found if each]
        return cls.model_validate({**taken, "language": problem.language or None, "statements": told})

    def fields(self) -> dict[str, Any]:
        """What a `Problem` has of it."""
        taken = {name: getattr(self, name) for name in OWN if name not in {"limits", "published"}}
        return {**taken, "limits": {language: own.stored() for language, own in self.limits.items()}}


OWN = tuple(name for name in ProblemPart.model_fields if name not in {"language", "statements"})
"""The members that a `Problem` has by the same names."""


class ProgramFile(TypedDict):
    language: str
    source: str
    files: dict[str, Base64Bytes]


class GivenFile(TypedDict, total=False):
    args: list[str]
    files: dict[str, Base64Bytes]


class ValidatorFile(TypedDict):
    program: ProgramFile
    accepts: int
    arguments: list[list[str]]


SHAPES: Mapping[str, Any] = {
    testsets.ARGUMENTS: list[list[str]],
    testsets.GIVEN: dict[str, GivenFile],
    testsets.INCLUDES: dict[str, dict[str, Base64Bytes]],
    testsets.VALIDATORS: list[ValidatorFile],
    **{f"{role}.json": ProgramFile for role in Role},
}
"""What the files beside the tests say, by their names."""


@dataclass(frozen=True, slots=True)
class Described:
    """A problem in an archive: its part of the description, the names of its files, and how they are read."""

    part: ProblemPart
    names: Collection[str]
    read: Read

    def within(self, directory: str) -> list[str]:
        return sorted(name.removeprefix(directory) for name in self.names if name.startswith(directory))

    def testset(self) -> Testset:
        """MissingTestset for files that make none."""
        names = self.within(TESTS)
        for name in names:
            self._check_file(name)
        self._check_numbers(names)
        return testsets.of_files(names, lambda name: self.read(TESTS + name))

    def shown(self) -> dict[str, bytes]:
        """The files that its statements show."""
        return {name: self.read(FILES + name) for name in self.within(FILES)}

    def _check_numbers(self, names: Collection[str]) -> None:
        """MissingTestset unless tests are numbered from 1, and nothing is said of others."""
        numbers = {name.partition(".")[0] for name in names if not name.endswith(".json")}
        given = json.loads(self.read(TESTS + testsets.GIVEN)) if testsets.GIVEN in names else {}
        known = range(1, len(numbers) + 1)
        if numbers != {f"{number:05}" for number in known} or not given.keys() <= {str(number) for number in known}:
            raise MissingTestset(TESTS)

    def _check_file(self, name: str) -> None:
        """MissingTestset for a file that no set of tests has, and for one that does not say what it should."""
        if re.fullmatch(r"[0-9]{5}\.(in|out)", name):
            return
        if name not in SHAPES:
            raise MissingTestset(name)
        try:
            TypeAdapter(SHAPES[name]).validate_json(self.read(TESTS + name))
        except ValidationError as error:
            raise MissingTestset(name) from error


def files_of(problem: Problem) -> Iterator[tuple[str, bytes]]:
    """All files of a problem, by their names in its directory."""
    for language in sorted(problem.titles):
        if found := statement_models.find_statement(problem.id, language):
            yield f"{STATEMENTS}{language}", (found.source or found.text).encode()
    for name in sorted(problem.files):
        yield f"{FILES}{name}", stored_files.read(files.key(problem, name))
    if problem.tests_version:
        for name, data in testsets.files_of(problem.id, problem.tests_version):
            yield f"{TESTS}{name}", data


def faults(described: Described) -> list[Text]:
    """All that keeps a problem from being taken in. Reads every file once."""
    unknown = [name for name in described.names if not name.startswith((TESTS, STATEMENTS, FILES))]
    found = [Text("unknown_file", "There is no use for the file {name}", {"name": name}) for name in unknown]
    sources = {each.language for each in described.part.statements}
    if sources != {*described.within(STATEMENTS)} or described.part.language not in {None, *sources}:
        found.append(Text("statements_differ", "The statements that it names are not those whose files are there"))
    found += [_no_picture(name) for name in described.within(FILES) if not _is_picture(described, name)]
    if len(described.within(FILES)) > pictures.MAX_FILES:
        found.append(
            Text("too_many_problem_files", "A problem has at most {limit} files", {"limit": pictures.MAX_FILES})
        )
    return [*found, *_faults_of_tests(described)]


def _faults_of_tests(described: Described) -> list[Text]:
    problem = models.new_problem(1, 1, clock.now(), **described.part.fields())
    if not described.within(TESTS):
        return [fault.text for fault in rules.all_faults(problem, {}, {})]
    try:
        tests = described.testset()
        if len(tests.tests) > MAX_TESTS:
            return [Text("too_many_tests", "There are more than {limit} tests", {"limit": MAX_TESTS})]
        refused = list(judgeable.faults(tests))
    except (MissingTestset, IndexError, ValueError):
        return [Text("tests_unreadable", "Its tests cannot be read")]
    problem.tests_count = len(tests.tests)
    return [*refused, *(fault.text for fault in rules.all_faults(problem, tests.programs, tests.includes))]


def take_in(problem_id: int, author_id: int, described: Described) -> Problem:
    """Have a problem of an archive in somebody's library, under an id that was drawn for it. Once is as good as twice.

    ConditionFailed when the id is somebody else's.
    """
    there = models.find_problem(problem_id, consistent=True)
    if there is not None:
        if there.author_id != author_id:
            raise transactions.ConditionFailed(transactions.KEY_FREE)
        return there
    problem = models.new_problem(problem_id, author_id, clock.now(), **described.part.fields())
    if described.within(TESTS):
        tests = described.testset()
        problem.tests_version, problem.tests_count = FIRST, len(tests.tests)
        testsets.write(problem_id, FIRST, tests.tests, tests.programs, tests.includes, tests.validators)
        library.show(problem, tests.tests[: described.part.visible_tests], described.part.visible_tests)
    problem.published = described.part.published and bool(problem.tests_count)
    shown = described.shown()
    files.write(problem_id, shown)
    files.name(problem, shown)
    models.add_problem(problem, _statements(problem, described))
    return problem


def erase_objects(problem_id: int, described: Described) -> None:
    """Delete what `take_in` put into S3, of a problem that nobody uses. Again is no harm."""
    keys = files.keys_of(problem_id, described.shown())
    if described.within(TESTS):
        keys += testsets.keys_of(problem_id, FIRST, described.testset().tests)
    stored_files.delete(*keys)


def _statements(problem: Problem, described: Described) -> Writes:
    given = [_written(problem, described, each) for each in described.part.statements]
    return statements.add(problem, given, main=described.part.language or "")


def _written(problem: Problem, described: Described, told: StatementPart) -> Written:
    source = described.read(STATEMENTS + told.language).decode("utf-8", "replace")
    return written.read(
        source,
        language=told.language,
        form=told.format,
        title=told.title,
        picture=lambda name: pictures.found(name, problem.files) or name,
    )


def _is_picture(described: Described, name: str) -> bool:
    return pictures.is_shown(name, described.read(FILES + name))


def _no_picture(name: str) -> Text:
    return Text("no_file_of_statements", "{name} is not what its name says, or too large", {"name": name})

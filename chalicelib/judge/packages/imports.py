"""Imports packages: uploaded to S3, read, applied to their problem, and checked with the jury's programs.

Each step may happen twice or be interrupted. So what the package will change is stored with the import first, and the
problem changes in one transaction with the import, or not at all. Until then what is written lies where S3 forgets it.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import BinaryIO

from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.texts import Stored, Text
from chalicelib.judge import import_models, languages, models
from chalicelib.judge.grading import judge_client
from chalicelib.judge.import_models import Import
from chalicelib.judge.models import Problem
from chalicelib.judge.packages import announcements, announcing, archive, making, pages, reader, trying, upload
from chalicelib.judge.packages.archive import MAX_FAULTS, Fault, Refused
from chalicelib.judge.packages.checking import Inspector
from chalicelib.judge.packages.format import JuryProgram, Package
from chalicelib.judge.packages.pages import OutOfTime, PageTime
from chalicelib.judge.packages.recipes import Checked, Made
from chalicelib.judge.packages.states import ImportState
from chalicelib.judge.packages.upload import Shelf
from chalicelib.judge.problems import files, library, rules, statements, testsets
from chalicelib.judge.problems import jury as problem_jury
from chalicelib.judge.problems.testsets import InputValidator
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program

MAX_JURY = 100
PAGE_SECONDS = 100
"""After which a page begins no further job, and is written. The function has 900: two judges may take 150 each over the
last one, and two more to say that they are there."""
RACE_TRIES = 5


def run(import_id: int, *, page: int = 0) -> None:
    """Import a package that has arrived, from wherever an earlier attempt broke off. Done is done.

    `page`: what was made of its tests before lies there. One after which another was begun already is done, too.
    """
    time = PageTime(clock.monotonic() + PAGE_SECONDS)
    announced = import_models.find_import(import_id)
    if announced is None or announced.state == ImportState.FAILED or announced.page > page:
        observe.logger.info("nothing to import", import_id=import_id, page=page, found=announced is not None)
        if announced is not None and announced.state == ImportState.FAILED:
            announcements.announce(announced, ImportState.FAILED)
        return
    try:
        begun = _begin(announced, page)
        package, warnings = reader.read(_arrived(begun))
        jury, left_out = _judgeable(package.jury)
        if begun.state == ImportState.IMPORTING:
            package, unread = _prepared(begun, package, time)
            begun = _take_over(begun, package, jury, [*warnings, *left_out, *unread])
        announcements.announce(begun, ImportState.JUDGING if begun.jury else ImportState.DONE)
        _send(begun, package.jury)
        library.notify_followers(begun.problem_id)
    except OutOfTime:
        observe.logger.info("tests are being made", import_id=import_id, page=page)
    except Refused as refused:
        fail(import_id, refused.faults, page=page)
    else:
        observe.logger.info("package imported", import_id=import_id, problem_id=begun.problem_id, jury=len(jury))


def _prepared(begun: Import, package: Package, time: PageTime) -> tuple[Package, Sequence[Fault]]:
    """The package with the tests that it only describes, read by its validators; and what these could not read.

    OutOfTime when a page of that was written instead.
    """
    made = pages.unpack(upload.opened_page(begun.id, begun.page)) if begun.page else Made()
    name, tenant = f"import-{begun.id}", judge_client.tenant_of(begun.user_id)
    shelf = Shelf(begun.id, attempt=ids.new_id(clock.now()))
    try:
        if package.recipe is not None:
            files = (package.input_file, package.output_file)
            workshop = making.Workshop(name=name, tenant=tenant, time=time, shelf=shelf, files=files)
            package = replace(package, tests=workshop.make(package.recipe, made))
        inspector = Inspector(name=name, tenant=tenant, time=time)
        unread = inspector.check(package, made.checked)
        unread += trying.check_outputs(package, made.checked, time, name=name, tenant=tenant)
        package, told = _with_time_limit(begun, package, made.checked, time)
        time.check()  # writing all tests takes its time, too
    except OutOfTime:
        upload.write_page(begun.id, begun.page + 1, pages.pack(made))
        raise
    return package, [*unread, *told]


def _with_time_limit(
    begun: Import, package: Package, checked: Checked, time: PageTime
) -> tuple[Package, Sequence[Fault]]:
    """By the format's rule, where the package names none: its tests are stored first, and the jury's programs run."""
    if package.timing is None:
        return package, ()
    problem = _problem(begun)
    _apply(problem, begun, package)
    if trying.is_unmeasured(package, checked):
        testsets.write(begun.problem_id, begun.tests_version, package.tests, package.programs, package.includes)
    measured = trying.to_be_measured(problem)
    return trying.Stopwatch(problem=measured, tests_version=begun.tests_version, time=time).measure(package, checked)


def fail(import_id: int, faults: Iterable[Fault], *, page: int = 0) -> bool:
    """The package is not taken, for these faults; False if it was taken already, or is at a later page."""
    failed = import_models.find_import(import_id)
    unfinished = {ImportState.WAITING, ImportState.IMPORTING}
    if failed is None or failed.state not in unfinished or failed.page > page:
        return False
    known, failed.state, failed.faults = failed.state, ImportState.FAILED, _listed(faults)
    import_models.change_import(failed, known_state=known)
    announcements.announce(failed, ImportState.FAILED)
    observe.logger.info("package refused", import_id=import_id, faults=len(failed.faults))
    return True


def _begin(announced: Import, page: int) -> Import:
    """Give the tests their version before they are written: then every attempt writes the same."""
    known = announced.state
    if known == ImportState.WAITING:
        announced.tests_version = models.next_tests_version(_problem(announced))
        announced.state, announced.expires_at = ImportState.IMPORTING, None
    elif announced.page == page or known != ImportState.IMPORTING:
        return announced
    announced.page = page
    import_models.change_import(announced, known_state=known)
    return announced


def _arrived(begun: Import) -> BinaryIO:
    file = upload.opened(begun.id)
    size = file.seek(0, io.SEEK_END)
    if size != begun.size:
        english = "It has {size} bytes, and {announced} were announced"
        raise Refused([Fault("", Text("package_size_differs", english, {"size": size, "announced": begun.size}))])
    if begun.sha256 is not None and _sha256(file) != begun.sha256:
        raise Refused([Fault("", Text("package_sha256_differs", "It has another SHA-256 than was announced"))])
    return file


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    for block in archive.blocks(file):
        digest.update(block)
    return digest.hexdigest()


def _judgeable(jury: Sequence[JuryProgram]) -> tuple[list[JuryProgram], list[Fault]]:
    """The programs whose languages the judge has, and a word about the others."""
    available = {language.id for language in (*languages.list_all(), languages.ANSWERS) if language.available}
    left_out = [
        Fault(each.file, Text("language_unavailable", "{language} is not available now", {"language": each.language}))
        for each in jury
        if each.language not in available
    ]
    found = [each for each in jury if each.language in available]
    if len(found) > MAX_JURY:
        english = "There are more than {limit} programs of the jury"
        raise Refused([Fault("", Text("too_many_jury_programs", english, {"limit": MAX_JURY}))])
    return found, left_out


def _take_over(begun: Import, package: Package, jury: Sequence[JuryProgram], warnings: Sequence[Fault]) -> Import:
    """Have the problem be what the package says, at once with the import. Refused when it could not be judged then."""
    _apply(_problem(begun), begun, package)
    validators = input_validators(package)
    testsets.write(begun.problem_id, begun.tests_version, package.tests, package.programs, package.includes, validators)
    files.write(begun.problem_id, package.statements.pictures)
    begun.warnings, begun.jury = _listed(warnings), _with_ids(jury)
    begun.state = ImportState.JUDGING
    for _ in range(RACE_TRIES):
        problem = _problem(begun)
        known = problem.version
        also = _apply(problem, begun, package)
        try:
            import_models.finish_import(
                begun, problem, known_state=ImportState.IMPORTING, known_version=known, also=also
            )
        except transactions.ConditionFailed as refused:
            if import_models.IMPORT_UNFINISHED in refused.failed:
                return announcing.get(begun.problem_id, begun.id)
            continue
        return begun
    raise errors.ChangedMeanwhile


def input_validators(package: Package) -> list[InputValidator]:
    """What is kept of the validators, for inputs that come later: those that read answers read no input by itself."""
    inputs = [file for place, file in enumerate(package.files) if place not in package.static]
    return [
        InputValidator(
            program=each.program,
            accepts=each.accepts,
            arguments=tuple(dict.fromkeys(each.arguments.get(file, ()) for file in inputs)) or ((),),
        )
        for each in package.validators
        if not each.reads_answers
    ]


def _apply(problem: Problem, begun: Import, package: Package) -> models.Writes:
    """Have a problem be what the package says; returns what is written beside it."""
    for name in ("time_limit_ms", "memory_limit_kb"):
        if (said := getattr(package, name)) is not None:
            setattr(problem, name, said)
    if package.languages is not None:
        known = {language.id for language in languages.list_all()}
        problem.languages = [each for each in package.languages if each in known] or list(package.languages)
    problem.checker, problem.checker_options = package.checker, package.checker_options
    problem.scoring = package.scoring
    problem.input_file, problem.output_file = package.input_file, package.output_file
    problem.output_limit_kb = package.output_limit_kb
    problem.tests_version, problem.tests_count = begun.tests_version, len(package.tests)
    library.show(problem, package.tests, package.samples)
    if found := rules.all_faults(problem, package.programs, package.includes):
        raise Refused([Fault("", fault.text) for fault in found])
    library.withdraw_jury_results(problem)
    problem.jury_import = begun.id if begun.jury else None
    problem.published = problem.published and not begun.jury
    return _with_statements(problem, package)


def _with_statements(problem: Problem, package: Package) -> models.Writes:
    """Statements in languages that the package does not have stay."""
    given = package.statements
    files.name(problem, given.pictures)
    if not given.written and package.title is not None:
        return statements.rewrite(problem, {"title": package.title}, None)
    return statements.add(problem, given.written, main=given.main)


def _send(begun: Import, jury: Sequence[JuryProgram]) -> None:
    """Have the jury's programs judged; those that were sent already are not sent again."""
    programs = {each.file: Program(language=each.language, source=each.source, own=each.files) for each in jury}
    problem, origin = _problem(begun), problem_jury.origin(begun.problem_id, begun.id)
    for position, (_, file, *_) in enumerate(begun.jury):
        while not submissions.send_jury(begun.jury[position][0], begun.user_id, problem, programs[file], origin=origin):
            _number_anew(begun, position)


def _number_anew(begun: Import, position: int) -> None:
    """Give a program another id, stored before it is used: every attempt sends it under the same."""
    known = [list(each) for each in begun.jury]
    begun.jury[position][0] = ids.new_id(clock.now())
    import_models.change_import(begun, known_state=ImportState.JUDGING, known_jury=known)


def _problem(begun: Import) -> Problem:
    problem = models.find_problem(begun.problem_id, consistent=True)
    if problem is None or problem.is_archived:
        raise Refused([Fault("", Text("problem_removed", "The problem was taken out of the library"))])
    return problem


def _with_ids(jury: Sequence[JuryProgram]) -> list[list[object]]:
    """What is stored of them. Ids of one moment are a random number and those that follow it."""
    first = ids.new_id(clock.now())
    return [
        [first + offset, each.file, sorted(each.promised), *([required] if (required := _required(each)) else [])]
        for offset, each in enumerate(jury)
    ]


def _required(program: JuryProgram) -> list[dict[str, object]]:
    return [each.to_json() for each in program.requirements]


def _listed(faults: Iterable[Fault]) -> list[list[Stored]]:
    return [[fault.file, fault.reason.to_json()] for fault in list(faults)[: MAX_FAULTS + 1]]

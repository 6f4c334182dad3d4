"""Finds files of a package that cannot lie beside one another when a program of its runs. Pure.

In the directory of a run lie the files beside all programs of its language, those of the program, and those of the
test.
"""

from collections.abc import Mapping, Sequence

from chalicelib.common.texts import Text
from chalicelib.judge.grading import drivers
from chalicelib.judge.packages import programs
from chalicelib.judge.packages.format import Package
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import File, fit_together

_Names = frozenset[str]


def check(inspection: Inspection, package: Package, given: Sequence[TestCase] = ()) -> None:
    """A fault for each test and each program of the jury that could not run.

    `given` are the tests without their data.
    """
    included = {language: _names(files) for language, files in package.includes.items()}
    everywhere = {_names(()), *included.values()}
    of_tests: dict[_Names, str] = {}
    for file, test in zip(package.files, given, strict=bool(given)):
        names = _names(test.files)
        if any(not fit_together(names | other) for other in everywhere):
            english = "Its files and those beside programs cannot lie in one directory"
            inspection.fault(file, Text("files_overlap", english))
        else:
            of_tests.setdefault(names, file)
    _check_jury(inspection, package, included, of_tests)


def _check_jury(
    inspection: Inspection, package: Package, included: Mapping[str, _Names], of_tests: Mapping[_Names, str]
) -> None:
    for program in package.jury:
        own = _names(program.files) | included.get(program.language, _names(()))
        bad = next((file for names, file in of_tests.items() if not fit_together(own | names)), None)
        if bad is not None or not fit_together(own):
            english = "Its files cannot lie in one directory with those of {other}"
            named = bad or "include/"
            inspection.fault(program.file, Text("jury_files_overlap", english, {"other": named}))


def check_included(inspection: Inspection, language: str, files: Sequence[File], *, where: str) -> None:
    """A fault where files beside all programs of a language cannot be there at once, or where the judge could not tell
    how a main program among them asks for the pupil's.
    """
    main = programs.main_file(language)
    if not fit_together(_names(files)):
        english = "The files beside programs cannot lie in one directory"
        inspection.fault(where, Text("beside_overlap", english))
    if any(file.name == main for file in files) and drivers.called(language, main, files) is None:
        english = "It is the main program, and it is not clear which file it takes for the pupil's"
        inspection.fault(where, Text("driver_asks_unclear", english))


def _names(files: Sequence[File]) -> _Names:
    return frozenset(file.name for file in files)

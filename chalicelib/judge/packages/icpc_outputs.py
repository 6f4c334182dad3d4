"""Outputs of ICPC and Kattis packages that their validator must accept, and such as it must not. Pure."""

from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.packages.format import JudgedOutput
from chalicelib.judge.packages.icpc_groups import Groups
from chalicelib.judge.packages.icpc_known import INVALID_OUTPUT, SAMPLE, VALID_OUTPUT, Version
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge.problems.testsets import TestCase

OUTPUT = ".out"


def read(inspection: Inspection, groups: Groups, *, are_judged: bool) -> list[JudgedOutput]:
    """Each is a `.out` beside its input and answer. Without `are_judged` none, and a warning: conversations have none.

    Since 2025-09 a sample's own `.out`, which people are shown in place of the answer, is right as well.
    """
    directories = [VALID_OUTPUT, INVALID_OUTPUT, *([SAMPLE] if groups.version is Version.MODERN else [])]
    found = []
    for directory in directories:
        names = [name for name in inspection.below(directory) if name.endswith(OUTPUT)]
        if names and not are_judged and directory != SAMPLE:
            english = "Its outputs are not tried: the program is judged by a conversation or in passes"
            inspection.warn(directory, Text("outputs_not_tried", english))
            continue
        for name in names if are_judged else ():
            with inspection.only_warning():
                case = _case(inspection, groups, name)
                output = inspection.bytes_of(name)
            if case is not None and output is not None:
                found.append(JudgedOutput(file=name, case=case, output=output, is_right=directory != INVALID_OUTPUT))
    return found


def _case(inspection: Inspection, groups: Groups, name: str) -> TestCase | None:
    """What the validator is given besides the output."""
    given, answer = (str(PurePosixPath(name).with_suffix(ending)) for ending in (".in", ".ans"))
    data, right = inspection.bytes_of(given), inspection.bytes_of(answer)
    if data is None or right is None:
        return None
    return TestCase(data, right, arguments=groups.arguments(given))

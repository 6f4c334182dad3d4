"""Outputs of ICPC and Kattis packages that their validator must accept, and such as it must not. Pure."""

from pathlib import PurePosixPath

from chalicelib.common.texts import Text
from chalicelib.judge.packages.format import JudgedOutput
from chalicelib.judge.packages.icpc_groups import Groups
from chalicelib.judge.packages.icpc_known import INVALID_OUTPUT, SAMPLE, VALID_OUTPUT, Version
from chalicelib.judge.packages.inspection import Inspection

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
            given, answer = (str(PurePosixPath(name).with_suffix(ending)) for ending in (".in", ".ans"))
            with inspection.only_warning():
                there = inspection.files([given, answer, name])
            if len(there) == len({given, answer, name}):
                found.append(
                    JudgedOutput(
                        file=name,
                        read=inspection.read,
                        size=sum(map(inspection.size_of, there)),
                        is_right=directory != INVALID_OUTPUT,
                        arguments=groups.arguments(given),
                    )
                )
    return found

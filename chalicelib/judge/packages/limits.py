"""Limits that a package names and that are more than there is here."""

from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge.problems.rules import MAX_MEMORY_KB, MAX_OUTPUT_KB


def capped_output(named_kb: int | None) -> int | None:
    """No program may print more, whatever is named; and a number of any size could not be stored."""
    return None if named_kb is None else min(named_kb, MAX_OUTPUT_KB)


def capped_memory(inspection: Inspection, file: str, named_kb: int | None) -> int | None:
    """The format's own default is more: packages that name it are judged with what there is, if their jury can."""
    if named_kb is None or named_kb <= MAX_MEMORY_KB:
        return named_kb
    params = {"named": named_kb // 1024, "limit": MAX_MEMORY_KB // 1024}
    english = "Its memory limit of {named} MiB is more than there is here: it is {limit} MiB"
    inspection.warn(file, Text("memory_limit_cut", english, params))
    return MAX_MEMORY_KB

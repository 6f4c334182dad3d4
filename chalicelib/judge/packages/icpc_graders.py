"""Graders in packages of before 2023: when they decide what groups alone cannot, and how a scoring has them. Pure.

Mostly groups and groups of groups say it all (`icpc_totals`). They do not where the author's own program grades, where
an average is of tests and of groups beside them, and where a submission is accepted though a test failed, or gets
another verdict than that of its first failure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.grading.checkers import ROLES, Role
from chalicelib.judge.grading.group_graders import GraderVerdict
from chalicelib.judge.packages import icpc_totals, icpc_validators
from chalicelib.judge.packages import programs as package_programs
from chalicelib.judge.packages.icpc_directories import chain, group_of, path_of
from chalicelib.judge.packages.icpc_known import DATA, SAMPLE
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import Source

DIRECTORY = "graders/"
CUSTOM = "custom"
_MODES = {each.value: each for each in GraderVerdict}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a directory says of its grader: its flags, whether it is the author's, and whether a failure ends it."""

    flags: Sequence[str]
    is_own: bool
    breaks: bool

    @property
    def forgives(self) -> bool:
        """Whether it may accept though something in it failed."""
        return self.is_own or self.accepts_any or self.mode is GraderVerdict.ALWAYS

    @property
    def accepts_any(self) -> bool:
        return "accept_if_any_accepted" in self.flags

    @property
    def mode(self) -> GraderVerdict:
        return next((_MODES[flag] for flag in reversed(self.flags) if flag in _MODES), GraderVerdict.WORST)


Of = Callable[[str], Settings]
"""(directory): its settings, with those that it inherits."""


def directories(groups: Iterable[str]) -> list[str]:
    """All directories of secret tests, `data/` itself among them; the inner ones first."""
    found = {each for group in groups for each in chain(path_of(group))} | {DATA}
    return sorted(found, key=lambda each: (-each.count("/"), each))


def make_points(groups: Iterable[str], of: Of) -> bool:
    """Whether groups, and groups of them, do not say what points the whole gets."""
    listed = list(groups)
    if any(of(each).is_own for each in (*directories(listed), SAMPLE)):
        return True
    inner = {each for group in listed for each in chain(path_of(group))[:-1]} - {DATA}
    mixed = [each for each in inner if group_of(each) in listed]
    return any(icpc_totals.rule_of(of(each).flags) is icpc_totals.AVERAGE for each in mixed)


def make_verdicts(groups: Iterable[str], of: Of) -> bool:
    """Whether the first failure does not say what verdict the whole gets."""
    settings = [of(each) for each in (*directories(groups), SAMPLE)]
    chosen = any(each.forgives or "ignore_sample" in each.flags for each in settings)
    return chosen or any(not each.breaks and each.mode is GraderVerdict.WORST for each in settings)


def listed(groups: Sequence[str], of: Of, *, has_samples: bool) -> list[dict[str, Any]]:
    """As a scoring has them: the last is the whole."""
    there = directories(groups)
    ignored = "ignore_sample" in of(DATA).flags
    found = [_grader(SAMPLE, ["sample"], of) | {"samples": True}] if has_samples and not ignored else []
    for directory in there:
        own = [group_of(directory) or "secret"] if directory != DATA and group_of(directory) in groups else []
        inner = sorted(each for each in there if _around(each) == directory)
        first = [SAMPLE] if directory == DATA and has_samples and not ignored else []
        found.append(_grader(directory, [*own, *first, *inner], of))
    return found


def read_program(inspection: Inspection, *, is_wanted: bool) -> Mapping[Role, Source]:
    """The author's grader. A fault where it is wanted and not there, a warning where it is there and not wanted."""
    there = inspection.below(DIRECTORY)
    if not is_wanted:
        if there:
            inspection.warn(DIRECTORY, Text("grader_not_used", "No group of tests says 'grading: custom'"))
        return {}
    directory = package_programs.innermost(inspection, DIRECTORY)
    if script := icpc_validators.script_in(directory, inspection.names):
        inspection.fault(directory, script)
    program = package_programs.read(inspection, there, directory=directory, what=ROLES[Role.GRADER])
    return {Role.GRADER: program} if program is not None else {}


def _grader(directory: str, parts: Sequence[str], of: Of) -> dict[str, Any]:
    settings = of(directory)
    made: dict[str, Any] = {"name": directory, "of": list(parts), "breaks": settings.breaks}
    if settings.is_own:
        return made | {"arguments": list(settings.flags)}
    made |= {"verdict": settings.mode.value, "score": icpc_totals.rule_of(settings.flags).value}
    return made | {"accepts_any": True} if settings.accepts_any else made


def _around(directory: str) -> str:
    return directory.rstrip("/").rpartition("/")[0] + "/"

"""Groups of groups in packages of before 2023: how the flags of a grader make points of them. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chalicelib.judge.grading.scoring import Rule
from chalicelib.judge.packages.icpc_directories import chain, group_of, path_of
from chalicelib.judge.packages.icpc_known import DATA

OF_VERDICTS = frozenset({"first_error", "worst_error", "always_accept", "ignore_sample", "accept_if_any_accepted"})
"""Flags that choose the verdict, and no points: see `icpc_graders`."""
AVERAGE = Rule.AVG
_RULES = {"sum": Rule.SUM, "avg": Rule.AVG, "min": Rule.MIN, "max": Rule.MAX}

Flags = Callable[[str], Sequence[str]]
"""(directory): the flags of its grader, in their order."""


def rule_of(flags: Iterable[str]) -> Rule:
    """The last that is named counts."""
    named = [_RULES[flag] for flag in flags if flag in _RULES]
    return named[-1] if named else Rule.SUM


def unknown(flags: Iterable[str]) -> list[str]:
    return sorted(set(flags) - OF_VERDICTS - _RULES.keys())


def read(groups: Iterable[str], flags: Flags) -> dict[str, Any]:
    """What a scoring says of groups of groups; nothing where they are sums, as the whole is of all groups.

    `groups` are the names of those with tests: their directories below `data/secret/`.
    """
    named = list(groups)
    containers = sorted(_containers(named), key=lambda each: (-each.count("/"), each))
    rules = {each: rule_of(flags(each)) for each in containers}
    if set(rules.values()) <= {Rule.SUM}:
        return {}
    if list(rules.values()) == [Rule.MIN] and "" not in named:
        return {"total": Rule.MIN.value}
    return {"totals": [_total(each, rules, named) for each in containers]}


def _total(directory: str, rules: Mapping[str, Rule], groups: Sequence[str]) -> dict[str, Any]:
    own = [_leaf(group_of(directory))] if group_of(directory) in groups else []
    inner = [each for each in rules if _around(each) == directory]
    leaves = [_leaf(each) for each in groups if path_of(each) not in rules and _around(path_of(each)) == directory]
    names = [*own, *leaves, *(_called(each) for each in sorted(inner))]
    return {"name": _called(directory), "rule": rules[directory].value, "of": names}


def _containers(groups: Iterable[str]) -> set[str]:
    """The directories around groups; `data/secret/` unless it has nothing but tests of its own."""
    return {each for name in groups for each in chain(path_of(name))[:-1]} - {DATA}


def _called(directory: str) -> str:
    """A name that no group of tests has."""
    return directory.removeprefix(DATA)


def _leaf(name: str) -> str:
    return name or "secret"


def _around(directory: str) -> str:
    return directory.rstrip("/").rpartition("/")[0] + "/"

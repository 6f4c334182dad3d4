"""What a package promises of one of the jury's programs besides its verdict, and whether it was kept. Pure.

The problem package format's `submissions.yaml` says it, for all tests or for some.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from chalicelib.common.texts import Text, TextList, joined, untranslated
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.scoring import PRECISION, Scoring
from chalicelib.judge_protocol.contract import Verdict

MOST_TOLD = 20
_OR = Text("or", " or ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """About the tests of these numbers, which the package's author knows as `where`; without numbers about all.

    Each of them must get one of the verdicts `permitted`, one of them at least one of those `required`; None asks
    for nothing. The groups among them, or the whole, earn from `score[0]` to `score[1]` points. The author's program
    says `message` of one of them.
    """

    where: str = ""
    tests: tuple[int, ...] | None = None
    permitted: frozenset[Verdict] | None = None
    required: frozenset[Verdict] | None = None
    score: tuple[float, float] | None = None
    message: str = ""

    @property
    def is_of_tests(self) -> bool:
        """Whether each test's own result is asked for: then all of them must run."""
        return self.permitted is not None or self.required is not None or bool(self.message) or self.tests is not None

    def to_json(self) -> dict[str, Any]:
        stored = {
            "where": self.where,
            "tests": None if self.tests is None else list(_ranges(self.tests)),
            "permitted": None if self.permitted is None else sorted(self.permitted),
            "required": None if self.required is None else sorted(self.required),
            "score": None if self.score is None else list(self.score),
            "message": self.message,
        }
        return {name: value for name, value in stored.items() if value not in (None, "")}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Requirement":
        tests, score = stored.get("tests"), stored.get("score")
        return cls(
            where=stored.get("where", ""),
            tests=None if tests is None else tuple(n for first, last in tests for n in range(first, last + 1)),
            permitted=_verdicts(stored.get("permitted")),
            required=_verdicts(stored.get("required")),
            score=None if score is None else (score[0], score[1]),
            message=stored.get("message", ""),
        )


def unmet(
    requirements: Iterable[Requirement], results: Mapping[int, TestResult], scoring: Scoring, *, points: float
) -> list[Text]:
    """What was not kept, for the author: the first of it. `results` by the numbers of the tests; `points` are those of
    the whole.
    """
    found = (
        Text("promise_of", "{where}: {reason}", {"where": each.where[:100], "reason": reason}) if each.where else reason
        for each in requirements
        for reason in _broken(each, results, scoring, points)
    )
    return list(islice(found, MOST_TOLD))


def _broken(asked: Requirement, results: Mapping[int, TestResult], scoring: Scoring, points: float) -> Iterator[Text]:
    among = None if asked.tests is None else set(asked.tests)
    wanted = [result for number, result in sorted(results.items()) if among is None or number in among]
    if asked.permitted is not None:
        wrong = next((each for each in wanted if each.verdict not in asked.permitted), None)
        if wrong is not None:
            params = {"test": wrong.number, "verdict": wrong.verdict.value, "permitted": _listed(asked.permitted)}
            english = "test {test} got {verdict}, and permitted are {permitted}"
            yield Text("promise_not_permitted", english, params)
    if asked.required is not None and not any(each.verdict in asked.required for each in wanted):
        yield Text("promise_not_there", "no test got {required}", {"required": _listed(asked.required)})
    if asked.message and not any(asked.message in " ".join(str(each.message).split()) for each in wanted):
        yield Text("promise_not_said", "'{message}' was said of no test", {"message": asked.message[:100]})
    if asked.score is not None:
        least, most = asked.score
        for earned in _earned(asked, results, scoring, points):
            if not least <= earned <= most:
                english = "it earned {earned:g} points, and {least:g} to {most:g} are promised"
                yield Text("promise_of_score", english, {"earned": earned, "least": least, "most": most})


def _earned(asked: Requirement, results: Mapping[int, TestResult], scoring: Scoring, points: float) -> list[float]:
    """The points of the groups that lie among the tests asked for; of the whole, where these are all that count."""
    among = None if asked.tests is None else set(asked.tests)
    groups = [group for group in scoring.groups if among is None or among.issuperset(group.numbers)]
    if among is None or all(group in groups for group in scoring.groups if group.points):
        return [points]
    skipped = scoring.skipped({number: result.verdict is Verdict.OK for number, result in results.items()})
    shares = {number: result.share for number, result in results.items() if number not in skipped}
    failed = {number for number, result in results.items() if result.verdict is not Verdict.OK} - skipped
    return [round(group.earned(shares, failed), PRECISION) for group in groups]


def _listed(verdicts: Iterable[Verdict]) -> TextList:
    return joined([untranslated(each) for each in sorted(verdicts)], _OR)


def _verdicts(stored: Sequence[str] | None) -> frozenset[Verdict] | None:
    return None if stored is None else frozenset(map(Verdict, stored))


def _ranges(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Neighbours as their first and their last."""
    ordered = sorted(numbers)
    starts = [0, *(i for i, (one, other) in enumerate(pairwise(ordered), 1) if other != one + 1)]
    for start, end in zip(starts, [*starts[1:], len(ordered)], strict=True):
        if ordered:
            yield [ordered[start], ordered[end - 1]]

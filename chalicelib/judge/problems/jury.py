"""The jury's programs: compares the verdict of each with the verdict that its package expects."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.accounts.authentication import Caller
from chalicelib.common.texts import EMPTY, Text, joined, untranslated
from chalicelib.judge import import_models, models, origins
from chalicelib.judge.import_models import Import
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.origins import JuryOrigin
from chalicelib.judge.problems.promises import Requirement
from chalicelib.judge_protocol.contract import Verdict

_OR = Text("or", " or ")
_VERDICT_ALONE = 3
"""Members of what an import stores of a program of which its verdict alone is promised."""
MOST_RIGHT = 10
"""Right programs that are asked for one answer."""
_RIGHT = frozenset({Verdict.OK, Verdict.PARTIAL})
"""Where nobody knows how many points are all, a right program may earn some."""
ORIGIN = origins.JURY
"""The first part of the origin of a jury's submission: import#{problem}#{import}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedVerdict:
    """`promised` are the verdicts that will do. One that `is_outdated` was judged by rules that no longer hold.

    `notice` says which of the author's own programs failed over it, and how; `unmet` what else was promised of it, and
    not kept.
    """

    file: str
    submission_id: int
    promised: frozenset[Verdict]
    verdict: Verdict
    text: Text
    notice: Text
    is_outdated: bool
    unmet: Sequence[Text] = ()

    @property
    def is_pending(self) -> bool:
        return self.is_outdated or self.verdict is Verdict.PENDING

    @property
    def is_met(self) -> bool:
        return not self.is_outdated and self.verdict in self.promised and not self.unmet

    @property
    def complaint(self) -> Text:
        """Why it is not met."""
        if self.is_pending:
            return Text("promise_pending", "{file} is still being judged", {"file": self.file})
        if self.verdict in self.promised:
            reasons = joined(self.unmet)
            return Text("promises_broken_of", "{file}: {reasons}", {"file": self.file, "reasons": reasons})
        promised = joined([untranslated(each) for each in sorted(self.promised)], _OR)
        params = {"file": self.file, "promised": promised, "verdict": self.verdict.value}
        english = "{file} promises {promised} and got {verdict}: {text}"
        return Text("promise_broken", english, {**params, "text": self.notice or self.text})

    @property
    def cause(self) -> Text:
        """What is the same of all programs over which the author's own failed in one way, whatever the test."""
        inner = self.notice.params.get("notice")
        cause = inner if isinstance(inner, Text) else self.notice
        return EMPTY if self.is_pending else cause


def broken_promises(promises: Iterable[ExpectedVerdict]) -> list[tuple[str, Text]]:
    """Why promises are not met, each by its file; but once for all over which the author's own program failed alike."""
    unmet = [each for each in promises if not each.is_met]
    alike = Counter(str(each.cause) for each in unmet if each.cause)
    return [
        (each.file, _complaint_of(each, others=alike[str(each.cause)] - 1))
        for index, each in enumerate(unmet)
        if not each.cause or str(each.cause) not in {str(other.cause) for other in unmet[:index]}
    ]


def _complaint_of(first: ExpectedVerdict, *, others: int) -> Text:
    if others < 1:
        return first.complaint
    english = "{complaint}; so did {others} other program"
    plural = "{complaint}; so did {others} other programs"
    return Text("promises_broken_alike", english, {"complaint": first.complaint, "others": others}, plural=plural)


def requirements_of(submission: Submission) -> Sequence[Requirement]:
    """What a package promises of one of its programs besides its verdict."""
    named = origins.read(submission.origin)
    sent = import_models.find_import(named.import_id) if isinstance(named, JuryOrigin) else None
    described = next((list(each) for each in sent.jury if each[0] == submission.id), []) if sent is not None else []
    return [Requirement.of_json(stored) for stored in (described[3] if len(described) > _VERDICT_ALONE else ())]


def origin(problem_id: int, import_id: int) -> str:
    return f"{ORIGIN}#{problem_id}#{import_id}"


def is_of_jury(submission: Submission) -> bool:
    return submission.origin.partition("#")[0] == ORIGIN


def taught_by(caller: Caller, submission: Submission) -> bool:
    """Whether the problem is the caller's."""
    problem = models.find_problem(submission.problem_id)
    return problem is not None and problem.author_id == caller.id


def current(problem: Problem) -> Sequence[ExpectedVerdict]:
    """What the package promised that the problem's tests came with; nothing for one that promised nothing."""
    done = import_models.find_import(problem.jury_import) if problem.jury_import is not None else None
    return expected_verdicts(done, problem) if done else ()


def right_programs(problem: Problem) -> list[Submission]:
    """The programs that promise to be right, and are by the present tests; the one that makes the answers first."""
    right = [each.submission_id for each in current(problem) if each.promised <= _RIGHT and each.is_met]
    found = (models.find_submission(submission_id) for submission_id in right[:MOST_RIGHT])
    return [each for each in found if each is not None]


def expected_verdicts(done: Import, problem: Problem) -> Sequence[ExpectedVerdict]:
    """What a package promised, and what has come of it: by the present rules, when it is the one that is in force."""
    rules_version = problem.rules_version if problem.jury_import == done.id else 0
    found = {each.id: each for each in models.submissions_by_id([each[0] for each in done.jury])}
    return [_expected_verdict(each, found.get(each[0]), rules_version) for each in done.jury]


def _expected_verdict(described: Sequence[Any], judged: Submission | None, rules_version: int) -> ExpectedVerdict:
    number, file, promised = described[:3]
    verdict = Verdict(judged.verdict) if judged is not None else Verdict.PENDING
    return ExpectedVerdict(
        file=file,
        submission_id=number,
        promised=frozenset(map(Verdict, promised)),
        verdict=verdict,
        text=judged.text if judged is not None else EMPTY,
        notice=judged.notice if judged is not None else EMPTY,
        unmet=[Text.from_json(each) for each in judged.unmet or ()] if judged is not None else (),
        is_outdated=judged is not None and verdict is not Verdict.PENDING and judged.rules_version < rules_version,
    )

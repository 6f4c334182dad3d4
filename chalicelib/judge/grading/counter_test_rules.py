"""Decides which problems take counter-tests, and reads from a judgement why one was not decided. Pure."""

from chalicelib.common.texts import Text
from chalicelib.judge.grading import answers, checkers, verdict
from chalicelib.judge.grading.checkers import BadChecker, BuiltIn, Role
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem
from chalicelib.judge.problems.testsets import Testset
from chalicelib.judge_protocol.contract import Verdict


def refusal(problem: Problem, testset: Testset) -> Text | None:
    """Why a problem takes no counter-tests; None when it does, as far as it tells without its jury's programs."""
    if answers.are_wanted(problem.languages):
        return Text("counter_tests_of_answers", "Its solutions are answers and no programs")
    if (reason := _refusal_of_checker(problem)) is not None:
        return reason
    if testset.more_is_given:
        return Text("counter_tests_more_given", "Its programs are given more than an input")
    if len(testset.arguments) > 1:
        return Text("counter_tests_differ", "Its tests are not all judged by the same rules")
    return None


def _refusal_of_checker(problem: Problem) -> Text | None:
    try:
        checker = checkers.parse(problem.checker, problem.checker_options)
    except BadChecker:
        return Text("counter_tests_unjudged", "It cannot be judged now")
    if isinstance(checker, BuiltIn):
        return None
    if checker.role is Role.INTERACTOR:
        return Text("counter_tests_interactive", "Its programs talk to an interactor")
    return Text("counter_tests_passes", "Its programs are run in several passes") if checker.passes > 1 else None


def no_right_program() -> Text:
    return Text("counter_tests_no_jury", "Its jury has no program that is known to be right by its tests")


def reason_of(judgement: Judgement) -> Text | None:
    """Why a counter-test was not decided, other than by a fault of ours; None when it was, and for such a fault."""
    is_ours = judgement.text.code == verdict.TEXTS[Verdict.SYSTEM_ERROR].code
    return judgement.text if judgement.verdict is Verdict.SYSTEM_ERROR and not is_ours else None

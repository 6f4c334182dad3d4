"""Routes of judged assignments: the problem, and counter-tests for reviewers, authors and who teaches the track."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import requests, routing
from chalicelib.judge import languages, spoken
from chalicelib.judge.problems import statements
from chalicelib.judge.requests import SpokenQuery
from chalicelib.tracks.evidence import counter_tests, problems
from chalicelib.tracks.evidence.requests import CounterTestBody
from chalicelib.tracks.evidence.responses import (
    AdoptedView,
    AssignmentProblemView,
    CounterTestsView,
    CounterTestView,
    RejudgingSolutionsView,
    WholeCounterTestView,
)

routes = routing.Routes(__name__, tag="Tracks")


@routes.get("/assignments/{assignment_id}/problem", access=authentication.USER)
def show_assignment_problem(
    assignment_id: int, caller: Caller, query: SpokenQuery, request: requests.Request
) -> AssignmentProblemView:
    """The statement of an assignment's problem, with its samples and limits: for those to whom the assignment is open,
    and for its teachers. 404 where solutions are not judged.
    """
    problem = problems.read(caller, assignment_id)
    shown = statements.shown(problem, spoken.asked(request, query))
    return AssignmentProblemView.of(problem, languages.list_all_if_described(), shown)


@routes.post("/submissions/{submission_id}/counter-tests", access=authentication.USER, status=201, raises=[409, 413])
def send_counter_test(submission_id: int, body: CounterTestBody, caller: Caller) -> CounterTestView:
    """Have the judge try the program under review on an input that you claim breaks it: at most five for each review.

    The input must be one by the problem's validators; without any, all of the jury's right programs must agree on it.
    """
    return CounterTestView.of(counter_tests.send(caller, submission_id, body.input))


@routes.get("/submissions/{submission_id}/counter-tests", access=authentication.USER)
def list_counter_tests(submission_id: int, caller: Caller) -> CounterTestsView:
    """The caller's own, and what came of them; all for the author once the review stage is over, and for teachers."""
    return CounterTestsView.of(counter_tests.list_all(caller, submission_id))


@routes.get("/submissions/{submission_id}/counter-tests/{counter_test_id}", access=authentication.USER)
def show_counter_test(submission_id: int, counter_test_id: int, caller: Caller) -> WholeCounterTestView:
    """A counter-test with all of its input, the jury's answer to it, and what the program printed."""
    return WholeCounterTestView.of_tried(counter_tests.get(caller, submission_id, counter_test_id))


@routes.post(
    "/submissions/{submission_id}/counter-tests/{counter_test_id}/adopt", access=authentication.TEACHER, raises=[409]
)
def adopt_counter_test(submission_id: int, counter_test_id: int, caller: Caller) -> AdoptedView:
    """Take a counter-test that breaks a program into the tests of its problem, which must be the caller's own."""
    adopted = counter_tests.adopt(caller, submission_id, counter_test_id)
    return AdoptedView.of(adopted.problem, adopted.assignment_id)


@routes.post("/assignments/{assignment_id}/rejudge", access=authentication.TEACHER, status=202, creates=True)
def rejudge_solutions(assignment_id: int, caller: Caller) -> RejudgingSolutionsView:
    """Have all solutions to an assignment judged anew by the tests of now, in the background."""
    counter_tests.rejudge(caller, assignment_id)
    return RejudgingSolutionsView()

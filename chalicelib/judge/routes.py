"""Languages and submissions over HTTP. Where to submit to is the business of courses and trainings."""

from chalicelib.accounts import guard
from chalicelib.accounts.guard import Caller
from chalicelib.common import errors, web
from chalicelib.judge import languages, submissions
from chalicelib.judge.models import Submission
from chalicelib.judge.shapes import LanguagesView, LanguageView, SubmissionView, TestResultsView, TestsQuery

routes = web.Routes(__name__, tag="Judge")


@routes.get("/languages", access=web.PUBLIC, raises=[503])
def list_languages() -> LanguagesView:
    """The languages that programs may be written in."""
    return LanguagesView(languages=[LanguageView.of(language) for language in languages.known()])


@routes.get("/submissions/{submission_id}", access=guard.USER)
def show_submission(submission_id: int, caller: Caller) -> SubmissionView:
    """A program that was sent in, and its verdict: for its author, teachers and admins."""
    submission = _readable(submission_id, caller)
    return SubmissionView.of(submission, teaches=caller.teaches)


@routes.get("/submissions/{submission_id}/tests", access=guard.USER)
def list_results(submission_id: int, caller: Caller, query: TestsQuery) -> TestResultsView:
    """The results of a submission's tests, a page at a time: for its author, teachers and admins."""
    submission = _readable(submission_id, caller)
    page = submissions.results_after(submission, query.after)
    return TestResultsView.of(page, tests_total=submission.tests_total)


def _readable(submission_id: int, caller: Caller) -> Submission:
    submission = submissions.get(submission_id)
    if submission.user_id != caller.id and not caller.teaches:
        raise errors.Forbidden("not_your_submission", "This is somebody else's submission")
    return submission

"""Languages and submissions over HTTP. Where to submit to is the business of courses and trainings."""

from chalicelib.accounts import guard
from chalicelib.accounts.guard import Caller
from chalicelib.common import errors, web
from chalicelib.judge import languages, submissions
from chalicelib.judge.shapes import LanguagesView, LanguageView, SubmissionView

routes = web.Routes(__name__, tag="Judge")


@routes.get("/languages", access=web.PUBLIC, raises=[503])
def list_languages() -> LanguagesView:
    """The languages that programs may be written in."""
    return LanguagesView(languages=[LanguageView.of(language) for language in languages.known()])


@routes.get("/submissions/{submission_id}", access=guard.USER)
def show_submission(submission_id: int, caller: Caller) -> SubmissionView:
    """A program that was sent in, and its verdict: for its author, teachers and admins."""
    submission = submissions.get(submission_id)
    if submission.user_id != caller.id and not caller.teaches:
        raise errors.Forbidden("not_your_submission", "This is somebody else's submission")
    return SubmissionView.of(submission)

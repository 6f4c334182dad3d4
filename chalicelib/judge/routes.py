"""Routes of languages, problems and submissions. Programs are submitted by the routes of courses and of training."""

from collections.abc import Sequence

from chalicelib.accounts import authentication, names
from chalicelib.accounts.authentication import Caller
from chalicelib.common import spoken_names
from chalicelib.common.http import etags, headers, paging, requests, routing
from chalicelib.judge import languages, models, spoken
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.packages import announcing
from chalicelib.judge.packages.responses import ImportView, PackageView
from chalicelib.judge.problems import jury, library, statements
from chalicelib.judge.requests import (
    HistoryQuery,
    NewProblem,
    PackageBody,
    ProblemChange,
    ProblemsQuery,
    SpokenQuery,
    TestsBody,
    TestsQuery,
)
from chalicelib.judge.responses import (
    CheckingView,
    JudgingsView,
    JudgingView,
    LanguagesView,
    LanguageView,
    ProblemInfo,
    ProblemsView,
    ProblemView,
    SubmissionProgressView,
    SubmissionsView,
    SubmissionView,
    TestResultsView,
)
from chalicelib.judge.submissions import access, places, rejudging, submissions

routes = routing.Routes(__name__, tag="Judge")


@routes.get("/languages", access=routing.PUBLIC, raises=[503], caching=headers.REVALIDATED)
def list_languages() -> LanguagesView:
    """The languages that programs may be written in."""
    return LanguagesView(languages=[LanguageView.of(language) for language in languages.list_all()])


@routes.post("/problems", access=authentication.TEACHER, status=201, versioned=True)
def create_problem(caller: Caller, body: NewProblem) -> routing.Answer[ProblemView]:
    """Write a problem. It has no tests yet."""
    return _problem(library.create(caller.id, **body.fields()), [])


@routes.get("/problems", access=authentication.TEACHER, paged=True)
def list_problems(caller: Caller, query: ProblemsQuery) -> paging.PageAnswer[ProblemsView]:
    """One's own problems, all of them for admins; newest first. With `with_published` all that one may use."""
    page = paging.read_by_cursor(
        query, lambda at: library.search(caller, at, query.sought, with_published=query.with_published)
    )
    authors = names.full_names({problem.author_id for problem in page.items})
    body = ProblemsView(problems=[ProblemInfo.of(problem, authors[problem.author_id]) for problem in page.items])
    return page.answer(body)


@routes.get("/problems/{problem_id}", access=authentication.TEACHER, versioned=True)
def show_problem(
    problem_id: int, caller: Caller, query: SpokenQuery, request: requests.Request
) -> routing.Answer[ProblemView]:
    """A problem of one's own, or one that is published. Title and statement are in the language that is asked for."""
    return _problem(library.readable_by(caller, problem_id), spoken.asked(request, query))


@routes.patch("/problems/{problem_id}", access=authentication.TEACHER, raises=[409], versioned=True)
def change_problem(
    problem_id: int, caller: Caller, body: ProblemChange, query: SpokenQuery, request: requests.Request
) -> routing.Answer[ProblemView]:
    """Change a problem, or publish it: once all programs of its jury got what is promised.

    Title and statement are those in the `language` that is named, else the main ones, whatever language is read; the
    answer shows these.
    """
    problem = library.editable_by(caller, problem_id, expected=etags.if_match(request))
    spoken_in = spoken_names.tag(query.language) if query.language else None
    changed = library.change(problem, published=body.asks_to_publish, spoken=spoken_in, **body.fields())
    return _problem(changed, [spoken_in] if spoken_in else [])


@routes.delete("/problems/{problem_id}", access=authentication.TEACHER, status=204, raises=[409], versioned=True)
def remove_problem(problem_id: int, caller: Caller, request: requests.Request) -> None:
    """Take a problem out of the library. Where it is placed it stays."""
    library.remove(library.editable_by(caller, problem_id, expected=etags.if_match(request)))


@routes.put("/problems/{problem_id}/tests", access=authentication.TEACHER, raises=[409], versioned=True)
def replace_tests(
    problem_id: int, caller: Caller, body: TestsBody, request: requests.Request
) -> routing.Answer[ProblemView]:
    """Give a problem other tests. What was judged by the old ones keeps its verdict."""
    problem = library.editable_by(caller, problem_id, expected=etags.if_match(request))
    asked = spoken.asked(request)
    return _problem(library.replace_tests(problem, body.to_tests(), visible=body.samples), asked)


@routes.post(
    "/problems/{problem_id}/package",
    access=authentication.TEACHER,
    limit=announcing.COUNTED,
    status=201,
    creates=False,
    raises=[429],
)
def announce_package(problem_id: int, caller: Caller, body: PackageBody) -> PackageView:
    """Announce a package with tests, to be sent to where the answer says."""
    problem = library.editable_by(caller, problem_id)
    return PackageView.of(*announcing.announce(problem, caller.id, size=body.size, sha256=body.sha256))


@routes.get("/problems/{problem_id}/package/{import_id}", access=authentication.TEACHER)
def show_import(problem_id: int, import_id: int, caller: Caller) -> ImportView:
    """What has become of a package: everything that is wrong with it, or what its jury's programs got."""
    problem = library.editable_by(caller, problem_id)
    stored = announcing.get(problem.id, import_id)
    return ImportView.of(stored, jury.expected_verdicts(stored, problem))


@routes.get("/submissions", access=authentication.USER, paged=True)
def list_submissions(caller: Caller, query: HistoryQuery) -> paging.PageAnswer[SubmissionsView]:
    """What one has sent in, newest first, to one task or all; what one's own pupil has, for teachers."""
    whose = access.whose_are_asked_for(caller, query.user_id)
    page = paging.read_by_cursor(query, lambda at: submissions.list_of(whose, at, task_id=query.task_id))
    return page.answer(SubmissionsView.of(places.named(page.items)))


@routes.get("/submissions/{submission_id}", access=authentication.USER)
def show_submission(submission_id: int, caller: Caller) -> SubmissionView:
    """A program that was sent in, and its verdict: for its author, those whose pupil that is, and admins."""
    return _shown(caller, access.readable_by(caller, submission_id))


@routes.delete("/submissions/{submission_id}", access=authentication.USER, raises=[409])
def cancel_submission(submission_id: int, caller: Caller) -> SubmissionView:
    """Take back one's own program before it is judged."""
    submission = access.readable_by(caller, submission_id)
    if submission.user_id != caller.id:
        raise access.not_yours()
    return _shown(caller, submissions.cancel(submission))


@routes.post(
    "/submissions/{submission_id}/rejudge",
    access=authentication.TEACHER,
    status=202,
    creates=True,
    headers=["Location"],
)
def rejudge(submission_id: int, caller: Caller) -> routing.Answer[CheckingView]:
    """Judge a program anew by the tests of now, for those who teach what it was sent to. Its verdict is kept."""
    access.check_may_rejudge(caller, submission_id)
    reopened = rejudging.rejudge(submission_id)
    return routing.Answer(
        body=CheckingView(submission_id=reopened.id), headers={"Location": f"/submissions/{reopened.id}"}
    )


@routes.get("/submissions/{submission_id}/judgings", access=authentication.USER, paged=True)
def list_judgings(submission_id: int, caller: Caller, query: paging.CursorListQuery) -> paging.PageAnswer[JudgingsView]:
    """The verdicts that a submission had before it was judged anew, newest first."""
    submission = access.readable_by(caller, submission_id)
    page = paging.read_by_cursor(query, lambda at: models.past_judgings(submission.id, at))
    exact, worth = access.sees_exactly(caller, submission), places.worth_of(submission)
    body = JudgingsView(judgings=[JudgingView.of(judging, worth, exact=exact) for judging in page.items])
    return page.answer(body)


@routes.get("/submissions/{submission_id}/tests", access=authentication.USER)
def list_results(submission_id: int, caller: Caller, query: TestsQuery) -> TestResultsView:
    """The results of a submission's tests, a page at a time: for those who may read it."""
    submission = access.readable_by(caller, submission_id)
    page = submissions.results_after(submission, query.after, exact=access.sees_exactly(caller, submission))
    return TestResultsView.of(page, submission)


def _problem(problem: Problem, asked: Sequence[str]) -> routing.Answer[ProblemView]:
    author_name = names.full_names([problem.author_id])[problem.author_id]
    body = ProblemView.of(problem, author_name, statements.shown(problem, asked))
    return routing.Answer(body=body, headers=etags.header(problem.version, shown=body))


def _shown(caller: Caller, submission: Submission) -> SubmissionView:
    teaches, exact = access.may_rejudge(caller, submission), access.sees_exactly(caller, submission)
    named = places.named_one(submission, sees_all=teaches)
    view = SubmissionView.of(submission, teaches=teaches, exact=exact, named=named)
    progress = SubmissionProgressView.of(submission, submissions.count_before(submission))
    return view.model_copy(update={"progress": progress})

"""Writes and removes a problem's statements in single languages."""

from chalicelib.common.http import errors
from chalicelib.judge import statement_models
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import library, rules, statements
from chalicelib.judge.problems.rules import ProblemFault
from chalicelib.judge.statements import pictures, written
from chalicelib.judge.statements.written import Form


def put(problem: Problem, *, language: str, title: str, source: str, form: Form) -> Problem:
    """Write the statement in a language. The first one is the main one, unless the problem has one in no language.

    400 for one that is too large, 409 for too many languages, and when the problem was changed meanwhile.
    """
    known = problem.version
    given = written.read(source, language=language, form=form, title=title, picture=lambda name: _file(problem, name))
    if given.is_too_large:
        raise rules.bad_problem([ProblemFault("statement", rules.statement_too_large(), cause="text")])
    if language not in problem.titles and len(problem.titles) >= written.MAX_LANGUAGES:
        raise errors.Conflict(
            "too_many_statements",
            "A problem has statements in at most {limit} languages",
            limit=written.MAX_LANGUAGES,
        )
    is_first = not problem.language and not problem.statement and not problem.titles
    also = statements.add(problem, [given], main=language if is_first else None)
    library.store(problem, known, also)
    return problem


def remove(problem: Problem, language: str) -> None:
    """Remove the statement in a language; 404 when there is none. If it was the main one, the next language's is."""
    known, item = problem.version, statements.get(problem, language)
    problem.titles = {name: title for name, title in problem.titles.items() if name != language}
    if problem.language == language:
        _choose_main(problem)
    library.store(problem, known, lambda transaction: transaction.delete(item))


def _choose_main(problem: Problem) -> None:
    problem.language = next(iter(sorted(problem.titles)), "")
    found = statement_models.find_statement(problem.id, problem.language) if problem.language else None
    problem.statement = found.text if found else ""
    problem.title = found.title if found else problem.title


def _file(problem: Problem, name: str) -> str:
    """A file may be sent after the statement that shows it."""
    return pictures.found(name, problem.files) or name

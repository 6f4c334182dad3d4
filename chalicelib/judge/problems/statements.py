"""The statements of a problem, one in each language. The main one is shown where there is none in a language asked for.

The main one stands in the problem itself, so that most readers need nothing else. In a language that is named it is
also an item, as all others are: that has what the author wrote.
"""

from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.common import spoken_names
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.judge import models, statement_models
from chalicelib.judge.models import Problem, Writes
from chalicelib.judge.statement_models import Statement
from chalicelib.judge.statements import dialect, pictures
from chalicelib.judge.statements.written import Form, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody reads of a problem. `language` is None where nobody has said which it is."""

    language: str | None
    title: str
    text: str


def shown(problem: Problem, asked: Sequence[str]) -> Shown:
    """The best statement for somebody who asks for these languages. One more request where it is not the main one."""
    language = chosen(problem, asked)
    title, text = problem.title, problem.statement
    if language != problem.language and (found := statement_models.find_statement(problem.id, language)):
        title, text = found.title, found.text
    else:
        language = problem.language
    return Shown(language=language or None, title=title, text=with_addresses(problem, text))


def chosen(problem: Problem, asked: Sequence[str]) -> str:
    """The language of the statement that is shown to somebody; empty for a main one in no language that is named."""
    return spoken_names.best(asked, list(problem.titles), problem.language)


def with_addresses(problem: Problem, text: str) -> str:
    """A statement whose pictures have the paths at which the API gives them out."""
    if not problem.files:
        return text
    return dialect.with_addresses(text, lambda name: _address(problem, name))


def file_path(problem: Problem, name: str) -> str:
    """Nobody can guess the path of a file who has not seen a statement with it: it has the digest."""
    return f"/problems/{problem.id}/pictures/{problem.files[name][0]}/{name}"


def get(problem: Problem, language: str) -> Statement:
    """404 when there is none in that language."""
    found = statement_models.find_statement(problem.id, language) if language in problem.titles else None
    if found is None:
        raise errors.NotFound("no_statement", "There is no statement in this language")
    return found


def begin(problem: Problem, language: str) -> Writes:
    """What is written beside a new problem whose statement is in a language; nothing where none is named."""
    if not language:
        return together([])
    tag = spoken_names.tag(language)
    return add(problem, [of_markdown(tag, problem.title, problem.statement)], main=tag)


def rewrite(problem: Problem, fields: MutableMapping[str, Any], language: str | None) -> Writes:
    """What changes beside the problem, when title and statement among its new `fields` are those in a `language`.

    `fields` keeps what becomes the problem's own. A new `language` among them is that of the main statement.
    """
    named = fields.pop("language", None)
    changed = {name: fields.pop(name) for name in ("title", "statement") if name in fields}
    if language is None or (not changed and language not in problem.titles):
        language = problem.language
    writes: list[Writes] = []
    if changed and language:
        writes.append(_rewritten(problem, language, changed))
    if language == problem.language:
        fields.update(changed)
        problem.title = changed.get("title", problem.title)
        problem.statement = changed.get("statement", problem.statement)
    if named is not None and spoken_names.tag(named) != problem.language:
        writes.append(make_main(problem, spoken_names.tag(named), fields))
    return together(writes)


def make_main(problem: Problem, language: str, fields: MutableMapping[str, Any]) -> Writes:
    """Have the statement in a language be the main one; where there is none, the main one is said to be in it."""
    if language in problem.titles:
        if not problem.language and problem.statement:
            raise errors.Conflict(
                "statement_without_language", "The main statement has no language: give it one, or write it anew, first"
            )
        found = get(problem, language)
        problem.language = language
        fields.update(title=found.title, statement=found.text)
        return lambda _: None
    before, titles = problem.language, dict(problem.titles)
    item = statement_models.find_statement(problem.id, before) if before else None
    titles.pop(before, None)
    problem.titles, problem.language = {**titles, language: problem.title}, language
    new = _item(problem, of_markdown(language, problem.title, problem.statement))
    if item is not None and item.text == problem.statement:
        new.form, new.source, new.notes = item.form, item.source, item.notes

    def write(transaction: Transaction) -> None:
        transaction.save(new)
        if item is not None:
            transaction.delete(item)

    return write


def add(problem: Problem, given: Iterable[Written], *, main: str | None = None) -> Writes:
    """Have a problem have these statements; the one in the language `main` is its main one from then on.

    Those without a title call the problem what it is called.
    """
    items = []
    for each in (replace(one, title=one.title or problem.title) for one in given):
        problem.titles = {**problem.titles, each.language: each.title}
        items.append(_item(problem, each))
        if each.language == (problem.language if main is None else main):
            problem.language, problem.title, problem.statement = each.language, each.title, each.text
    return lambda transaction: _save_all(transaction, items)


def of_markdown(language: str, title: str, text: str) -> Written:
    """A statement that is what its author wrote."""
    return Written(language=language, title=title, form=Form.MARKDOWN, source=text, text=text)


def together(writes: Sequence[Writes]) -> Writes:
    def write(transaction: Transaction) -> None:
        for each in writes:
            each(transaction)

    return write


def _rewritten(problem: Problem, language: str, changed: dict[str, Any]) -> Writes:
    item = get(problem, language)
    if "title" in changed:
        item.title = changed["title"]
        problem.titles = {**problem.titles, language: item.title}
    if "statement" in changed and changed["statement"] != item.text:
        item.form, item.source, item.text, item.notes = Form.MARKDOWN, changed["statement"], changed["statement"], []
    return lambda transaction: transaction.save(item)


def _item(problem: Problem, each: Written) -> Statement:
    return Statement(
        *models.statement_key(problem.id, each.language),
        language=each.language,
        title=each.title,
        form=each.form,
        source=each.source,
        text=each.text,
        notes=[note.to_json() for note in each.notes],
    )


def _save_all(transaction: Transaction, items: Iterable[Statement]) -> None:
    for item in items:
        transaction.save(item)


def _address(problem: Problem, name: str) -> str | None:
    file = pictures.found(name, problem.files)
    return None if file is None else file_path(problem, file)

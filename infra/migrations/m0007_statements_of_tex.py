"""Statements that packages brought as TeX, before statements were converted, become Markdown; their source is kept.

TeX is told by commands outside of formulas, of which Markdown has none. Such a statement gets a language, Russian or
English by its letters, since sources are kept by language; its author may name another. Pictures were not kept then:
where one stood, its name does. A problem that somebody changes meanwhile is read and decided again; one whose converted
statement was changed afterwards stays as it is on the way back.
"""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.judge.statements import written
from chalicelib.judge.statements.written import Form, Written
from infra.migrations.pages import TRIES, ContendedItemError, Item, Position, Tables, visit_items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

MARK = "0007"
"""On statements that were made here and not written anew since: the application's own have no such attribute."""

_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|\\\(.*?\\\)|\\\[.*?\\\]|```.*?```|`[^`\n]*`", re.DOTALL)
_COMMAND = re.compile(
    r"\\(?:begin\s*\{|(?:InputFile|OutputFile|Interaction|Scoring|Note|Examples?|problemname|illustration|section"
    r"|subsection|paragraph|textbf|textit|texttt|emph|item|includegraphics|href|url|bf|it|tt|noindent|l?dots)(?![A-Za-z]))"
)

Writes = list[dict[str, Any]]


def forward(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "judge", position, lambda table, item: _change(table, item, _converted))


def back(tables: Tables, position: Position) -> Position:
    return visit_items(tables, "judge", position, lambda table, item: _change(table, item, _restored))


def is_tex(statement: str) -> bool:
    return _COMMAND.search(_FORMULA.sub(" ", statement)) is not None


def language_of(statement: str) -> str:
    """By the letters that most of what is shown of it has."""
    shown = _FORMULA.sub(" ", _read(statement, "", "en").text)
    return "ru" if len(re.findall("[А-Яа-яЁё]", shown)) > len(re.findall("[A-Za-z]", shown)) else "en"


def _read(source: str, title: str, language: str) -> Written:
    return written.read(source, language=language, form=Form.TEX, title=title, picture=lambda _: None)


def _converted(table: "Table", problem: Item) -> Writes:
    """Nothing for what is no problem with a statement of TeX in no language."""
    source = problem.get("statement", "")
    if problem["kind"] != "problem" or problem.get("language") or not is_tex(source):
        return []
    language, titles = language_of(source), json.loads(problem.get("titles", "{}"))
    made = _read(source, problem["title"], language)
    if language in titles or made.is_too_large:
        return []
    statement = {
        "pk": problem["pk"],
        "sk": f"STATEMENT#{language}",
        "kind": "statement",
        "language": language,
        "title": made.title,
        "form": made.form.value,
        "source": source,
        "text": made.text,
        "notes": json.dumps([note.to_json() for note in made.notes]),
        "migrated": MARK,
    }
    new = {"statement": made.text, "language": language, "titles": json.dumps({**titles, language: made.title})}
    put = {"TableName": table.name, "Item": statement, "ConditionExpression": "attribute_not_exists(pk)"}
    return [_update(table, problem, new), {"Put": put}]


def _restored(table: "Table", statement: Item) -> Writes:
    if statement.get("migrated") != MARK:
        return []
    found = table.get_item(Key={"pk": statement["pk"], "sk": "PROBLEM"}, ConsistentRead=True)
    problem: Item = found.get("Item", {})
    is_as_made = (problem.get("language"), problem.get("statement")) == (statement["language"], statement["text"])
    if not is_as_made:
        return []
    titles = json.loads(problem["titles"])
    titles.pop(statement["language"], None)
    old = {"statement": statement["source"], "language": "", "titles": json.dumps(titles)}
    key = {"pk": statement["pk"], "sk": statement["sk"]}
    gone = {"TableName": table.name, "Key": key, "ConditionExpression": "attribute_exists(migrated)"}
    return [_update(table, problem, old), {"Delete": gone}]


def _update(table: "Table", problem: Item, new: dict[str, str]) -> dict[str, Any]:
    """A change of a problem that is in the version in which it was read: whoever edits it has to read it again."""
    names = {f"#{name}": name for name in (*new, "version")}
    values = {f":{name}": value for name, value in new.items()}
    return {
        "Update": {
            "TableName": table.name,
            "Key": {"pk": problem["pk"], "sk": problem["sk"]},
            "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in new)}, #version = :next",
            "ConditionExpression": "#version = :known",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": {**values, ":known": problem["version"], ":next": problem["version"] + 1},
        }
    }


def _change(table: "Table", seen: Item, decide: Callable[["Table", Item], Writes]) -> None:
    key = {"pk": seen["pk"], "sk": seen["sk"]}
    item: Item | None = seen
    client = table.meta.client
    for _ in range(TRIES):
        writes: Any = decide(table, item) if item is not None else []
        if not writes:
            return
        try:
            client.transact_write_items(TransactItems=writes)
        except client.exceptions.TransactionCanceledException as refused:
            if _stands_already(refused.response):
                return
            item = table.get_item(Key=key, ConsistentRead=True).get("Item")
        else:
            return
    raise ContendedItemError(f"{key} changed {TRIES} times while it was to be written")


def _stands_already(refused: Any) -> bool:
    """A statement of that language is there, though the problem does not know it: both stay as they are."""
    of_problem, of_statement = (each["Code"] for each in refused["CancellationReasons"])
    return bool(of_problem == "None" and of_statement == "ConditionalCheckFailed")

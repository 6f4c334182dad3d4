"""Statements of problems in single languages; they lie in the judge's table, beside their problem (`models.py`)."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.common.dynamo import items
from chalicelib.judge.models import JudgeItem, statement_key


class Statement(JudgeItem, discriminator="statement"):
    """A problem's statement in one language: the `source` in its `form` (`written.Form`), and the `text`, Markdown.

    `notes` say what of the source is not in the text, each as `Text.to_json`.
    """

    language = UnicodeAttribute()
    title = UnicodeAttribute()
    form = UnicodeAttribute()
    source = UnicodeAttribute(default="")
    text = UnicodeAttribute(default="")
    notes = JSONAttribute(default=list)


def find_statement(problem_id: int, language: str) -> Statement | None:
    return items.find(Statement, *statement_key(problem_id, language))

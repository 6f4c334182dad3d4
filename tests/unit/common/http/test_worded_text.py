"""Texts in answers are worded in the reader's language."""

from chalicelib.common import texts
from chalicelib.common.http.responses import LANGUAGE, View, WordedText

WRONG = texts.Text("not_found", "Not found")


class Reply(View):
    inner: list[WordedText]
    missing: WordedText | None = None


def test_a_text_is_worded_in_the_readers_language() -> None:
    translated = WRONG.in_language(texts.Language("ru"))

    assert translated != str(WRONG)
    assert Reply(inner=[WRONG]).model_dump(context={LANGUAGE: texts.Language("ru")}) == {
        "inner": [translated],
        "missing": None,
    }


def test_a_text_for_nobody_known_is_english() -> None:
    assert Reply(inner=[WRONG]).model_dump_json() == f'{{"inner":["{WRONG}"],"missing":null}}'


def test_the_documents_know_a_text_as_a_string() -> None:
    assert Reply.model_json_schema(mode="serialization")["properties"]["inner"]["items"] == {"type": "string"}

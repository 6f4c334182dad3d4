"""Texts are stored unworded; strings that were stored before read as they stand."""

import pytest

from chalicelib.common.dynamo.items import WordedAttribute
from chalicelib.common.texts import EMPTY, Text, joined, untranslated

STORED = WordedAttribute()


@pytest.mark.parametrize(
    "text",
    [
        EMPTY,
        untranslated("Wrong answer on test 2"),
        untranslated('{"code": "of a program that wrote JSON"}'),
        untranslated('"quoted"'),
        Text("no_parameters", "Wrong answer"),
        Text("left", "{n} item of {of}", {"n": 2, "of": joined([untranslated("a")])}, plural="{n} items of {of}"),
    ],
    ids=str,
)
def test_a_text_comes_back_as_it_was_stored(text: Text) -> None:
    assert STORED.deserialize(STORED.serialize(text)) == text


def test_a_string_of_older_days_reads_as_it_stands() -> None:
    assert STORED.deserialize("Wrong answer on test 2") == untranslated("Wrong answer on test 2")

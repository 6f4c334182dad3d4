"""Every text that the code makes is translated, and the catalogues have nothing else."""

import re
import zipfile
from pathlib import Path

import pytest

from chalicelib.common import texts
from chalicelib.common.http import errors
from infra import translations
from tests.infra.conftest import Built
from tests.support.paths import ROOT

MADE = translations.all_made_texts()


def test_the_search_finds_texts_however_they_are_written() -> None:
    source = (
        'T = "b"\nraise errors.NotFound("one", "a")\nerror = Conflict("two", T, status="x")\nf("three", "c")\n'
        'Text("four", "{n} d", {"n": 1}, plural="{n} ds")\n'
        'def f():\n e, p = "{n} e", "{n} es"\n Text("five", e, {}, p)\ndef g():\n e = "g"\n Text("six", e)'
    )
    made = translations.made_texts(source, "m.py", {"NotFound", "Conflict", "Text"})
    assert [(text.code, text.english, text.plural) for text in made] == [
        ("one", "a", ""),
        ("two", "b", ""),
        ("four", "{n} d", "{n} ds"),
        ("five", "{n} e", "{n} es"),
        ("six", "g", ""),
    ]


ERRORS = Path(errors.__file__).relative_to(ROOT).as_posix()


def test_the_search_misses_no_text_of_ours() -> None:
    files = [path for path in (ROOT / "chalicelib").rglob("*.py") if path != Path(errors.__file__)]
    files.append(translations.GATEWAY)
    makers = "|".join(sorted(translations.text_makers()))
    calls = sum(len(re.findall(rf"\b(?:{makers})\(\s*[\"']\w", path.read_text("utf-8"))) for path in files)
    outside = [text for text in MADE if text.where != "validation" and not text.where.startswith(ERRORS)]
    assert calls == len(outside) > 200
    assert any(text.code == "changed_meanwhile" for text in MADE)  # which a class says of itself


def test_every_text_is_translated_into_every_language() -> None:
    assert translations.faults() == []


def test_one_code_says_one_thing() -> None:
    by_code: dict[str, set[str]] = {}
    for text in MADE:
        by_code.setdefault(text.code, set()).add(text.english)
    assert {code: english for code, english in by_code.items() if len(english) > 1} == {}


def test_the_number_decides_among_the_forms_of_a_text_with_forms() -> None:
    for text in MADE:
        if text.plural:
            assert texts.placeholders(text.plural), text


@pytest.mark.parametrize("language", [each for each in texts.languages() if each != texts.ENGLISH])
def test_a_catalogue_has_as_many_forms_as_its_language(language: str) -> None:
    catalogue = translations.read(language)
    numbers = {len(message.string) for message in catalogue if isinstance(message.string, tuple)}
    assert numbers == {catalogue.num_plurals}


def test_a_missing_a_superfluous_and_a_wrong_entry_are_faults() -> None:
    catalogue = translations.template()
    made = translations.template()
    first, second, *_ = [message for message in made if message.id and isinstance(message.id, str)]
    for message in list(catalogue):
        if message.id:
            message.string = message.id
    catalogue.delete(first.id, first.context)
    wrong = catalogue.get(second.id, second.context)
    assert wrong is not None
    wrong.string = "x {strange}"
    catalogue.add("nobody makes this", "x", context="left_over")
    found = "\n".join(translations.faults_of("xx", catalogue, made))
    assert f"no entry for {first.context!r}" in found
    assert "'left_over'" in found
    assert "x {strange}" in found


def test_the_package_carries_what_gettext_reads(built: Built) -> None:
    with zipfile.ZipFile(built.package.code.path) as packed:
        names = packed.namelist()
    for language in texts.languages()[1:]:
        assert f"chalicelib/common/locale/{language}/LC_MESSAGES/{texts.DOMAIN}.mo" in names

"""Names in several languages: which of them somebody reads."""

import copy

import pytest

from chalicelib.common import spoken_names
from chalicelib.common.http.responses import ASKED, Named, View
from chalicelib.common.spoken_names import Asked, SpokenName

SUM = SpokenName("Sum", {"en": "Sum", "ru": "Сумма", "pt-BR": "Soma"})


@pytest.mark.parametrize(
    ("accepted", "language", "best"),
    [
        ("", None, "en"),
        ("ru", None, "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", None, "ru"),
        ("de,fr;q=0.5", None, "en"),
        ("en", "ru", "ru"),
        ("ru;q=0, pt", None, "pt-BR"),
        ("pt-PT", None, "pt-BR"),
        ("*, ru;q=0.1", None, "ru"),
        ("ru", "de", "ru"),
        ("junk;;q=,,ru;q=x", None, "en"),
    ],
)
def test_the_languages_that_are_asked_for_choose_the_statement(accepted: str, language: str | None, best: str) -> None:
    assert spoken_names.best(spoken_names.asked_for(accepted, language), ["en", "pt-BR", "ru"], "en") == best


def test_a_main_statement_without_a_language_is_shown_where_no_other_fits() -> None:
    assert spoken_names.best(["de"], ["ru"], "") == ""
    assert spoken_names.best(["ru"], ["ru"], "") == "ru"


def test_tags_are_written_in_one_way() -> None:
    assert [spoken_names.tag(each) for each in ("RU", "pt-br", "zh-hans")] == ["ru", "pt-BR", "zh-Hans"]


class Entry(View):
    name: Named


@pytest.mark.parametrize(
    ("accepted", "name"), [("", "Sum"), ("ru-RU", "Сумма"), ("de", "Sum"), ("de, pt", "Soma"), ("en, ru", "Sum")]
)
def test_a_name_goes_out_in_a_language_that_is_asked_for(accepted: str, name: str) -> None:
    assert Entry(name=SUM).model_dump(context={ASKED: Asked(accepted)}) == {"name": name}


def test_a_name_is_the_main_one_where_nobody_is_known() -> None:
    assert Entry(name=SUM).model_dump_json() == '{"name":"Sum"}'
    assert Entry(name=copy.deepcopy(SUM)).model_dump(context={ASKED: Asked("ru")}) == {"name": "Сумма"}


def test_whether_languages_matter_is_known_once_a_name_has_several() -> None:
    asked = Asked("ru")
    assert (asked.choose("Sum"), asked.choose(SpokenName("Sum")), asked.matters) == ("Sum", "Sum", False)
    assert (asked.choose(SUM), asked.matters) == ("Сумма", True)


def test_of_a_long_header_the_best_languages_are_looked_for() -> None:
    header = ",".join([*(f"x{chr(97 + each)};q=0.5" for each in range(26)), "ru"])
    asked = spoken_names.asked_for(header, "en")
    assert (asked[:3], len(asked)) == (["en", "ru", "xa"], spoken_names.MOST_ASKED_FOR + 1)

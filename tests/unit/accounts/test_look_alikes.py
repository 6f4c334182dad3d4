"""Logins that look alike: UTS #39's restriction to one script, and skeletons."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import look_alikes
from infra import confusables

LATIN = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", min_size=1)
CYRILLIC_TWINS = str.maketrans("aceopxy", "асеорху")


@pytest.mark.parametrize(
    "login",
    [
        "ann",
        "Ann_1.2-3",
        "Анна_1.2-3",
        "café",
        "cafe\u0301",
        "Ґалаґан",
        "李小龍",
        "Tanaka田中",
        "たなかカナ",
        "ann김",
        "ㄅ李a",
        "γιώργος",
    ],
)
def test_one_script_or_those_that_are_written_together_pass(login: str) -> None:
    assert look_alikes.is_of_one_script(login)


@pytest.mark.parametrize(
    "login",
    ["аdmin", "Aннa", "aγ", "бγ", "李и", "たㄅ", "김た", "ann٣5", "५5", "ᚠᚢ", "𐌰"],
)
def test_a_mixture_and_scripts_that_nobody_writes_in_are_refused(login: str) -> None:
    assert not look_alikes.is_of_one_script(login)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("oca", "оса"),
        ("Ivan", "lvan"),
        ("user1", "userl"),
        ("modem", "rnodern"),
        ("BOB", "B0B"),
        ("aех", "аех"),
        ("ａｎｎ", "ann"),
        ("café", "cafe\u0301"),
        ("ANN", "ann"),
    ],
)
def test_what_looks_alike_has_a_skeleton_in_common(one: str, other: str) -> None:
    assert look_alikes.skeletons(one) & look_alikes.skeletons(other)


@pytest.mark.parametrize(("one", "other"), [("ann", "anna"), ("anna", "анна2"), ("pupil2", "pupil3"), ("a.b", "a-b")])
def test_what_looks_different_has_none(one: str, other: str) -> None:
    assert not look_alikes.skeletons(one) & look_alikes.skeletons(other)


@given(LATIN)
def test_latin_letters_and_digits_are_always_of_one_script(login: str) -> None:
    assert look_alikes.is_of_one_script(login)


@given(LATIN)
def test_a_twin_in_cyrillic_letters_looks_the_same(login: str) -> None:
    assert look_alikes.skeletons(login) & look_alikes.skeletons(login.translate(CYRILLIC_TWINS))


@given(st.text())
def test_looks_do_not_depend_on_how_a_text_is_encoded(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert look_alikes.skeletons(composed) == look_alikes.skeletons(decomposed)


@given(st.text())
def test_case_makes_no_other_looks(text: str) -> None:
    assert look_alikes.skeletons(text) & look_alikes.skeletons(unicodedata.normalize("NFKC", text).casefold())


def test_a_prototype_looks_like_itself() -> None:
    prototypes = look_alikes._data().prototypes
    assert [char for char, looks in prototypes.items() if any(each in prototypes for each in looks)] == []


def test_the_data_are_what_the_script_makes() -> None:
    assert confusables.TARGET.read_text("utf-8") == confusables.make() + "\n"

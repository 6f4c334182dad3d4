"""Names are masked in code that is reviewed, and the code stays code."""

import ast
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common.texts import Text, TextList
from chalicelib.tracks import masking
from chalicelib.tracks.common_words import COMMON
from chalicelib.tracks.masking import ANONYMOUS
from tests.support.paths import ROOT

KNOWN = ("petrov99", "Иван Петров", "ivan.petrov@school.example", "Max Lee <ml@mail.example>")
MASK = masking.of(KNOWN)
SOURCES = [ROOT / "chalicelib" / "tracks" / f"{name}.py" for name in ("stages", "scoring", "late_work", "masking")]

WORDS = st.from_regex(r"\A[a-zа-я]{2,12}\Z").filter(lambda word: word != ANONYMOUS)
STRONG = WORDS.filter(lambda word: len(word) >= masking.FEWEST_LETTERS and word not in COMMON)
TEXTS = st.text(alphabet=st.sampled_from("ab яй_.-@<>()[]:;'\"#=\n\r\t\x0b\x0c\x85\u2028 09"), max_size=200)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Author: Ivan Petrov <ivan.petrov@school.example>", "# Author: anonymous <anonymous>"),
        ("// PETROV99, 2026", "// anonymous, 2026"),
        ("# Петров Иван", "# anonymous"),
        ("class IvanPetrov:", "class anonymous:"),
        ("from petrov import solve_petrov", "from anonymous import solve_anonymous"),
        ("print('ivan-petrov@home')", "print('anonymous@home')"),
        ("# made by Max", "# made by anonymous"),
        ("# Copyright (c) 2026 Lee, Max", "# Copyright (c) 2026 anonymous, Max"),
        ("# Автор: Max", "# Автор: anonymous"),
        ('__author__ = "Max"', '__author__ = "anonymous"'),
        ("# by Max Lee", "# by anonymous"),
        ("x = ml@mail.example", "x = anonymous"),
    ],
)
def test_names_are_masked(text: str, shown: str) -> None:
    assert MASK.text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "best = max(petrovich, key=max)",
        "lee = max  # the max of all",
        "petrov991 = 1",
        "ivanov = petrovna",
        "def lee(max): return lee(max)",
        "# sorted by max",
    ],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert MASK.text(text) == text


@pytest.mark.parametrize("login", ["list", "print", "self", "max", "import", "ab", "i", "42", "2026", "test", "", "  "])
def test_a_login_that_is_a_common_word_leaves_programs_as_they_are(login: str) -> None:
    program = "import math\nprint(max(list(self)), i, ab, 42, 2026)  # a test\n"
    assert masking.of([login]).text(program) == program


def test_a_login_of_common_words_leaves_identifiers_as_they_are() -> None:
    program = "test_list = list_test(test.list)\n"
    assert masking.of(["test_list"]).text(program) == program
    assert masking.of(["Max Hunter"]).text("# Max Hunter\nmax_hunter = 1") == "# anonymous\nmax_hunter = 1"


def test_letters_that_are_taken_apart_are_found() -> None:
    apart = "и\u0306"
    assert masking.of(["Андрей"]).text(f"# Андре{apart} и Андрей") == "# anonymous и anonymous"


@pytest.mark.parametrize("typed", ["yulia", "iuliia", "Юлия", "sergeevich", "Shchukin", "schukin"])
def test_cyrillic_names_are_found_in_latin_letters(typed: str) -> None:
    known = masking.of(["Юлия", "Юлиа", "Сергеевич", "Щукин"])
    assert known.text(f"# {typed}") == "# anonymous"


@given(st.lists(st.one_of(WORDS, TEXTS), max_size=5), TEXTS, st.data())
def test_lines_stay_whatever_is_known(names: list[str], text: str, data: st.DataObject) -> None:
    inserted = data.draw(st.permutations([*names, text]))
    whole = data.draw(st.sampled_from([" ", "\n", "_", ".", ""])).join(inserted)
    shown = masking.of(names).text(whole)
    assert shown.count("\n") == whole.count("\n")
    assert len(shown.splitlines()) == len(whole.splitlines())
    assert re.findall(r"\s*\n", shown) == re.findall(r"\s*\n", whole)


@given(st.lists(STRONG, min_size=1, max_size=4), TEXTS, TEXTS)
def test_no_strong_name_is_left_as_a_word(names: list[str], before: str, after: str) -> None:
    mask = masking.of(names)
    for name in names:
        shown = mask.text(f"{before} {name.upper()}_{name}.{name.title()} {after}")
        assert not re.search(rf"(?<![^\W_]){name}(?![^\W_])", shown, re.IGNORECASE)
        assert mask.text(shown) == shown


@given(st.lists(st.sampled_from(sorted(COMMON)), max_size=6), st.sampled_from(SOURCES))
def test_common_words_take_no_program_apart(names: list[str], source: Path) -> None:
    program = source.read_text("utf-8")
    masked = masking.of(names).text(program)
    assert ast.dump(without_texts(masked)) == ast.dump(without_texts(program))


@given(st.lists(st.from_regex(r"\A[a-z]{4,9}\Z"), min_size=1, max_size=4), st.sampled_from(SOURCES), st.data())
def test_a_masked_program_is_still_a_program(names: list[str], source: Path, data: st.DataObject) -> None:
    program = source.read_text("utf-8")
    identifiers = sorted(set(re.findall(r"[a-z]{4,}", program)))
    used = data.draw(st.lists(st.sampled_from(identifiers), min_size=1, max_size=3))
    masked = masking.of([*names, *used, " ".join(used)]).text(program)
    assert len(ast.parse(masked).body) == len(ast.parse(program).body)


def without_texts(program: str) -> ast.Module:
    """Texts may speak of authors; the program is the rest."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return tree


def test_nothing_is_masked_of_nobody() -> None:
    assert masking.of([]).text("petrov") == "petrov"
    assert masking.of([None, "", "x"]) is masking.NO_MASK


def test_paths_are_masked_and_stay_apart() -> None:
    stored = ["petrov.py", "Ivan.py", "anonymous.py", "src/petrov/main.py", "src/ivan/main.py", "petrov", ".petrov"]
    shown = MASK.paths(stored)
    assert list(shown) == stored
    assert len(set(shown.values())) == len(stored)
    assert shown["anonymous.py"] == "anonymous.py"
    assert sorted([shown["petrov.py"], shown["Ivan.py"]]) == ["anonymous-2.py", "anonymous-3.py"]
    assert masking.stored_path(shown, shown["src/ivan/main.py"]) == "src/ivan/main.py"
    assert masking.stored_path(shown, "petrov.py") is None
    assert not re.search("petrov|ivan", " ".join(shown.values()), re.IGNORECASE)


@given(st.lists(STRONG, min_size=1, max_size=3), st.lists(TEXTS.filter(bool), unique=True, max_size=6), st.data())
def test_each_path_leads_back_to_its_own(names: list[str], others: list[str], data: st.DataObject) -> None:
    stored = sorted({*others, *names, *(f"{name}.py" for name in data.draw(st.lists(st.sampled_from(names))))})
    shown = masking.of(names).paths(stored)
    assert [masking.stored_path(shown, shown[path]) for path in stored] == stored


def test_a_text_that_is_made_to_be_slow_is_not() -> None:
    """The pattern has no choice to go back on: a megabyte is read once."""
    hostile = ("author" + " \t" * 2000 + ":-" * 2000 + "\n") * 50 + "ivan" * 50_000 + "petrov." * 50_000
    assert MASK.text(hostile).count("\n") == 50


def test_a_name_of_sixty_words_makes_no_more_of_a_pattern_than_it_is_long() -> None:
    """Of every two of its words there would be thousands; those that stand together are still found."""
    words = ["".join(letters) for letters in itertools.islice(itertools.product("абвг", repeat=3), 60)]
    mask = masking.of([" ".join(words)])
    assert mask.pattern is not None
    assert len(mask.pattern.pattern) < 200 * len(words)
    assert mask.text(f"x {words[30]} {words[31]}, {words[31]}_{words[30]}!") == "x anonymous, anonymous!"


def test_quotes_in_texts_are_masked_and_their_words_are_not() -> None:
    mask = masking.of(["petrov"])
    inner = Text("got", "petrov got {what}", {"what": "Petrov 1", "n": 3})
    said = mask.worded(Text("saying", "{texts}", {"texts": TextList((inner,)), "one": inner}))
    assert str(said) == "petrov got anonymous 1"
    assert str(said.params["one"]) == "petrov got anonymous 1"

import sys
import unicodedata
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from passlib.context import CryptContext

from chalicelib.accounts import passwords
from chalicelib.accounts.passwords import Flaw, Verification
from tests.support.log import Log
from tests.support.paths import ROOT
from tests.support.school import hash_of

PASSWORD = "correct horse 7"
KEPT = "$argon2id$v=19$m=19456,t=2,p=1$T6lVqlVqTWltjdFaSymllA$tnOchiLnZQrUTDCdVmG06qLnC/rjX+jutBhDY9VVhIQ"
"""A hash of PASSWORD, as it lies in the database."""
WRONG, GOOD = Verification(good=False), Verification(good=True)


def runs_of_argon2(act: Callable[[], object]) -> list[str]:
    """What argon2 verified (the hash) or made ("") in `act`, as the interpreter saw argon2-cffi being called."""
    runs: list[str] = []

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_globals.get("__name__") == "argon2.low_level":
            if frame.f_code.co_name == "verify_secret":
                runs.append(frame.f_locals["hash"].decode())
            elif frame.f_code.co_name == "hash_secret":
                runs.append("")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return runs


def hash_of_other_parameters(**parameters: Any) -> str:
    """As an earlier or later version of the school may have made it."""
    ours = {"type": "ID", "memory_cost": 19 * 1024, "time_cost": 2, "parallelism": 1}
    options = {f"argon2__{name}": value for name, value in {**ours, **parameters}.items()}
    text: str = CryptContext(schemes=["argon2"], **options).hash(PASSWORD)
    return text


def test_a_hash_is_of_the_parameters_that_owasp_recommends() -> None:
    assert passwords.hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash_password(PASSWORD) != passwords.hash_password(PASSWORD)


def test_the_right_password_is_good() -> None:
    assert passwords.verify(PASSWORD, KEPT) == GOOD


@pytest.mark.parametrize(
    "wrong", ["", "correct horse 8", "Correct horse 7", f"{PASSWORD} ", f"{PASSWORD}\0", PASSWORD * 40]
)
def test_any_other_password_is_wrong(wrong: str) -> None:
    assert passwords.verify(wrong, KEPT) == WRONG


def test_a_long_password_counts_to_its_last_character() -> None:
    long = "x" * passwords.MAX_CHARS
    assert passwords.verify(long, hash_of(long)) == GOOD
    assert passwords.verify(f"{long[:-1]}y", hash_of(long)) == WRONG


@pytest.mark.parametrize("password", ["", PASSWORD, "x" * 100_000, "\ud800"])
def test_no_password_is_good_where_there_is_none(password: str) -> None:
    assert passwords.verify(password, None) == WRONG


@pytest.mark.parametrize("password", ["пароль надёжный", "🦊🦊🦊🦊 лиса", "\ud800 half a pair", "nul \0 inside"])
def test_any_text_can_be_a_password(password: str) -> None:
    assert passwords.verify(password, hash_of(password)) == GOOD
    assert passwords.verify(PASSWORD, hash_of(password)) == WRONG


def test_half_a_surrogate_pair_is_not_a_question_mark() -> None:
    assert passwords.verify("? half a pair", hash_of("\ud800 half a pair")) == WRONG


@pytest.mark.parametrize(
    ("on_one_system", "on_another"),
    [
        ("cr\u00e8me br\u00fbl\u00e9e", "cre\u0300me bru\u0302le\u0301e"),
        (
            "\u0451\u0436\u0438\u043a \u0432 \u0442\u0443\u043c\u0430\u043d\u0435",
            "\u0435\u0308\u0436\u0438\u043a \u0432 \u0442\u0443\u043c\u0430\u043d\u0435",
        ),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("no\u00a0break", "no break"),
    ],
)
def test_what_is_typed_alike_is_one_password(on_one_system: str, on_another: str) -> None:
    assert on_one_system != on_another
    assert passwords.verify(on_another, hash_of(on_one_system)) == GOOD
    assert passwords.verify(on_one_system, hash_of(on_another)) == GOOD


OTHER_PARAMETERS: list[dict[str, Any]] = [
    {"memory_cost": 8 * 1024},
    {"memory_cost": 20 * 1024},
    {"time_cost": 1},
    {"parallelism": 2},
    {"type": "I"},
]


@pytest.mark.parametrize("parameters", OTHER_PARAMETERS, ids=str)
def test_a_hash_of_other_parameters_is_replaced_when_the_password_is_right(parameters: dict[str, Any]) -> None:
    verification = passwords.verify(PASSWORD, hash_of_other_parameters(**parameters))
    assert verification.good
    assert verification.new_hash is not None
    assert passwords.verify(PASSWORD, verification.new_hash) == GOOD


@pytest.mark.parametrize("parameters", OTHER_PARAMETERS, ids=str)
def test_a_wrong_password_replaces_nothing(parameters: dict[str, Any]) -> None:
    assert passwords.verify("wrong horse 7", hash_of_other_parameters(**parameters)) == WRONG


DAMAGED = {
    "empty": "",
    "rubbish": "rubbish",
    "the password itself": PASSWORD,
    "cut after the name": "$argon2id$",
    "cut in the salt": KEPT[:40],
    "cut by a character": KEPT[:-1],
    "bcrypt": "$2b$12$abcdefghijklmnopqrstuuWm1gMTDqL2tKyl4Cc1k0Uc9QqD9OWHu",
    "no ASCII at its start": f"é{KEPT}",
    "no ASCII at its end": f"{KEPT[:-1]}é",
    "unknown kind": KEPT.replace("argon2id", "argon2x"),
    "too little memory": KEPT.replace("m=19456", "m=1"),
    "too much memory": KEPT.replace("m=19456", "m=99999999999"),
    "no passes": KEPT.replace("t=2", "t=0"),
    "with a key": KEPT.replace("p=1", "p=1,keyid=AAAA"),
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_hash_is_no_ones_password_and_is_logged_without_it(damaged: str, log: Log) -> None:
    assert passwords.verify(PASSWORD, damaged) == WRONG
    (event,) = log.events("password hash unreadable")
    assert event["level"] == "ERROR"
    assert PASSWORD not in log.text
    assert "19456" not in log.text


@pytest.mark.parametrize("password", [PASSWORD, "wrong horse 7", ""])
def test_argon2_runs_once_whether_the_password_is_right_or_there_is_none(password: str) -> None:
    assert runs_of_argon2(lambda: passwords.verify(password, KEPT)) == [KEPT]
    assert runs_of_argon2(lambda: passwords.verify(password, None)) == [passwords.dummy_hash(passwords.OWASP)]


@pytest.mark.parametrize("password_hash", [None, KEPT])
def test_a_password_beyond_all_bounds_is_wrong_at_the_cost_of_any(password_hash: str | None, log: Log) -> None:
    assert runs_of_argon2(lambda: passwords.verify("x" * 100_000, password_hash)) == [
        passwords.dummy_hash(passwords.OWASP)
    ]
    assert log.text == ""


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_argon2_runs_as_for_nobody_when_it_cannot_run_for_a_damaged_hash(damaged: str) -> None:
    *refused, ran = runs_of_argon2(lambda: passwords.verify(PASSWORD, damaged))
    assert set(refused) <= {damaged}
    assert ran == passwords.dummy_hash(passwords.OWASP)


def test_argon2_runs_twice_only_to_replace_a_hash() -> None:
    old = hash_of_other_parameters(time_cost=1)
    assert runs_of_argon2(lambda: passwords.verify(PASSWORD, old)) == [old, ""]
    assert runs_of_argon2(lambda: passwords.verify("wrong horse 7", old)) == [old]


def test_nobodys_hash_costs_what_everybodys_does() -> None:
    nobodys, anybodys = passwords.dummy_hash(passwords.OWASP), passwords.hash_password(PASSWORD)
    assert nobodys.rsplit("$", 2)[0] == anybodys.rsplit("$", 2)[0]
    assert len(nobodys) == len(anybodys)


@pytest.mark.parametrize(
    ("password", "flaws"),
    [
        (PASSWORD, []),
        ("", [Flaw.TOO_SHORT]),
        ("7 chars", [Flaw.TOO_SHORT]),
        ("8 chars!", []),
        ("лис №8 🦊", []),
        ("🦊" * 7, [Flaw.TOO_SHORT]),
        ("e\u0301" * 7, [Flaw.TOO_SHORT]),
        ("e\u0301" * 64, []),
        ("x1" * 32, []),
        ("x1" * 32 + "x", [Flaw.TOO_LONG]),
        ("password", [Flaw.COMMON]),
        ("PassWord", [Flaw.COMMON]),
        ("ｐａｓｓｗｏｒｄ", [Flaw.COMMON]),
        ("qwertyuiop", [Flaw.COMMON]),
        ("йцукенгшщз", [Flaw.COMMON]),
        ("ФЫВАПРОЛ", [Flaw.COMMON]),
        ("password of a fox", []),
        ("ann.lee@example.com", [Flaw.PERSONAL]),
        ("Ann.Lee@Example.COM", [Flaw.PERSONAL]),
        ("ANN.Lee@", []),
        ("ann.lee", [Flaw.TOO_SHORT, Flaw.PERSONAL]),
        ("ЛИСИЧКА-СЕСТРИЧКА", [Flaw.PERSONAL]),
        ("лисичка-сестричка 2", []),
        ("123456789", [Flaw.COMMON, Flaw.PERSONAL]),
    ],
)
def test_the_flaws_of_a_password(password: str, flaws: list[Flaw]) -> None:
    about = ("ann.lee@example.com", "лисичка-сестричка", "123456789@example.com")
    assert passwords.flaws(password, about) == flaws


def test_without_words_of_its_own_an_account_forbids_none() -> None:
    assert passwords.flaws("ann.lee@example.com") == []


CONTEXT = passwords.context_words("lyceum", "Lyceum No 1533", "Лицей", "demo")


def test_the_words_of_a_name_are_its_longer_ones() -> None:
    assert passwords.context_words("Lyceum No. 1533", "Лицей-2, the demo") == {"lyceum", "лицей", "demo"}
    assert passwords.context_words("", "No 5") == frozenset()


@pytest.mark.parametrize(
    "password",
    [
        "lyceum2026",
        "Lyceum-2026!",
        "2026 LYCEUM",
        "lyceum12ab",
        "lyceumlyceum",
        "lyceum20262027",
        "лицей2026",
        "ЛИЦЕЙ lyceum 1",
        "днсугь2026",
        "ｌｙｃｅｕｍ2026",
        "ly-ce-um-2026",
        "lyceum-demo-1",
        "demo-2026-demo",
    ],
)
def test_what_is_made_of_the_schools_name_is_refused(password: str) -> None:
    assert passwords.flaws(password, context=CONTEXT) == [Flaw.CONTEXT]
    assert passwords.flaws(password) == []


@pytest.mark.parametrize(
    "password",
    ["lyceum of the fox", "lyceum 83749 28374", "lyceum-abc", "democracy 5", "20262027", PASSWORD, "лице2026"],
)
def test_a_password_may_have_a_word_of_the_schools_name_and_enough_of_its_own(password: str) -> None:
    assert passwords.flaws(password, context=CONTEXT) == []


@given(st.text())
def test_flaws_do_not_depend_on_how_a_text_is_encoded(password: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, password) for form in ("NFC", "NFD"))
    assert passwords.flaws(composed, [password]) == passwords.flaws(decomposed, [password])


def common_passwords() -> list[str]:
    lines = (ROOT / "chalicelib/accounts/common_passwords.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_the_list_has_ten_thousand_passwords_that_would_else_be_accepted() -> None:
    listed = common_passwords()
    assert (len(listed), len(set(listed))) == (10_000, 10_000)
    assert [each for each in listed if not passwords.MIN_CHARS <= len(each) <= passwords.MAX_CHARS] == []
    assert [each for each in listed if not passwords.is_common(each) or not passwords.is_common(each.upper())] == []

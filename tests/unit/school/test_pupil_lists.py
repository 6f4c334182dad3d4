"""Lists of pupils as CSV: what is read, and everything that is wrong with one."""

import pytest

from chalicelib.school import pupil_lists
from chalicelib.school.pupil_lists import MOST_LINES

HEADER = "name,secondname,email,class\n"
ANN = "Anna,Petrova,ann@example.com,7\n"


def faults(text: str) -> list[tuple[int, str | None, str]]:
    return [(each.line, each.column, each.text.code) for each in pupil_lists.read(text).faults]


@pytest.mark.parametrize(
    "text",
    [
        HEADER + ANN,
        (HEADER + ANN).replace(",", ";"),
        (HEADER + ANN).replace(",", "\t"),
        (HEADER + ANN).replace("\n", "\r\n"),
        "\ufeff" + HEADER + "\n" + ANN + "\n\n",
        'Email,Class,Name,SecondName,phone\n"ann@example.com", 7 ,Anna,"Petrova",5\n',
    ],
)
def test_a_list_is_read_as_spreadsheets_write_it(text: str) -> None:
    found = pupil_lists.read(text)
    assert found.faults == []
    (line,) = (each.pupil for each in found.lines)
    assert (line.name, line.secondname, line.email, line.school_class) == ("Anna", "Petrova", "ann@example.com", 7)


def test_a_class_may_be_left_empty() -> None:
    (line,) = pupil_lists.read(f"{HEADER}Anna,Petrova,ann@example.com,\n").lines
    assert (line.line, line.pupil.school_class) == (2, None)


def test_a_list_for_a_class_names_no_other() -> None:
    text = HEADER + "".join(f"Anna,Petrova,ann{number}@example.com,{number}\n" for number in ("", 7, 8))
    found = pupil_lists.read(text, school_class=7)
    assert [(each.line, each.column, each.text.code) for each in found.faults] == [(4, "class", "other_class")]
    assert [each.pupil.school_class for each in found.lines] == [None, 7]
    assert pupil_lists.read(text).faults == []


def test_every_faulty_line_is_told_and_the_others_are_counted() -> None:
    lines = [
        "Anna,Petrova,ann@example.com,7",
        "Boris,Ivanov,boris,12",
        "Vera,,vera@example.com,seven",
        "Ann,Petrova,ANN@example.com,7",
        "Gleb,Orlov,gleb@example.com,7,extra",
        "Dima",
        "=cmd www.example.org,Orlov,dima@example.com,7",
    ]
    text = HEADER + "\n".join(lines)
    assert faults(text) == [
        (3, "email", "not_an_email"),
        (3, "class", "at_most"),
        (4, "secondname", "fewest_chars"),
        (4, "class", "a_whole_number"),
        (5, "email", "same_email"),
        (6, None, "too_many_columns"),
        (7, "secondname", "required"),
        (7, "email", "required"),
        (8, "name", "like_an_address"),
    ]
    assert [each.line for each in pupil_lists.read(text).lines] == [2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, None, "no_pupils")),
        (HEADER, (1, None, "no_pupils")),
        ("name,email\nAnna,ann@example.com\n", (1, "secondname", "missing_column")),
        (f"name,{HEADER}{ANN}", (1, "name", "column_twice")),
        (f'{HEADER}{ANN}"Anna,Petrova\n{ANN}', (3, None, "not_csv")),
        (f'{HEADER}{ANN}"Ann" Anna,Petrova,ann@example.com,7\n', (3, None, "not_csv")),
        (HEADER + ANN * (MOST_LINES + 1), (MOST_LINES + 2, None, "too_many_pupils")),
    ],
)
def test_what_is_no_list_says_why(text: str, expected: tuple[int, str | None, str]) -> None:
    assert faults(text)[0] == expected
    assert pupil_lists.read(text).lines == ()


def test_as_many_lines_as_may_be_are_read() -> None:
    text = HEADER + "".join(f"Anna,Petrova,ann{number}@example.com,7\n" for number in range(MOST_LINES))
    assert len(pupil_lists.read(text).lines) == MOST_LINES

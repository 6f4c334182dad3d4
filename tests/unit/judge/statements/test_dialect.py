"""Markdown of packages becomes the dialect of statements; files and languages are found by what people call them."""

import pytest

from chalicelib.judge.statements import choice, dialect, pictures, written
from chalicelib.judge.statements.written import Form


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a <br/> b", "a \\\n b"),
        ("<b>x</b> <code>y</code>", "**x** `y`"),
        ('<div class="a">x</div><!-- no -->', "x"),
        ('<img src="a.png" width="3" alt="[A]">', "![A](a.png)"),
        ("{{nextsample}}x{{ remainingsamples }}", "x"),
        ("`<b>x</b>` and `{{nextsample}}`", "`<b>x</b>` and `{{nextsample}}`"),
        ("```\n<b>\n```\n", "```\n<b>\n```"),
        ("1 < 2 and <https://a.b>", "1 < 2 and <https://a.b>"),
    ],
)
def test_html_of_packages_becomes_markdown(source: str, text: str) -> None:
    cleaned = dialect.cleaned(source)
    assert (cleaned.text, cleaned.notes) == (text, ())


def test_other_html_and_missing_pictures_are_told() -> None:
    cleaned = dialect.cleaned("<marquee>x</marquee> ![a](a.png)", lambda _: None)
    assert cleaned.text == "x ![a](a.png)"
    assert [note.code for note in cleaned.notes] == ["statement_html", "picture_not_shown"]


def test_links_to_files_get_addresses_and_others_stay() -> None:
    text = '![a](p.png "t") [b](<q r.pdf>) ![c](https://x.y/p.png) ![d](/p.png) [e](#p) `![f](p.png)` ![g](none.png)'
    files = {"p.png": "/1", "q r.pdf": "/2"}
    assert dialect.with_addresses(text, files.get) == (
        '![a](/1 "t") [b](/2) ![c](https://x.y/p.png) ![d](/p.png) [e](#p) `![f](p.png)` ![g](none.png)'
    )


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("pic.png", "pic.png"),
        ("./img/pic.png", "pic.png"),
        ("pic", "pic.png"),
        ("PIC.PNG", "pic.png"),
        ("my pic.png", "my_pic.png"),
        ("plan.eps", "plan.svg"),
        ("plan.pdf", "plan.svg"),
        ("other.png", None),
        ("pic.jpg", None),
    ],
)
def test_a_file_is_found_by_what_a_text_calls_it(name: str, file: str | None) -> None:
    assert pictures.found(name, ["pic.png", "my_pic.png", "plan.svg"]) == file


def test_polygons_languages_have_tags() -> None:
    assert [choice.tag_of_polygon(each) for each in ("Russian", "pt-br", "klingonese")] == ["ru", "pt-BR", None]


@pytest.mark.parametrize(
    ("data", "name", "fits"),
    [
        (b"\x89PNG\r\n\x1a\n..", "a.png", True),
        (b"\xff\xd8\xff", "a.JPG", True),
        (b"GIF89a", "a.gif", True),
        (b"RIFF1234WEBP", "a.webp", True),
        (b"<?xml version='1.0'?><svg xmlns=''>", "a.svg", True),
        (b"%PDF-1.4", "a.pdf", True),
        (b"<html><svgx>", "a.svg", False),
        (b"GIF89a", "a.png", False),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, name: str, *, fits: bool) -> None:
    kind = pictures.kind_of(name)
    assert kind is not None
    assert pictures.is_of_kind(data, kind) is fits


def test_a_statement_is_called_as_its_package_says_or_as_its_tex_does() -> None:
    source = "\\problemname{Inner}x"
    read = [
        written.read(source, language="en", form=Form.TEX, title=title, fallback="Else").title
        for title in ("Outer", "")
    ]
    assert read == ["Outer", "Inner"]
    assert written.read("x", language="en", form=Form.MARKDOWN, fallback="Else").title == "Else"

"""Statements that are web pages, as Markdown."""

import pytest

from chalicelib.judge.statements import web_pages, written
from chalicelib.judge.statements.written import Form


def text_of(page: str) -> str:
    return web_pages.convert(page, picture={"plan.png": "plan.png", "./a b.png": "a b.png"}.get).text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One\n two</p><P>three", "One two\n\nthree"),
        ("<b>bold</b>, <em>in <code>a*b</code></em> and <tt>c</tt>", "**bold**, *in `a*b`* and `c`"),
        ('<span class="tex-font-style-bf">x</span> <font color="red">y</font>', "**x** y"),
        ("a * b_ &lt;c&gt; $5 &amp; 2", "a \\* b\\_ \\<c> \\$5 & 2"),
        ("<p>at most 10<sup>5</sup>, a<sub>i</sub></p>", "at most 10$^{5}$, a$_{i}$"),
        ("$$$n \\le 5$$$ and \\(m\\)", "$n \\le 5$ and $m$"),
        ("so<p>$$$$$$\\sum a$$$$$$</p>\\[b\\]", "so\n\n$$\\sum a$$\n\n$$b$$"),
        ("<ul><li>one<ul><li>inner</ul><li>two</ul>", "- one\n  - inner\n- two"),
        ("<ol><li><p>one</p></li><li>two</li></ol>", "1. one\n2. two"),
        ("<table><tr><th>a|b<th>c<tr><td>1<td></table>", "| a\\|b | c |\n| --- | --- |\n| 1 |  |"),
        ("<table><tbody><tr><td>x</td></tr></tbody></table>", "| x |\n| --- |"),
        ("<pre>\ncode *\n  here\n</pre>", "```\ncode *\n  here\n```"),
        ("<h1>Title</h1><blockquote>said</blockquote><hr>on", "## Title\n\n> said\n\non"),
        ("a<br>b", "a\\\nb"),
        ('<a href="https://a.example/x">there</a>', "[there](<https://a.example/x>)"),
        ('<a href="javascript:x()">there</a>', "there"),
        ('<img src="plan.png" alt="a [plan]"><img src="./a b.png">', "![a plan](plan.png)![](a_b.png)"),
        ('<img class="tex-formula" src="f.png" alt="$x^2$">', "$x^2$"),
        ("<q>so</q>", "“so”"),
        ("<script>x</script><style>y</style><!-- z --><head><title>t</title></head>seen", "seen"),
        ("</p></b>closed<b>open", "closed**open**"),
        ("", ""),
    ],
)
def test_what_a_page_shows_is_markdown(page: str, text: str) -> None:
    assert text_of(page) == text


PAGE = """<!DOCTYPE html><HTML><BODY><DIV class="problem-statement">
<DIV class="header"><DIV class="title">B2. Sums</DIV><DIV class="time-limit">2 seconds</DIV></DIV>
<DIV class="legend"><P>Add.</P></DIV>
<DIV class="input-specification"><DIV class="section-title">Input</DIV><P>Two numbers.</P></DIV>
<DIV class="sample-tests"><DIV class="section-title">Examples</DIV>1 2</DIV></DIV></BODY></HTML>"""


def test_a_page_of_polygons_has_a_title_parts_and_no_samples() -> None:
    found = written.read(PAGE, language="en", form=Form.HTML)
    assert (found.title, found.text, found.notes) == ("Sums", "Add.\n\n## Input\n\nTwo numbers.", ())


def test_what_is_not_understood_is_told() -> None:
    page = '<svg>drawn</svg><img src="none.png" alt="map"><iframe src="x"></iframe>'
    found = web_pages.convert(page, picture=lambda _: None)
    assert found.text == "drawn[map]"
    assert [str(note) for note in found.notes] == [
        "What these elements of the page do is not shown, their text is: svg, iframe",
        "The picture 'none.png' is missing, or of a kind that browsers do not show",
    ]


@pytest.mark.parametrize("opened", ["<div>" * 20_000, "<ul><li>" * 5_000, "<table><tr><td>" * 500])
def test_a_page_may_be_as_deep_as_it_likes(opened: str) -> None:
    assert "deep" in text_of(f"{opened}deep")

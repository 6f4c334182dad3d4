"""Turns statements that are web pages into Markdown with formulas. Pure.

It knows what statements are written in: text in its styles, lists, tables, pictures, links, code, formulas (between
`$$$` on Codeforces, else as MathJax reads them), the classes of Polygon's pages. What it does not know keeps its words.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from chalicelib.common.texts import Text
from chalicelib.judge.statements import markdown, tex_formulas, tex_tables
from chalicelib.judge.statements.converted import Converted, Pictures
from chalicelib.judge.statements.markdown import Kind
from chalicelib.judge.statements.tex import Page

MAX_DEPTH = 60
"""Of elements within elements: what is deeper is read as if it stood there."""

_EMPTY = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNSEEN = frozenset({"head", "link", "meta", "noscript", "script", "style", "template", "title"})
_TOLD_ELSEWHERE = frozenset({"header", "sample-test", "sample-tests"})
"""Classes of Polygon's pages: limits and samples, which the problem itself has."""
_STYLES: Mapping[str, str] = {
    "b": "bold", "strong": "bold", "tex-font-style-bf": "bold",
    "i": "italic", "em": "italic", "var": "italic", "cite": "italic", "tex-font-style-it": "italic",
    "code": "code", "tt": "code", "kbd": "code", "samp": "code", "tex-font-style-tt": "code",
}  # fmt: skip
"""By tag or class."""
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
        "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_PLAIN = frozenset(
    {
        "a", "abbr", "big", "caption", "colgroup", "col", "font", "ins", "label", "mark", "nobr", "q", "s", "small",
        "span", "strike", "sub", "sup", "u", "wbr",
    }
)  # fmt: skip
_CLOSED_BY: Mapping[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
}
"""Open elements that end where one begins, although nobody has closed them."""
_KEEP_OPEN = frozenset({"ul", "ol", "dl", "table"})
_FORMULA = re.compile(
    r"\${6}(?P<six>.+?)\${6}|\${3}(?P<three>.+?)\${3}"
    r"|(?<!\\)\\\[(?P<square>(?:\\\\|(?!\\[\\[]).)+?)\\\]"
    r"|(?<!\\)\\\((?P<round>(?:\\\\|(?!\\[\\(]).)+?)\\\)",
    re.DOTALL,
)
"""Within one of MathJax's no other begins, so that of many without an end none is read to the end of the page. A line's
end in it, such as `\\\\[2pt]`, begins none.
"""
_LETTER = re.compile(r"\A[A-Z][0-9]?\.\s+")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>]+")


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    inside: list["_Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    @property
    def words(self) -> str:
        return "".join(each if isinstance(each, str) else each.words for each in self.inside)

    def find(self, name: str) -> "_Element | None":
        """The first element with a class."""
        for each in self.inside:
            if isinstance(each, _Element):
                found = each if name in each.classes else each.find(name)
                if found is not None:
                    return found
        return None


def convert(source: str, *, picture: Pictures = str) -> Converted:
    """Never raises, whatever the page is."""
    tree = _Tree()
    tree.feed(source)
    tree.close()
    titled = tree.root.find("title")
    title = _LETTER.sub("", " ".join(titled.words.split())) if titled is not None else ""
    conversion = _Conversion(picture)
    text = markdown.joined(conversion.blocks(tree.root))
    return Converted(text, title or None, conversion.notes)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("html")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        closed = _CLOSED_BY.get(tag, frozenset({"p"}) if tag in _BLOCKS else frozenset())
        self._close({*closed, "p"} if closed else closed)
        made = _Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(made)
        if tag not in _EMPTY and len(self._open) < MAX_DEPTH:
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at].tag == tag), None)
        if at is not None:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

    def _close(self, tags: Collection[str]) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag in _KEEP_OPEN:
                return
            if self._open[at].tag in tags:
                del self._open[at:]


class _Conversion:
    def __init__(self, picture: Pictures) -> None:
        self._picture = picture
        self._unknown: dict[str, None] = {}
        self._missing: dict[str, None] = {}
        self._special: Mapping[str, Callable[[_Element, Page], None]] = {
            "a": self._link,
            "blockquote": lambda element, page: page.block(markdown.quoted(self.blocks(element))),
            "br": lambda _, page: page.add("", Kind.BREAK),
            "hr": lambda _, page: page.end_paragraph(),
            "img": self._image,
            "ol": self._list,
            "pre": lambda element, page: page.block(markdown.code_block(element.words.strip("\n").rstrip())),
            "q": self._quotation,
            "sub": lambda element, page: self._raised(element, page, "_"),
            "sup": lambda element, page: self._raised(element, page, "^"),
            "table": self._table,
            "ul": self._list,
        }

    @property
    def notes(self) -> tuple[Text, ...]:
        english = "What these elements of the page do is not shown, their text is: {tags}"
        tags = ", ".join(list(self._unknown)[:20])
        unknown = [Text("statement_elements", english, {"tags": tags})] if self._unknown else []
        english = "The picture '{file}' is missing, or of a kind that browsers do not show"
        missing = [Text("picture_not_shown", english, {"file": name[:100]}) for name in list(self._missing)[:20]]
        return (*unknown, *missing)

    def blocks(self, element: _Element) -> list[str]:
        page = Page()
        self._flow(element, page)
        page.end_paragraph()
        return page.blocks

    def _inline(self, element: _Element) -> str:
        return " ".join(block.replace("\\\n", " ").replace("\n", " ") for block in self.blocks(element))

    def _flow(self, element: _Element, page: Page) -> None:
        for each in element.inside:
            if isinstance(each, str):
                self._words(each, page)
            else:
                self._element(each, page)

    def _words(self, text: str, page: Page) -> None:
        at = 0
        for found in _FORMULA.finditer(text):
            page.text(" ".join(text[at : found.start()].split("\n")))
            at = found.end()
            if (displayed := found["six"] or found["square"]) is not None:
                page.block(tex_formulas.displayed(displayed))
            else:
                page.add(tex_formulas.in_line(found["three"] or found["round"]), Kind.FORMULA)
        page.text(" ".join(text[at:].split("\n")))

    def _element(self, element: _Element, page: Page) -> None:
        tag, classes = element.tag, element.classes
        if tag in _UNSEEN or classes & _TOLD_ELSEWHERE:
            return
        if tag in self._special:
            self._special[tag](element, page)
        elif re.fullmatch("h[1-6]", tag) or "section-title" in classes:
            page.block(markdown.heading(2, self._inline(element)))
        elif tag in _BLOCKS:
            page.end_paragraph()
            self._styled(element, page)
            page.end_paragraph()
        else:
            if tag not in _STYLES and tag not in _PLAIN:
                self._unknown[tag] = None
            self._styled(element, page)

    def _styled(self, element: _Element, page: Page) -> None:
        before = page.style
        for name in (element.tag, *element.classes):
            page.declare(_STYLES.get(name, ""))
        self._flow(element, page)
        page.style = before

    def _link(self, element: _Element, page: Page) -> None:
        address = element.attributes.get("href", "").strip()
        if _SAFE_LINK.fullmatch(address):
            page.add(f"[{self._inline(element) or markdown.escaped(address)}](<{address}>)", Kind.MARKUP)
        else:
            self._flow(element, page)

    def _image(self, element: _Element, page: Page) -> None:
        source, alternative = (element.attributes.get(name, "").strip() for name in ("src", "alt"))
        if "tex-formula" in element.classes and alternative:
            page.add(tex_formulas.in_line(alternative.strip("$")), Kind.FORMULA)
            return
        file = self._picture(source) if source else None
        if file is None:
            self._missing[source] = None
            page.text(f"[{alternative or source}]")
            return
        shown = markdown.escaped(alternative.replace("[", "").replace("]", ""))
        address = re.sub(r"[^\w./-]", "_", file)
        page.add(f"![{shown}]({address})", Kind.MARKUP)

    def _quotation(self, element: _Element, page: Page) -> None:
        page.text("“")
        self._flow(element, page)
        page.text("”")

    def _raised(self, element: _Element, page: Page, mark: str) -> None:
        """Numbers such as 10<sup>5</sup> are formulas in a page without MathJax."""
        words = " ".join(element.words.split())
        page.add(f"${mark}{{{tex_formulas.cleaned(words)}}}$" if words else "", Kind.FORMULA)

    def _list(self, element: _Element, page: Page) -> None:
        """What stands in a list and in no item of it is an item by itself."""
        inside = [_Element("li", inside=[each]) if isinstance(each, str) else each for each in element.inside]
        items = [self.blocks(each if each.tag == "li" else _Element("li", inside=[each])) for each in inside]
        page.block(markdown.listed([item for item in items if item], numbered=element.tag == "ol"))

    def _table(self, element: _Element, page: Page) -> None:
        rows = [[tex_tables.cell(self._inline(cell)) for cell in row] for row in _rows(element)]
        kept = [row for row in rows if any(row)]
        if kept:
            page.block(markdown.table(kept, []))
        else:
            self._flow(element, page)


def _rows(table: _Element) -> list[list[_Element]]:
    """The cells of each row; rows may stand in parts of the table."""
    found: list[list[_Element]] = []
    for each in table.inside:
        if isinstance(each, _Element) and each.tag == "tr":
            found.append([cell for cell in each.inside if isinstance(cell, _Element) and cell.tag in {"td", "th"}])
        elif isinstance(each, _Element) and each.tag in {"thead", "tbody", "tfoot"}:
            found += _rows(each)
    return found

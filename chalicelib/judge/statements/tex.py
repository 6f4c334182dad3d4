"""Turns the TeX of problem statements into Markdown with formulas (docs/problems.md says which). Pure.

It knows what packages use: text in its styles, lists, tables, pictures, formulas, the parts of olymp.sty (Polygon) and
of the ICPC's packages, and what their authors define. Of what it does not know it keeps the words, and says so.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from chalicelib.common.texts import Text
from chalicelib.judge.statements import markdown, tex_formulas, tex_tables, tex_words
from chalicelib.judge.statements.converted import Converted, Pictures
from chalicelib.judge.statements.markdown import Kind, Run, Style
from chalicelib.judge.statements.tex_source import KEPT, MAX_DEPTH, Kept, Reader, TooComplex, simplified

MOST_OF_A_PROBLEM = 4
"""Arguments of olymp.sty's `problem` after its title: two files and two limits."""

_NOT_SHOWN = re.compile(r"\.(?:pdf|eps|ps)$", re.IGNORECASE)
_TEXT = re.compile(rf"[^\\{{}}$~{KEPT}\n`'\-<>,\"]+")
_LIGATURES = re.compile(r"---|--|``|''|<<|>>|\"(?:---|--~|--\*)|,,|\"=|.", re.DOTALL)
_LIGATED = {
    "---": "—", "--": "–", "``": "“", "''": "”", "<<": "«", ">>": "»", '"---': "—", '"--~': "—", '"--*': "—",
    ",,": "„", '"=': "-", "`": "‘",
}  # fmt: skip
_PARAGRAPH = re.compile(r"[ \t]*\n[ \t]*\n\s*")
_END_OF_LINE = re.compile(r"\n[ \t]*")
_KEPT_PART = re.compile("\ue000(\\d+)\ue001")
_SPACE_ASIDE = re.compile(r"\s*(?:\[[^\]\n]*\])?")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>]+")


def convert(source: str, *, language: str = "en", picture: Pictures = str) -> Converted:
    """Never raises: a statement that is beyond it stays as it is, with a note."""
    try:
        return _Conversion(language, picture).run(source)
    except (TooComplex, RecursionError):
        english = "The TeX of the statement is too complex to be converted, and stays as it is"
        return Converted(markdown.code_block(source.strip()), notes=(Text("statement_not_converted", english),))


@dataclass(slots=True)
class Page:
    """The blocks so far, and the paragraph that is being written."""

    blocks: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    style: Style = field(default_factory=Style)

    def text(self, text: str) -> None:
        self.runs.append(Run(text, self.style))

    def add(self, text: str, kind: Kind) -> None:
        self.runs.append(Run(text, replace(self.style, code=False), kind))

    def end_paragraph(self) -> None:
        if written := markdown.line(self.runs):
            self.blocks.append(written)
        self.runs.clear()

    def block(self, text: str) -> None:
        self.end_paragraph()
        if text.strip():
            self.blocks.append(text)

    @contextmanager
    def styled(self, name: str = "") -> Iterator[None]:
        before = self.style
        self.declare(name)
        yield
        self.style = before

    def declare(self, name: str) -> None:
        if name == tex_words.PLAIN:
            self.style = Style()
        elif name:
            self.style = replace(self.style, **{name: True})


class _Conversion:
    def __init__(self, language: str, picture: Pictures) -> None:
        self._headings = tex_words.HEADINGS.get(language.partition("-")[0].lower(), tex_words.HEADINGS["en"])
        self._picture = picture
        self._kept: list[Kept] = []
        self._title: str | None = None
        self._unknown: dict[str, None] = {}
        self._notes: dict[str, Text] = {}
        self._depth = 0
        self._commands = self._special_commands()

    def run(self, source: str) -> Converted:
        plain = simplified(source)
        self._kept = plain.kept
        text = markdown.joined(_without_empty_parts(self.blocks(plain.text), set(self._headings.values())))
        if self._unknown:
            english = "What these commands of TeX do is not shown, their text is: {commands}"
            named = ", ".join(list(self._unknown)[:20])
            self._note(Text("tex_commands_unknown", english, {"commands": named}))
        return Converted(text, self._title, tuple(self._notes.values()))

    def blocks(self, source: str, style: Style | None = None) -> list[str]:
        """A part of the source by itself."""
        page = Page(style=style or Style())
        self._flow(Reader(source), page)
        page.end_paragraph()
        return page.blocks

    def inline(self, source: str) -> str:
        """A part of the source in one line, such as a heading or the cell of a table."""
        return " ".join(block.replace("\\\n", " ").replace("\n", " ") for block in self.blocks(source))

    def _note(self, text: Text) -> None:
        self._notes.setdefault(f"{text.code} {text}", text)

    def _flow(self, reader: Reader, page: Page) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooComplex
        while not reader.at_end:
            self._step(reader, page)
        self._depth -= 1

    def _step(self, reader: Reader, page: Page) -> None:
        match reader.next:
            case "\\":
                self._command(reader, page)
            case "{":
                with page.styled():
                    self._flow(Reader(reader.group()), page)
            case "$":
                self._formula(reader, page)
            case "\ue000":
                self._kept_part(reader, page)
            case "}":
                reader.at += 1
            case "~":
                reader.at += 1
                page.text("\u00a0")
            case _:
                self._words(reader, page)

    def _words(self, reader: Reader, page: Page) -> None:
        if found := reader.match(_TEXT):
            page.text(found[0])
        elif reader.match(_PARAGRAPH):
            page.end_paragraph()
        elif reader.match(_END_OF_LINE):
            page.text(" ")
        elif found := reader.match(_LIGATURES):
            page.text(found[0] if page.style.code else _LIGATED.get(found[0], found[0]))

    def _kept_part(self, reader: Reader, page: Page) -> None:
        found = reader.match(_KEPT_PART)
        if found is None:
            reader.at += 1
            return
        kept = self._kept[int(found[1])]
        if kept.is_block:
            page.block(markdown.code_block(kept.text))
        elif kept.is_address:
            page.text(kept.text)
        else:
            page.add(markdown.code(kept.text), Kind.MARKUP)

    def _formula(self, reader: Reader, page: Page) -> None:
        fence = "$$" if reader.text.startswith("$$", reader.at) else "$"
        start = reader.at + len(fence)
        end = _end_of_formula(reader.text, start, fence)
        if end < 0:
            self._note(Text("tex_formula_open", "A formula begins and does not end"))
            page.text("$")
            reader.at += len(fence)
            return
        reader.at = end + len(fence)
        self._show_formula(reader.text[start:end], page, displayed=fence == "$$")

    def _show_formula(self, source: str, page: Page, *, displayed: bool, environment: str = "") -> None:
        source = _KEPT_PART.sub(lambda found: self._kept[int(found[1])].text, source)
        if displayed:
            page.block(tex_formulas.displayed(source, environment))
        else:
            page.add(tex_formulas.in_line(source), Kind.FORMULA)

    def _command(self, reader: Reader, page: Page) -> None:
        start = reader.at
        name = reader.command()
        if name in self._commands:
            self._commands[name](reader, page)
        elif name in tex_words.ACCENTS and (name not in {"c", "v", "u", "H", "r", "k", "b", "d"} or reader.next):
            self._accent(tex_words.ACCENTS[name], reader, page)
        elif name in tex_words.SYMBOLS:
            _keep_space(reader, page, tex_words.SYMBOLS[name], start)
        elif name in tex_words.STYLED:
            with page.styled(tex_words.STYLED[name]):
                self._flow(Reader(reader.argument()), page)
        elif name in tex_words.DECLARED:
            self._declared(name, reader, page)
        else:
            self._structural(name, reader, page)

    def _structural(self, name: str, reader: Reader, page: Page) -> None:
        if name in tex_words.SECTIONS:
            reader.star()
            reader.option()
            page.block(markdown.heading(tex_words.SECTIONS[name], self.inline(reader.argument())))
        elif name in tex_words.PARTS:
            page.block(markdown.heading(2, self._headings[tex_words.PARTS[name]]))
        elif name in tex_words.SILENT:
            reader.star()
            self._arguments(tex_words.SILENT[name], reader, page)
            if name in {"medskip", "bigskip", "smallskip", "vspace", "newpage"}:
                page.end_paragraph()
        elif name in tex_words.KEPT_ARGUMENTS:
            self._arguments(tex_words.KEPT_ARGUMENTS[name], reader, page)
        else:
            self._unknown[f"\\{name}"] = None
            reader.star()

    def _arguments(self, signature: str, reader: Reader, page: Page) -> None:
        """Take a command's arguments, and show those that it is."""
        for kind in signature:
            if kind == "m":
                self._shown_argument(reader, page)
            elif kind == "o":
                reader.option()
            elif kind == "d":
                reader.argument()
            else:
                page.text(" ")

    def _shown_argument(self, reader: Reader, page: Page) -> None:
        with page.styled():
            self._flow(Reader(reader.argument()), page)

    def _accent(self, mark: str, reader: Reader, page: Page) -> None:
        letter = reader.argument().strip()
        letter = {"\\i": "i", "\\j": "j"}.get(letter, letter)
        if not letter:
            return
        page.text(unicodedata.normalize("NFC", letter[0] + mark) + letter[1:])

    def _declared(self, name: str, reader: Reader, page: Page) -> None:
        if reader.next == "{":
            with page.styled(tex_words.DECLARED[name]):
                self._flow(Reader(reader.group()), page)
        else:
            page.declare(tex_words.DECLARED[name])

    def _special_commands(self) -> dict[str, Callable[[Reader, Page], None]]:
        return {
            "begin": self._environment,
            "end": lambda reader, _: _drop(reader.argument()),
            "\\": self._line_break,
            "newline": self._line_break,
            "linebreak": self._line_break,
            "tabularnewline": self._line_break,
            "par": lambda _, page: page.end_paragraph(),
            "item": self._stray_item,
            "[": lambda reader, page: self._until(reader, page, "\\]", displayed=True),
            "(": lambda reader, page: self._until(reader, page, "\\)", displayed=False),
            "includegraphics": self._includegraphics,
            "illustration": self._illustration,
            "problemname": self._name,
            "title": self._name,
            "href": self._link,
            "url": self._address,
            "caption": self._caption,
            "paragraph": self._run_in_heading,
            "subparagraph": self._run_in_heading,
            "footnote": self._footnote,
            "enquote": lambda reader, page: self._around(reader, page, "“", "”"),
            "epigraph": self._epigraph,
            "exmp": self._example,
            "multicolumn": self._multicolumn,
            "ref": self._reference,
            "eqref": self._reference,
            "constant": self._constant,
        }

    def _line_break(self, reader: Reader, page: Page) -> None:
        reader.star()
        reader.match(_SPACE_ASIDE) if reader.next in "[" else None
        page.add("", Kind.BREAK)

    def _stray_item(self, reader: Reader, page: Page) -> None:
        page.end_paragraph()
        if option := reader.option():
            page.text(option)

    def _until(self, reader: Reader, page: Page, fence: str, *, displayed: bool) -> None:
        end = reader.text.find(fence, reader.at)
        if end < 0:
            self._note(Text("tex_formula_open", "A formula begins and does not end"))
            return
        source, reader.at = reader.text[reader.at : end], end + len(fence)
        self._show_formula(source, page, displayed=displayed)

    def _includegraphics(self, reader: Reader, page: Page) -> None:
        reader.star()
        reader.option()
        reader.option()
        self._show_picture(reader.argument().strip().strip('"'), page)

    def _show_picture(self, named: str, page: Page, alternative: str = "") -> None:
        file = self._picture(named)
        if file is None:
            english = "The picture '{file}' is missing, or of a kind that browsers do not show"
            self._note(Text("picture_not_shown", english, {"file": named[:100]}))
            page.text(f"[{named}]")
            return
        address = re.sub(r"[^\w./-]", "_", file)
        alt = alternative or markdown.escaped(re.sub(r"\.\w+$", "", file.rpartition("/")[2]))
        mark = "" if _NOT_SHOWN.search(file) else "!"
        page.add(f"{mark}[{alt}]({address})", Kind.MARKUP)

    def _illustration(self, reader: Reader, page: Page) -> None:
        reader.option()
        reader.argument()
        file, caption = reader.argument().strip(), self.inline(reader.argument())
        page.end_paragraph()
        self._show_picture(file, page)
        page.end_paragraph()
        if caption:
            page.block(caption)

    def _name(self, reader: Reader, page: Page) -> None:
        named = self.inline(reader.argument())
        self._title = self._title or _plain(named) or None
        page.end_paragraph()

    def _link(self, reader: Reader, page: Page) -> None:
        address, text = self._address_of(reader), self.inline(reader.argument())
        if _SAFE_LINK.fullmatch(address):
            page.add(f"[{text or markdown.escaped(address)}](<{address}>)", Kind.MARKUP)
        else:
            page.add(text, Kind.MARKUP)

    def _address(self, reader: Reader, page: Page) -> None:
        address = self._address_of(reader)
        if _SAFE_LINK.fullmatch(address):
            page.add(f"<{address}>", Kind.MARKUP)
        else:
            page.text(address)

    def _address_of(self, reader: Reader) -> str:
        given = _KEPT_PART.sub(lambda found: self._kept[int(found[1])].text, reader.argument())
        return re.sub(r"\\([%#_&{}~])", r"\1", given).strip()

    def _caption(self, reader: Reader, page: Page) -> None:
        reader.star()
        reader.option()
        page.end_paragraph()
        for block in self.blocks(reader.argument(), Style(italic=True)):
            page.block(block)

    def _run_in_heading(self, reader: Reader, page: Page) -> None:
        reader.star()
        page.end_paragraph()
        with page.styled(tex_words.BOLD):
            self._flow(Reader(reader.argument()), page)
        page.text(" ")

    def _footnote(self, reader: Reader, page: Page) -> None:
        reader.option()
        self._around(reader, page, " (", ")")

    def _around(self, reader: Reader, page: Page, before: str, behind: str) -> None:
        page.text(before)
        self._shown_argument(reader, page)
        page.text(behind)

    def _epigraph(self, reader: Reader, page: Page) -> None:
        page.block(markdown.quoted([*self.blocks(reader.argument()), *self.blocks(reader.argument())]))

    def _example(self, reader: Reader, page: Page) -> None:
        """An example that stands in the statement itself."""
        for given in (reader.argument(), reader.argument()):
            shown = _KEPT_PART.sub(lambda found: self._kept[int(found[1])].text, given)
            if shown.strip():
                page.block(markdown.code_block(re.sub(r"\\([%&#_{}$])", r"\1", shown).strip("\n").rstrip()))

    def _multicolumn(self, reader: Reader, page: Page) -> None:
        """In a table its columns were counted already."""
        self._arguments("ddm", reader, page)

    def _reference(self, reader: Reader, page: Page) -> None:
        named = reader.argument()
        self._note(Text("tex_references", "References by number (\\ref) show the name of what they refer to"))
        page.text(f"({named})")

    def _constant(self, reader: Reader, page: Page) -> None:
        page.text(f"{{{{{reader.argument().strip()}}}}}")

    def _environment(self, reader: Reader, page: Page) -> None:
        name = reader.argument().strip()
        body = Reader(reader.until_end(name))
        plain = name.rstrip("*")
        if plain in tex_formulas.ENVIRONMENTS:
            self._show_formula(body.text, page, displayed=plain != "math", environment=name)
        elif name in tex_words.TABLES:
            page.block(self._table(name, body))
        elif plain in tex_words.LISTS:
            self._list(body, page, numbered=tex_words.LISTS[plain])
        elif name in tex_words.DRAWINGS:
            english = "A drawing is left out: '{name}' is a program for TeX itself"
            self._note(Text("tex_drawing", english, {"name": name}))
        elif name == "problem":
            self._problem(body, page)
        else:
            self._container(name, body, page)

    def _container(self, name: str, body: Reader, page: Page) -> None:
        if name in tex_words.QUOTATIONS:
            page.block(markdown.quoted(self.blocks(body.text)))
            return
        if name in tex_words.PART_ENVIRONMENTS:
            page.block(markdown.heading(2, self._headings[tex_words.PART_ENVIRONMENTS[name]]))
        elif name in tex_words.PASSED_THROUGH:
            self._arguments(tex_words.PASSED_THROUGH[name], body, page)
        elif not name.startswith("example"):
            self._unknown[f"\\begin{{{name}}}"] = None
        page.end_paragraph()
        with page.styled(tex_words.DECLARED.get(name, "")):
            self._flow(Reader(body.text[body.at :]), page)
        page.end_paragraph()

    def _problem(self, body: Reader, page: Page) -> None:
        """Olymp.sty's: title, files and limits, of which the problem itself tells all but the title."""
        self._name(body, page)
        for _ in range(MOST_OF_A_PROBLEM):
            before = body.at
            body.spaces()
            if body.next != "{":
                body.at = before
                break
            body.group()
        self._flow(Reader(body.text[body.at :]), page)
        page.end_paragraph()

    def _list(self, body: Reader, page: Page, *, numbered: bool) -> None:
        items = []
        for label, text in _items(body.text):
            inner = Page()
            if label:
                inner.add(f"**{self.inline(label)}** ", Kind.MARKUP)
            self._flow(Reader(text), inner)
            inner.end_paragraph()
            items.append(inner.blocks)
        page.block(markdown.listed(items, numbered=numbered))

    def _table(self, name: str, body: Reader) -> str:
        spec = ""
        for kind in tex_words.TABLES[name]:
            if kind == "o":
                body.option()
            else:
                spec = body.argument()
        rows = [[self._cell(cell) for cell in row] for row in tex_tables.rows(body.text[body.at :])]
        kept = [row for row in rows if any(row)]
        return markdown.table(kept, tex_tables.alignments(spec)) if kept else ""

    def _cell(self, source: str) -> str:
        return tex_tables.cell(self.inline(source))


def _items(source: str) -> list[tuple[str, str]]:
    """The items of a list, not those of lists in it: (label, text) each."""
    found, depth, starts = Reader(source), 0, []
    for each in _LIST_MARK.finditer(source):
        if each[1] == "item":
            if not depth and not each[0].startswith("\\\\"):
                starts.append(each)
        else:
            depth += 1 if each[1] == "begin" else -1
    items = []
    for number, each in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(source)
        found = Reader(source[:end], each.end())
        label = found.option() or ""
        items.append((label, source[found.at : end].strip()))
    return items


_LIST_MARK = re.compile(r"\\(begin|end|item)(?![A-Za-z])")


def _end_of_formula(text: str, start: int, fence: str) -> int:
    """Where a formula ends: at its dollars, but for those in braces (of \\text{…}); -1 when a paragraph ends first."""
    depth = 0
    for found in _FORMULA_MARK.finditer(text, start):
        mark = found[0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif mark.startswith("\n") and fence == "$":
            return -1
        elif mark == "$" and depth <= 0 and text.startswith(fence, found.start()):
            return found.start()
    return -1


_FORMULA_MARK = re.compile(r"\\.|[{}$]|\n[ \t]*\n", re.DOTALL)


def _keep_space(reader: Reader, page: Page, symbol: str, start: int) -> None:
    """TeX takes the spaces behind a command of letters; authors mean them, as \\ldots and so on."""
    behind = reader.text[start : reader.at]
    page.text(symbol + (" " if behind[-1:].isspace() and not symbol.isspace() else ""))


def _without_empty_parts(blocks: list[str], parts: set[str]) -> list[str]:
    """Without headings of our own that nothing follows: those of examples, which are shown elsewhere."""
    kept: list[str] = []
    for block in reversed(blocks):
        is_part = block.startswith("## ") and block[3:] in parts
        if is_part and (not kept or kept[-1].startswith("## ")):
            continue
        kept.append(block)
    return kept[::-1]


def _plain(text: str) -> str:
    """Markdown as a title: without its marks."""
    return re.sub(r"\\([^\w\s])", r"\1", re.sub(r"(?<!\\)[*`]", "", text)).replace("\u00a0", " ").strip()


def _drop(_: str) -> None:
    """An end without its beginning shows nothing."""

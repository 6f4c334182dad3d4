"""A TeX source made simple to read: verbatim parts kept aside, comments gone, macros written out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_EXPANDED = 1024 * 1024
"""Characters, with all macros written out: a few that name each other could make gigabytes."""
MAX_EXPANSIONS = 20_000
MAX_DEPTH = 60
"""Of groups and environments within each other."""

KEPT, KEPT_END = "\ue000", "\ue001"
"""Around the number of a part that was kept aside: characters that no text has."""

_VERBATIM = "verbatim\\*?|Verbatim|lstlisting|minted|alltt|code"
_KEEPS = re.compile(
    rf"\\begin\{{(?P<env>{_VERBATIM})\}}(?P<body>.*?)\\end\{{(?P=env)\}}"
    r"|\\(?:verb\*?|lstinline(?:\[[^\]]*\])?)(?P<fence>[^\w\s*{\[])(?P<inline>[^\n]*?)(?P=fence)"
    r"|\\(?:lstinline(?:\[[^\]]*\])?|path)\{(?P<braced>[^{}\n]*)\}"
    r"|(?P<before>\\(?:url|href))\s*\{(?P<address>[^{}\n]*)\}"
    r"|\\begin\{comment\}(?P<comment>.*?)\\end\{comment\}"
    r"|\\iffalse\b(?P<off>.*?)\\fi\b"
    r"|(?P<escaped>\\[\\%{}])"
    r"|(?P<remark>%[^\n]*(?:\n[ \t]*)?)",
    re.DOTALL,
)
_OPTIONS = re.compile(r"\A(?:[ \t]*\[[^\]\n]*\])?(?:\{[^{}\n]*\})*[ \t]*\n?")
_COMMAND = re.compile(r"\\([A-Za-z@]+)\*?")
_DOCUMENT, _DOCUMENT_END = re.compile(r"\\begin\s*\{document\}"), re.compile(r"\\end\s*\{document\}")
_PARAMETER = re.compile(r"#([1-9])")


class TooComplex(Exception):
    """Macros that grow without end, or groups too deep within each other."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that is not TeX: a `text` to be shown as it is, as a block, in a line, or as the address of a link."""

    text: str
    is_block: bool = False
    is_address: bool = False


@dataclass(slots=True)
class Source:
    text: str
    kept: list[Kept] = field(default_factory=list)


def simplified(text: str) -> Source:
    """TooComplex when its macros cannot be written out."""
    source = Source("")
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate({ord(KEPT): None, ord(KEPT_END): None})
    plain = _KEEPS.sub(lambda found: _keep(found, source.kept), plain)
    source.text = _Macros().written_out(_body(plain))
    return source


def _keep(found: re.Match[str], kept: list[Kept]) -> str:
    parts = found.groupdict()
    if parts["escaped"]:
        return found[0]
    if parts["remark"] is not None:
        return "\n" if parts["remark"].endswith("\n") and found.string[found.end() : found.end() + 1] == "\n" else ""
    if parts["comment"] is not None or parts["off"] is not None:
        return ""
    if parts["env"]:
        body = parts["body"]
        body = _OPTIONS.sub("", body) if parts["env"] in {"lstlisting", "minted", "Verbatim"} else body.lstrip("\n")
        kept.append(Kept(body.rstrip(), is_block=True))
        return f"\n\n{KEPT}{len(kept) - 1}{KEPT_END}\n\n"
    if parts["before"]:
        kept.append(Kept(parts["address"].replace("\\%", "%").replace("\\#", "#").replace("\\_", "_"), is_address=True))
        return f"{parts['before']}{{{KEPT}{len(kept) - 1}{KEPT_END}}}"
    kept.append(Kept(parts["inline"] or parts["braced"] or ""))
    return f"{KEPT}{len(kept) - 1}{KEPT_END}"


def _body(text: str) -> str:
    """What is between \\begin{document} and \\end{document}, with the definitions in front of it."""
    begun = _DOCUMENT.search(text)
    if begun is None:
        return text
    ended = _DOCUMENT_END.search(text, begun.end())
    return "".join(_definitions(text[: begun.start()])) + text[begun.end() : ended.start() if ended else len(text)]


def _definitions(preamble: str) -> list[str]:
    found = re.finditer(r"\\(?:(?:re)?new|provide)command|\\def\b|\\DeclareMathOperator", preamble)
    made = []
    for each in found:
        reader = Reader(preamble, each.start())
        before = reader.at
        reader.command()
        if _Macros().define(each[0].lstrip("\\"), reader):
            made.append(preamble[before : reader.at] + "\n")
    return made


@dataclass(slots=True)
class Macro:
    body: str
    parameters: int = 0
    default: str | None = None


class Reader:
    """Reads a text from a place on. What is asked for and not there is None or empty; nothing raises."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text, self.at = text, at

    @property
    def at_end(self) -> bool:
        return self.at >= len(self.text)

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def spaces(self) -> None:
        """Spaces and one end of line, as TeX passes over them in front of an argument."""
        self.match(_SPACES)

    def command(self) -> str:
        """The name behind a backslash, without a star: letters, or one other character."""
        found = self.match(_NAME)
        if found is None:
            self.at += 1
            return ""
        if found[1]:
            self.match(_GAP)
            return found[1]
        return found[2]

    def star(self) -> bool:
        return self.match(_STAR) is not None

    def option(self) -> str | None:
        """What stands in brackets here."""
        start = self.at
        self.spaces()
        if self.next != "[":
            self.at = start
            return None
        end = _closing(self.text, self.at, "[", "]")
        if end < 0:
            self.at = start
            return None
        inner = self.text[self.at + 1 : end]
        self.at = end + 1
        return inner

    def argument(self) -> str:
        """What stands in braces here, else the one character or command."""
        start = self.at
        self.spaces()
        if self.next == "{":
            return self.group()
        if self.next == "\\":
            before = self.at
            self.command()
            return self.text[before : self.at].rstrip()
        if self.at_end or self.next in "}\n":
            self.at = start
            return ""
        self.at += 1
        return self.text[self.at - 1]

    def group(self) -> str:
        """What is in the braces that open here; to the end, if nothing closes them."""
        end = _closing(self.text, self.at, "{", "}")
        inner = self.text[self.at + 1 : end] if end >= 0 else self.text[self.at + 1 :]
        self.at = end + 1 if end >= 0 else len(self.text)
        return inner

    def until_end(self, name: str) -> str:
        """The rest of an environment whose beginning was read, up to its own end."""
        mark = re.compile(rf"\\(begin|end)\s*\{{{re.escape(name)}\}}")
        depth, start = 1, self.at
        for found in mark.finditer(self.text, self.at):
            depth += 1 if found[1] == "begin" else -1
            if not depth:
                self.at = found.end()
                return self.text[start : found.start()]
        self.at = len(self.text)
        return self.text[start:]


_SPACES = re.compile(r"[ \t]*\n?[ \t]*(?!\n)")
_GAP = re.compile(r"[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?")
_NAME = re.compile(r"\\(?:([A-Za-z@]+)|(.))", re.DOTALL)
_STAR = re.compile(r"\*")
_BRACE = re.compile(r"\\.|[{}\[\]]", re.DOTALL)


def _closing(text: str, at: int, opens: str, closes: str) -> int:
    """Where what opens at a place is closed; brackets only count outside of braces. -1 if nowhere."""
    depth = braces = 0
    for found in _BRACE.finditer(text, at):
        mark = found[0]
        if braces == 0 and mark in {opens, closes}:
            depth += 1 if mark == opens else -1
            if not depth:
                return found.start()
        elif opens != "{" and mark in "{}":
            braces += 1 if mark == "{" else -1
            if braces < 0:
                return -1
    return -1


class _Macros:
    """Writes out what an author has defined."""

    def __init__(self) -> None:
        self._known: dict[str, Macro] = {}
        self._left = MAX_EXPANSIONS
        self._size = 0

    def written_out(self, text: str) -> str:
        return self._expand(text, 0)

    def _expand(self, text: str, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise TooComplex
        reader, parts, last = Reader(text), [], 0
        while found := _COMMAND.search(text, reader.at):
            reader.at = found.start()
            if found.start() and _is_escaped(text, found.start()):
                reader.at = found.end()
                continue
            name = found[1]
            if name not in _DEFINES and name not in self._known:
                reader.at = found.end()
                continue
            start = found.start()
            reader.at = found.end(1)
            written = self._written(name, reader, depth)
            if written is None:
                continue
            parts += [text[last:start], written]
            last = reader.at
        whole = "".join([*parts, text[last:]])
        self._size += len(whole) if parts else 0
        if self._size > MAX_EXPANDED:
            raise TooComplex
        return whole

    def _written(self, name: str, reader: Reader, depth: int) -> str | None:
        """What stands for a macro; empty for a definition, None for what is no use of either."""
        if name in _DEFINES:
            return "" if self.define(name, reader) else None
        self._left -= 1
        if self._left < 0:
            raise TooComplex
        macro = self._known[name]
        reader.match(_GAP if macro.parameters else _NOTHING)
        given = self._arguments(macro, reader)
        return self._expand(_PARAMETER.sub(lambda each: given.get(each[1], ""), macro.body), depth + 1)

    def _arguments(self, macro: Macro, reader: Reader) -> Mapping[str, str]:
        given = []
        if macro.default is not None:
            option = reader.option()
            given.append(macro.default if option is None else option)
        given += [reader.argument() for _ in range(macro.parameters - len(given))]
        return {str(number): each for number, each in enumerate(given, 1)}

    def define(self, how: str, reader: Reader) -> bool:
        """Whether what is behind the word is a definition that can be read."""
        reader.star()
        if how == "def":
            found = reader.match(_DEF)
            if found is None or reader.next != "{":
                return False
            self._known[found[1]] = Macro(reader.group(), found[2].count("#"))
            return True
        name = reader.argument().strip().lstrip("\\")
        if how == "DeclareMathOperator":
            self._known[name] = Macro(f"\\operatorname{{{reader.argument()}}}")
            return True
        count, default = reader.option(), reader.option()
        body = reader.argument()
        number = int(count) if count and count.strip() in set("123456789") else 0
        if name and name not in _NEVER and not body.strip().startswith("\\old"):
            self._known[name] = Macro(body, number, default if number else None)
        return True


_DEFINES = frozenset({"newcommand", "renewcommand", "providecommand", "def", "DeclareMathOperator"})
_NEVER = frozenset({"begin", "end", "item", "section", "arraystretch", "baselinestretch"})
_DEF = re.compile(r"\s*\\([A-Za-z@]+)\s*((?:#[1-9])*)\s*")
_NOTHING = re.compile(r"(?:\{\})?")


def _is_escaped(text: str, at: int) -> bool:
    """Whether the backslash at a place belongs to one in front of it: of `\\\\hline` the second does."""
    count = 0
    while at - count > 0 and text[at - count - 1] == "\\":
        count += 1
    return count % 2 == 1

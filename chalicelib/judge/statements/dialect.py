"""The Markdown that statements are given out in: CommonMark and tables, formulas between dollars, no HTML. Pure.

Packages write a little HTML into theirs, and marks for where samples stand: the first becomes Markdown, the second
goes. A picture is called by its file's name, which becomes its address when the statement is given out.
"""

import html
import re
from collections.abc import Callable

from chalicelib.common.texts import Text
from chalicelib.judge.statements.converted import Converted

_CODE = (
    r"(?P<code>^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
)
_HTML = re.compile(
    _CODE
    + r"|(?P<sample>\{\{\s*(?:nextsample|remainingsamples)\s*\}\})"
    + r"|<img\b(?P<img>[^<>]*)/?>"
    + r"|(?P<br><br\s*/?>)"
    + r"|<(?P<mark>/?)(?P<name>b|strong|i|em|code|tt|kbd)>"
    + r"|(?P<container></?(?:div|span|p|center|figure|figcaption|small|font|section|u|sub|sup)\b[^<>]*>)"
    + r"|(?P<remark><!--.*?-->)"
    + r"|(?P<other></?[a-zA-Z][a-zA-Z0-9]*\b[^<>]*>)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`"}
_ATTRIBUTE = re.compile(r"(src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_LINK = re.compile(
    _CODE
    + r"|(?P<head>!?\[(?:[^\[\]\n\\]|\\.)*\]\()(?:<(?P<angled>[^<>\n]+)>|(?P<plain>[^\s()<>]+))"
    + r"(?P<tail>(?:\s+\"[^\"\n]*\")?\))",
    re.DOTALL | re.MULTILINE,
)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/#?]")

Address = Callable[[str], str | None]


def cleaned(source: str, picture: Callable[[str], str | None] = str) -> Converted:
    """Markdown in this dialect. Pictures are called by the names that `picture` gives their files."""
    left: dict[str, None] = {}

    def replaced(found: re.Match[str]) -> str:
        parts = found.groupdict()
        if parts["code"] is not None:
            return found[0]
        if parts["other"] is not None:
            if _is_address(parts["other"]):
                return found[0]
            left[re.sub(r"[^\w]", "", parts["other"].partition(" ")[0])] = None
            return ""
        return _as_markdown(parts)

    text = _HTML.sub(replaced, source.replace("\r\n", "\n").replace("\r", "\n"))
    missing: dict[str, None] = {}

    def known(name: str) -> str | None:
        file = picture(name)
        if file is None:
            missing[name] = None
        return file

    text = with_addresses(text, known)
    return Converted(text.strip("\n"), notes=(*_of_html(left), *_of_pictures(missing)))


def with_addresses(text: str, address: Address) -> str:
    """The text whose links to files go where `address` says; others stay."""

    def replaced(found: re.Match[str]) -> str:
        if found["code"] is not None:
            return found[0]
        name = found["angled"] or found["plain"]
        where = None if _ELSEWHERE.match(name) else address(name)
        return found[0] if where is None else f"{found['head']}{where}{found['tail']}"

    return _LINK.sub(replaced, text)


def _as_markdown(parts: dict[str, str | None]) -> str:
    if parts["img"] is not None:
        given = {
            key.lower(): first or second or third for key, first, second, third in _ATTRIBUTE.findall(parts["img"])
        }
        source, alternative = html.unescape(given.get("src", "")), html.unescape(given.get("alt", ""))
        address = f"<{source}>" if " " in source else source
        plain = alternative.replace("[", "").replace("]", "")
        return f"![{plain}]({address})" if source else ""
    if parts["br"] is not None:
        return "\\\n"
    if parts["name"] is not None:
        return _MARKS[parts["name"].lower()]
    return ""


def _is_address(tag: str) -> bool:
    """An autolink, such as <https://school.example>, is no tag."""
    return re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", tag) is not None


def _of_html(tags: dict[str, None]) -> list[Text]:
    english = "HTML in Markdown is left out: {tags}"
    return [Text("statement_html", english, {"tags": ", ".join(list(tags)[:20])})] if tags else []


def _of_pictures(missing: dict[str, None]) -> list[Text]:
    english = "The picture '{file}' is missing, or of a kind that browsers do not show"
    return [Text("picture_not_shown", english, {"file": name[:100]}) for name in list(missing)[:20]]

"""Formulas of TeX as KaTeX and MathJax read them in Markdown: `$…$` in a line, `$$…$$` by themselves. Pure."""

import re
from collections.abc import Mapping

ENVIRONMENTS: Mapping[str, str] = {
    "math": "",
    "displaymath": "",
    "equation": "",
    "align": "aligned",
    "flalign": "aligned",
    "alignat": "aligned",
    "eqnarray": "aligned",
    "gather": "gathered",
    "multline": "gathered",
}
"""Of TeX's own, without their stars; and what stands inside of `$$` in their place."""

_DROPPED = re.compile(
    r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag|xspace|displaylimits|allowbreak)(?![A-Za-z])"
)
_RENAMED = {
    "mbox": "text",
    "hbox": "text",
    "textnormal": "text",
    "textsc": "text",
    "emph": "textit",
    "nicefrac": "frac",
    "sfrac": "frac",
    "dfrac": "dfrac",
    "t": "texttt",
    "num": "text",
    "mathds": "mathbb",
    "ensuremath": "mathord",
}
_COMMAND = re.compile(r"\\(\\|[A-Za-z]+|[^A-Za-z])")
_INNER = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_EQUALS = re.compile(r"&\s*([^&]{0,20}?)\s*&")
_BAR = re.compile(r"\\\||\\?\|")


def cleaned(source: str) -> str:
    """The formula between the dollars; empty for one that shows nothing."""
    text = _DROPPED.sub("", source)
    text = _INNER.sub(r"\\(\1\\)", text)
    text = _COMMAND.sub(_renamed, text)
    return " ".join(text.replace("$", "").split()).removesuffix("\\")


def in_line(source: str) -> str:
    formula = cleaned(source)
    return f"${formula}$" if formula else ""


def displayed(source: str, environment: str = "") -> str:
    """A formula by itself. `environment` is TeX's, if it stood in one."""
    name = environment.rstrip("*")
    inner = ENVIRONMENTS.get(name, "")
    if name == "alignat":
        source = re.sub(r"\A\s*\{[^{}]*\}", "", source)
    if name == "eqnarray":
        source = _EQUALS.sub(r"&\1 ", source)
    formula = cleaned(source)
    if inner and formula:
        formula = f"\\begin{{{inner}}} {formula} \\end{{{inner}}}"
    return f"$${formula}$$" if formula else ""


def in_table(formula: str) -> str:
    """In a table a bar would end the cell."""
    barred = _BAR.sub(lambda found: "\\Vert " if found[0] == "\\|" else "\\vert ", formula)
    return " ".join(barred.split())


def _renamed(found: re.Match[str]) -> str:
    if found[1] == "$":
        return "\\text{\\textdollar}"
    return f"\\{_RENAMED.get(found[1], found[1])}"

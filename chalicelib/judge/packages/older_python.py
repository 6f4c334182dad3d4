"""Whether a program is written in Python 2, which packages of before 2020 call by the ending of Python 3. Pure."""

import re

_SHEBANG = re.compile(r"#!.*python2")
_TEXT = re.compile(
    r"""("{3}|'{3})(?s:.)*?(?:\1|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\#[^\n]*""",
)
"""Strings and comments, which may say anything. What does not end goes on to the last character: it is read once."""
_PRINTS = re.compile(
    r"""(?m:^|[:;])[ \t]*print(?:[ \t]*""|[ \t]+(?!(?:if|else|and|or|is|in|for|as|from|import)\b)\w)"""
)
_CALLS = re.compile(r"(?<![.\w])(raw_input|xrange)[ \t]*\(")
"""Functions that Python 3 has no more, and that nearly every program calls which reads or counts."""
_MADE = re.compile(r"\b(?:def|as|import)[ \t]+(raw_input|xrange)\b|\b(raw_input|xrange)[ \t]*=")


def is_older(source: str) -> bool:
    """By its first line, by a `print` that is a statement, or by a call of what is gone and not made by itself."""
    if _SHEBANG.match(source):
        return True
    said = _TEXT.sub(lambda found: "" if found[0].startswith("#") else '""', source)
    if _PRINTS.search(said):
        return True
    made = {name for found in _MADE.findall(said) for name in found}
    asks = "NameError" in said  # for what there is: it runs in either Python
    return not asks and bool(set(_CALLS.findall(said)) - made)

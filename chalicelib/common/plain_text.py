"""Rules for short texts that people write about themselves and that others are shown: names and logins. Pure.

Such a text stands in mails, lists and on other people's screens. So it has nothing that could reorder, hide or break
the text around it, and nothing that a mail program or a browser would turn into a link.
"""

import re
import unicodedata

from chalicelib.common.http import validation
from chalicelib.common.texts import Text

HIDDEN = Text("hidden_characters", "has characters that cannot be seen")
LIKE_ADDRESS = Text("like_an_address", "looks like an address")

_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories: control, format (also those that turn the direction of writing), half a pair, separators."""
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that look like nothing at all although Unicode calls them letters, marks or symbols."""

_ADDRESS = re.compile(
    r"""
    @
    | ://
    | \b (?: https? | ftp | mailto | tel | sms | data | javascript ) \s* :
    | \b www \s* \.
    | [^\W_] [\w-]* [^\W_] \. [^\W\d_] {2}    # a domain: example.org, пример.рф
    | \b [a-z0-9] \. [a-z] {2}                # a domain of one letter: t.me
    | \. [^\W_]+ [/\\]                        # whatever has a path behind it
    | \b \d {1,3} (?: \. \d {1,3} ) {3} \b    # an address of IPv4
    """,
    re.VERBOSE,
)
_DOTS = str.maketrans("。", ".")
"""NFKC makes a full stop of its other forms (IDNA does too), except of this one."""


def has_hidden(text: str) -> bool:
    """Whether a text has characters that are not seen, or that change how the text around them is shown."""
    return any(unicodedata.category(each) in _FORBIDDEN or each in _BLANK for each in text)


def is_like_address(text: str) -> bool:
    """Whether something in a text could be taken for an address, of a page or of a mailbox.

    `J.R.R. Tolkien` and `А.С.Пушкин` are not; `example.org`, `t.me` and `Dr.Smith` are: mail programs make a link of
    any two words that a dot joins.
    """
    return _ADDRESS.search(unicodedata.normalize("NFKC", text).casefold().translate(_DOTS)) is not None


def name(text: str) -> str:
    """Returns a name that may be shown to others and mailed; refused for any other text."""
    if has_hidden(text):
        raise validation.refused(HIDDEN)
    if is_like_address(text):
        raise validation.refused(LIKE_ADDRESS)
    return text


def login(text: str) -> str:
    """Returns a login that may be shown to others; refused for any other text.

    A dot may join its words, as in `ann.lee`: no mail has a login.
    """
    if has_hidden(text):
        raise validation.refused(HIDDEN)
    if text.casefold().startswith("www."):
        raise validation.refused(LIKE_ADDRESS)
    return text

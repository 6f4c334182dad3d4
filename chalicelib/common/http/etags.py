"""Entity tags: nobody overwrites a version that they have not read.

An item that can be edited has a `version`, which grows with each change. Answers carry it as their ETag; a request may
bring it back in If-Match, and then the write happens only while it holds. The check is the write's own condition::

    expected = etags.if_match(request)                   # in the view
    news.update(actions, condition=etags.version_matches(News.version, expected))
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=…) from refused

Without If-Match the last one wins.
"""

import hashlib
import re
from datetime import datetime

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition

from chalicelib.common import ids
from chalicelib.common.http import errors, responses
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.requests import Request

IfMatch = frozenset[int] | None
"""The versions that a caller expects; None for any."""

MAX_TAGS = 50
"""Tags of one If-Match: DynamoDB compares with at most 100 values."""

MICROSECONDS = 1_000_000

_TAG = re.compile(r'(?P<weak>W/)?"(?P<opaque>[\x21\x23-\x7e\x80-\xff]*)"')
_OURS = re.compile(r"(?P<version>0|[1-9][0-9]{0,15})(?:-[0-9a-f]+)?")
_DIGEST_CHARS = 16
_NO_VERSION = -1


def header(version: int, *, shown: responses.View | None = None) -> dict[str, str]:
    """Returns the ETag of a version. Where readers get different views of an item, `shown` is this reader's."""
    if shown is None:
        return {"ETag": f'"{version}"'}
    return {"ETag": f'"{version}-{_digest(shown.model_dump_json(by_alias=True))}"'}


def as_spoken(tag: str, sent: str) -> str:
    """Returns the ETag of a version that another reader gets in another language: with what is `sent` to this one."""
    found = _TAG.fullmatch(tag)
    ours = _OURS.fullmatch(found["opaque"]) if found else None
    return f'"{ours["version"]}-{_digest(sent)}"' if ours else tag


def of_text(text: str) -> dict[str, str]:
    """Returns the ETag of a text that is no version of an item: the same for the same text, here and anywhere."""
    return {"ETag": f'"{_digest(text)}"'}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]


def none_match(if_none_match: str, tag: str) -> bool:
    """Whether If-None-Match names this tag, by the weak comparison (RFC 9110, 13.1.2)."""
    named = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in named or tag in named


def if_match(request: Request) -> IfMatch:
    """Returns the versions that If-Match names (RFC 9110, 13.1.1); an empty set when all its tags are weak or
    not ours.
    """
    value = request.headers.get("if-match", "").strip()
    if value in {"", "*"}:
        return None
    tags = [_TAG.fullmatch(part.strip()) for part in value.split(",")]
    strong = [_OURS.fullmatch(tag["opaque"]) for tag in tags if tag and not tag["weak"]]
    versions = {int(ours["version"]) for ours in strong if ours}
    if len(versions) > MAX_TAGS:
        raise errors.BadRequest(
            "too_many_tags", "If-Match takes at most {limit} tags", limit=MAX_TAGS, where=Place(In.HEADER, "If-Match")
        )
    return frozenset(version for version in versions if version <= ids.MAX_ID)


def if_match_or_absent(request: Request, *, absent: int) -> IfMatch:
    """Returns what `if_match` does; with If-None-Match: * that nothing may be there yet, which is version `absent`."""
    wants_none = request.headers.get("if-none-match", "").strip() == "*"
    return frozenset({absent}) if wants_none else if_match(request)


def first_version(now: datetime) -> int:
    """Returns the first version of what may be deleted, and made anew under its key: the microseconds of a moment. Did
    it begin with 1 each time, a writer who had read the former would overwrite the new one unread.
    """
    return int(now.timestamp() * MICROSECONDS)


def version_matches(version: Attribute[int], expected: IfMatch) -> Condition:
    """Returns the condition of a write: the item exists, in a version that was expected."""
    return version.exists() if expected is None else version.is_in(*(expected or {_NO_VERSION}))


def require(version: int, expected: IfMatch) -> None:
    """Raises 412 unless the version was expected: for writes whose condition is that the item still has this
    version.
    """
    if expected is not None and version not in expected:
        raise precondition_failed()


def precondition_failed(version: int | None = None) -> errors.PreconditionFailed:
    """Returns the 412. With `version`, its ETag is that of what is there now."""
    return errors.PreconditionFailed(
        "changed_since",
        "This has been changed since you read it, read it again",
        headers=None if version is None else header(version),
    )


def refusal(expected: IfMatch, *, gone: errors.NotFound) -> errors.LyceumError:
    """Returns the error of a write that `version_matches` refused: without an expected version, the item is gone."""
    return gone if expected is None else precondition_failed()

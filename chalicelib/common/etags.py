"""Entity tags: nobody overwrites what they have not seen.

An item that can be edited has a `version`, which grows with each change. Answers carry it as their ETag; a request may
bring it back in If-Match, and then the write happens only while it holds. The check is the write's own condition::

    wanted = etags.wanted(request)                     # in the view
    news.update(actions, condition=etags.holds(News.version, wanted))
    except table.ConditionFailed as refused:
        raise etags.refusal(wanted, gone=…) from refused

Without If-Match the last one wins.
"""

import hashlib
import re
from typing import TYPE_CHECKING

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition

from chalicelib.common import errors, ids, shapes

if TYPE_CHECKING:
    from chalicelib.common import web

Wanted = frozenset[int] | None
"""The versions that a caller has seen; None for any."""

MAX_TAGS = 50
"""Tags of one If-Match: DynamoDB compares with at most 100 values."""

_TAG = re.compile(r'(?P<weak>W/)?"(?P<opaque>[\x21\x23-\x7e\x80-\xff]*)"')
_OURS = re.compile(r"(?P<version>0|[1-9][0-9]{0,15})(?:-[0-9a-f]+)?")
_DIGEST_CHARS = 16
_NO_VERSION = -1


def header(version: int, *, shown: shapes.View | None = None) -> dict[str, str]:
    """The ETag of a version. What is `shown` makes it that of this reader's view, where each sees another."""
    if shown is None:
        return {"ETag": f'"{version}"'}
    digest = hashlib.sha256(shown.model_dump_json(by_alias=True).encode()).hexdigest()[:_DIGEST_CHARS]
    return {"ETag": f'"{version}-{digest}"'}


def names(if_none_match: str, tag: str) -> bool:
    """Whether If-None-Match names this tag, by the weak comparison (RFC 9110, 13.1.2)."""
    named = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in named or tag in named


def wanted(request: "web.Request") -> Wanted:
    """The versions that If-Match names (RFC 9110, 13.1.1): none of ours, when all of its tags are weak or strange."""
    value = request.headers.get("if-match", "").strip()
    if value in {"", "*"}:
        return None
    tags = [_TAG.fullmatch(part.strip()) for part in value.split(",")]
    strong = [_OURS.fullmatch(tag["opaque"]) for tag in tags if tag and not tag["weak"]]
    versions = {int(ours["version"]) for ours in strong if ours}
    if len(versions) > MAX_TAGS:
        raise errors.BadRequest("too_many_tags", "If-Match takes at most {limit} tags", limit=MAX_TAGS)
    return frozenset(version for version in versions if version <= ids.MAX_ID)


def holds(version: Attribute[int], seen: Wanted) -> Condition:
    """The condition of a write: the item is there, and of a version that was seen."""
    return version.exists() if seen is None else version.is_in(*(seen or {_NO_VERSION}))


def require(version: int, seen: Wanted) -> None:
    """412 unless the version was seen: for what is written under the condition that it is still of this version."""
    if seen is not None and version not in seen:
        raise changed()


def changed() -> errors.PreconditionFailed:
    return errors.PreconditionFailed("changed_since", "This has been changed since you read it, read it again")


def refusal(seen: Wanted, *, gone: errors.NotFound) -> errors.LyceumError:
    """Why a write under `holds` was refused: who asked for no version lost the item itself."""
    return gone if seen is None else changed()

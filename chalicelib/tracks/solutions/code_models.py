"""The versions of a solution's code as they are stored: `models.py` lists the keys.

A version is never changed. What it is stands in one item, and its files in `parts` others, which hold a gzipped JSON
array together: an item of DynamoDB has at most 400 KB.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pynamodb.attributes import BinaryAttribute, JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.texts import Text
from chalicelib.tracks import models
from chalicelib.tracks.models import TracksItem
from chalicelib.tracks.solutions import file_rules
from chalicelib.tracks.solutions.file_rules import SolutionFile

PART_BYTES = 350_000
MOST_VERSIONS = 200
"""Of a solution."""
MOST_NOTES = 100
FREE = "version_free"
"""The condition of a new version: there is none of that number."""


class Origin(StrEnum):
    """How the files of a version came."""

    FILES = "files"
    ZIP = "zip"
    COMMIT = "commit"


class CodeVersion(TracksItem, discriminator="code_version"):
    """`files` are `{"path", "size", "lines"}` in the order of their paths; `digest` is the same for the same files.

    `notes` say of what came with them why it was left out: pairs of a path and a text.
    """

    version = dynamo_items.IntegerAttribute()
    origin = UnicodeAttribute()
    commit = dynamo_items.OptionalTextAttribute()
    files = JSONAttribute()
    notes = JSONAttribute(default=list)
    parts = dynamo_items.IntegerAttribute()
    digest = UnicodeAttribute()
    made_at = UTCDateTimeAttribute()


class CodePart(TracksItem, discriminator="code_part"):
    packed = BinaryAttribute(legacy_encoding=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Files as they came, and of what was left out, why."""

    files: tuple[SolutionFile, ...]
    origin: Origin
    notes: Sequence[tuple[str, Text]] = ()
    commit: str | None = None

    @property
    def digest(self) -> str:
        """The same for the same files, in any order."""
        return hashlib.sha256(_json_of(self.files)).hexdigest()


def add(transaction: Transaction, submission_id: int, version: int, code: Code, at: datetime) -> None:
    """Store a version with what else the transaction writes; its condition is named FREE."""
    packed = gzip.compress(_json_of(code.files), mtime=0)
    parts = [packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES)]
    stored = CodeVersion(
        *models.code_version_key(submission_id, version),
        version=version,
        origin=code.origin,
        commit=code.commit,
        files=[_listed(each) for each in _ordered(code.files)],
        notes=[[path, reason.to_json()] for path, reason in code.notes[:MOST_NOTES]],
        parts=len(parts),
        digest=code.digest,
        made_at=at,
    )
    transaction.save(stored, condition=CodeVersion.pk.does_not_exist(), named=FREE)
    for number, part in enumerate(parts):
        transaction.save(CodePart(*models.code_part_key(submission_id, version, number), packed=part))


def find(submission_id: int, version: int) -> CodeVersion | None:
    return dynamo_items.find(CodeVersion, *models.code_version_key(submission_id, version), consistent=True)


def versions_of(submission_id: int) -> list[CodeVersion]:
    """All that are kept, the oldest first."""
    return models.all_below(CodeVersion, models.submission_place_key(submission_id), models.CODE_VERSIONS)


def read(submission_id: int, version: int) -> list[SolutionFile] | None:
    """The files of a version, in the order of their paths; None when it is not kept."""
    beside = models.submission_place_key(submission_id)
    parts = models.all_below(CodePart, beside, models.code_parts(version))
    if not parts:
        return None
    packed = b"".join(part.packed for part in parts)
    return [SolutionFile(path, text) for path, text in json.loads(gzip.decompress(packed))]


def delete(submission_id: int, *, before: int | None = None) -> None:
    """Delete the versions of a submission: all, or those before one. Doing it again does no harm."""
    leaving = [each for each in versions_of(submission_id) if before is None or each.version < before]
    with TracksItem.batch_write() as batch:
        for stored in leaving:
            for number in range(stored.parts):
                batch.delete(CodePart(*models.code_part_key(submission_id, stored.version, number)))
    with TracksItem.batch_write() as batch:  # only now: what was interrupted is found again
        for stored in leaving:
            batch.delete(stored)


def _listed(file: SolutionFile) -> dict[str, object]:
    return {"path": file.path, "size": file_rules.size_of(file.text), "lines": len(file_rules.lines_of(file.text))}


def _json_of(files: Iterable[SolutionFile]) -> bytes:
    pairs = [[each.path, each.text] for each in _ordered(files)]
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":")).encode()


def _ordered(files: Iterable[SolutionFile]) -> list[SolutionFile]:
    return sorted(files, key=lambda each: each.path)

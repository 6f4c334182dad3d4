"""Reads the code of a solution: its files, its versions, and what differs between two of them.

Reviewers get it without what its author is called, in texts and in paths (`masking.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import errors
from chalicelib.tracks.solutions import access, code_models, diffs
from chalicelib.tracks.solutions.access import Reader
from chalicelib.tracks.solutions.code_models import CodeVersion
from chalicelib.tracks.solutions.diffs import FileDiff
from chalicelib.tracks.solutions.file_rules import SolutionFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """One version; `content` is that of the one file that was asked for. Without code there is no version."""

    reader: Reader
    shown: CodeVersion | None
    versions: Sequence[CodeVersion]
    content: SolutionFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What a version has changed since another, which there need not be."""

    reader: Reader
    version: int
    against: int | None
    files: Sequence[FileDiff]


def read(
    caller: Caller, assignment_id: int, submission_id: int, *, version: int | None = None, path: str | None = None
) -> Files:
    """404 for one who may not read it, and for a version or file that there is not."""
    reader = access.reader_of(caller, assignment_id, submission_id)
    versions = _readable(reader)
    if not reader.submission.code_version and version is None and path is None:
        return Files(reader=reader, shown=None, versions=versions)
    shown = _version(versions, version or reader.submission.code_version)
    content = _file(reader, shown, path) if path is not None else None
    return Files(reader=reader, shown=shown, versions=versions, content=content)


def compare(
    caller: Caller,
    assignment_id: int,
    submission_id: int,
    *,
    version: int | None,
    against: int | None,
    path: str | None,
) -> Diff:
    """The first version is compared with nothing: all of it is new. Errors as `read` has them."""
    reader = access.reader_of(caller, assignment_id, submission_id)
    versions = _readable(reader)
    new = _version(versions, version or reader.submission.code_version)
    before = [each for each in versions if each.version < new.version]
    old = _version(versions, against) if against else before[-1] if before else None
    earlier, later = _files(reader, old, path), _files(reader, new, path)
    if path is not None and not earlier and not later:
        raise _no_such_file()
    found = diffs.compare(earlier, later)
    return Diff(reader=reader, version=new.version, against=old.version if old else None, files=found)


def _readable(reader: Reader) -> list[CodeVersion]:
    """Reviewers read no versions that never were up for review."""
    oldest = reader.oldest_version
    if not oldest:
        return []
    found = [each for each in code_models.versions_of(reader.submission.id) if each.version >= oldest]
    for each in found:
        paths = reader.mask.paths(file["path"] for file in each.files)
        each.files = [{**file, "path": paths[file["path"]]} for file in each.files]
        left_out = reader.mask.paths(path for path, _ in each.notes)
        each.notes = [[left_out[path], reason] for path, reason in each.notes]
    return found


def _version(versions: Sequence[CodeVersion], number: int) -> CodeVersion:
    found = next((each for each in versions if each.version == number), None)
    if found is None:
        raise _no_such_version()
    return found


def _file(reader: Reader, shown: CodeVersion, path: str) -> SolutionFile:
    found = _files(reader, shown, path)
    if not found:
        raise _no_such_file()
    return found[0]


def _files(reader: Reader, version: CodeVersion | None, path: str | None) -> list[SolutionFile]:
    """All files of a version, or the one at a path, if it is there."""
    if version is None:
        return []
    files = code_models.read(reader.submission.id, version.version)
    if files is None:  # deleted since it was listed: the track is over
        raise _no_such_version()
    paths = reader.mask.paths(each.path for each in files)
    wanted = [each for each in files if path in {None, paths[each.path]}]
    return [SolutionFile(paths[each.path], reader.mask.text(each.text)) for each in wanted]


def _no_such_version() -> errors.NotFound:
    return errors.NotFound("version_not_found", "There is no such version of this solution")


def _no_such_file() -> errors.NotFound:
    return errors.NotFound("solution_file_not_found", "There is no such file in this version")

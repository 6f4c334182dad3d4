"""Answers about the code of solutions. None of them says whose it is."""

from typing import Literal, Self

from chalicelib.common.http.responses import Moment, View, WordedText
from chalicelib.common.texts import Text
from chalicelib.tracks.fetching.responses import FetchView
from chalicelib.tracks.fetching.states import Fetch
from chalicelib.tracks.solutions.access import ReaderRole
from chalicelib.tracks.solutions.code_models import CodeVersion
from chalicelib.tracks.solutions.diffs import FileDiff, Hunk, Line
from chalicelib.tracks.solutions.files import Diff, Files
from chalicelib.tracks.solutions.uploads import Upload


class SolutionUploadView(View):
    """Where to POST the zip archive, as multipart/form-data: the fields first, then the file as `file`. Then send in
    its `upload_id`.
    """

    upload_id: int
    url: str
    fields: dict[str, str]

    @classmethod
    def of(cls, upload: Upload) -> Self:
        return cls(upload_id=upload.upload_id, url=upload.url, fields=dict(upload.fields))


class LeftOutView(View):
    """A file, or a folder with its slash, that was left out of a version, and why."""

    path: str
    reason: WordedText


class CodeVersionView(View):
    """`made_at` is null for reviewers: the time would tell whose it is. `commit` is that which was fetched."""

    version: int
    origin: Literal["files", "zip", "commit"]
    commit: str | None
    made_at: Moment | None
    files: int
    left_out: list[LeftOutView]

    @classmethod
    def of(cls, version: CodeVersion, *, blind: bool) -> Self:
        return cls(
            version=version.version,
            origin=version.origin,
            commit=version.commit,
            made_at=None if blind else version.made_at,
            files=len(version.files),
            left_out=[LeftOutView(path=path, reason=Text.from_json(reason)) for path, reason in version.notes],
        )


class CodeFileView(View):
    """`size` in bytes of UTF-8; `content` for the one file that was asked for by its path."""

    path: str
    size: int
    lines: int
    content: str | None


class SolutionCodeView(View):
    """A version of a solution's files; null when it has none. `pinned_version` is the one that stands: once
    submissions are closed, the one that is reviewed. `versions` are those that the caller may read, the oldest first.
    `fetch` says what came of fetching a link; null for reviewers and where there is nothing to fetch.
    """

    submission_id: int
    assignment_id: int
    role: Literal["author", "reviewer", "teacher"]
    version: int | None
    pinned_version: int | None
    versions: list[CodeVersionView]
    files: list[CodeFileView]
    fetch: FetchView | None

    @classmethod
    def of(cls, found: Files) -> Self:
        reader, shown, asked = found.reader, found.shown, found.content
        fetch = Fetch.of(reader.submission.fetch)
        listed = [each for each in shown.files if asked is None or each["path"] == asked.path] if shown else []
        return cls(
            submission_id=reader.submission.id,
            assignment_id=reader.assignment.id,
            role=reader.role.value,
            version=shown.version if shown else None,
            pinned_version=reader.submission.code_version or None,
            versions=[CodeVersionView.of(each, blind=reader.role is ReaderRole.REVIEWER) for each in found.versions],
            files=[CodeFileView(**each, content=asked.text if asked else None) for each in listed],
            fetch=FetchView.of(fetch) if fetch and reader.role is not ReaderRole.REVIEWER else None,
        )


class DiffLineView(View):
    """`old` and `new` are its numbers in the two versions, from 1; null in the one that does not have it."""

    kind: Literal["same", "removed", "added"]
    old: int | None
    new: int | None
    text: str

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(kind=line.kind.value, old=line.old, new=line.new, text=line.text)


class HunkView(View):
    """As in a unified diff: three lines before and after what differs. A start is 0 where a side has no lines."""

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    lines: list[DiffLineView]

    @classmethod
    def of(cls, hunk: Hunk) -> Self:
        return cls(
            old_start=hunk.old_start,
            old_lines=hunk.old_lines,
            new_start=hunk.new_start,
            new_lines=hunk.new_lines,
            lines=[DiffLineView.of(each) for each in hunk.lines],
        )


class FileDiffView(View):
    """`is_rough`: too much differs to find the fewest changes, so what differs is shown as a whole. `is_cut`: there is
    more than an answer holds; ask for the file by its `path`.
    """

    path: str
    state: Literal["added", "removed", "changed"]
    is_rough: bool
    is_cut: bool
    hunks: list[HunkView]

    @classmethod
    def of(cls, file: FileDiff) -> Self:
        hunks = [HunkView.of(each) for each in file.hunks]
        return cls(path=file.path, state=file.state.value, is_rough=file.is_rough, is_cut=file.is_cut, hunks=hunks)


class DiffView(View):
    """What differs between two versions, file by file. `against` is null where there is none before."""

    submission_id: int
    version: int
    against: int | None
    files: list[FileDiffView]

    @classmethod
    def of(cls, found: Diff) -> Self:
        files = [FileDiffView.of(each) for each in found.files]
        return cls(submission_id=found.reader.submission.id, version=found.version, against=found.against, files=files)

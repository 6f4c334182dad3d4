"""Bodies and queries about the code of solutions."""

from typing import Annotated

from pydantic import AfterValidator, Field

from chalicelib.common import ids
from chalicelib.common.http import validation
from chalicelib.common.http.requests import Body, Query
from chalicelib.common.texts import Text
from chalicelib.tracks.solutions import file_rules
from chalicelib.tracks.solutions.file_rules import SolutionFile


def _path(value: str) -> str:
    return _refuse(file_rules.refusal_of_path(value), value)


def _text(value: str) -> str:
    return _refuse(file_rules.refusal_of_text(value), value)


def _refuse(reason: Text | None, value: str) -> str:
    if reason is not None:
        raise validation.refused(reason)
    return value


class SolutionFileBody(Body):
    """A file in UTF-8 of at most 256 KiB, with a relative path."""

    path: Annotated[str, Field(min_length=1, max_length=file_rules.MAX_PATH), AfterValidator(_path)]
    content: Annotated[str, AfterValidator(_text)]

    def file(self) -> SolutionFile:
        return SolutionFile(self.path, self.content)


Files = Annotated[list[SolutionFileBody], Field(max_length=file_rules.MOST_FILES)]
UploadId = Annotated[int, Field(ge=1, le=ids.MAX_ID)]
Version = Annotated[int, Field(ge=1, le=999_999)]
FilePath = Annotated[str, Field(min_length=1, max_length=file_rules.MAX_SHOWN_PATH)]


class FilesQuery(Query):
    """Without `version` it is the one that stands; with `path` that file alone, and its content."""

    path: FilePath | None = None
    version: Version | None = None


class DiffQuery(FilesQuery):
    """Without `against` it is compared with the version before it."""

    against: Version | None = None

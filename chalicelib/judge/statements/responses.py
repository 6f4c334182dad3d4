"""Answers about the statements of problems and their files."""

from typing import Literal, Self

from chalicelib.common.http.responses import View, WordedText
from chalicelib.common.texts import Text
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import statements
from chalicelib.judge.responses import StatementInfo, UploadView
from chalicelib.judge.statement_models import Statement
from chalicelib.judge.statements import pictures
from chalicelib.judge.statements.stored_files import File, Upload
from chalicelib.judge.statements.written import Form


class WrittenView(View):
    """A statement as its author wrote it: the `source` in its `format`; and the `text` that everybody reads, Markdown.

    `is_main` is shown to those who ask for no language in which there is a statement. `notes` say what of the source is
    not in the text.
    """

    language: str
    name: str
    format: Form
    source: str
    text: str
    is_main: bool
    notes: list[WordedText]
    statements: list[StatementInfo]

    @classmethod
    def of(cls, problem: Problem, statement: Statement) -> Self:
        return cls(
            language=statement.language,
            name=statement.title,
            format=Form(statement.form),
            source=statement.source,
            text=statements.with_addresses(problem, statement.text),
            is_main=statement.language == problem.language,
            notes=[Text.from_json(note) for note in statement.notes],
            statements=StatementInfo.all_of(problem),
        )


class FileView(View):
    """A file of a text: of a problem's statements, or of a lesson. The text calls it by its `name`; `path` is where its
    readers find it.
    """

    name: str
    content_type: Literal[tuple(sorted(set(pictures.KINDS.values())))]  # type: ignore[valid-type]  # told at runtime
    size: int
    path: str

    @classmethod
    def of(cls, file: File) -> Self:
        return cls(name=file.name, content_type=file.content_type, size=file.size, path=file.path)


class FilesView(View):
    """All files of a problem or of a lesson, by name."""

    items: list[FileView]


class FileUpload(View):
    """Upload the file, then PUT `upload_id` to the path of its name."""

    upload_id: int
    max_bytes: int
    upload: UploadView

    @classmethod
    def of(cls, upload: Upload) -> Self:
        form = UploadView(url=upload.url, fields=dict(upload.fields))
        return cls(upload_id=upload.upload_id, max_bytes=pictures.MAX_BYTES, upload=form)

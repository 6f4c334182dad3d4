"""Packages of problems, and what became of them, on the wire."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field

from chalicelib.common.http.requests import Body
from chalicelib.common.http.responses import View
from chalicelib.judge.imports import State
from chalicelib.judge.models import Import
from chalicelib.judge.package_store import Upload
from chalicelib.judge.proofs import Promise
from chalicelib.judge_protocol.contract import Verdict


class PackageBody(Body):
    """The package that is going to be sent: its exact size in bytes, and its SHA-256 in hex for good measure."""

    size: int = Field(ge=1)
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class UploadView(View):
    """Where to POST the file, as multipart/form-data: the fields first, then the file as `file`."""

    url: str
    fields: dict[str, str]


class PackageView(View):
    import_id: int
    upload: UploadView

    @classmethod
    def of(cls, started: Import, upload: Upload) -> Self:
        return cls(import_id=started.id, upload=UploadView(url=upload.url, fields=dict(upload.fields)))


class FaultView(View):
    file: str
    reason: str


class JuryView(View):
    """A program of the jury: what its package promises, and what it got."""

    file: str
    submission_id: int
    promised: list[Verdict]
    verdict: Verdict
    is_met: bool

    @classmethod
    def of(cls, promise: Promise) -> Self:
        return cls(
            file=promise.file,
            submission_id=promise.submission_id,
            promised=sorted(promise.promised),
            verdict=Verdict.PENDING if promise.is_pending else promise.verdict,
            is_met=promise.is_met,
        )


class ImportView(View):
    """`failed`: nothing was changed, for these faults. `done`: the tests are in, and the jury's programs were judged.

    `warnings` name what was left out, `faults` of a package that is done the promises that were not met.
    """

    import_id: int
    problem_id: int
    state: State
    tests_version: int
    faults: list[FaultView]
    warnings: list[FaultView]
    jury: list[JuryView]

    @classmethod
    def of(cls, stored: Import, promises: Sequence[Promise]) -> Self:
        broken = [(each.file, each.complaint) for each in promises if not each.is_met and not each.is_pending]
        faults = [*stored.faults, *broken]
        done = stored.state == State.JUDGING and not any(each.is_pending for each in promises)
        return cls(
            import_id=stored.id,
            problem_id=stored.problem_id,
            state=State.DONE if done else State(stored.state),
            tests_version=stored.tests_version,
            faults=[FaultView(file=file, reason=reason) for file, reason in faults],
            warnings=[FaultView(file=file, reason=reason) for file, reason in stored.warnings],
            jury=[JuryView.of(each) for each in promises],
        )

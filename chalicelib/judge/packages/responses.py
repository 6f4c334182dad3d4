"""Responses about packages: where one is to be sent, and what became of it."""

from collections.abc import Iterator, Sequence
from typing import Any, Self

from chalicelib.common.http.responses import View, WordedText
from chalicelib.common.texts import Text
from chalicelib.judge.import_models import Import
from chalicelib.judge.packages.states import ImportState
from chalicelib.judge.packages.upload import Upload
from chalicelib.judge.problems import jury
from chalicelib.judge.problems.jury import ExpectedVerdict
from chalicelib.judge.responses import UploadView
from chalicelib.judge_protocol.contract import Verdict


class PackageView(View):
    import_id: int
    upload: UploadView

    @classmethod
    def of(cls, started: Import, upload: Upload) -> Self:
        return cls(import_id=started.id, upload=UploadView(url=upload.url, fields=dict(upload.fields)))


class FaultView(View):
    file: str
    reason: WordedText


class JuryView(View):
    """A program of the jury: what its package promises, and what it got."""

    file: str
    submission_id: int
    promised: list[Verdict]
    verdict: Verdict
    is_met: bool

    @classmethod
    def of(cls, expected: ExpectedVerdict) -> Self:
        return cls(
            file=expected.file,
            submission_id=expected.submission_id,
            promised=sorted(expected.promised),
            verdict=Verdict.PENDING if expected.is_pending else expected.verdict,
            is_met=expected.is_met,
        )


class ImportView(View):
    """`failed`: nothing was changed, for these faults. `done`: the tests are in, and the jury's programs were judged.

    `warnings` name what was left out, `faults` of a package that is done the promises that were not met.
    """

    import_id: int
    problem_id: int
    state: ImportState
    tests_version: int
    faults: list[FaultView]
    warnings: list[FaultView]
    jury: list[JuryView]

    @classmethod
    def of(cls, stored: Import, promises: Sequence[ExpectedVerdict]) -> Self:
        broken = jury.broken_promises(each for each in promises if not each.is_pending)
        faults = [*_read(stored.faults), *broken]
        done = stored.state == ImportState.JUDGING and not any(each.is_pending for each in promises)
        return cls(
            import_id=stored.id,
            problem_id=stored.problem_id,
            state=ImportState.DONE if done else ImportState(stored.state),
            tests_version=stored.tests_version,
            faults=[FaultView(file=file, reason=reason) for file, reason in faults],
            warnings=[FaultView(file=file, reason=reason) for file, reason in _read(stored.warnings)],
            jury=[JuryView.of(each) for each in promises],
        )


def _read(stored: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Text]]:
    """Faults as an import has them."""
    for file, reason in stored:
        yield file, Text.from_json(reason)

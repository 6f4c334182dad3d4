"""Runs every available language's reference program twice: `python -m judge_container.selftest`.

Says how long compiling and running took, on the clock: cold and warm. Exits with the number of languages that failed.
"""

import sys
from collections.abc import Sequence

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Job, Outcome, Report, TestInput
from judge_container import handler, languages
from judge_container.languages import LanguageSpec
from judge_container.probe import NoLauncherError

_TIME_LIMIT_MS = 10_000


def main() -> int:
    try:
        handler.judge()
    except NoLauncherError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return sum(not _passes(spec) for spec in languages.load().values())


def _passes(spec: LanguageSpec) -> bool:
    """An absent toolchain is no failure: whoever wants it installs it."""
    if not languages.is_available(spec):
        print(f"absent  {spec.id}")  # noqa: T201
        return True
    test = TestInput(id="1", input=spec.reference.input.encode(), time_limit_ms=_TIME_LIMIT_MS)
    # Another text each time: of the same one the judge has kept the build.
    sources = (spec.reference.source, f"{spec.reference.source}\n")
    jobs = (Job(job_id="selftest", language=spec.id, source=source, tests=(test,)) for source in sources)
    reports = [wire.report_from_json(handler.handler(wire.job_to_json(job), None)) for job in jobs]
    passed = all(_is_right(report, spec.reference.output.encode()) for report in reports)
    print(f"{'ok' if passed else 'FAILED'}  {spec.id}  {reports[0].toolchain}  ({_times(reports)})")  # noqa: T201
    if not passed:
        print(*reports, sep="\n", file=sys.stderr)  # noqa: T201
    return passed


def _times(reports: Sequence[Report]) -> str:
    compiling = ", ".join(f"{report.compilation.wall_ms:.0f}" for report in reports)
    running = ", ".join(f"{run.wall_ms:.0f}" for report in reports for run in report.runs)
    return f"compiles in {compiling} ms, runs in {running} ms"


def _is_right(report: Report, expected: bytes) -> bool:
    return [(run.outcome, run.stdout) for run in report.runs] == [(Outcome.OK, expected)]


if __name__ == "__main__":
    sys.exit(main())

"""Runs every available language's reference program twice: `python -m judge_container.selftest [--once] [LANGUAGE...]`.

Says how long compiling and running took, on the clock: cold and warm. Exits with the number of languages that failed.
"""

import argparse
import sys
from collections.abc import Sequence

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Job, Outcome, Report, TestInput
from judge_container import handler, languages
from judge_container.languages import LanguageSpec
from judge_container.probe import NoLauncherError

_TIME_LIMIT_MS = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m judge_container.selftest", description="The judge's languages.")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="some of them; all, if none is named")
    parser.add_argument("--once", action="store_true", help="compile and run each once, in half of the time")
    options = parser.parse_args()
    known = languages.load()
    if unknown := set(options.languages) - known.keys():
        parser.error(f"no such language: {', '.join(sorted(unknown))}")
    try:
        handler.judge()
    except NoLauncherError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    wanted = [spec for spec in known.values() if spec.id in options.languages or not options.languages]
    return sum(not _passes(spec, times=1 if options.once else 2) for spec in wanted)


def _passes(spec: LanguageSpec, *, times: int) -> bool:
    """An absent toolchain is no failure: whoever wants it installs it."""
    if not languages.is_available(spec):
        print(f"absent  {spec.id}")  # noqa: T201
        return True
    test = TestInput(id="1", input=spec.reference.input.encode(), time_limit_ms=_TIME_LIMIT_MS)
    # Another text each time: of the same one the judge has kept the build.
    sources = (spec.reference.source + "\n" * number for number in range(times))
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

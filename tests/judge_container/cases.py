"""The acceptance cases: folders of `tests/judge_cases`, each source in them one case.

`case.toml` says what is expected: `expect` (a Verdict, or several where the program's luck decides) and, where it
matters, `exit_code`, `signal`, `stdout`, `stdout_hex`, `stderr_contains`, `compiler_says`, `never` (words that may appear nowhere),
limits, `runs` (how often in a row) and `needs` / `needs_any` (layers without which the case says nothing).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.judge.contract import Job, Outcome, Report, Run, TestInput, Verdict

DIRECTORY = Path(__file__).resolve().parents[1] / "judge_cases"
LANGUAGES = {
    ".c": "c",
    ".cc": "cpp20",
    ".cpp": "cpp17",
    ".cs": "csharp",
    ".go": "go",
    ".java": "java",
    ".js": "javascript",
    ".pas": "pascal",
    ".py": "python3",
    ".pypy": "pypy3",
    ".rs": "rust",
    ".ts": "typescript",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    language: str
    source: str
    input: str
    answer: bytes
    expect: tuple[Verdict, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def job(self, secret: Path) -> Job:
        test = TestInput(
            id="",
            input=self.input.replace("{secret}", str(secret)).encode(),
            time_limit_ms=self.settings.get("time_limit_ms", 1000),
            memory_limit_kb=self.settings.get("memory_limit_kb", 256 * 1024),
            output_limit_bytes=self.settings.get("output_limit_bytes", 64 * 1024),
        )
        tests = (test,) * self.settings.get("runs", 1)
        return Job(job_id=self.name, language=self.language, source=self.source, tests=tests)

    def can_run(self, layers: set[str]) -> bool:
        """Whether the layers that hold are those that the case is about."""
        any_of = set(self.settings.get("needs_any", ())) or layers
        return set(self.settings.get("needs", ())) <= layers and bool(any_of & layers)

    def verdicts(self, report: Report) -> list[Verdict]:
        """What the trusted side would make of a report, as far as these cases go: tokens for OK, else the outcome."""
        if report.compilation.outcome is not Outcome.OK:
            return [Verdict[report.compilation.outcome.name]]
        return [self._verdict(run) for run in report.runs]

    def _verdict(self, run: Run) -> Verdict:
        if run.outcome is not Outcome.OK:
            return Verdict[run.outcome.name]
        return Verdict.OK if run.stdout.split() == self.answer.split() else Verdict.WRONG_ANSWER


def load() -> list[Case]:
    return [case for path in sorted(DIRECTORY.glob("*/case.toml")) for case in _cases_of(path.parent)]


def _cases_of(folder: Path) -> list[Case]:
    settings = tomllib.loads((folder / "case.toml").read_text())
    expect = settings["expect"]
    return [
        Case(
            name=f"{folder.name}-{LANGUAGES[source.suffix]}",
            language=LANGUAGES[source.suffix],
            source=source.read_bytes().decode("utf-8", "surrogateescape"),
            input=_text(folder / "input"),
            answer=_text(folder / "answer").encode(),
            expect=tuple(Verdict(name) for name in ([expect] if isinstance(expect, str) else expect)),
            settings=settings,
        )
        for source in sorted(folder.glob("main.*"))
    ]


def _text(path: Path) -> str:
    return path.read_bytes().decode() if path.exists() else ""

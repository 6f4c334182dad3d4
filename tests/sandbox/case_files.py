"""The acceptance cases: folders of `tests/sandbox/cases`, each source in them one case.

`case.toml` says what is expected: `expect` (a Verdict, or several where the program's luck decides) and, where it
matters, `exit_code`, `signal`, `stdout`, `stdout_hex`, `stderr_contains`, `compiler_says`, `never` (words that may
appear nowhere), limits, `runs` (how often in a row), `repeats` (of a pair: how often it is tried, 20 unless it waits
for a clock), `compiles_endlessly` (it takes whatever time compilers have), `needs` / `needs_any` (layers without which
the case says nothing) and `needs_path` (what has to be installed). `interactor` names a program of
`cases/interactors`, which then talks to the source and follows testlib's exit codes. What lies in a folder's `files`
comes along with its sources.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.judge.grading import validators
from chalicelib.judge.grading.validators import Convention
from chalicelib.judge_protocol.contract import File, Job, Outcome, Report, Run, Source, TestInput, Verdict

DIRECTORY = Path(__file__).resolve().parent / "cases"
LANGUAGES = {
    ".c": "c",
    ".cc": "cpp20",
    ".cpp": "cpp17",
    ".cs": "csharp",
    ".cxx": "cpp23",
    ".go": "go",
    ".hs": "haskell",
    ".java": "java",
    ".js": "javascript",
    ".kt": "kotlin",
    ".lua": "lua",
    ".pas": "pascal",
    ".php": "php",
    ".py": "python3",
    ".pypy": "pypy3",
    ".rb": "ruby",
    ".rs": "rust",
    ".sql": "sql",
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
    files: tuple[File, ...] = ()
    interactor: Source | None = None

    def job(self, secret: Path) -> Job:
        test = TestInput(
            id="",
            input=self.input.replace("{secret}", str(secret)).encode(),
            time_limit_ms=self.settings.get("time_limit_ms", 1000),
            memory_limit_kb=self.settings.get("memory_limit_kb", 256 * 1024),
            output_limit_bytes=self.settings.get("output_limit_bytes", 64 * 1024),
        )
        tests = (test,) * self.settings.get("runs", 1)
        return Job(
            job_id=self.name,
            language=self.language,
            source=self.source,
            tests=tests,
            files=self.files,
            interactor=self.interactor,
        )

    def can_run(self, layers: set[str]) -> bool:
        """Whether the layers that hold are those that the case is about."""
        any_of = set(self.settings.get("needs_any", ())) or layers
        return set(self.settings.get("needs", ())) <= layers and bool(any_of & layers)

    def verdicts(self, report: Report) -> list[Verdict]:
        """What the trusted side would make of a report, as far as these cases go: tokens for OK, else the outcome."""
        if report.compilation.outcome is not Outcome.OK:
            return [Verdict[report.compilation.outcome.name]]
        if self.interactor is not None:
            return [_verdict_of_pair(run) for run in report.runs]
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
            files=_files_of(folder / "files"),
            interactor=_interactor(settings.get("interactor")),
        )
        for source in sorted(folder.glob("main.*"))
    ]


def _files_of(folder: Path) -> tuple[File, ...]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(File(name=str(path.relative_to(folder)), data=path.read_bytes()) for path in paths)


def _interactor(name: str | None) -> Source | None:
    if name is None:
        return None
    path = DIRECTORY / "interactors" / name
    return Source(language=LANGUAGES[path.suffix], source=path.read_text())


def _verdict_of_pair(run: Run) -> Verdict:
    check_result = validators.read_pair(run, Convention.TESTLIB, points=1.0)
    return check_result.verdict if check_result else Verdict[run.outcome.name]


def _text(path: Path) -> str:
    return path.read_bytes().decode() if path.exists() else ""

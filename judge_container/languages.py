"""Loads the languages: each is a file in `languages/`, whose fields are explained here."""

import functools
import glob
import os
import re
import shutil
import stat
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent
_DIRECTORY = _PACKAGE / "languages"
_COMPILERS = _PACKAGE / "compilers"
# The same in the image and in a checkout; see `prepare.py`.
CACHE = _PACKAGE.parent / "build" / "prepared"
# What compilers get where nothing is prepared. GCC passes over a directory that is missing, not over a closed one.
_NOTHING_PREPARED = Path("/nonexistent")

# Toolchains come from the system, never from whoever started the judge.
TOOL_PATH = "/usr/local/bin:/usr/bin:/bin"

# What any program needs to start. Patterns, because versions are in some names.
_ALWAYS_READABLE = (
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
    "/dev/urandom",
    "/dev/random",
)

ADDRESS_SPACE = "address_space"
RESIDENT = "resident"

# A heap that any runtime starts with. Smaller limits are enforced from outside, by what the process really takes.
_LEAST_HEAP_MB = 16

_SCRIPT = re.compile(r"\{script:([a-z.]+)\}")
_PLACE = re.compile(r"\{(build|cache|memory_mb)\}")
_SOURCES = "{sources}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A small program that proves the toolchain: the self-test runs it."""

    source: str
    input: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSpec:
    """One language.

    Commands are words; the first is looked up in TOOL_PATH. They run in the build directory (`compile`), in an empty
    box (`run`), or once, when the judge is installed (`prepare`). Words and the environment's values may hold
      {build}      the directory of source and binary
      {sources}    the source file and every other file of the program with the same suffix, or one of `suffixes`: a
                   word each
      {cache}      the directory where `prepare` left something for the compiler
      {memory_mb}  the test's memory limit, which is what a heap may take
      {script:X}   the text of the file X in `compilers/`

    `time_factor` and `memory_factor` stretch a test's limits; `{memory_mb}` is not stretched, so that the factor is the
    room of the runtime itself. `memory_policy` is "address_space" when the runtime lives with a bounded address space,
    else "resident": only what it touches is watched. `memory_errors` are its runtime's last words without memory.
    `elsewhere` asks a tool that is on the caller's PATH, but not on TOOL_PATH, where it is installed: such a toolchain
    is used if programs may reach it.
    `companions` are files of the judge's own that lie beside the sources when these are compiled, by their names.
    """

    id: str
    name: str
    source_file: str
    compile: tuple[str, ...]
    run: tuple[str, ...]
    version: tuple[str, ...]
    reference: Reference
    prepare: tuple[str, ...] = ()
    time_factor: float = 1.0
    memory_factor: float = 1.0
    memory_policy: str = ADDRESS_SPACE
    memory_errors: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    companions: Mapping[str, str] = field(default_factory=dict, hash=False)
    suffixes: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.memory_policy not in {ADDRESS_SPACE, RESIDENT}:
            raise ValueError(f"{self.id}: no such memory policy: {self.memory_policy!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the placeholders stand for."""

    build: Path
    cache: Path
    memory_kb: int
    sources: tuple[str, ...] = ()

    def fill(self, word: str) -> str:
        values = {
            "build": str(self.build),
            "cache": str(self.cache),
            "memory_mb": str(max(self.memory_kb // 1024, _LEAST_HEAP_MB)),
        }
        return _PLACE.sub(lambda match: values[match[1]], word)

    def fill_all(self, words: Iterable[str]) -> tuple[str, ...]:
        return tuple(filled for word in words for filled in (self.sources if word == _SOURCES else (self.fill(word),)))


def load(directory: Path = _DIRECTORY) -> dict[str, LanguageSpec]:
    """Every language by its id, in the order of the file names."""
    specs = [parse(tomllib.loads(path.read_text("utf-8"))) for path in sorted(directory.glob("*.toml"))]
    return {spec.id: found_elsewhere(spec) for spec in specs}


def found_elsewhere(spec: LanguageSpec) -> LanguageSpec:
    """The language with the toolchain that `elsewhere` names, where the system has none."""
    if not spec.elsewhere or is_available(spec) or shutil.which(spec.elsewhere[0]) is None:
        return spec
    asked = subprocess.run(spec.elsewhere, capture_output=True, text=True, check=False)
    place = Path(asked.stdout.strip()).resolve()
    if asked.returncode or not _is_open_to_programs(place):
        return spec
    tool = str(place / "bin" / spec.elsewhere[0])
    return replace(
        spec,
        compile=(tool, *spec.compile[1:]),
        version=(tool, *spec.version[1:]),
        readable=(*spec.readable, glob.escape(str(place))),
    )


def parse(data: Mapping[str, Any]) -> LanguageSpec:
    """A language file's contents; an unknown or missing key is a TypeError, so no typo goes unnoticed."""
    values: dict[str, Any] = {
        key: tuple(map(_with_scripts, value)) if isinstance(value, list) else value for key, value in data.items()
    }
    values["reference"] = Reference(**data["reference"])
    values["companions"] = {name: _with_scripts(text) for name, text in data.get("companions", {}).items()}
    return LanguageSpec(**values)


def is_available(spec: LanguageSpec) -> bool:
    return all(tool_of(command) for command in (spec.compile, spec.run, spec.version))


def tool_of(command: tuple[str, ...]) -> str | None:
    """The program that a command starts: a path, or None when it is not installed."""
    tool = command[0]
    return tool if tool.startswith("{build}") else shutil.which(tool, path=TOOL_PATH)


def fill(command: tuple[str, ...], place: Place) -> tuple[str, ...]:
    """The words to execute. The language has to be available."""
    return place.fill_all((_installed(command[0]), *command[1:]))


@functools.cache
def cache_of(spec: LanguageSpec, root: Path = CACHE) -> Path:
    """What `prepare` left for the language, if there is anything that programs may reach."""
    path = root / spec.id
    return path if spec.prepare and _is_open_to_programs(path) else _NOTHING_PREPARED


@functools.cache
def readable_paths(spec: LanguageSpec) -> tuple[str, ...]:
    patterns = (*_ALWAYS_READABLE, *spec.readable, glob.escape(str(cache_of(spec))))
    return tuple(path for pattern in patterns for path in _existing(pattern))


def _existing(pattern: str) -> tuple[str, ...]:
    return tuple(sorted(glob.glob(pattern)))  # noqa: PTH207


@functools.cache
def _installed(tool: str) -> str:
    return tool_of((tool,)) or tool


def _is_open_to_programs(path: Path) -> bool:
    """Under root, programs are somebody else, and a checkout may lie in a closed home directory."""
    if os.geteuid() != 0:
        return os.access(path, os.R_OK | os.X_OK)
    return path.is_dir() and all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


def _with_scripts(word: str) -> str:
    return _SCRIPT.sub(lambda match: _script(match[1]), word)


@functools.cache
def _script(name: str) -> str:
    return (_COMPILERS / name).read_text("utf-8")

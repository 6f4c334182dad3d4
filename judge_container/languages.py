"""Languages as data: one file each in `languages/`. What a file says is explained here, field by field."""

import glob
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_DIRECTORY = Path(__file__).resolve().parent / "languages"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A small program that proves the toolchain: the self-test runs it."""

    source: str
    input: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSpec:
    """One language.

    Commands are words, with `{build}` for the directory of source and binary; the first word is looked up in TOOL_PATH.
    They run in the build directory (`compile`) or in an empty box (`run`). `time_factor` and `memory_factor`
    stretch a test's limits. `memory_policy` is "address_space" when the runtime lives with a bounded address space,
    else "resident": only what it touches is watched. `memory_errors` are its runtime's last words without memory.
    """

    id: str
    name: str
    source_file: str
    compile: tuple[str, ...]
    run: tuple[str, ...]
    version: tuple[str, ...]
    reference: Reference
    time_factor: float = 1.0
    memory_factor: float = 1.0
    memory_policy: str = ADDRESS_SPACE
    memory_errors: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.memory_policy not in {ADDRESS_SPACE, RESIDENT}:
            raise ValueError(f"{self.id}: no such memory policy: {self.memory_policy!r}")


def load(directory: Path = _DIRECTORY) -> dict[str, LanguageSpec]:
    """Every language by its id, in the order of the file names."""
    specs = [parse(tomllib.loads(path.read_text("utf-8"))) for path in sorted(directory.glob("*.toml"))]
    return {spec.id: spec for spec in specs}


def parse(data: Mapping[str, Any]) -> LanguageSpec:
    """A language file's contents; an unknown or missing key is a TypeError, so no typo goes unnoticed."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    values["reference"] = Reference(**data["reference"])
    return LanguageSpec(**values)


def is_available(spec: LanguageSpec) -> bool:
    return all(tool_of(command) for command in (spec.compile, spec.run, spec.version))


def tool_of(command: tuple[str, ...]) -> str | None:
    """The program that a command starts: a path, or None when it is not installed."""
    tool = command[0]
    return tool if tool.startswith("{build}") else shutil.which(tool, path=TOOL_PATH)


def fill(command: tuple[str, ...], build: Path) -> tuple[str, ...]:
    """The words to execute. The language has to be available."""
    words = (tool_of(command) or command[0], *command[1:])
    return tuple(word.replace("{build}", str(build)) for word in words)


def readable_paths(spec: LanguageSpec) -> tuple[str, ...]:
    return tuple(path for pattern in (*_ALWAYS_READABLE, *spec.readable) for path in sorted(glob.glob(pattern)))  # noqa: PTH207

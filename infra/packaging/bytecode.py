"""Compiles what goes into the archives, so that no cold start has to: Lambda keeps nothing that it compiles itself.

Bytecode is of one version of Python. An interpreter of the runtime's version makes it: the one that runs this, one in
PATH, or one in a container. It carries the hash of its source and says that nobody need check it (PEP 552): archives
have no dates, and nothing changes in them.
"""

import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.packaging import image, runtime

CACHE = "__pycache__/"
COMPILE = ("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
PROBE = ("-c", "import importlib.util; print(importlib.util.MAGIC_NUMBER.hex())")
MAGIC = runtime.MAGIC.to_bytes(2, "little") + b"\r\n"
CONTAINER = f"python:{runtime.VERSION}-slim"
MOUNTED_AT = "/mnt/compiled"
PROGRAMS = (sys.executable, runtime.RUNTIME, "python3", "python")
PROBED_WITHIN = 20
"""Seconds."""

COSTS = (
    f"no Python {runtime.VERSION} in PATH and none in a container ({{why}}): the archives hold no bytecode, so that "
    "every cold start compiles, for 0.8 s of CPU"
)


class BytecodeError(Exception):
    """Something does not compile. The text says what."""


class Compiler(ABC):
    @abstractmethod
    def compile(self, directory: Path, installed_at: str) -> None:
        """Puts bytecode beside every module below `directory`, which will lie at `installed_at` (for tracebacks)."""


@dataclass(frozen=True, slots=True)
class Interpreter(Compiler):
    program: str

    def compile(self, directory: Path, installed_at: str) -> None:
        command = [self.program, *_arguments(str(directory), installed_at)]
        outcome = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        if outcome.returncode:
            raise BytecodeError((outcome.stdout + outcome.stderr).strip())


@dataclass(frozen=True, slots=True)
class Container(Compiler):
    builder: image.Builder

    def compile(self, directory: Path, installed_at: str) -> None:
        script = f"PYTHONHASHSEED=0 python{runtime.VERSION} {' '.join(_arguments(MOUNTED_AT, installed_at))}"
        self.builder.run(CONTAINER, script, [f"{directory}:{MOUNTED_AT}:rw"], as_caller=True)


def compiler(
    programs: Sequence[str] = PROGRAMS, builder: Callable[[], image.Builder] = image.builder
) -> Compiler | None:
    """What compiles here: one of the programs, else a container. If neither: None, and a line that says the price."""
    for program in programs:
        if _magic(program) == MAGIC.hex():
            return Interpreter(program)
    try:
        found = Container(builder())
        found.builder.run(CONTAINER, f"python{runtime.VERSION} --version")
    except image.ImageError as error:
        print(COSTS.format(why=error), file=sys.stderr)
        return None
    return found


def _arguments(directory: str, installed_at: str) -> list[str]:
    return [*COMPILE, "-s", directory, "-p", installed_at, directory]


def environment() -> Mapping[str, str]:
    """What an interpreter of another version inherits.

    Constants that are sets are written in the order of their hashes; a pyenv asks which version is meant.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | {"PYTHONHASHSEED": "0", "PYENV_VERSION": runtime.VERSION}


def _magic(program: str) -> str | None:
    """What stands at the head of a program's bytecode, in hexadecimal; None if it is no Python that runs."""
    try:
        outcome = subprocess.run(
            [program, *PROBE], env=environment(), capture_output=True, text=True, timeout=PROBED_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return outcome.stdout.strip() if outcome.returncode == 0 else None

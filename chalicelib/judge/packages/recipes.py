"""Recipes of tests that a package does not carry: which program makes an input, and which its answer. Pure."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.common.texts import Stored
from chalicelib.judge.grading.checkers import SecondRun
from chalicelib.judge_protocol.contract import Source

SHELL = frozenset({"|", "<", ">", ">>", "&", "&&", "||", ";"})
"""Words that only a shell understands."""


@dataclass(frozen=True, slots=True)
class Command:
    """A generator's name and arguments: what it prints is the input; or what it leaves in a `file`, if one is named."""

    generator: str
    arguments: tuple[str, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class TestRecipe:
    """An answer that is None is what the solution prints."""

    __test__ = False  # whatever pytest makes of the name

    input: bytes | Command
    answer: bytes | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """With an `interactor` an answer is what that writes for the checker while it talks to the solution.

    With a `second_run` the solution reads that, and the answer is what comes of it: its output, or what the interactor
    writes then.
    """

    tests: Sequence[TestRecipe]
    generators: Mapping[str, Source]
    solution: Source | None
    interactor: Source | None = None
    second_run: SecondRun = SecondRun.NONE


@dataclass(frozen=True, slots=True)
class Checked:
    """How many tests each validator has read, by its name, and which of the inputs that are invalid one has refused.

    `warnings` are [file, reason as `Text.to_json`] of what could not be checked. `times` are what the jury's programs
    take, in milliseconds, by their files.
    """

    read: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    warnings: list[list[Stored]] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """So many bytes that lie in S3, under this name (`upload.Shelf`)."""

    size: int
    name: str

    def __len__(self) -> int:
        return self.size


@dataclass(slots=True)
class Made:
    """Inputs and answers that have been made so far, by the numbers of their tests, from 1.

    `firsts` are what a second run reads, where there is one. `checked` is how far the validators have read them.
    `careful` says that the judge failed over a job of many tests.
    """

    inputs: dict[int, bytes | Kept] = field(default_factory=dict)
    answers: dict[int, bytes | Kept] = field(default_factory=dict)
    checked: Checked = field(default_factory=Checked)
    careful: bool = False
    firsts: dict[int, bytes | Kept] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(len(data) for files in (self.inputs, self.answers, self.firsts) for data in files.values())


def command(text: str) -> Command | None:
    """None for what is more than one program with its arguments."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    return Command(words[0], tuple(words[1:])) if words and not SHELL & set(words) else None

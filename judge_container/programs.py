"""Makes the command, environment and limits of each program for a language. Pure: nothing runs here."""

import math
from dataclasses import replace
from pathlib import Path

from chalicelib.judge_protocol.contract import COMPILE_CPU_MS, COMPILE_WAITING_MS, TestInput, wall_limit_ms
from judge_container import languages
from judge_container.languages import LanguageSpec, Place
from judge_container.sandbox import Limits, Program

COMPILE_MEMORY_KB = 1024 * 1024
# What a compiler that manages its own memory may take for its heap; the rest is its runtime's.
COMPILE_HEAP_KB = COMPILE_MEMORY_KB // 2
COMPILE_OUTPUT_BYTES = 64 * 1024
COMPILE_FILE_KB = 64 * 1024
COMPILE_BOX_BYTES = 256 * 1024 * 1024

RUN_FILE_KB = 16 * 1024
RUN_BOX_BYTES = 64 * 1024 * 1024

# The address space is only a backstop between two looks at the resident size, so it leaves room: a growing array
# keeps its old half while it copies, and libraries, thread stacks and allocator arenas reserve what they never touch.
_ADDRESS_SPACE_FACTOR = 2
_ADDRESS_SPACE_ROOM_KB = 256 * 1024


def run_limits(test: TestInput, spec: LanguageSpec) -> Limits:
    """A test's limits, stretched by the language's factors."""
    cpu_ms = math.ceil(test.time_limit_ms * spec.time_factor)
    memory_kb = math.ceil(test.memory_limit_kb * spec.memory_factor)
    return Limits(
        cpu_ms=cpu_ms,
        wall_ms=wall_limit_ms(cpu_ms),
        memory_kb=memory_kb,
        address_space_kb=_bounded(spec, _ADDRESS_SPACE_FACTOR * memory_kb + _ADDRESS_SPACE_ROOM_KB),
        output_bytes=test.output_limit_bytes,
        file_kb=RUN_FILE_KB,
        box_bytes=RUN_BOX_BYTES,
    )


def compile_limits(spec: LanguageSpec, cpu_ms: int = COMPILE_CPU_MS) -> Limits:
    return Limits(
        cpu_ms=cpu_ms,
        wall_ms=cpu_ms + COMPILE_WAITING_MS,
        memory_kb=COMPILE_MEMORY_KB,
        address_space_kb=_bounded(spec, COMPILE_MEMORY_KB),
        output_bytes=COMPILE_OUTPUT_BYTES,
        file_kb=COMPILE_FILE_KB,
        box_bytes=COMPILE_BOX_BYTES,
    )


def solution(spec: LanguageSpec, test: TestInput, stdin: bytes, *, build: Path, place: Path) -> Program:
    filling = Place(build=build, cache=languages.cache_of(spec), memory_kb=test.memory_limit_kb)
    return Program(
        command=languages.fill(spec.run, filling),
        box=place,
        readable=(*languages.readable_paths(spec), str(build)),
        limits=run_limits(test, spec),
        stdin=stdin,
        environment=_environment(spec, filling, place),
    )


def compiler(spec: LanguageSpec, build: Path, cpu_ms: int) -> Program:
    return replace(_tool(spec, spec.compile, build), limits=compile_limits(spec, cpu_ms))


def version(spec: LanguageSpec, place: Path) -> Program:
    return _tool(spec, spec.version, place)


def sources(spec: LanguageSpec, build: Path) -> tuple[str, ...]:
    """The main source and its companions of the same suffixes. "./" keeps a name from looking like an option."""
    suffixes = (Path(spec.source_file).suffix, *spec.suffixes)
    names = sorted(str(path.relative_to(build)) for path in build.rglob("*") if path.suffix in suffixes)
    return (spec.source_file, *(f"./{name}" for name in names if name != spec.source_file))


def _tool(spec: LanguageSpec, command: tuple[str, ...], place: Path) -> Program:
    filling = Place(
        build=place, cache=languages.cache_of(spec), memory_kb=COMPILE_HEAP_KB, sources=sources(spec, place)
    )
    return Program(
        command=languages.fill(command, filling),
        box=place,
        readable=languages.readable_paths(spec),
        limits=compile_limits(spec),
        environment=_environment(spec, filling, place),
        trusted=True,
    )


def _bounded(spec: LanguageSpec, address_space_kb: int) -> int:
    return address_space_kb if spec.memory_policy == languages.ADDRESS_SPACE else 0


def _environment(spec: LanguageSpec, filling: Place, place: Path) -> dict[str, str]:
    fixed = {"PATH": languages.TOOL_PATH, "LANG": "C.UTF-8", "HOME": str(place), "TMPDIR": str(place)}
    return {**fixed, **{name: filling.fill(value) for name, value in spec.environment.items()}}

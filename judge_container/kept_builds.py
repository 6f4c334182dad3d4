"""Keeps what was compiled, so that the next job of the same program need not compile it again.

A submission's tests come in several jobs, and an author's checker with each submission. A build is known by all that
went into it, lies where no program can write, and is closed to programs while a job does not use it. Nothing is kept
where neither Landlock nor users of their own keep programs out.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.judge_protocol.contract import Compilation, Outcome, Source
from judge_container import box, building
from judge_container.building import Build
from judge_container.environment import Environment
from judge_container.identity import Identity
from judge_container.languages import LanguageSpec

MAX_KEPT = 6
MAX_BUILD_BYTES = 32 * 1024 * 1024
"""Of one build that is kept."""
_OPEN, _CLOSED = 0o550, 0o700


@dataclass(frozen=True, slots=True)
class _Kept:
    compilation: Compilation
    path: Path


class KeptBuilds:
    """The builds of one judge's process, in a directory of its own that the process holds locked while it lives."""

    def __init__(self, environment: Environment, *, at_most: int = MAX_KEPT) -> None:
        self._environment = environment
        layers = environment.isolation()
        self._at_most = at_most if layers["landlock"] or layers["own_uid"] else 0
        self._kept: dict[str, _Kept] = {}
        self._made = 0
        self._life = contextlib.ExitStack()
        self._directory: Path | None = None

    @contextlib.contextmanager
    def compiled(
        self, source: Source, spec: LanguageSpec, *, directory: Path, name: str, identity: Identity
    ) -> Iterator[tuple[Compilation, Build]]:
        """A program, compiled now or before, open to `identity` until the end; it will run in the job's `directory`."""
        key = _key(source, identity)
        kept = self._kept.pop(key, None) or self._compile(source, spec, directory, identity)
        place = box.create(directory, f"{name}-run", identity.uid)
        build = Build(spec=spec, path=kept.path, box=place, identity=identity)
        _set_mode(kept.path, _OPEN, identity)
        try:
            yield kept.compilation, build
        finally:
            self._put_away(key, kept, identity)

    def close(self) -> None:
        self._life.close()

    def _compile(self, source: Source, spec: LanguageSpec, directory: Path, identity: Identity) -> _Kept:
        self._made += 1
        place = self._place() if self._at_most else directory
        path = box.create(place, f"build-{self._made}", self._environment.identity.uid)
        build = Build(spec=spec, path=path, box=path, identity=identity)
        return _Kept(building.compile_source(self._environment, source, build), path)

    def _put_away(self, key: str, kept: _Kept, identity: Identity) -> None:
        is_good = kept.compilation.outcome is Outcome.OK and not self._environment.dirty
        if not (self._at_most and is_good) or box.size_exceeds(kept.path, MAX_BUILD_BYTES):
            box.destroy(kept.path)
            return
        _set_mode(kept.path, _CLOSED, identity)
        if key in self._kept:  # the same program, on both sides of a pair
            box.destroy(self._kept.pop(key).path)
        self._kept[key] = replace(kept, compilation=replace(kept.compilation, wall_ms=0.0))
        while len(self._kept) > self._at_most:  # the first is the one that has waited longest
            box.destroy(self._kept.pop(next(iter(self._kept))).path)

    def _place(self) -> Path:
        if self._directory is None:
            settings, uid = self._environment.settings, self._environment.identity.uid
            place = box.job_directory(settings.scratch, uid, name="kept-")
            self._directory = self._life.enter_context(place)
        return self._directory


def _key(source: Source, identity: Identity) -> str:
    parts = [source.language.encode(), source.source.encode("utf-8", "surrogatepass"), str(identity.uid).encode()]
    for file in sorted(source.files, key=lambda file: file.name):
        parts += [file.name.encode(), file.data]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _set_mode(path: Path, mode: int, identity: Identity) -> None:
    if identity.uid is not None and path.stat().st_uid == os.geteuid():
        path.chmod(mode)

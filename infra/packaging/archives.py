"""The zip files of the artefact: our code, and the layers with the dependencies.

What went into a zip names it in the cache (.chalice/deployments), so a second build downloads and compiles nothing. The
same content always makes the same bytes, so what has not changed is not deployed again.
"""

import hashlib
import inspect
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import chalice
import chalice.app

from infra.packaging import bytecode, runtime
from infra.packaging.bytecode import Compiler

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".chalice" / "deployments"
CODE_AT = "/var/task"
SITE_PACKAGES = f"python/lib/{runtime.RUNTIME}/site-packages"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of everything in an archive: the earliest that a zip can say."""

SOURCES_OF_DATA = (".po", ".part")
"""Catalogues of texts before they were compiled, or while they are."""

UNWANTED = (
    "bin/",
    # PyYAML's C library: 2.6 MB for the few lines of YAML in a problem package, which its Python reads as well.
    "yaml/_yaml.",
    "icalendar/tests/",
)
SERVICES = frozenset({"apigatewaymanagementapi", "dynamodb", "kms", "lambda", "s3", "ses", "sqs", "ssm", "sts", "xray"})
"""What functions ask of AWS. Of the others botocore's descriptions, 22 MB, stay out (ADR 55)."""
DESCRIPTIONS = "botocore/data/"
NOTES = (".dist-info/RECORD", ".dist-info/direct_url.json")
"""What pip notes about an installation: no two are alike."""


class ArchiveError(Exception):
    """The text is pip's: a wheel is not to be had."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One zip file of the artefact. Sizes are in bytes; bytecode is part of what is unzipped."""

    path: Path
    zipped: int
    unzipped: int
    bytecode: int = 0

    @classmethod
    def of(cls, path: Path) -> "Archive":
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        compiled = sum(entry.file_size for entry in entries if bytecode.CACHE in entry.filename)
        return cls(path, path.stat().st_size, sum(entry.file_size for entry in entries), compiled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer of some functions, or of all. `resource` is its logical id, `requirements` a file in the root."""

    resource: str
    requirements: str
    functions: frozenset[str] | None = None

    @property
    def file(self) -> str:
        return f"{self.resource}.zip"


LAYERS = (
    Layer(resource="ManagedLayer", requirements="requirements.txt"),
    Layer(resource="PackagesLayer", requirements="requirements-packages.txt", functions=frozenset({"ImportPackage"})),
    Layer(resource="CalendarLayer", requirements="requirements-calendar.txt", functions=frozenset({"APIHandler"})),
)


def code(target: Path, compiler: Compiler | None, python: str) -> Archive:
    """Writes our code, and as much of Chalice as runs in a function, for this version of Python."""
    sources = code_sources()
    return _cached("code", target, compiler, f"{python} {digest(sources)}", lambda directory: _copy(sources, directory))


def layer(declared: Layer, target: Path, architecture: str, compiler: Compiler | None) -> Archive:
    """Writes what a layer's requirements name, in wheels of the runtime and the architecture."""
    requirements = ROOT / declared.requirements
    content = hashlib.sha256(f"{runtime.RUNTIME} {architecture}\n".encode() + requirements.read_bytes()).hexdigest()

    def fill(directory: Path) -> None:
        install(requirements, directory / SITE_PACKAGES, architecture)

    return _cached(declared.resource, target, compiler, content, fill)


def install(requirements: Path, directory: Path, architecture: str) -> None:
    """Only wheels: what has to be built would be built for this machine."""
    options = ["--target", str(directory), "--no-compile", "--no-deps", "--only-binary", ":all:"]
    options += ["--implementation", "cp", "--python-version", runtime.VERSION]
    options += [word for each in runtime.platforms(architecture) for word in ("--platform", each)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    outcome = subprocess.run(
        [*command, *options, "--requirement", str(requirements)], capture_output=True, text=True, check=False
    )
    if outcome.returncode:
        raise ArchiveError(outcome.stderr.strip())


def code_sources() -> dict[str, Path]:
    """What our code is made of, by the names in its archive."""
    return dict(_code())


def _code() -> Iterator[tuple[str, Path]]:
    yield "app.py", ROOT / "app.py"
    for module in (chalice, chalice.app):
        source = Path(inspect.getfile(module))
        yield f"chalice/{source.name}", source
    for path in (ROOT / "chalicelib").rglob("*"):
        if path.is_file() and path.parent.name != "__pycache__" and path.suffix not in SOURCES_OF_DATA:
            yield path.relative_to(ROOT).as_posix(), path


def _copy(sources: Mapping[str, Path], directory: Path) -> None:
    for name, path in sources.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, directory / name)


def digest(sources: Mapping[str, Path]) -> str:
    found = hashlib.sha256()
    for name, path in sorted(sources.items()):
        found.update(f"{name} {path.stat().st_size}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _cached(kind: str, target: Path, compiler: Compiler | None, content: str, fill: Callable[[Path], None]) -> Archive:
    """Copies the archive to `target`; makes it if it is not in the cache. How it is made counts as its content."""
    makers = b"".join(Path(inspect.getfile(each)).read_bytes() for each in (bytecode, runtime))
    made = hashlib.sha256(makers + Path(__file__).read_bytes() + content.encode()).hexdigest()[:32]
    kept = CACHE / f"{kind}-{made}{'-compiled' if compiler else ''}.zip"
    if not kept.exists():
        with tempfile.TemporaryDirectory(prefix="lyceum-archive-") as scratch:
            directory = Path(scratch, "content")
            directory.mkdir()
            fill(directory)
            if compiler:
                compiler.compile(directory, CODE_AT if kind == "code" else "/opt")
            # Nothing that is half written has the name of an archive.
            unfinished = kept.with_suffix(".part")
            pack(directory, unfinished)
            unfinished.replace(kept)
    shutil.copyfile(kept, target)
    return Archive.of(target)


def pack(directory: Path, target: Path) -> None:
    """Zips what is wanted of a directory: the same content always makes the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            name = path.relative_to(directory).as_posix()
            if not _is_wanted(name.removeprefix(f"{SITE_PACKAGES}/")):
                continue
            entry = zipfile.ZipInfo(name, EPOCH)
            # Everybody may read it: Lambda runs functions as a user of its own.
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _is_wanted(name: str) -> bool:
    service, _, described = name.removeprefix(DESCRIPTIONS).partition("/")
    if name.startswith(DESCRIPTIONS) and described and service not in SERVICES:
        return False
    return not name.startswith(UNWANTED) and not name.endswith(NOTES)

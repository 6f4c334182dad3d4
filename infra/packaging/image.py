"""Builds and tests the judge's image, with Docker where its engine answers, else with buildah.

    python -m infra.packaging.image build|test

`test` runs the self-test and every acceptance case inside the built image, as the image's own user. The image holds no
tests and no pytest: they are mounted and installed for that one container.
"""

import argparse
import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TAG = "lyceum-judge"
BASE = "debian:bookworm-slim"

_DOCKERFILE = "judge_container/Dockerfile"
_PYTHON = "/opt/judge/venv/bin/python"
_SELFTEST = f"{_PYTHON} -m judge_container.selftest"
# The cases' verdicts are the trusted side's: its pure modules take the contract's place beside it.
_MOUNTED = [f"{ROOT / path}:/opt/judge/{path}:ro" for path in ("chalicelib", "tests/__init__.py", "tests/sandbox")]
_CASES = (
    f"{_PYTHON} -m pip install --quiet --no-cache-dir --disable-pip-version-check --target /tmp/pytest pytest"
    f" && PYTHONPATH=/tmp/pytest {_PYTHON} -m pytest -q -p no:cacheprovider -c /dev/null -o markers=judge"
    " --rootdir /opt/judge tests/sandbox/test_cases.py"
)


class ImageError(Exception):
    """The image cannot be built or tested here. The text says what is missing."""


class Builder(ABC):
    @abstractmethod
    def build(self, tag: str, arguments: dict[str, str]) -> None: ...

    @abstractmethod
    def push(self, tag: str, *, user: str, password: str) -> None:
        """To the registry that the tag names."""

    @abstractmethod
    def run(self, tag: str, script: str, volumes: Sequence[str] = (), *, as_caller: bool = False) -> None:
        """Runs a shell script in a fresh container, with volumes (`host:container:ro`).

        What it writes there belongs to the caller if it runs `as_caller`.
        """


class Docker(Builder):
    def build(self, tag: str, arguments: dict[str, str]) -> None:
        # Lambda takes neither attestations nor other platforms.
        options = ("--platform", "linux/amd64", "--provenance=false", "--file", _DOCKERFILE, "--tag", tag)
        _call("docker", "build", *options, *_build_arguments(arguments), ".")

    def push(self, tag: str, *, user: str, password: str) -> None:
        _call("docker", "login", "--username", user, "--password-stdin", _registry(tag), given=password)
        _call("docker", "push", tag)

    def run(self, tag: str, script: str, volumes: Sequence[str] = (), *, as_caller: bool = False) -> None:
        user = ("--user", f"{os.getuid()}:{os.getgid()}") if as_caller else ()
        _call("docker", "run", "--rm", *user, *_options(volumes), "--entrypoint", "sh", tag, "-c", script)


class Buildah(Builder):
    """Needs no daemon and no namespaces: `--isolation chroot` works where containers cannot nest."""

    def build(self, tag: str, arguments: dict[str, str]) -> None:
        options = ("--isolation", "chroot", "--layers", "--file", _DOCKERFILE, "--tag", tag)
        _call("buildah", "bud", *options, *_build_arguments(arguments), ".")

    def push(self, tag: str, *, user: str, password: str) -> None:
        _call("buildah", "login", "--username", user, "--password-stdin", _registry(tag), given=password)
        _call("buildah", "push", tag)

    def run(self, tag: str, script: str, volumes: Sequence[str] = (), *, as_caller: bool = False) -> None:
        # Its containers' root is the caller in any case.
        container = _call("buildah", "from", tag, capture=True).strip()
        try:
            _call("buildah", "run", "--isolation", "chroot", *_options(volumes), container, "--", "sh", "-c", script)
        finally:
            _call("buildah", "rm", container, capture=True)


def builder() -> Builder:
    if shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0:
        return Docker()
    if shutil.which("buildah"):
        return Buildah()
    raise ImageError("neither a Docker engine nor buildah is here: an image is built with one of them")


def _build_arguments(arguments: dict[str, str]) -> list[str]:
    return [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]


def _options(volumes: Sequence[str]) -> list[str]:
    return [word for each in volumes for word in ("--volume", each)]


def _registry(tag: str) -> str:
    return tag.partition("/")[0]


def _call(*command: str, capture: bool = False, given: str | None = None) -> str:
    """`given` goes to its standard input: no password may stand in a command line."""
    stdout = subprocess.PIPE if capture else None
    process = subprocess.run(command, cwd=ROOT, text=True, stdout=stdout, input=given, check=False)
    if process.returncode:
        raise ImageError(f"{' '.join(command[:2])} failed ({process.returncode})")
    return process.stdout or ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.packaging.image", description="The judge's image.")
    parser.add_argument("action", choices=("build", "test"))
    parser.add_argument("--tag", default=TAG)
    parser.add_argument("--base", default=BASE, help="a Debian 12 image")
    parser.add_argument("--languages", default="", help="names of judge_container/toolchains.txt; all when empty")
    arguments = parser.parse_args()
    try:
        if arguments.action == "build":
            builder().build(arguments.tag, {"BASE": arguments.base, "LANGUAGES": arguments.languages})
        else:
            builder().run(arguments.tag, _SELFTEST)
            builder().run(arguments.tag, _CASES, _MOUNTED)
    except ImageError as error:
        print(f"make image: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

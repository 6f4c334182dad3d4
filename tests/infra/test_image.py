"""Images are built and pushed with the right commands: stand-ins on the PATH write them down."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.packaging.image import Buildah, Builder, Docker, ImageError

STAND_IN = """#!/usr/bin/env python3
import json, sys
given = sys.stdin.read() if "--password-stdin" in sys.argv else ""
with open({log!r}, "a") as log:
    log.write(json.dumps([sys.argv[1:], given]) + "\\n")
sys.exit({status})
"""
TAG = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/lyceum-judge:20260101"
Asked = Callable[[], list[tuple[list[str], str]]]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    def put(name: str, *, status: int = 0) -> Asked:
        log, program = tmp_path / f"{name}.log", tmp_path / name
        program.write_text(STAND_IN.format(log=str(log), status=status))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        return lambda: [tuple(json.loads(line)) for line in log.read_text().splitlines()]

    return put


@pytest.mark.parametrize(("name", "builder"), [("docker", Docker()), ("buildah", Buildah())])
def test_image_is_pushed_with_the_password_on_standard_input(
    stand_in: Callable[..., Asked], name: str, builder: Builder
) -> None:
    asked = stand_in(name)

    builder.push(TAG, user="AWS", password="secret")

    (login, given), (push, _) = asked()
    assert login == ["login", "--username", "AWS", "--password-stdin", TAG.partition("/")[0]]
    assert given == "secret"
    assert push == ["push", TAG]


def test_docker_builds_what_lambda_takes(stand_in: Callable[..., Asked]) -> None:
    asked = stand_in("docker")

    Docker().build(TAG, {"BASE": "debian:bookworm-slim"})

    ((arguments, _),) = asked()
    assert {"--provenance=false", "BASE=debian:bookworm-slim", TAG} <= set(arguments)
    assert arguments[arguments.index("--platform") + 1] == "linux/amd64"


def test_refused_push_is_an_error(stand_in: Callable[..., Asked]) -> None:
    stand_in("docker", status=1)

    with pytest.raises(ImageError, match=r"docker login failed \(1\)"):
        Docker().push(TAG, user="AWS", password="secret")

"""`make run-localstack`: LocalStack in Docker, and over it what `make run` starts over MiniStack.

LocalStack goes when this ends. What its edition keeps stays in a volume of Docker.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from infra.packaging import image
from infra.packaging.package import ROOT

COMPOSE = ("docker", "compose", "--file", str(Path(__file__).with_name("localstack.yaml")))
ENDPOINT = "http://localhost:4566"
TOKEN = "LOCALSTACK_AUTH_TOKEN"  # noqa: S105 - a variable's name


def missing(environment: Mapping[str, str]) -> str:
    """What this machine lacks, in one line; empty when it has all. Without a token Docker is not asked."""
    if not environment.get(TOKEN):
        return f"{TOKEN} is not set: LocalStack's images want the token of an account (https://app.localstack.cloud)"
    if shutil.which("docker", path=environment.get("PATH")) is None:
        return "Docker is missing: LocalStack runs in it (https://docs.docker.com/engine/install)"
    if not _succeeds(("docker", "info"), environment):
        return "Docker's engine does not answer: start it, or let this user talk to it (docker info says more)"
    if not _succeeds((*COMPOSE[:2], "version"), environment):
        return "docker compose is missing: https://docs.docker.com/compose/install"
    return ""


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit status of the local cloud; 1 when something before it could not be done."""
    if problem := missing(environment):
        return _refuse(problem)
    signal.signal(signal.SIGTERM, _leave)
    try:
        for step in (image_step(environment), (*COMPOSE, "up", "--detach", "--wait")):
            if subprocess.run(step, cwd=ROOT, env=environment, check=False).returncode:
                return _refuse(f"failed: {' '.join(step)}")
        return _over_it(arguments, environment)
    except KeyboardInterrupt:
        return _refuse("interrupted")
    finally:
        subprocess.run((*COMPOSE, "down"), cwd=ROOT, env=environment, check=False)


def _over_it(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    command = (sys.executable, "-m", "infra.local", "run", "--end-with-parent", *arguments)
    over_it = {**environment, "AWS_ENDPOINT_URL": ENDPOINT}
    with subprocess.Popen(command, cwd=ROOT, env=over_it) as cloud:
        # Ctrl-C reaches it too, and it stops by itself: what is to be done here is done after it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return cloud.wait()
        finally:
            cloud.terminate()  # who stops this one alone by SIGTERM means both


def _refuse(problem: str) -> int:
    print(f"make run-localstack: {problem}", file=sys.stderr)
    return 1


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def image_step(environment: Mapping[str, str]) -> Sequence[str]:
    """Builds the judge's image, or does what costs nothing when Docker has it: `docker image rm` has it built anew."""
    if _succeeds(("docker", "image", "inspect", image.TAG), environment):
        return ("docker", "image", "inspect", "--format", "the judge's image is there: {{.Id}}", image.TAG)
    return (sys.executable, "-m", "infra.packaging.image", "build")


def _succeeds(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], os.environ))

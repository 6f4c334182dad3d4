"""Options: where the local cloud listens and keeps its state. The only module of infra/local that reads the
environment.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.packaging.package import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A second cloud beside the first needs another value for every field."""

    front_door_port: int
    emulator_port: int
    judge_port: int
    judge_host: str = "127.0.0.1"  # where the judge listens: containers on Linux come in at Docker's own address
    state_dir: Path
    web: bool = True  # whether the web client is served
    external_endpoint: str  # AWS_ENDPOINT_URL: an emulator that already runs; empty: start MiniStack

    @property
    def endpoint_url(self) -> str:
        return self.external_endpoint or f"http://127.0.0.1:{self.emulator_port}"

    @property
    def front_door_url(self) -> str:
        return f"http://localhost:{self.front_door_port}"

    @property
    def judge_url(self) -> str:
        return f"http://{self.judge_host}:{self.judge_port}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    environment = os.environ.get
    parser.add_argument("--port", type=int, default=environment("LYCEUM_PORT", "8000"), help="front door")
    parser.add_argument("--emulator-port", type=int, default=environment("LYCEUM_EMULATOR_PORT", "4566"))
    parser.add_argument("--judge-port", type=int, default=environment("LYCEUM_JUDGE_PORT", "9180"))
    parser.add_argument("--judge-host", default=environment("LYCEUM_JUDGE_HOST", "127.0.0.1"))
    parser.add_argument("--state-dir", type=Path, default=environment("LYCEUM_STATE_DIR", str(ROOT / ".local")))
    parser.add_argument("--without-web", action="store_true", help="neither build nor serve the web client")


def read(parsed: argparse.Namespace) -> Options:
    return Options(
        front_door_port=parsed.port,
        emulator_port=parsed.emulator_port,
        judge_port=parsed.judge_port,
        judge_host=parsed.judge_host,
        state_dir=parsed.state_dir.resolve(),
        web=not parsed.without_web,
        external_endpoint=os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/"),
    )


def child_environment() -> dict[str, str]:
    """What a child inherits: no AWS profile, key or endpoint of the developer may reach the local cloud's code."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LYCEUM_", "PYTHON"))}


def arguments(options: Options) -> Sequence[str]:
    """The command line that `read` turns into `options` again."""
    without_web = () if options.web else ("--without-web",)
    return (
        f"--port={options.front_door_port}",
        f"--emulator-port={options.emulator_port}",
        f"--judge-port={options.judge_port}",
        f"--judge-host={options.judge_host}",
        f"--state-dir={options.state_dir}",
        *without_web,
    )

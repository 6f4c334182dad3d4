"""MiniStack, the AWS emulator, as a child process."""

import json
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from infra.local import options as settings
from infra.local.children import Child
from infra.local.cloud import REGION
from infra.local.options import Options

PROBE_TIMEOUT = 2.0  # seconds


def child(options: Options, *, lock: int) -> Child:
    """The emulator holds the run's lock too: until it has saved its state, no other run may start."""
    return Child(
        name="emulator",
        command=[sys.executable, "-m", "ministack"],
        environment=environment(options),
        directory=options.state_dir,
        log=options.state_dir / "logs" / "emulator.log",
        is_ready=lambda: is_answering(f"{options.endpoint_url}/_ministack/health"),
        inherited=(lock,),
    )


def environment(options: Options) -> dict[str, str]:
    """Its functions' processes inherit this as well."""
    state = options.state_dir / "state"
    return {
        **settings.child_environment(),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(options.emulator_port),
        # Listeners and helpers that nothing here uses. Without a Docker socket it never looks for containers.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(temporary(options)),
        "LOG_LEVEL": "INFO",
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def temporary(options: Options) -> Path:
    """Where it unpacks functions; it leaves them behind when killed."""
    return options.state_dir / "tmp"


def prepare(options: Options) -> None:
    # What a killed run left behind may still write there until it notices; that is in nobody's way, and goes next time.
    shutil.rmtree(temporary(options), ignore_errors=True)
    temporary(options).mkdir(parents=True, exist_ok=True)
    _rewind_streams(options.state_dir / "state" / "services" / "lambda.json")


def _rewind_streams(functions: Path) -> None:
    """Have functions read the tables' streams from their beginning.

    MiniStack keeps how far they have read, but not the streams: they would wait until the new ones are as long.
    """
    try:
        kept = json.loads(functions.read_text(encoding="utf-8"))
        positions = kept["payload"]["dynamodb_stream_positions"]["data"]
    except (FileNotFoundError, ValueError, KeyError):
        return  # nothing is kept, or it was half written, which is found out when the stack is deployed
    positions.update(dict.fromkeys(positions, 0))
    whole = functions.with_suffix(".new")
    whole.write_text(json.dumps(kept), encoding="utf-8")
    whole.replace(functions)


def move_state_away(options: Options) -> Path:
    """Move a state that cannot be used out of the way, where it can still be looked at."""
    aside = options.state_dir / "state.unusable"
    shutil.rmtree(aside, ignore_errors=True)
    (options.state_dir / "state").rename(aside)
    return aside


def is_answering(url: str, *, within: float = PROBE_TIMEOUT) -> bool:
    """Whether a GET is answered with any status below 500, within so many seconds."""
    try:
        with urllib.request.urlopen(url, timeout=within):  # noqa: S310 the URL is ours
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500  # noqa: PLR2004
    except OSError:
        return False

"""MiniStack, the AWS emulator, as a child process."""

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
        is_ready=lambda: answers(f"{options.endpoint_url}/_ministack/health"),
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
    shutil.rmtree(temporary(options), ignore_errors=True)
    temporary(options).mkdir(parents=True)


def set_state_aside(options: Options) -> Path:
    """Move a state that cannot be used out of the way, where it can still be looked at."""
    aside = options.state_dir / "state.unusable"
    shutil.rmtree(aside, ignore_errors=True)
    (options.state_dir / "state").rename(aside)
    return aside


def answers(url: str, *, within: float = PROBE_TIMEOUT) -> bool:
    """Whether a GET is answered, in so many seconds, with any status below 500."""
    try:
        with urllib.request.urlopen(url, timeout=within):  # noqa: S310 the URL is ours
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500  # noqa: PLR2004
    except OSError:
        return False

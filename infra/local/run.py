"""`make run`: starts the local cloud, keeps it running, and stops it."""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from infra import web_policy
from infra.local import checks, demo, emulator, tether, warming
from infra.local import options as settings
from infra.local.bridges.bridge import Bridge
from infra.local.bridges.choosing import bridge_at
from infra.local.bridges.ministack import MiniStack
from infra.local.children import Child
from infra.local.cloud import STAGE, Cloud, LocalCloudError
from infra.local.deploy import UnusableStateError, deploy, deployed_template
from infra.local.options import Options
from infra.migrations import catalogue, migrate
from infra.migrations.journal import Journal
from infra.packaging import package as packaging
from infra.packaging.package import ROOT, Package, PackagingError

JUDGE_WORKERS = 2
WATCH_EVERY = 0.2  # seconds
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM: not a failure."""


def run(options: Options, *, end_with_parent: bool = False, cold: bool = False) -> int:
    """Until a signal asks to stop; 0 then, 1 when a step could not be done."""
    if end_with_parent:
        tether.tether(os.getppid())
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        with checks.run_lock(options.state_dir) as lock:
            LocalCloud(options, lock, cold=cold).serve()
    except StopRequestedError:
        say("stopped")
        return 0
    except (LocalCloudError, PackagingError) as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"make run: the emulator refused or broke off: {error}, see {options.state_dir}/logs", file=sys.stderr)
        return 1
    return 0


class LocalCloud:
    """The processes of one run, in the order in which they start. A cold one warms nothing that it can do without."""

    def __init__(self, options: Options, lock: int, *, cold: bool) -> None:
        self.options = options
        self.cold = cold
        self.lock = lock
        self.children: list[Child] = []
        self.began = time.monotonic()

    def serve(self) -> None:
        try:
            self._bring_up()
            while True:
                self._watch()
        finally:
            self._take_down()

    def _bring_up(self) -> None:
        options = self.options
        with step("checking Python, gcc and ports"):
            checks.check(options)
        bridge = self._bridge()
        _delete_last_run_files(options)
        judge, machine = _judge(options), emulator.child(options, lock=self.lock)
        if bridge.judges_in_our_process:
            self._start(judge)
        if not options.external_endpoint:
            emulator.prepare(options)
            self._start(machine)
        with step("packaging the application"):
            package = packaging.package(STAGE, options.state_dir / "build")
        if not options.external_endpoint:
            with step(f"starting the emulator on {options.endpoint_url}"):
                machine.wait_ready()
        cloud = self._deploy(machine, package, bridge)
        _migrate(cloud)
        if bridge.judges_in_our_process:
            with step(f"starting the judge on {options.judge_url}"):
                judge.wait_ready()
        self._open_front_door(cloud, deployed_template(package))
        self._finish(cloud)

    def _bridge(self) -> Bridge:
        """By what answers, where the emulator is not ours; what it lacks is said before anything is done."""
        if not self.options.external_endpoint:
            return MiniStack()
        with step(f"asking what answers at {self.options.endpoint_url}"):
            bridge = bridge_at(self.options.endpoint_url)
        say(bridge.lacks or f"it is {bridge.name}")
        return bridge

    def _start(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def _deploy(self, machine: Child, package: Package, bridge: Bridge) -> Cloud:
        """Deploys over the stored state if possible; else over an empty one, with the stored one moved away."""
        name = f"deploying the stack to {self.options.endpoint_url}"
        try:
            with step(name):
                return deploy(self.options, package, bridge)
        except UnusableStateError as error:
            if self.options.external_endpoint:
                raise LocalCloudError(str(error)) from error
            say(f"the kept state cannot be used: {error}")
        machine.stop()
        with step(f"starting afresh, with that state kept in {emulator.move_state_away(self.options)}"):
            machine.start()
            machine.wait_ready()
        with step(name):
            return deploy(self.options, package, bridge)

    def _open_front_door(self, cloud: Cloud, template: Path) -> None:
        front_door = _front_door(self.options, cloud, template)
        with step(f"opening the front door on {cloud.front_door_url}"):
            self._start(front_door)
            front_door.wait_ready()

    def _finish(self, cloud: Cloud) -> None:
        with step("asking the judge for its languages" if self.cold else "warming the functions"):
            warming.warm(cloud, warming.INDISPENSABLE if self.cold else warming.EVENTS)
        with step("loading demo data"):
            lines = demo.load(cloud)
        cloud_file(self.options).write_text(json.dumps(asdict(cloud)), encoding="ascii")
        print_summary(cloud, lines, web=self.options.web)
        say(f"ready in {time.monotonic() - self.began:.1f} s (Ctrl-C stops everything, the state stays)")

    def _watch(self) -> None:
        time.sleep(WATCH_EVERY)
        for child in self.children:
            how = child.ended()
            if how is not None:
                self._revive(child, how)

    def _revive(self, child: Child, how: str) -> None:
        if child.name == "emulator":
            # Everything it held in memory is gone, so everything is put up again.
            say(f"the emulator ended ({how}), bringing everything up again")
            self._take_down()
            self.began = time.monotonic()
            self._bring_up()
            return
        say(f"the {child.name} ended ({how}), starting it again")
        child.restart()

    def _take_down(self) -> None:
        """Stops the front door first, so that no new request comes in; the emulator last but for the judge."""
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        while self.children:
            self.children.pop().stop()
        for number in STOP_SIGNALS:
            signal.signal(number, _stop)


def _migrate(cloud: Cloud) -> None:
    with step("migrating the data"):
        try:
            migrate.migrate(Journal(migrate.tables_of(cloud.aws, cloud.stage)), catalogue.load(), lambda _: None)
        except migrate.REFUSALS as error:
            raise LocalCloudError(str(error)) from error


def _judge(options: Options) -> Child:
    command = ["-m", "infra.local.judge_process", "--port", str(options.judge_port), "--host", options.judge_host]
    command += ["--workers", str(JUDGE_WORKERS)]
    return Child(
        name="judge",
        command=[sys.executable, *command],
        environment=settings.child_environment(),
        directory=ROOT,
        log=options.state_dir / "logs" / "judge.log",
        is_ready=lambda: emulator.is_answering(f"{options.judge_url}/health"),
    )


def _front_door(options: Options, cloud: Cloud, template: Path) -> Child:
    command = [sys.executable, "-m", "infra.local.front_door", "--port", str(options.front_door_port)]
    command += ["--rest-url", cloud.rest_url, "--websocket-url", cloud.websocket_url, "--template", str(template)]
    command += ["--uploads-url", cloud.endpoint_url, *(["--web", str(web_policy.BUILD)] if options.web else [])]
    return Child(
        name="front door",
        command=command,
        environment=settings.child_environment(),
        directory=ROOT,
        log=options.state_dir / "logs" / "front_door.log",
        is_ready=lambda: _listens(options.front_door_port),
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _delete_last_run_files(options: Options) -> None:
    cloud_file(options).unlink(missing_ok=True)
    for log in (options.state_dir / "logs").glob("*.log"):
        log.unlink()


def cloud_file(options: Options) -> Path:
    """Where a cloud that is ready describes itself, for tests and tools."""
    return options.state_dir / "cloud.json"


def print_summary(cloud: Cloud, lines: Sequence[str], *, web: bool) -> None:
    print(f"\n  Web client  {cloud.front_door_url}/app/" if web else "")
    print(f"  API         {cloud.front_door_url}")
    print(f"  WebSockets  {cloud.front_door_url.replace('http', 'ws', 1)}/ws/{{token}}")
    print(f"  Emulator    {cloud.endpoint_url} (AWS_ENDPOINT_URL for the aws command)")
    for line in lines:
        print(f"  {line}" if line else "")
    print(flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """A progress line with the time that it took."""
    began = time.monotonic()
    print(f"- {name} ...", end=" ", flush=True)
    try:
        yield
    except BaseException:
        print("failed" if not isinstance(sys.exception(), StopRequestedError) else "interrupted", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    raise StopRequestedError(signal.Signals(number).name)

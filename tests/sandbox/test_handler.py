"""The handler as its callers see it, in a process of its own."""

import http.server
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from chalicelib.judge_protocol import contract, wire
from chalicelib.judge_protocol.contract import File, Job, Outcome, Remote, TestInput
from judge_container import handler, sandbox
from tests.sandbox import workers
from tests.sandbox.workers import HELLO, ROOT, Worker

# Bounded, and left sleeping: should the sweep fail, the machine survives.
FORK_AND_LEAVE = """
import os, time
for _ in range(60):
    if os.fork() == 0:
        os.setsid()
        os.closerange(0, 3)
        if os.fork() == 0:
            time.sleep(60)
        time.sleep(60)
print("left", flush=True)
"""


# Says how many milliseconds it took until the last one slept.
CROWD_AND_SLEEP = """
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct timespec began;
static int asleep;

static void *spin(void *nothing) {
    struct timespec used = {0, 0}, now;
    while (used.tv_sec == 0 && used.tv_nsec < 800000000)
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    if (__atomic_add_fetch(&asleep, 1, __ATOMIC_SEQ_CST) == 200) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        printf("%ld", (now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000);
        fflush(stdout);
    }
    sleep(600);
    return nothing;
}

int main(void) {
    pthread_t thread;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (int i = 0; i < 200; i++)
        pthread_create(&thread, NULL, spin, NULL);
    sleep(600);
    return 0;
}
"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with workers.worker(environment=MappingProxyType({"JUDGE_LOCAL_INPUTS": "1"})) as worker:
        yield worker


@pytest.fixture(scope="module")
def bare() -> Iterator[Worker]:
    """As on a platform that has no Landlock and refuses seccomp filters."""
    with workers.worker(without="landlock,seccomp") as worker:
        yield worker


def test_describe_names_languages_and_layers(worker: Worker) -> None:
    answer = worker.answer(wire.describe_event())
    described = {language.id: language for language in wire.languages_from_json(answer)}
    assert described["python3"].version.startswith("Python 3.")
    assert set(answer["isolation"]) == set(sandbox.LAYERS)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({}, "bad_kind"),
        ([], "bad_kind"),
        ({"kind": ["judge"]}, "bad_kind"),
        ({"kind": "judge"}, "bad_field"),
        ({**wire.job_to_json(HELLO), "language": "brainfuck"}, "unknown_language"),
        ({**wire.job_to_json(HELLO), "source": "x" * (contract.MAX_SOURCE_BYTES + 1)}, "source_too_large"),
    ],
)
def test_bad_event_is_refused_with_a_code(worker: Worker, event: object, code: str) -> None:
    report = wire.report_from_json(worker.answer(event))
    assert report.refused == code
    assert report.runs == ()


def test_input_is_fetched_and_redirects_are_not_followed(worker: Worker) -> None:
    class Bucket(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/input" else 302)
            self.send_header("Location", "/input")
            self.end_headers()
            self.wfile.write(b"4\n")

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Bucket) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        fetched = worker.judge(_reading_from(f"{base}/input"))
        redirected = worker.judge(_reading_from(f"{base}/elsewhere"))
        server.shutdown()

    assert [run.stdout for run in fetched.runs] == [b"5\n"]
    assert redirected.refused == "bad_input_url"
    assert worker.judge(_reading_from("http://127.0.0.1:1/")).refused == "input_unavailable"


def test_an_input_that_breaks_off_is_none(worker: Worker) -> None:
    """A program that read half of it would be judged on that."""

    class Bucket(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"4")

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Bucket) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        report = worker.judge(_reading_from(f"http://127.0.0.1:{server.server_port}/"))
        server.shutdown()

    assert report.refused == "input_unavailable"


def test_files_are_fetched_and_lie_beside_the_others(worker: Worker) -> None:
    class Bucket(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    def reading(*remotes: Remote) -> Job:
        files = (File(name="near", data=b"near"),)
        test = TestInput(id="1", input=b"", files=files, fetched=remotes, args=("near", "far", "deep/far"))
        return replace(HELLO, source="import sys\nfor name in sys.argv[1:]: print(open(name).read())", tests=(test,))

    with http.server.HTTPServer(("127.0.0.1", 0), Bucket) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        far, deep = Remote(name="far", url=f"{base}/1"), Remote(name="deep/far", url=f"{base}/2")
        (read,) = worker.judge(reading(far, deep)).runs
        twice = worker.judge(reading(far, Remote(name="near", url=f"{base}/1")))
        server.shutdown()

    assert read.stdout == b"near\n/1\n/2\n"
    assert twice.refused == "bad_file_name"
    assert worker.judge(reading(Remote(name="far", url="http://elsewhere.example/"))).refused == "bad_input_url"
    assert worker.judge(reading(Remote(name="../far", url="https://elsewhere.example/"))).refused == "bad_file_name"


def test_a_large_output_is_put_where_the_test_says(worker: Worker) -> None:
    put: dict[str, bytes] = {}

    class Bucket(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            put[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(403 if self.path == "/expired" else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    def printing(size: int, url: str) -> Job:
        test = TestInput(id="1", input=b"", output_limit_bytes=8 * 1024 * 1024, output_url=url, time_limit_ms=5000)
        return replace(HELLO, source=f"print('x' * {size - 1})", tests=(test,))

    with http.server.HTTPServer(("127.0.0.1", 0), Bucket) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        (large,) = worker.judge(printing(5 * 1024 * 1024, f"{base}/large")).runs
        (small,) = worker.judge(printing(contract.MAX_CARRIED_OUTPUT_BYTES, f"{base}/small")).runs
        (cut,) = worker.judge(printing(9 * 1024 * 1024, f"{base}/cut")).runs
        expired = worker.judge(printing(5 * 1024 * 1024, f"{base}/expired"))
        server.shutdown()

    assert (large.outcome, large.stored_bytes, large.stdout) == (Outcome.OK, 5 * 1024 * 1024, b"")
    assert put["/large"] == b"x" * (5 * 1024 * 1024 - 1) + b"\n"
    assert (small.stored_bytes, len(small.stdout)) == (None, contract.MAX_CARRIED_OUTPUT_BYTES)
    assert (cut.outcome, cut.stored_bytes, cut.stdout) == (Outcome.OUTPUT_LIMIT, None, small.stdout[:-1] + b"x")
    assert expired.refused == "output_not_stored"
    assert set(put) == {"/large", "/expired"}
    assert worker.judge(printing(1, "http://elsewhere.example/")).refused == "bad_input_url"


def test_job_stops_at_the_first_failure_only_when_asked(worker: Worker) -> None:
    tests = tuple(TestInput(id=str(number), input=b"x") for number in range(3))
    job = replace(HELLO, source="int(input())", tests=tests)
    assert [run.outcome for run in worker.judge(job).runs] == [Outcome.RUNTIME_ERROR] * 3
    assert [run.id for run in worker.judge(replace(job, stop_on_failure=True)).runs] == ["0"]


def test_tests_that_are_not_run_leave_no_descriptor_open() -> None:
    jobs = 40
    first, *others = (TestInput(id=str(number), input=b"x") for number in range(3))
    stops = replace(HELLO, source="int(input())", tests=(first, *others), stop_on_failure=True)
    with workers.worker() as frugal:
        resource.prlimit(frugal.process.pid, resource.RLIMIT_NOFILE, (jobs, jobs))
        for _ in range(jobs):
            assert [run.outcome for run in frugal.judge(stops).runs] == [Outcome.RUNTIME_ERROR]


def test_each_program_reads_its_own_input(worker: Worker) -> None:
    """Quick ones and slow ones: what is made ready while another runs belongs to its own test."""
    source = "import time\nnumber = int(input())\ntime.sleep(number % 2 * 0.05)\nprint(number)"
    tests = tuple(TestInput(id=str(number), input=b"%d\n" % number, time_limit_ms=5000) for number in range(12))
    runs = worker.judge(replace(HELLO, source=source, tests=tests)).runs
    assert [(run.id, run.stdout) for run in runs] == [(str(number), b"%d\n" % number) for number in range(12)]


@pytest.mark.measures_time
def test_wall_clock_starts_with_the_program(worker: Worker) -> None:
    """Not when its supervisor comes to run again: a program may have kept the processor by then."""
    source = "#include <time.h>\nint main(void) { struct timespec t = {0, 200000000}; return nanosleep(&t, 0); }"
    [run] = worker.judge(replace(HELLO, language="c", source=source)).runs
    assert run.outcome is Outcome.OK
    assert run.wall_ms >= 200


@pytest.mark.measures_time
def test_threads_that_push_each_other_aside_do_not_earn_a_sleep(worker: Worker) -> None:
    """Together they have waited for a minute, each of them for less than a second."""
    slow = TestInput(id="1", input=b"", time_limit_ms=2000)
    [run] = worker.judge(replace(HELLO, language="c", source=CROWD_AND_SLEEP, tests=(slow,))).runs
    assert run.outcome is Outcome.WALL_TIME_LIMIT
    assert run.wall_ms < contract.wall_limit_ms(2000) + int(run.stdout) + 20_000


def test_measures_are_the_programs_own(worker: Worker) -> None:
    source = "int main() { volatile char cells[8 << 20]; for (int i = 0; i < 8 << 20; i += 4096) cells[i] = 1; }"
    [run] = worker.judge(replace(HELLO, language="cpp17", source=source)).runs
    assert 8 * 1024 <= run.memory_kb < 12 * 1024
    assert 0 < run.cpu_ms < 1000


def test_compiler_warnings_do_not_decide_but_are_kept(worker: Worker) -> None:
    report = worker.judge(replace(HELLO, language="c", source="int main(void) { return puts(5) < 0 ? 0 : 0; }\n"))
    assert report.compilation.outcome is Outcome.OK
    assert "main.c:1" in report.compilation.output


def test_sweep_finds_daemons_when_no_layer_holds(bare: Worker) -> None:
    assert not bare.isolation["seccomp"]
    report = bare.judge(replace(HELLO, source=FORK_AND_LEAVE))
    assert [run.stdout for run in report.runs] == [b"left\n"]
    assert report.clean
    assert bare.survivors() == []
    assert bare.leftovers() == []
    assert [run.outcome for run in bare.judge(HELLO).runs] == [Outcome.OK]


def test_worker_told_to_end_takes_its_programs_along() -> None:
    with workers.worker() as worker:
        event = wire.job_to_json(replace(HELLO, source="while True: pass", tests=(_LONG,)))
        asking = threading.Thread(target=_ask, args=(worker, event))
        asking.start()
        children = _wait_for_children(worker)
        worker.process.send_signal(signal.SIGTERM)
        asking.join(timeout=60)
        assert worker.process.wait(timeout=60) == 128 + signal.SIGTERM
        assert not [pid for pid in children if _is_alive(pid)]
        assert worker.leftovers() == []


def test_a_test_that_ends_too_soon_leaves_no_answer_to_the_next() -> None:
    with workers.worker() as interrupted:
        first, us = interrupted.process, threading.get_ident()

        def stop_us() -> None:
            _wait_for_children(interrupted)
            signal.pthread_kill(us, signal.SIGUSR1)

        stopped = threading.Thread(target=stop_us)
        before = signal.signal(signal.SIGUSR1, _end_test)
        try:
            stopped.start()
            with pytest.raises(TimeoutError):
                interrupted.judge(replace(HELLO, source="while True: pass", tests=(_LONG,)))
        finally:
            stopped.join()
            signal.signal(signal.SIGUSR1, before)
        assert interrupted.process is not first
        assert first.returncode is not None
        assert interrupted.judge(HELLO).job_id == HELLO.job_id
        assert interrupted.leftovers() == []


def test_nothing_is_judged_without_the_launcher() -> None:
    command = [sys.executable, "-m", "judge_container.serve"]
    ended = subprocess.run(
        command, env={"JUDGE_LAUNCHER": "/nowhere"}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == "/nowhere: run make launcher; needs gcc\n"


def test_reference_programs_pass() -> None:
    command = [sys.executable, "-m", "judge_container.selftest", "--once"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "ok  python3" in ended.stdout


def test_reference_programs_are_compiled_each_time() -> None:
    command = [sys.executable, "-m", "judge_container.selftest", "python3"]
    [told] = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert re.search(r"^ok  python3 .*compiles in [1-9]\d*, [1-9]\d* ms", told)


def test_a_language_that_nobody_knows_is_no_success() -> None:
    command = [sys.executable, "-m", "judge_container.selftest", "klingon"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.endswith("no such language: klingon\n")


def test_handler_is_where_the_image_looks_for_it() -> None:
    assert callable(handler.handler)


_LONG = TestInput(id="1", input=b"", time_limit_ms=60_000)


def _reading_from(url: str) -> Job:
    return replace(HELLO, tests=(TestInput(id="1", input_url=url, time_limit_ms=5000),))


def _end_test(_number: int, _frame: object) -> None:
    raise TimeoutError


def _ask(worker: Worker, event: object) -> None:
    try:
        worker.answer(event)
    except ValueError:
        return  # it ended before it could answer


def _wait_for_children(worker: Worker) -> list[int]:
    pause = threading.Event()
    for _ in range(6000):
        children = worker.survivors()
        if len(children) == 2:  # the launcher and its program
            return children
        pause.wait(0.01)
    raise AssertionError("the program did not start")


def _is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False

"""Programs with files of their own, and pairs of programs, through the real handler."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from chalicelib.judge_protocol.contract import File, Job, Outcome, Run, Source, TestInput
from tests.sandbox import workers
from tests.sandbox.workers import HELLO, Worker

GREETS = Source(language="python3", source="print(7, flush=True)\nassert input() == '8'\n")
ANSWERS = "print(int(input()) + 1, flush=True)\n"
TEST = TestInput(id="1", input=b"the input", time_limit_ms=2000)


@pytest.fixture(scope="module", params=["", "landlock", "landlock,seccomp"], ids=["all", "no_landlock", "bare"])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    with workers.worker(without=request.param) as worker:
        yield worker


def python(source: str, **changes: Any) -> Job:
    return replace(HELLO, source=source, **changes)


def only_run(worker: Worker, job: Job) -> Run:
    report = worker.judge(job)
    assert report.compilation.outcome is Outcome.OK, report
    [run] = report.runs
    assert worker.leftovers() == []
    return run


def test_program_of_several_files_sees_them_when_it_runs(worker: Worker) -> None:
    files = (File(name="greeting/words.py", data=b"HELLO = 'hello'\n"), File(name="data.txt", data=b"5"))
    source = """
from pathlib import Path
from greeting.words import HELLO
print(HELLO, (Path(__file__).parent / "data.txt").read_text())
"""
    run = only_run(worker, python(source, files=files))
    assert (run.outcome, run.stdout) == (Outcome.OK, b"hello 5\n")


def test_headers_lie_beside_the_source(worker: Worker) -> None:
    source = '#include "lib/answer.h"\n#include <cstdio>\nint main() { std::printf("%d", ANSWER); }\n'
    job = Job(
        job_id="1",
        language="cpp17",
        source=source,
        files=(File(name="lib/answer.h", data=b"#define ANSWER 42\n"),),
        tests=(TEST,),
    )
    assert only_run(worker, job).stdout == b"42"


REOPENS = """
#include <cstdio>
int main() {
    std::freopen("input.txt", "r", stdin);
    std::freopen("output.txt", "w", stdout);
    int x;
    std::scanf("%d", &x);
    std::printf("%d\\n", x + 1);
}
"""
AS_USUAL = "print(int(input()) + 1)"
PART_OF_IT = "open('output.txt', 'w').close()\nprint(int(open('input.txt').read()) + 1)"
LINKS = "import os\nos.symlink('/etc/hostname', 'output.txt')\nprint('linked')"
FLOODS = "open('output.txt', 'w').write('x' * 70000)"


@pytest.mark.parametrize(
    ("language", "source", "outcome", "printed"),
    [
        ("cpp17", REOPENS, Outcome.OK, b"6\n"),
        ("python3", AS_USUAL, Outcome.OK, b"6\n"),
        ("python3", PART_OF_IT, Outcome.OK, b"6\n"),
        ("python3", LINKS, Outcome.OK, b"linked\n"),
        ("python3", FLOODS, Outcome.OUTPUT_LIMIT, b"x" * 65536),
    ],
    ids=["freopen", "streams", "input alone", "link", "flood"],
)
def test_input_and_output_may_be_files(
    worker: Worker, language: str, source: str, outcome: Outcome, printed: bytes
) -> None:
    tests = tuple(TestInput(id=name, input=b"5\n", time_limit_ms=2000) for name in "12")
    job = Job(job_id="1", language=language, source=source, tests=tests)
    report = worker.judge(replace(job, input_file="input.txt", output_file="output.txt"))
    assert [(run.outcome, run.stdout) for run in report.runs] == [(outcome, printed)] * 2


def test_file_in_place_of_the_source_is_refused(worker: Worker) -> None:
    assert worker.judge(python("", files=(File(name="main.py", data=b""),))).refused == "bad_file_name"
    assert worker.judge(python("", files=(File(name="main.py/x", data=b""),))).refused == "bad_file_name"


def test_checker_gets_arguments_and_files_and_leaves_feedback(worker: Worker) -> None:
    source = """
import os, sys
given, output, answer, feedback = sys.argv[1:]
with open(os.path.join(feedback, "score.txt"), "w") as score:
    score.write(f"{open(given).read()} {open(output).read()} {open(answer).read()} {input()}")
os.symlink("/etc/passwd", os.path.join(feedback, "judgemessage.txt"))
os.mkfifo("pipe")
print("wrong", file=sys.stderr)
sys.exit(43)
"""
    files = tuple(File(name=name, data=name[:2].encode()) for name in ("input", "output", "answer"))
    collect = ("feedback/score.txt", "feedback/judgemessage.txt", "pipe", "absent")
    args = ("input", "output", "answer", "feedback")
    test = TestInput(id="1", input=b"stdin", args=args, files=files, collect=collect, time_limit_ms=5000)
    run = only_run(worker, python(source, tests=(test,)))
    assert (run.outcome, run.exit_code, run.stderr) == (Outcome.RUNTIME_ERROR, 43, b"wrong\n")
    assert run.collected == {"feedback/score.txt": b"in ou an stdin"}


def test_large_files_of_a_test_do_not_count_as_written(worker: Worker) -> None:
    files = tuple(File(name=name, data=bytes(31 << 20)) for name in "abc")
    source = "import os, time\ntime.sleep(0.3)\nprint(sum(os.path.getsize(name) for name in 'abc'))"
    run = only_run(worker, python(source, tests=(replace(TEST, files=files),)))
    assert (run.outcome, run.stdout) == (Outcome.OK, b"%d\n" % (3 * (31 << 20)))


def test_interactor_has_the_tests_things_and_the_solution_has_none(worker: Worker) -> None:
    interactor = """
import sys
print(open("input").read(), flush=True)
print("heard", input(), *sys.argv[1:], open("more").read(), file=sys.stderr)
with open("score", "w") as score:
    score.write("5")
"""
    solution = """
import os, sys
print(input(), sys.argv[1:], sorted(os.listdir()), flush=True)
print("aside", file=sys.stderr)
"""
    test = replace(TEST, args=("one",), files=(File(name="more", data=b"more"),), collect=("score",))
    job = python(solution, tests=(test,), interactor=Source(language="python3", source=interactor))
    run = only_run(worker, job)
    assert (run.outcome, run.stdout, run.stderr, run.collected) == (Outcome.OK, b"", b"aside\n", {})
    assert run.interactor is not None
    assert run.interactor.stderr == b"heard the input [] [] one more\n"
    assert run.interactor.collected == {"score": b"5"}


def test_interactor_in_another_language_is_compiled_once(worker: Worker) -> None:
    interactor = Source(
        language="c",
        source='#include "words.h"\n#include <stdio.h>\nint main(void) { int x; printf(WORD); fflush(stdout);'
        ' return scanf("%d", &x) == 1 && x == 8 ? 0 : 1; }\n',
        files=(File(name="words.h", data=b'#define WORD "7\\n"\n'),),
    )
    report = worker.judge(python(ANSWERS, tests=(TEST, TEST), interactor=interactor))
    assert [(run.outcome, run.interactor and run.interactor.outcome) for run in report.runs] == [("ok", "ok")] * 2
    assert report.interactor_compilation is not None
    assert report.interactor_compilation.wall_ms > 0


def test_interactor_that_does_not_compile_is_told_apart(worker: Worker) -> None:
    report = worker.judge(python(ANSWERS, interactor=Source(language="python3", source="(")))
    assert report.compilation.outcome is Outcome.OK
    assert report.interactor_compilation is not None
    assert report.interactor_compilation.outcome is Outcome.COMPILE_ERROR
    assert report.runs == ()
    unknown = worker.judge(python(ANSWERS, interactor=Source(language="brainfuck", source="")))
    assert unknown.refused == "unknown_language"


def test_solution_that_does_not_compile_needs_no_interactor(worker: Worker) -> None:
    report = worker.judge(python("(", interactor=GREETS))
    assert (report.compilation.outcome, report.interactor_compilation) == (Outcome.COMPILE_ERROR, None)


@pytest.mark.parametrize("attempt", range(10))
def test_who_ends_first_is_certain_even_when_the_other_follows_at_once(worker: Worker, attempt: int) -> None:
    leaves = "import os\nos._exit(3)\n"
    follows = Source(language="c", source="#include <unistd.h>\nint main(void) { char c; return read(0, &c, 1); }\n")
    run = only_run(worker, python(leaves, job_id=str(attempt), interactor=follows))
    assert run.interactor is not None
    assert (run.ended_first, run.interactor.ended_first, run.interactor.exit_code) == (True, False, 0)


WRITES_ON = """
#include <unistd.h>
int main(void) {
    for (int i = 0; i < %d; i++)
        if (write(1, "x", 1) != 1) return 9;
}
"""
LEAVES = "import os\nos.read(0, 1)\nos._exit(0)\n"


def test_output_after_the_interactors_end_is_thrown_away(worker: Worker) -> None:
    leaves = Source(language="python3", source=LEAVES)
    job = Job(job_id="1", language="c", source=WRITES_ON % 300_000, tests=(TEST,), interactor=leaves)
    run = only_run(worker, job)
    assert (run.outcome, run.exit_code, run.ended_first) == (Outcome.OK, 0, False)


@pytest.mark.parametrize(("written", "code"), [(60_000, 0), (300_000, 9)], ids=["a_pipe", "without_end"])
def test_interactor_may_say_as_much_as_a_pipe_holds_to_a_program_that_has_ended(
    worker: Worker, written: int, code: int
) -> None:
    says = "#include <signal.h>\n#include <unistd.h>\nstatic void ready(void) __attribute__((constructor));\n"
    says += "static void ready(void) { char c; signal(SIGPIPE, SIG_IGN); while (read(0, &c, 1) > 0); }\n"
    interactor = Source(language="c", source=says + WRITES_ON % written)
    run = only_run(worker, python("import os\nos._exit(0)\n", interactor=interactor))
    assert run.interactor is not None
    assert (run.ended_first, run.interactor.exit_code) == (True, code)


def test_environment_of_programs_is_bare() -> None:
    with workers.worker(environment=MappingProxyType({"JUDGE_LOCAL_INPUTS": "1"})) as worker:
        run = only_run(worker, python("import os\nprint(sorted(os.environ))"))
    assert run.stdout == b"['HOME', 'LANG', 'OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'PATH', 'TMPDIR']\n"


ENDLESS = {"spins": "while True: pass", "sleeps": "import time\nwhile True: time.sleep(1)"}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("code", [1, 2, 3, 43])
def test_a_program_is_stopped_once_its_interactor_has_not_accepted(worker: Worker, source: str, code: int) -> None:
    """Often at once, so that some are stopped before they are up: it broke no limit, and has no end of its own."""
    refuses = Source(language="c", source=f"int main(void) {{ return {code}; }}")
    report = worker.judge(python(source, interactor=refuses, tests=(replace(TEST, time_limit_ms=5000),) * 20))
    ends = [(run.outcome, run.exit_code, run.signal, run.ended_first) for run in report.runs]
    assert ends == [(Outcome.OK, None, None, False)] * 20
    assert [run.interactor and run.interactor.exit_code for run in report.runs] == [code] * 20


@pytest.mark.parametrize("code", [0, 7, 42])
def test_a_program_goes_on_once_its_interactor_has_accepted(worker: Worker, code: int) -> None:
    accepts = Source(language="c", source=f"int main(void) {{ return {code}; }}")
    job = python(ENDLESS["spins"], interactor=accepts, tests=(replace(TEST, time_limit_ms=200),))
    assert only_run(worker, job).outcome is Outcome.TIME_LIMIT


def test_a_program_goes_on_once_its_interactor_has_crashed(worker: Worker) -> None:
    crashes = Source(language="c", source="#include <stdlib.h>\nint main(void) { abort(); }")
    job = python(ENDLESS["spins"], interactor=crashes, tests=(replace(TEST, time_limit_ms=200),))
    assert only_run(worker, job).outcome is Outcome.TIME_LIMIT

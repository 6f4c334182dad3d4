"""A job, a report and languages that use every field; beside them lies what each was on the wire in version 0.1.0."""

from chalicelib.judge_protocol.contract import (
    Compilation,
    File,
    Job,
    Language,
    Outcome,
    Report,
    Run,
    Source,
    TestInput,
)

JOB = Job(
    job_id="373467129019212",
    language="cpp",
    source='#include "reader.h"\nint main() { /* ёж */ }\n',
    files=(File(name="reader.h", data=b"int read();\n"), File(name="lib/data.bin", data=bytes(range(256)))),
    interactor=Source(language="python3", source="print(1)\n", files=(File(name="talk.py", data=b""),)),
    stop_on_failure=True,
    tests=(
        TestInput(id="1", input=b"3\n1 2 3\n"),
        TestInput(
            id="2",
            input_url="https://bucket.example/inputs/2?X-Amz-Signature=5",
            time_limit_ms=2500,
            memory_limit_kb=65536,
            output_limit_bytes=1024,
            args=("input.txt", "--strict", "ключ"),
            files=(File(name="answer.txt", data=b"\n" * 3000),),
            collect=("score.txt", "out/message.txt"),
        ),
    ),
)

REPORT = Report(
    job_id="373467129019212",
    compilation=Compilation(outcome=Outcome.OK, output="warning: ёж\n", wall_ms=812.5),
    interactor_compilation=Compilation(outcome=Outcome.OK),
    runs=(
        Run(id="1", outcome=Outcome.OK, exit_code=0, cpu_ms=14.25, wall_ms=20.0, memory_kb=8392, stdout=b"6\n"),
        Run(
            id="2",
            outcome=Outcome.RUNTIME_ERROR,
            signal=11,
            stdout=bytes(300),
            stderr=b"Segmentation fault\n",
            truncated=True,
            collected={"score.txt": b"0.5\n", "out/message.txt": b"\xff\xfe"},
            interactor=Run(id="2", outcome=Outcome.TIME_LIMIT, exit_code=1, ended_first=True),
        ),
    ),
    toolchain="g++ 12.2.0",
    isolation={"landlock": True, "namespaces": False},
    clean=False,
    refused="bad_job",
)

LANGUAGES = (
    Language(id="cpp", name="C++", version="g++ 12.2.0", available=True, source_file="main.cpp"),
    Language(id="java", name="Java", version="", available=False, source_file="Main.java", time_factor=1.5),
)

"""The archives are for Lambda's Python and processor, whatever built them, and spare the functions from compiling."""

import _imp
import io
import json
import re
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

import pytest

from infra.packaging import archives, bytecode, chalice_template, runtime
from infra.packaging.archives import Archive
from infra.packaging.bytecode import Compiler, Interpreter
from infra.packaging.image import Docker, ImageError
from infra.packaging.package import RESOURCES
from infra.packaging.template_files import load_template
from tests.infra.conftest import Built

FUNCTION, LAYER = "AWS::Serverless::Function", "AWS::Serverless::LayerVersion"
TAG = f"cpython-{runtime.VERSION.replace('.', '')}"
UNCHECKED = 0b01  # PEP 552: a hash of the source, which is not compared
ELF_MACHINES = {runtime.X86_64: 62, runtime.ARM64: 183}

on_aws = pytest.mark.parametrize("built", ["dev"], indirect=True)


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    """Of the runtime's version. Without one the archives hold no bytecode, which is said when they are built."""

    def no_container() -> Docker:
        raise ImageError("none for tests")

    found = bytecode.compiler(builder=no_container)
    if not isinstance(found, Interpreter):
        pytest.skip(f"there is no Python {runtime.VERSION} here")
    return found


def all_archives(built: Built) -> list[Archive]:
    return [built.package.code, *built.package.layers.values()]


def libraries(archive: Path) -> Iterator[tuple[str, int]]:
    """The name of each library in an archive, and the machine that it is for."""
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            if name.endswith(".so"):
                yield name, elf_machine(packed.read(name))


def elf_machine(library: bytes) -> int:
    (machine,) = struct.unpack_from("<H", library, 18)
    return int(machine)


def test_the_runtime_is_the_same_whatever_python_builds(built: Built) -> None:
    functions, layers = built.resources(FUNCTION).values(), built.resources(LAYER)

    assert {each["Runtime"] for each in functions} == {"python3.13"}
    assert all(each["Architectures"] == [{"Ref": "Architecture"}] for each in functions)
    assert built.template["Parameters"]["Architecture"]["Default"] == "x86_64"
    assert layers.keys() == built.package.layers.keys()
    for layer in layers.values():
        assert (layer["CompatibleRuntimes"], layer["CompatibleArchitectures"]) == (["python3.13"], ["x86_64"])


def test_libraries_are_those_of_the_runtime(built: Built) -> None:
    found = [each for layer in built.package.layers.values() for each in libraries(layer.path)]

    assert len(found) >= 4
    assert {machine for _, machine in found} == {ELF_MACHINES[runtime.X86_64]}
    assert [name for name, _ in found if TAG not in name and "abi3" not in name] == []


@on_aws
def test_every_module_has_bytecode_that_the_runtime_takes_as_it_is(built: Built, interpreter: Interpreter) -> None:
    for archive in all_archives(built):
        with zipfile.ZipFile(archive.path) as packed:
            modules = [name for name in packed.namelist() if name.endswith(".py")]
            for name in modules:
                folder, _, module = name.rpartition("/")
                compiled = packed.read(f"{folder}/__pycache__/{module.removesuffix('.py')}.{TAG}.pyc".lstrip("/"))
                magic, flags = struct.unpack_from("<HxxI", compiled)
                assert (magic, flags) == (runtime.MAGIC, UNCHECKED), name
                assert compiled[8:16] == source_hash(packed.read(name)), name
            assert sum(name.endswith(".pyc") for name in packed.namelist()) == len(modules) > 0


def source_hash(source: bytes) -> bytes:
    """As the runtime's import does it: the key is its magic number."""
    return _imp.source_hash(int.from_bytes(bytecode.MAGIC, "little"), source)


@pytest.mark.parametrize("built", ["local"], indirect=True)
def test_the_local_cloud_takes_bytecode_of_the_python_that_runs_it(built: Built) -> None:
    """Its functions have their libraries from our virtual environment."""
    with zipfile.ZipFile(built.package.code.path) as code:
        compiled = [code.read(name) for name in code.namelist() if name.endswith(".pyc")]
        modules = [name for name in code.namelist() if name.endswith(".py")]

    assert len(compiled) == len(modules) > 0
    assert {each[:8] for each in compiled} == {MAGIC_NUMBER + struct.pack("<I", UNCHECKED)}
    assert {layer.bytecode for layer in built.package.layers.values()} == {0}


# Bytes of our own sources that a cold start imports (ADR 55): what a request would wait for.
IMPORTED_BY_API = 2_250_000
IMPORTED_BY_OTHERS = 1_000_000

PROBE = """
import gc, json, os, sys
compiled = []
sys.addaudithook(lambda event, words: event == "compile" and compiled.append(str(words[1])))
before = gc.get_stats()[0]["collections"]
import app
looked = gc.get_stats()[0]["collections"] - before
own = [each.__file__ for name, each in sys.modules.items() if name.startswith("chalicelib")]
class Context:
    aws_request_id, function_name, memory_limit_in_mb = "1", "lyceum-dev-api", 1024
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:lyceum-dev-api"
    log_stream_name = log_group_name = "log"
told = {"imported": sum(map(os.path.getsize, own)), "version": sys.version_info[:2]}
told["garbage"] = {"looked_for": looked, "looks": gc.isenabled(), "kept": gc.get_freeze_count() > 0}
"""
TELL = """
files = [name for name in compiled if name.endswith(".py") and ".zip" not in name]
print(json.dumps(told | {"compiled": files}))
"""
REQUEST = """
import boto3
for service in SERVICES:
    boto3.client(service, endpoint_url="https://127.0.0.1")
event = {
    "requestContext": {"httpMethod": "GET", "resourcePath": "/health", "identity": {"sourceIp": "203.0.113.7"}},
    "headers": {}, "multiValueHeaders": {}, "queryStringParameters": None, "multiValueQueryStringParameters": None,
    "pathParameters": None, "stageVariables": None, "body": None, "isBase64Encoded": False,
}
told["status"] = app.app(event, Context())["statusCode"]
"""
BATCHES = """
from chalicelib import wiring
for name in sorted(vars(app)):
    if name in QUEUED:
        assert getattr(app, name)({"Records": []}, Context()) == {"batchItemFailures": []}, name
wiring.resolve_all()
"""
QUEUED = (
    "advance",
    "dispatch",
    "enroll_page",
    "fan_out",
    "fetch_code",
    "import_package",
    "rejudge_page",
    "send_letters",
)


@on_aws
def test_the_archives_alone_answer_on_the_runtime_and_compile_nothing(
    built: Built, interpreter: Interpreter, tmp_path: Path
) -> None:
    """With the layer of all functions only: what the others bring is imported when it is needed.

    A function that answers no requests imports no routes, and whatever it is asked then is there all the same. Garbage
    is looked for among what requests make alone.
    """
    for archive in (built.package.code, built.package.layers["ManagedLayer"]):
        with zipfile.ZipFile(archive.path) as packed:
            packed.extractall(tmp_path)

    def run(entry_point: str, what: str) -> Any:
        environment = {
            **bytecode.environment(),
            "PYTHONPATH": f"{tmp_path}:{tmp_path / archives.SITE_PACKAGES}",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "STAGE": "dev",
            "POWERTOOLS_TRACE_DISABLED": "true",
            "_HANDLER": entry_point,
        }
        command = [interpreter.program, "-s", "-c", PROBE + what + TELL]
        outcome = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False)
        assert outcome.returncode == 0, outcome.stderr.decode()
        return json.loads(outcome.stdout.splitlines()[-1])

    api = run("app.app", REQUEST.replace("SERVICES", repr(sorted(archives.SERVICES))))
    other = run("app.dispatch", BATCHES.replace("QUEUED", repr(QUEUED)))

    assert (api["status"], api["version"]) == (200, [3, 13])
    assert api["compiled"] == other["compiled"] == []
    for each in (api, other):
        assert each["garbage"].pop("looked_for") <= 1  # by the interpreter, before the app's first line
        assert each["garbage"] == {"looks": True, "kept": True}
    assert api["imported"] <= IMPORTED_BY_API
    assert other["imported"] <= IMPORTED_BY_OTHERS


def test_what_the_functions_ask_of_aws_is_described_in_their_layer(built: Built) -> None:
    sources = "".join(path.read_text("utf-8") for path in (archives.ROOT / "chalicelib").rglob("*.py"))
    asked = re.findall(r'boto3\.client\(\s*"([a-z0-9-]+)"', sources)
    with zipfile.ZipFile(built.package.layers["ManagedLayer"].path) as layer:
        inner = [name.partition(f"site-packages/{archives.DESCRIPTIONS}")[2] for name in layer.namelist()]
    described = {name.partition("/")[0] for name in inner if "/" in name}

    assert len(asked) == len(re.findall(r"boto3\.(?!client\b)\w+\(|boto3\.client\(", sources)) > 0
    # Powertools asks SSM and DynamoDB, as does pynamodb; X-Ray's SDK asks X-Ray.
    assert {*asked, "dynamodb", "ssm", "xray"} <= described == archives.SERVICES
    assert {"endpoints.json", "partitions.json", "_retry.json"} <= set(inner)


def test_wheels_are_those_of_the_processor_that_was_chosen(tmp_path: Path) -> None:
    (wanted,) = [line for line in (archives.ROOT / "requirements.txt").read_text().splitlines() if "wrapt" in line]
    (tmp_path / "requirements.txt").write_text(wanted)

    archives.install(tmp_path / "requirements.txt", tmp_path / "installed", runtime.ARM64)

    found = [elf_machine(path.read_bytes()) for path in tmp_path.rglob("*.so")]
    assert found == [ELF_MACHINES[runtime.ARM64]]


def test_what_has_no_wheel_is_no_part_of_a_layer(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("./nowhere-to-be-had.whl")

    with pytest.raises(archives.ArchiveError, match="nowhere-to-be-had"):
        archives.install(tmp_path / "requirements.txt", tmp_path / "installed", runtime.X86_64)


def test_the_template_names_the_processor_that_was_chosen(tmp_path: Path) -> None:
    chalice_template.write("dev", runtime.ARM64, RESOURCES, tmp_path)

    resources = load_template(tmp_path / "sam.yaml")["Resources"].values()
    chosen = [each["Properties"]["Architectures"] for each in resources if each["Type"] == FUNCTION]
    layers = [each["Properties"]["CompatibleArchitectures"] for each in resources if each["Type"] == LAYER]
    assert len(chosen) > 10
    assert {word for each in chosen + layers for word in each} == {"arm64"}


def test_a_processor_that_lambda_has_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHITECTURE", "riscv")

    with pytest.raises(runtime.RuntimeChoiceError, match="arm64 and x86_64, not 'riscv'"):
        runtime.architecture()
    assert runtime.architecture("arm64") == "arm64"


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str, str], str]:
    def put(name: str, says: str) -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{says}\n")
        path.chmod(0o755)
        return str(path)

    return put


def test_an_interpreter_is_taken_for_the_bytecode_that_it_makes(program: Callable[[str, str], str]) -> None:
    older, broken = program("older", "echo a70d0d0a"), program("broken", "exit 127")
    right = program("right", f"echo {bytecode.MAGIC.hex()}")

    assert bytecode.compiler(["/nowhere", older, broken, right]) == Interpreter(right)


def test_a_container_compiles_where_no_interpreter_does(
    program: Callable[[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    program("docker", f'echo "$@" >> {log}')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    found = bytecode.compiler([], Docker)
    assert isinstance(found, Compiler)
    found.compile(Path("/somewhere"), "/opt")

    compiled = log.read_text().splitlines()[-1]
    assert "--user" in compiled
    assert "--volume /somewhere:/mnt/compiled:rw --entrypoint sh python:3.13-slim" in compiled
    assert "compileall -q --invalidation-mode unchecked-hash -s /mnt/compiled -p /opt /mnt/compiled" in compiled


def test_no_interpreter_at_all_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    def neither() -> Docker:
        raise ImageError("neither Docker nor buildah")

    assert bytecode.compiler([], neither) is None

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "neither Docker nor buildah" in said
    assert "0.8 s of CPU" in said


def test_what_does_not_compile_is_named(interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("def (:")

    with pytest.raises(bytecode.BytecodeError, match=r"/opt/wrong\.py"):
        interpreter.compile(tmp_path, "/opt")


def test_the_same_content_makes_the_same_bytes(tmp_path: Path) -> None:
    """What has not changed is not deployed again: an archive's name in S3 is its hash."""
    written = []
    for name in ("first", "second"):
        (tmp_path / name / "package").mkdir(parents=True)
        for module in ("b", "a") if name == "first" else ("a", "b"):
            (tmp_path / name / "package" / f"{module}.py").write_text(module)
        archives.pack(tmp_path / name, target := tmp_path / f"{name}.zip")
        written.append(target.read_bytes())

    assert written[0] == written[1]
    assert zipfile.ZipFile(io.BytesIO(written[0])).namelist() == ["package/a.py", "package/b.py"]

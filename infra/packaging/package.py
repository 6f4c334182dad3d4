"""Builds the deployable artefact: what Chalice generates from app.py, merged with resources.yaml.

    python -m infra.packaging.package --stage dev [--out build]

writes template.yaml, deployment.zip (our code, as much of Chalice as runs) and a zip for each layer (the dependencies).
AWS and the local cloud take the same files. They are for Lambda's Python, not for the one that runs this, and for the
processor that ARCHITECTURE names (x86_64 or arm64). They hold bytecode; the local cloud's code has that of the
Python that runs it, which brings its own libraries.
"""

import argparse
import copy
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.common import origins
from infra import gateway_answers, web_policy
from infra.packaging import archives, bytecode, canary, compiled_texts, monitoring, runtime
from infra.packaging.archives import Archive, ArchiveError
from infra.packaging.bytecode import BytecodeError
from infra.packaging.image import ImageError
from infra.packaging.runtime import RuntimeChoiceError
from infra.packaging.template_files import Template, dump, load_template

ROOT = archives.ROOT
RESOURCES = ROOT / "infra" / "templates" / "resources.yaml"
JUDGE_NETWORK = ROOT / "infra" / "templates" / "judge_network.yaml"
JUDGE_SERVICE = ROOT / "infra" / "templates" / "judge_service.yaml"
OPERATORS = ROOT / "infra" / "templates" / "operators.yaml"
CANARY = ROOT / "infra" / "canary.py"

SHARED_PARAMETERS: dict[str, str | int] = {
    "MailFrom": "Lyceum <no-reply@lyceum.example>",
    "MailIdentity": "lyceum.example",
    "CreateMailIdentity": "false",
    "CodeHosts": "github.com,gitlab.com,codeberg.org",
    "JudgeBackend": "function",
    "JudgesAtLeast": 2,
    "JudgesAtMost": 20,
    "JudgeMachine": "c7i.large",
    "JudgeConcurrency": 0,
    "DispatchConcurrency": 10,
    "ReserveConcurrency": "false",
    "RequestsPerSecond": 100,
    "RequestsAtOnce": 200,
    "SubmissionsVisibility": 6 * 900,
    "LogRetention": 30,
    "LogLevel": "INFO",
    "AlarmTopicArn": "",
}

STAGE_PARAMETERS: dict[str, dict[str, str | int]] = {
    # Locally a submission whose dispatch died is tried again soon, and one machine judges.
    "local": {
        "SubmissionsVisibility": 150,
        "DispatchConcurrency": 4,
        "JudgeImage": "lyceum-judge:local",
        "CodeHosts": "github.com,gitlab.com,codeberg.org,127.0.0.1:8418",
        "S3PrefixList": "pl-local",
    },
    "dev": {},
    # Lambda keeps at most 2.5 environments of tenants, busy or idle, for each reserved execution: 400 let a thousand
    # pupils be judged within minutes. 150 at once judge 45 a second and leave the judge room for pupils' own runs, and
    # the API room for as many requests that wait (docs/scale.md).
    "prod": {
        "JudgesAtLeast": 10,
        "JudgesAtMost": 200,
        "JudgeConcurrency": 400,
        "DispatchConcurrency": 150,
        "ReserveConcurrency": "true",
        "RequestsPerSecond": 1000,
        "RequestsAtOnce": 2000,
        "LogRetention": 365,
    },
}

PLACEHOLDER = "lyceum.example"
"""Nobody's domain: `make deploy STAGE=prod` refuses it (aws/choices.py)."""

# They are written into every preflight answer, so they are settled when the artefact is built.
ALLOWED_ORIGINS = {
    "local": "http://localhost:3000,http://localhost:*,http://127.0.0.1:*",
    "dev": "https://dev.lyceum.example",
    "prod": "https://lyceum.example",
}

# What a path that does not exist answers to a preflight: without it a browser calls a slip of the pen a CORS error.
UNKNOWN_PATH = "/{proxy+}"
ALL_METHODS = "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'"
ALLOWED_METHODS = "method.response.header.Access-Control-Allow-Methods"

ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:([0-9]+|\*))?")

READ_BY_CHALICE = ("APP_NAME", "STAGE", "ALLOWED_ORIGINS", "AWS_DEFAULT_REGION")
"""Variables of the environment that the template hangs on."""

STATEFUL = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key")


class PackagingError(Exception):
    """The artefact cannot be built; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """The artefact of one stage."""

    stage: str
    template: Path
    code: Archive
    layers: Mapping[str, Archive]
    """By their logical ids."""


def defaults(stage: str) -> dict[str, str]:
    """What the parameters of the stage are when nobody names them, as CloudFormation would show it."""
    return {name: str(value) for name, value in (SHARED_PARAMETERS | STAGE_PARAMETERS[stage]).items()}


def package(stage: str, out: Path, origins_listed: str | None = None, processor: str | None = None) -> Package:
    """Builds the artefact of `stage` into `out`, for frontends of the origins in `origins_listed` and a processor."""
    listed = allowed_origins(stage, origins_listed)
    out.mkdir(parents=True, exist_ok=True)
    compiled_texts.compile_all()
    environment = _environment(stage, listed)
    try:
        architecture = runtime.architecture(processor)
        code, layers = _archives(stage, architecture, out)
    except (ArchiveError, BytecodeError, ImageError, RuntimeChoiceError) as error:
        raise PackagingError(str(error)) from error
    generated = _generated(stage, architecture, environment)
    _place(generated, code, layers)
    for part in (JUDGE_NETWORK, OPERATORS, JUDGE_SERVICE):
        _add(load_template(part), generated)
    canary.add_code(generated, CANARY.read_text(encoding="utf-8"))
    monitoring.add_monitoring(generated)
    template = out / "template.yaml"
    template.write_text(dump(finish(generated, stage, listed, architecture)), encoding="utf-8")
    return Package(stage, template, code, layers)


def _archives(stage: str, architecture: str, out: Path) -> tuple[Archive, dict[str, Archive]]:
    """The code, and the layers by their logical ids."""
    # The local cloud's functions run in this Python, with the libraries of our virtual environment.
    here = stage == "local"
    compiler = None if here else bytecode.compiler()
    with _package_lock():
        layers = {
            each.resource: archives.layer(each, out / each.file, architecture, compiler) for each in archives.LAYERS
        }
        made_by = bytecode.Interpreter(sys.executable) if here else compiler
        return archives.code(out / "deployment.zip", made_by, sys.version if here else runtime.VERSION), layers


def _place(template: Template, code: Archive, layers: Mapping[str, Archive]) -> None:
    """Says where the archives lie, and which functions have which layers."""
    resources = template["Resources"]
    managed = resources["ManagedLayer"]["Properties"]
    for declared in archives.LAYERS:
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", declared.resource).lower()
        properties = managed | {
            "LayerName": managed["LayerName"].replace("managed-layer", name),
            "ContentUri": f"./{layers[declared.resource].path.name}",
        }
        resources[declared.resource] = {"Type": "AWS::Serverless::LayerVersion", "Properties": properties}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"./{code.path.name}"
            resource["Properties"]["Architectures"] = [{"Ref": "Architecture"}]
            resource["Properties"]["Layers"] = [
                {"Ref": each.resource} for each in archives.LAYERS if each.functions is None or name in each.functions
            ]


def _add(part: Template, template: Template) -> None:
    for section, declared in part.items():
        template[section].update(declared)


def finish(template: Template, stage: str, listed: str, architecture: str) -> Template:
    """Give parameters their defaults and preflights an id, and say what becomes of data when the stack is deleted."""
    own = {"Stage": stage, "AllowedOrigins": listed, "Architecture": architecture}
    given = {**own, **SHARED_PARAMETERS, **STAGE_PARAMETERS[stage]}
    for name, declaration in template["Parameters"].items():
        if name in given:
            declaration["Default"] = given[name]
    gateway_answers.word(template["Resources"]["RestAPI"]["Properties"]["GatewayResponses"])
    _finish_preflights(template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"], listed)
    # CloudFormation takes no condition in these two. What a first deployment has made is empty, and would only stand in
    # the way of the second when the first fails.
    deleted, replaced = ("RetainExceptOnCreate", "Retain") if stage == "prod" else ("Delete", "Delete")
    for resource in template["Resources"].values():
        if resource["Type"] in STATEFUL:
            resource.update(DeletionPolicy=deleted, UpdateReplacePolicy=replaced)
    # No code runs before the index that it reads is there.
    tables = [name for name, each in template["Resources"].items() if each["Type"] == "AWS::DynamoDB::Table"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["DependsOn"] = tables
    return template


def _finish_preflights(paths: dict[str, Any], listed: str) -> None:
    """API Gateway answers preflights by itself; Chalice's answers know one origin and the paths that there are."""
    known = next(methods["options"] for methods in paths.values() if "options" in methods)
    unknown = copy.deepcopy(known)
    parameters = _integration(unknown)["responses"]["default"]["responseParameters"]
    parameters[ALLOWED_METHODS] = ALL_METHODS
    unknown["parameters"] = [{"name": "proxy", "in": "path", "required": True, "type": "string"}]
    paths[UNKNOWN_PATH] = {"options": unknown}
    answer = {"application/json": preflight_template(origins.parse(listed))}
    for methods in paths.values():
        if "options" in methods:
            _integration(methods["options"])["responses"]["default"]["responseTemplates"] = answer


def preflight_template(listed: Sequence[str]) -> str:
    """The mapping template of a preflight's answer, which names the origin that asks, as `origins.named_to` does.

    Response parameters take no context variable; a mapping template (VTL) does.
    """
    literal = json.dumps([each for each in listed if not each.endswith(origins.ANY_PORT)])
    hosts = [each.removesuffix("*") for each in listed if each.endswith(origins.ANY_PORT)]
    matches = [f'$origin.matches("{host.replace(".", "[.]")}[0-9]+")' for host in hosts]
    header = "$context.responseOverride.header"
    return (
        "#set($origin = $input.params('Origin'))"
        f"#set($listed = {literal})"
        f"#if({' || '.join(['$listed.contains($origin)', *matches])})"
        f"#set({header}.Access-Control-Allow-Origin = $origin)#end"
        f'#set({header}.Vary = "Origin")#set({header}.X-Request-Id = $context.requestId){{}}'
    )


def _integration(method: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = method["x-amazon-apigateway-integration"]
    return found


def named_origins() -> str | None:
    """ALLOWED_ORIGINS of the environment; one alone may be ALLOWED_ORIGIN, its former name."""
    return os.environ.get("ALLOWED_ORIGINS") or os.environ.get("ALLOWED_ORIGIN")


def allowed_origins(stage: str, given: str | None = None) -> str:
    """The frontends' origins: those given, or those of the build's environment, or the stage's own."""
    named = given or named_origins() or ALLOWED_ORIGINS[stage]
    listed = origins.parse(named)
    if wrong := [each for each in listed if not ORIGIN.fullmatch(each)]:
        raise PackagingError(f"ALLOWED_ORIGINS: no origin (https://school.example): {', '.join(wrong)}")
    return ",".join(listed)


def _environment(stage: str, listed: str) -> dict[str, str]:
    # Chalice only looks whether a region is set; the template works in any.
    environment = {"AWS_DEFAULT_REGION": "us-east-1", **os.environ}
    return environment | {"STAGE": stage, "ALLOWED_ORIGINS": listed}


def _generated(stage: str, architecture: str, environment: Mapping[str, str]) -> Template:
    """Chalice's template. The local cloud, which starts often, takes that of the last time if nothing has changed."""
    with tempfile.TemporaryDirectory(prefix="lyceum-package-") as scratch:
        made = Path(scratch, "sam.yaml")
        if stage != "local":
            _run_chalice(stage, architecture, made.parent, environment)
            return load_template(made)
        kept = archives.CACHE / f"template-{template_digest(architecture, environment)}.yaml"
        with _package_lock():
            if not kept.exists():
                _run_chalice(stage, architecture, made.parent, environment)
                shutil.copyfile(made, unfinished := kept.with_suffix(".part"))
                unfinished.replace(kept)
        return load_template(kept)


def template_digest(architecture: str, environment: Mapping[str, str]) -> str:
    """The digest of whatever the template is made of, the libraries' versions too."""
    libraries = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    named = [environment.get(name, "") for name in READ_BY_CHALICE]
    chosen = json.dumps([sys.version, architecture, named, libraries])
    return hashlib.sha256(f"{chosen}\n{archives.digest(template_sources())}".encode()).hexdigest()[:32]


def template_sources() -> dict[str, Path]:
    """The files that Chalice's template is made of, by their names."""
    others = [*(ROOT / "infra" / "packaging").glob("*.py"), *(ROOT / ".chalice").glob("*.json"), RESOURCES]
    return archives.code_sources() | {path.relative_to(ROOT).as_posix(): path for path in others}


def _run_chalice(stage: str, architecture: str, out: Path, environment: Mapping[str, str]) -> None:
    """Apart from this process: it loads the application, with the stage's environment."""
    command = [sys.executable, "-m", "infra.packaging.chalice_template", "--stage", stage]
    command += ["--architecture", architecture, "--merge-template", str(RESOURCES), str(out)]
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if outcome.returncode or not (out / "sam.yaml").exists():
        raise PackagingError((outcome.stderr or outcome.stdout).strip())


@contextmanager
def _package_lock() -> Iterator[None]:
    """Two builds at once would write the same archive."""
    archives.CACHE.mkdir(parents=True, exist_ok=True)
    with (archives.CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.2f} MB"


def report(package: Package, web: Path) -> str:
    """Where the artefact lies, how large it is, and whether it is for nobody's pages. `web` is the folder with the web
    client's build, part of it.
    """
    lines = [f"{package.template}"]
    lines += [
        f"{archive.path}: {_megabytes(archive.zipped)} zipped, {_megabytes(archive.unzipped)} unzipped, "
        f"of which {_megabytes(archive.bytecode)} bytecode"
        for archive in (package.code, *package.layers.values())
    ]
    sizes = [each.stat().st_size for each in web.rglob("*") if each.is_file()]
    lines.append(f"{web}: {len(sizes)} files of the web client, {_megabytes(sum(sizes))}")
    listed = str(load_template(package.template)["Parameters"]["AllowedOrigins"]["Default"])
    if PLACEHOLDER in listed:
        lines.append(f"only pages of {listed}, a placeholder, may call it: name ALLOWED_ORIGINS, or run `make deploy`")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m infra.packaging.package", description="Build the deployable artefact."
    )
    parser.add_argument("--stage", choices=sorted(STAGE_PARAMETERS), required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    arguments = parser.parse_args()
    try:
        print(report(package(arguments.stage, arguments.out), web_policy.BUILD))
    except PackagingError as error:
        print(f"packaging failed:\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

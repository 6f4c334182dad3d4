"""The artefact of every stage, packaged once."""

import fcntl
import importlib.resources
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.packaging import package as packaging
from infra.packaging import template_files
from infra.packaging.package import Package
from tests.support.fixtures import (
    pupil,  # noqa: F401 - fixtures
    school,  # noqa: F401 - fixtures
)
from tests.support.log import log  # noqa: F401 - a fixture

PACKAGED_WITHIN = 180
"""Seconds: the first time the libraries of the functions are downloaded, and one worker waits for the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "built" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(PACKAGED_WITHIN))


@dataclass(frozen=True)
class Built:
    package: Package
    template: dict[str, Any]

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id -> properties."""
        found = self.template["Resources"].items()
        return {name: resource["Properties"] for name, resource in found if resource["Type"] == kind}


def statements(built: Built) -> Iterator[tuple[str, dict[str, Any]]]:
    """(role, statement) of every identity policy."""
    for role, properties in built.resources("AWS::IAM::Role").items():
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield role, statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def referenced(value: Any) -> str:
    """The logical id that a Ref or GetAtt points to."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def cfn_lint(template: Path) -> tuple[int, str]:
    """The exit status, and what was found."""
    command = [str(Path(sys.executable).with_name("cfn-lint")), "-t", str(template)]
    outcome = subprocess.run(command, cwd=packaging.ROOT, capture_output=True, text=True, check=False)
    return outcome.returncode, outcome.stdout


def schemas() -> Iterator[dict[str, Any]]:
    """CloudFormation's own schemas of resource types, as cfn-lint carries them."""
    for path in (importlib.resources.files("cfnlint") / "data" / "schemas" / "resources").iterdir():
        if path.name.endswith(".json"):
            yield json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session", params=sorted(packaging.STAGE_PARAMETERS))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Built:
    """Built once for all of pytest's workers; nobody may write where it lies."""
    own = tmp_path_factory.getbasetemp()
    package = packaged_once(own if worker_id == "master" else own.parent, request.param)
    return Built(package, template_files.load_template(package.template))


def packaged_once(directory: Path, stage: str) -> Package:
    ready = directory / f"{stage}.ready"
    with (directory / f"{stage}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            ready.write_bytes(pickle.dumps(packaging.package(stage, directory / f"package-{stage}")))
    made: Package = pickle.loads(ready.read_bytes())  # noqa: S301 our own
    return made

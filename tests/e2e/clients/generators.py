"""Generates clients of the served document with the tools that people use, checks their types, runs programs over them.

Each client lies in a folder of build/clients of its own, where the programs beside this file import it from.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from infra.local.options import child_environment
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import PATIENCE

HERE = Path(__file__).parent
CLIENTS = ROOT / "build" / "clients"
PYTHON_CLIENT = CLIENTS / "python" / "lyceum_client"
DOCUMENT = CLIENTS / "openapi.json"
INSTALLED = HERE / "node_modules" / ".installed"
BIN = Path(sys.executable).parent
"""Of the virtual environment: Node is in there too."""


def fetch_document(url: str) -> None:
    """The document as a stranger gets it: from the running system."""
    answer = httpx.get(f"{url}/openapi.json", timeout=PATIENCE)
    CLIENTS.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(answer.raise_for_status().text, encoding="utf-8")


def with_openapi_typescript() -> None:
    """Types alone; the client is openapi-fetch."""
    _run("openapi-typescript", str(DOCUMENT), "--output", str(CLIENTS / "openapi-typescript.ts"))


def with_hey_api() -> None:
    """A function for each operation, and its own client over fetch."""
    _run("openapi-ts", "--file", "hey-api.config.mjs", "--no-log-file")


def with_openapi_python_client() -> None:
    """Its warnings are errors: what it cannot read, it leaves out."""
    shutil.rmtree(PYTHON_CLIENT, ignore_errors=True)
    PYTHON_CLIENT.parent.mkdir(exist_ok=True)
    options = ("--meta", "none", "--fail-on-warning", "--config", "openapi-python-client.yaml")
    _run("openapi-python-client", "generate", "--path", str(DOCUMENT), "--output-path", str(PYTHON_CLIENT), *options)


def check_typescript() -> None:
    """The types of all programs beside this file and of what they import, generated or not."""
    _run("tsc", "--project", ".")


def check_python(program: str) -> None:
    """The types of the program and of the whole client, by mypy's strict rules and none of ours."""
    cache = CLIENTS / ".mypy_cache"
    options = ("--strict", "--config-file", os.devnull, "--cache-dir", str(cache))
    _run("mypy", *options, program, str(PYTHON_CLIENT), PYTHONPATH="", MYPYPATH=str(PYTHON_CLIENT.parent))


def run_program(*command: str) -> Any:
    """What the program prints, which is JSON."""
    return json.loads(_run(*command, PYTHONPATH=str(PYTHON_CLIENT.parent)))


def _run(command: str, *arguments: str, **variables: str) -> str:
    assert INSTALLED.exists(), "make node-packages"
    environment = child_environment()
    path = os.pathsep.join([str(HERE / "node_modules" / ".bin"), str(BIN), environment["PATH"]])
    ran = subprocess.run(
        [command, *arguments],
        cwd=HERE,
        env={**environment, "PATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, f"{command} {' '.join(arguments)}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout

"""Settings from the environment: where the launcher is, where boxes are created, whether the machine is ours alone."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.judge_protocol.contract import COMPILE_CPU_MS

_IN_IMAGE = Path("/opt/judge/launcher")
_IN_CHECKOUT = Path(__file__).resolve().parent.parent / "build" / "launcher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`owns_machine`: nobody else works here, so what lies in world-writable places may be deleted. Lambda's template
    says so, and nobody else: neither an image nor a checkout knows whose `/tmp` it is given.

    `local_inputs`: test inputs may come from http://localhost (the local cloud's S3), not only by https.
    `compile_cpu_ms`: what compiling one program may take. `needs`: layers without which nothing is judged.
    """

    launcher: Path
    scratch: Path
    owns_machine: bool = False
    local_inputs: bool = False
    compile_cpu_ms: int = COMPILE_CPU_MS
    needs: frozenset[str] = frozenset()


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    return Settings(
        launcher=Path(environment.get("JUDGE_LAUNCHER") or (_IN_IMAGE if _IN_IMAGE.exists() else _IN_CHECKOUT)),
        scratch=Path(environment.get("JUDGE_SCRATCH") or tempfile.gettempdir()),
        owns_machine=environment.get("JUDGE_OWNS_MACHINE") == "1",
        local_inputs=environment.get("JUDGE_LOCAL_INPUTS") == "1",
        compile_cpu_ms=int(environment.get("JUDGE_COMPILE_CPU_MS") or COMPILE_CPU_MS),
        needs=frozenset(environment.get("JUDGE_NEEDS", "").split()),
    )

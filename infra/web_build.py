"""`make run` builds the web client if it can: python -m infra.web_build COMMAND…

What the command says goes on to the terminal. If it fails, the one line that says why stays in build/web.missing, where
the local front door finds it for those who open /app, and the command counts as done: all the rest runs without it.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra import web_policy
from infra.local.web_client import reason_file

OF_MAKE = re.compile(r"make(\[\d+\])?: ")
ABOUT_A_RULE = re.compile(r"make(\[\d+\])?: (\*\*\*|Target |Leaving |Entering )")


def build(command: Sequence[str], folder: Path) -> bool:
    """Returns whether the command succeeded."""
    lines: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stderr or ():
            sys.stderr.write(line)
            lines.append(line)
    reason = reason_file(folder)
    if process.returncode == 0:
        reason.unlink(missing_ok=True)
        return True
    reason.parent.mkdir(parents=True, exist_ok=True)
    line = f"The web client cannot be built here: {why(lines)}"
    reason.write_text(f"{line}\n", encoding="utf-8")
    print(f"make: {line[0].lower()}{line[1:]}; everything else runs without it", file=sys.stderr)
    return False


def why(lines: Sequence[str]) -> str:
    """The line that says most: our own if there is one, else the first that speaks of an error, else the last."""
    said = [line.strip() for line in lines if line.strip() and not ABOUT_A_RULE.match(line)]
    own = [OF_MAKE.sub("", line) for line in said if OF_MAKE.match(line)]
    errors = [line for line in said if "error" in line.lower()]
    return next(iter([*own, *errors, *said[-1:]]), "the build failed without a word")


if __name__ == "__main__":
    build(sys.argv[1:], web_policy.BUILD)

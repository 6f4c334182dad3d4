"""What the functions run on: Lambda's Python and processor, whatever the machine of the build runs on.

Lambda's page of runtimes (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html) promises python3.13 and python3.14
the same end, 30 June 2029; the former is older by a year, and every pinned wheel is there for it.
"""

import os

VERSION = "3.13"
RUNTIME = f"python{VERSION}"
MAGIC = 3571
"""The number at the head of its bytecode: CPython's magic number of 3.13, the same in all of its patch releases."""

GLIBC = (34, 28, 17)
"""The minor versions of glibc 2 whose wheels run there: Amazon Linux 2023 has 2.34, and takes older ones too."""

X86_64, ARM64 = "x86_64", "arm64"
MACHINES = {X86_64: "x86_64", ARM64: "aarch64"}
"""What wheels call the processors of Lambda."""


class RuntimeChoiceError(Exception):
    """The text says what there is to choose."""


def architecture(named: str | None = None) -> str:
    """The processor of the functions: the one named, or ARCHITECTURE of the environment, or x86_64 (ADR 40).

    The judge's image is of x86_64 in any case.
    """
    chosen = named or os.environ.get("ARCHITECTURE") or X86_64
    if chosen not in MACHINES:
        raise RuntimeChoiceError(f"ARCHITECTURE: Lambda has {' and '.join(sorted(MACHINES))}, not {chosen!r}")
    return chosen


def platforms(architecture: str) -> list[str]:
    """The platforms whose wheels the runtime takes, as pip calls them."""
    return [f"manylinux_2_{minor}_{MACHINES[architecture]}" for minor in GLIBC]

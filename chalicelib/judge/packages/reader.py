"""Reads problem packages: which format one has, and what it says of a problem. Pure: a file in, a package out."""

from collections.abc import Sequence
from typing import BinaryIO

from chalicelib.common.texts import Text
from chalicelib.judge.packages import archive, icpc, plain, polygon
from chalicelib.judge.packages.archive import Fault, Refused
from chalicelib.judge.packages.format import Package
from chalicelib.judge.packages.inspection import Inspection

FORMATS = (icpc, polygon, plain)
UNKNOWN = Text(
    "unknown_package",
    "It is no package that is known here: there is neither problem.yaml, problem.xml nor any file *.in",
)


def read(packed: bytes | BinaryIO) -> tuple[Package, Sequence[Fault]]:
    """What a package says, and what was left out of it. Refused, with every fault, when it cannot be used.

    Its tests may be read from the file only when they are used.
    """
    inspection = Inspection(archive.look_through(packed))
    known = next((each for each in FORMATS if each.fits(inspection)), None)
    if known is None:
        raise Refused([Fault("", UNKNOWN)])
    package = known.read(inspection)
    if not package.tests and package.recipe is None and not inspection.faults:
        inspection.fault("", Text("package_without_tests", "There are no tests in it"))
    if inspection.faults:
        raise Refused(inspection.faults)
    return package, inspection.warnings

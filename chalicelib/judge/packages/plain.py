"""Reads plain packages: a zip of tests, 1.in with 1.out or 1.ans, in the order of their numbers. Pure."""

from chalicelib.judge.packages.format import Package
from chalicelib.judge.packages.inspection import Inspection, naturally

INPUT = ".in"
ANSWERS = (".out", ".ans", ".a")
SAMPLES = 2


def fits(inspection: Inspection) -> bool:
    return any(name.endswith(INPUT) for name in inspection.names)


def read(inspection: Inspection) -> Package:
    inputs = {name.removesuffix(INPUT): name for name in inspection.names if name.endswith(INPUT)}
    answers = _answers(inspection)
    for stem in sorted(inputs.keys() - answers.keys()):
        inspection.fault(inputs[stem], f"It has no answer beside it, such as {stem}.out")
    for stem in sorted(answers.keys() - inputs.keys()):
        inspection.fault(answers[stem], f"It has no input beside it: {stem}{INPUT}")
    for name in inspection.names:
        if name not in inputs.values() and not name.endswith(ANSWERS):
            inspection.warn(name, "It is neither an input nor an answer")
    stems = sorted(inputs.keys() & answers.keys(), key=naturally)
    return Package(tests=inspection.tests_of((inputs[stem], answers[stem]) for stem in stems), samples=SAMPLES)


def _answers(inspection: Inspection) -> dict[str, str]:
    answers: dict[str, str] = {}
    for name in inspection.names:
        stem, dot, suffix = name.rpartition(".")
        if dot + suffix not in ANSWERS:
            continue
        if stem in answers:
            inspection.fault(name, f"There are two answers to one input: {answers[stem]} is the other")
        answers.setdefault(stem, name)
    return answers

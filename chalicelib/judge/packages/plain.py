"""Reads plain packages: a zip of tests, 1.in with 1.out or 1.ans, in the order of their numbers. Pure."""

from chalicelib.common.texts import Text
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
        english = "It has no answer beside it, such as {answer}"
        inspection.fault(inputs[stem], Text("without_any_answer", english, {"answer": f"{stem}{ANSWERS[0]}"}))
    for stem in sorted(answers.keys() - inputs.keys()):
        english = "It has no input beside it: {input}"
        inspection.fault(answers[stem], Text("without_named_input", english, {"input": f"{stem}{INPUT}"}))
    for name in inspection.names:
        if name not in inputs.values() and not name.endswith(ANSWERS):
            inspection.warn(name, Text("neither_input_nor_answer", "It is neither an input nor an answer"))
    stems = sorted(inputs.keys() & answers.keys(), key=naturally)
    return Package(tests=inspection.tests_of((inputs[stem], answers[stem]) for stem in stems), samples=SAMPLES)


def _answers(inspection: Inspection) -> dict[str, str]:
    answers: dict[str, str] = {}
    for name in inspection.names:
        stem, dot, suffix = name.rpartition(".")
        if dot + suffix not in ANSWERS:
            continue
        if stem in answers:
            english = "There are two answers to one input: {other} is the other"
            inspection.fault(name, Text("two_answers", english, {"other": answers[stem]}))
        answers.setdefault(stem, name)
    return answers

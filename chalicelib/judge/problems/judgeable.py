"""Finds what of a set of tests the judge would refuse: its author hears of it, not those who send programs. Pure."""

from collections.abc import Iterable, Iterator

from chalicelib.common.texts import Text
from chalicelib.judge.problems.testsets import TestCase, Testset
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import ContractError, File, Source, TestInput, fit_together


def faults(tests: Testset) -> Iterator[Text]:
    """One for the programs and what lies beside them, one for the first test that is refused. Reads each test once."""
    beside = [Source(language=language, source="", files=files) for language, files in tests.includes.items()]
    validators = [each.program for each in tests.validators]
    words = [words for each in tests.validators for words in each.arguments]
    sent = [*tests.programs.values(), *validators, *beside]
    if not all(map(_is_taken, sent)) or not all(_is_taken(_given(each)) for each in words):
        yield Text("programs_not_taken", "The judge does not take its programs, or the files beside them")
    for number, test in enumerate(tests.tests, 1):
        if test.input is None:
            yield Text("test_incomplete", "A test has no input")
            return
        if not _is_test_taken(test, tests.includes.values()):
            english = "The judge does not take what test {number} gives besides its input"
            yield Text("test_not_taken", english, {"number": number})
            return


def _is_test_taken(test: TestCase, beside: Iterable[tuple[File, ...]]) -> bool:
    """Its files lie in one directory with those beside every program of a language."""
    names = [file.name for file in test.files]
    apart = all(fit_together([*names, *(file.name for file in files)]) for files in beside)
    return apart and _is_taken(_given(test.args, test.files)) and _is_taken(_given(test.arguments))


def _given(words: tuple[str, ...], files: tuple[File, ...] = ()) -> TestInput:
    return TestInput(id="1", input=b"", args=words, files=files)


def _is_taken(sent: Source | TestInput) -> bool:
    """Whether the judge reads what is written for it."""
    codec = wire.codec(type(sent))
    try:
        codec.read(codec.write(sent), "sent", None)
    except ContractError:
        return False
    return True

"""Inputs and files that did not fit the event: fetched from presigned URLs before any user code runs."""

from dataclasses import replace

from chalicelib.judge_protocol.contract import MAX_INPUT_BYTES, MAX_TEST_FILES_BYTES, ContractError, File, TestInput
from judge_container import addresses


def read(test: TestInput, *, local: bool) -> bytes:
    """A test's input. With `local`, http from this machine is accepted (the local cloud)."""
    if test.output_url is not None:
        addresses.check(test.output_url, local=local)
    if test.input is not None:
        return test.input
    if test.input_url is None:
        raise ContractError("bad_job", f"Test {test.id!r} has no input")
    addresses.check(test.input_url, local=local)
    return _fetch(test.input_url)


def with_files(test: TestInput, *, local: bool) -> TestInput:
    """The test with the files that are to be fetched."""
    if not test.fetched:
        return test
    files = list(test.files)
    for remote in test.fetched:
        addresses.check(remote.url, local=local)
        files.append(File(name=remote.name, data=_fetch(remote.url)))
        if sum(len(file.data) for file in files) > MAX_TEST_FILES_BYTES:
            raise ContractError("too_large", f"The files of a test are larger than {MAX_TEST_FILES_BYTES} bytes")
    return replace(test, files=tuple(files), fetched=None)


def _fetch(url: str) -> bytes:
    data = addresses.fetch(url, at_most=MAX_INPUT_BYTES)
    if len(data) > MAX_INPUT_BYTES:
        raise ContractError("too_large", f"An input is larger than {MAX_INPUT_BYTES} bytes")
    return data

"""Outputs that do not fit a report: put at presigned URLs, when the program has ended."""

import urllib.request
from dataclasses import replace

from chalicelib.judge_protocol.contract import MAX_CARRIED_OUTPUT_BYTES, Run, TestInput
from judge_container import addresses
from judge_container.addresses import UnavailableError


def stored(run: Run, test: TestInput) -> Run:
    """The run without a large output: that lies at the test's URL then, or was cut, and only its beginning is told."""
    if test.output_url is None or len(run.stdout) <= MAX_CARRIED_OUTPUT_BYTES:
        return run
    if run.truncated:
        return replace(run, stdout=run.stdout[:MAX_CARRIED_OUTPUT_BYTES])
    _put(test.output_url, run.stdout)
    return replace(run, stdout=b"", stored_bytes=len(run.stdout))


def _put(url: str, data: bytes) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data=data, method="PUT", headers=headers)  # noqa: S310 - checked before
    try:
        with addresses.opener.open(request, timeout=addresses.TIMEOUT_SECONDS):
            return
    except OSError as error:
        # The message must not carry the URL: its signature is a credential.
        raise UnavailableError(f"output not stored: {type(error).__name__}") from error

"""Outputs that do not fit a report: put at presigned URLs, when the program has ended."""

from dataclasses import replace

from chalicelib.judge_protocol.contract import MAX_CARRIED_OUTPUT_BYTES, Run, TestInput
from judge_container import addresses


def stored(run: Run, test: TestInput) -> Run:
    """The run without a large output: that lies at the test's URL then, or was cut, and only its beginning is told."""
    if test.output_url is None or len(run.stdout) <= MAX_CARRIED_OUTPUT_BYTES:
        return run
    if run.truncated:
        return replace(run, stdout=run.stdout[:MAX_CARRIED_OUTPUT_BYTES])
    addresses.put(test.output_url, run.stdout)
    return replace(run, stdout=b"", stored_bytes=len(run.stdout))

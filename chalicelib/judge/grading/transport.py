"""Takes by way of S3 what an invocation of the judge cannot carry: large inputs and files, and large outputs.

They lie at `made/parts/{sha256}` and `made/outputs/{attempt}/{test}`, where S3 forgets them after days. The judge gets
the addresses of single objects, which hold for minutes.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from botocore.exceptions import ClientError

from chalicelib.common import clock, ids, s3, settings
from chalicelib.judge.grading import batches
from chalicelib.judge_protocol.contract import ContractError, Job, Remote, Report, Run, TestInput

ADDRESS_SECONDS = 600
"""How long the judge may use an address: the one that is asked again has as long as the first."""
KNOWN_SECONDS = 24 * 3600
"""How long a process counts on what it has put there: less than S3 keeps it."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A job as the judge gets it, and where it puts large outputs: keys by the ids of tests."""

    job: Job
    outputs: Mapping[str, str] = field(default_factory=dict)

    def received(self, report: Report) -> Report:
        """The report with all outputs. ContractError when one does not lie there as it says."""
        if not self.outputs:
            return report
        return replace(report, runs=tuple(self._with_output(run) for run in report.runs))

    def _with_output(self, run: Run) -> Run:
        if not run.stored_bytes or run.id not in self.outputs:
            return run
        try:
            stored = s3.client().get_object(Bucket=settings.load().test_data_bucket, Key=self.outputs[run.id])
        except ClientError as error:
            if not s3.is_missing(error):
                raise
            raise _wrong_output() from error
        if stored["ContentLength"] != run.stored_bytes or run.stored_bytes > self._limit(run.id):
            raise _wrong_output()
        return replace(run, stdout=stored["Body"].read(), stored_bytes=None)

    def _limit(self, test_id: str) -> int:
        return next(test.output_limit_bytes for test in self.job.tests if test.id == test_id)


def _wrong_output() -> ContractError:
    return ContractError("wrong_output", "An output is not there as it was reported")


def shipped(job: Job) -> Shipment:
    """Put away what the job cannot carry."""
    outputs: dict[str, str] = {}
    tests = []
    for test in job.tests:
        light = _without_large_parts(test)
        if job.interactor is None and test.output_url is None and test.output_limit_bytes > batches.MAX_OUTPUT_BYTES:
            outputs[test.id] = f"made/outputs/{ids.new_timeless_id()}/{test.id}"
            light = replace(light, output_url=_address("put_object", outputs[test.id]))
        tests.append(light)
    return Shipment(replace(job, tests=tuple(tests)), outputs)


def forget() -> None:
    """Put everything anew: for tests."""
    _known.clear()


def _without_large_parts(test: TestInput) -> TestInput:
    """A test whose largest parts are fetched, as many as must be. A job of several tests has room for all of them."""
    large = set(_large_parts(test))
    if not large:
        return test
    if None in large:
        test = replace(test, input=None, input_url=_put(test.input or b""))
    fetched = [Remote(name=file.name, url=_put(file.data)) for file in test.files if file.name in large]
    files = tuple(file for file in test.files if file.name not in large)
    return replace(test, files=files, fetched=(*(test.fetched or ()), *fetched) or None)


def _large_parts(test: TestInput) -> Iterator[str | None]:
    """The names of files, None for the input; the largest first."""
    sizes: dict[str | None, int] = {None: len(test.input or b""), **{file.name: len(file.data) for file in test.files}}
    left = sum(sizes.values())
    for name, size in sorted(sizes.items(), key=lambda part: -part[1]):
        if left <= batches.MAX_INPUT_BYTES:
            return
        left -= size
        yield name


KNOWN_PARTS = 10_000
"""Of which a process remembers that it has put them."""
_known: OrderedDict[str, float] = OrderedDict()
"""When, by their keys."""


def _put(data: bytes) -> str:
    """The address of a part."""
    key, now = f"made/parts/{hashlib.sha256(data).hexdigest()}", clock.monotonic()
    if now - _known.get(key, -KNOWN_SECONDS) >= KNOWN_SECONDS:
        s3.client().put_object(Bucket=settings.load().test_data_bucket, Key=key, Body=data)
        _known[key] = now
        _known.move_to_end(key)
        while len(_known) > KNOWN_PARTS:
            _known.popitem(last=False)
    return _address("get_object", key)


def _address(operation: str, key: str) -> str:
    place = {"Bucket": settings.load().test_data_bucket, "Key": key}
    return s3.client().generate_presigned_url(operation, Params=place, ExpiresIn=ADDRESS_SECONDS)

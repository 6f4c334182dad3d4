"""The scan's own rules, and that every exception to it is still about something that is there."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.aws import scan
from infra.aws.scan import Exemption, ScanFinding

QUEUE = ScanFinding("CKV_1", "AWS::SQS::Queue.Letters", "Encrypt it")
EXEMPT = Exemption(check="CKV_1", resources="AWS::SQS::Queue.*", reason="It is.")


@pytest.mark.parametrize(
    ("findings", "exempt", "expected"),
    [
        ([], [], []),
        ([QUEUE], [EXEMPT], []),
        ([QUEUE, QUEUE], [], ["CKV_1 AWS::SQS::Queue.Letters: Encrypt it"]),
        ([ScanFinding("CKV_2", QUEUE.resource), QUEUE], [EXEMPT], ["CKV_2 AWS::SQS::Queue.Letters: "]),
        ([ScanFinding("CKV_1", "AWS::S3::Bucket.Tests"), QUEUE], [EXEMPT], ["CKV_1 AWS::S3::Bucket.Tests: "]),
        ([], [EXEMPT], ["CKV_1 AWS::SQS::Queue.*: nothing is found there any more, so the exception can go"]),
    ],
)
def test_a_finding_needs_a_reason_and_a_reason_a_finding(
    findings: list[ScanFinding], exempt: list[Exemption], expected: list[str]
) -> None:
    assert scan.violations(findings, exempt) == expected


@pytest.mark.parametrize("summary", [{"passed": 5, "parsing_errors": 1}, {"passed": 0, "parsing_errors": 0}])
def test_a_report_that_read_nothing_is_no_clean_report(summary: dict[str, int]) -> None:
    report: dict[str, Any] = {"summary": summary, "results": {"failed_checks": []}}
    with pytest.raises(ValueError, match="could not read"):
        list(scan.read(report))


def test_exceptions_have_reasons_and_each_stands_once() -> None:
    listed = scan.exemptions()

    assert [each.check for each in listed if len(each.reason) < 40] == []
    assert len({(each.check, each.resources) for each in listed}) == len(listed)


def test_every_exception_is_about_something_that_is_deployed() -> None:
    deployed = {
        f"{resource['Type']}.{name}"
        for template in scan.templates().values()
        for name, resource in template["Resources"].items()
    }

    unmatched = [
        each.resources
        for each in scan.exemptions()
        if not any(fnmatchcase(resource, each.resources) for resource in deployed)
    ]
    assert unmatched == []

"""`make scan`: checkov over every template that goes to AWS. A finding stands only with its reason, in scan.toml.

python -m infra.aws.scan PATH_OF_CHECKOV
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.packaging import front_door
from infra.packaging import package as packaging
from infra.packaging.package import ROOT, Template

EXCEPTIONS = ROOT / "infra" / "templates" / "scan.toml"
STAGE = "prod"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`resource` is "type.logical id"."""

    check: str
    resource: str
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    check: str
    resources: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return finding.check == self.check and fnmatchcase(finding.resource, self.resources)


def exemptions(path: Path = EXCEPTIONS) -> tuple[Exemption, ...]:
    return tuple(Exemption(**each) for each in tomllib.loads(path.read_text(encoding="utf-8"))["exception"])


def complaints(findings: Iterable[Finding], exempt: Sequence[Exemption]) -> list[str]:
    """What is found without a reason, and what is excused without being found."""
    found = sorted(set(findings))
    unexcused = [each for each in found if not any(exemption.covers(each) for exemption in exempt)]
    stale = [each for each in exempt if not any(each.covers(finding) for finding in found)]
    return [f"{each.check} {each.resource}: {each.says}" for each in unexcused] + [
        f"{each.check} {each.resources}: nothing is found there any more, so the exception can go" for each in stale
    ]


def templates() -> dict[str, Template]:
    """Everything that `make deploy` sends to CloudFormation, by the name of its file."""
    built = packaging.package(STAGE, ROOT / "build" / "scan")
    return {
        "template.yaml": packaging.load_template(built.template),
        "front_door.yaml": front_door.template(),
        "account.yaml": packaging.load_template(ROOT / "infra" / "templates" / "account.yaml"),
    }


def scan(checkov: Path, declared: Mapping[str, Template], directory: Path) -> list[Finding]:
    for name, template in declared.items():
        (directory / name).write_text(packaging.dump(template), encoding="utf-8")
    command = [str(checkov), "--framework", "cloudformation", "--output", "json", "--quiet", "--soft-fail"]
    for name in declared:
        command += ["--file", str(directory / name)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return list(read(json.loads(outcome.stdout)))


def read(report: Mapping[str, Any]) -> Iterable[Finding]:
    """ValueError for a report that says nothing about a template, or not enough to be one on these."""
    if report["summary"]["parsing_errors"] or not report["summary"]["passed"]:
        raise ValueError(f"checkov could not read the templates: {report['summary']}")
    for check in report["results"]["failed_checks"]:
        yield Finding(check["check_id"], check["resource"], check["check_name"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.aws.scan", description="Scan the templates for weaknesses.")
    parser.add_argument("checkov", type=Path)
    declared = templates()
    findings = scan(parser.parse_args().checkov, declared, ROOT / "build" / "scan")
    wrong = complaints(findings, exemptions())
    for line in wrong:
        print(line)
    print(f"{len(findings)} findings, {len(wrong)} to be dealt with")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

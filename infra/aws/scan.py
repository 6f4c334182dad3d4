"""`make scan`: runs checkov over every template that goes to AWS. Each accepted finding has its reason in scan.toml.

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

from infra.packaging import front_door, template_files
from infra.packaging import package as packaging
from infra.packaging.package import ROOT
from infra.packaging.template_files import Template

EXCEPTIONS = ROOT / "infra" / "templates" / "scan.toml"
STAGE = "prod"
WHOLE = ("account.yaml", "backups.yaml", "backup_copies.yaml", "deployer.yaml")
"""Templates that nothing is put into."""


@dataclass(frozen=True, slots=True, order=True)
class ScanFinding:
    """`resource` is "type.logical id"."""

    check: str
    resource: str
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    check: str
    resources: str
    reason: str

    def covers(self, finding: ScanFinding) -> bool:
        return finding.check == self.check and fnmatchcase(finding.resource, self.resources)


def exemptions(path: Path = EXCEPTIONS) -> tuple[Exemption, ...]:
    return tuple(Exemption(**each) for each in tomllib.loads(path.read_text(encoding="utf-8"))["exception"])


def violations(findings: Iterable[ScanFinding], exempt: Sequence[Exemption]) -> list[str]:
    """Returns findings without a reason, and reasons without a finding."""
    found = sorted(set(findings))
    unexcused = [each for each in found if not any(exemption.covers(each) for exemption in exempt)]
    stale = [each for each in exempt if not any(each.covers(finding) for finding in found)]
    return [f"{each.check} {each.resource}: {each.says}" for each in unexcused] + [
        f"{each.check} {each.resources}: nothing is found there any more, so the exception can go" for each in stale
    ]


def templates() -> dict[str, Template]:
    """Returns all templates that our commands send to CloudFormation, by the names of their files."""
    built = packaging.package(STAGE, ROOT / "build" / "scan")
    as_they_are = {name: template_files.load_template(ROOT / "infra" / "templates" / name) for name in WHOLE}
    return {
        "template.yaml": template_files.load_template(built.template),
        "front_door.yaml": front_door.template(),
        **as_they_are,
    }


def scan(checkov: Path, declared: Mapping[str, Template], directory: Path) -> list[ScanFinding]:
    for name, template in declared.items():
        (directory / name).write_text(template_files.dump(template), encoding="utf-8")
    command = [str(checkov), "--framework", "cloudformation", "--output", "json", "--quiet", "--soft-fail"]
    for name in declared:
        command += ["--file", str(directory / name)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return list(read(json.loads(outcome.stdout)))


def read(report: Mapping[str, Any]) -> Iterable[ScanFinding]:
    """Reads a report of checkov; ValueError if it is not about the templates, or too short to be."""
    if report["summary"]["parsing_errors"] or not report["summary"]["passed"]:
        raise ValueError(f"checkov could not read the templates: {report['summary']}")
    for check in report["results"]["failed_checks"]:
        yield ScanFinding(check["check_id"], check["resource"], check["check_name"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.aws.scan", description="Scan the templates for weaknesses.")
    parser.add_argument("checkov", type=Path)
    declared = templates()
    findings = scan(parser.parse_args().checkov, declared, ROOT / "build" / "scan")
    wrong = violations(findings, exemptions())
    for line in wrong:
        print(line)
    print(f"{len(findings)} findings, {len(wrong)} to be dealt with")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

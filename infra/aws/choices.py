"""What a school has decided about its stage: parameters that were named once and count until they are named otherwise.

They are recorded apart from the stacks: a stack knows its parameters' values, but not which of them were only a
release's default, and it is gone when it is made anew.
"""

from collections.abc import Collection, Mapping
from email.utils import parseaddr

import boto3

from infra.aws import change_sets, records
from infra.packaging import package as packaging

ORIGINS = "AllowedOrigins"
FORMER_NAMES = {"AllowedOrigin": ORIGINS}
BEFORE_THE_RECORD: Mapping[str, Mapping[str, str]] = {
    "dev": {
        "AllowedOrigin": "https://dev.lyceum.example",
        "AllowedOrigins": "https://dev.lyceum.example",
        "JudgeConcurrency": "0",
        "DispatchConcurrency": "10",
        "RequestsPerSecond": "100",
        "RequestsAtOnce": "200",
        "RequestsPerAddress": "0",
        "LogRetention": "30",
    },
    "prod": {
        "AllowedOrigin": "https://lyceum.example",
        "AllowedOrigins": "https://lyceum.example",
        "JudgeConcurrency": "400",
        "DispatchConcurrency": "50",
        "RequestsPerSecond": "1000",
        "RequestsAtOnce": "2000",
        "RequestsPerAddress": "20000",
        "LogRetention": "365",
    },
}
BEFORE_THE_RECORD_EVERYWHERE: Mapping[str, str] = {
    "MailFrom": "Lyceum <no-reply@lyceum.example>",
    "MailIdentity": "lyceum.example",
    "CreateMailIdentity": "false",
    "AlarmTopicArn": "",
    "DomainName": "",
    "HostedZoneId": "",
    "SubmissionsVisibility": "5400",
    "DocumentsPerAddress": "300",
    "LogLevel": "INFO",
}
"""The defaults of the releases that did not record choices: any other value in a stack was named by somebody."""
JUDGES_FOR_RUNS = 50
"""That pupils' own runs need beside the dispatcher's: a thousand pupils who run something every 40 s."""
OWN = ("MailFrom", "MailIdentity", ORIGINS)
"""What has no default that would do for a school in earnest."""


class ChoiceError(Exception):
    """The message is one line for the person at the keyboard."""


def load(aws: boto3.Session, stage: str, stacks: Mapping[str, boto3.Session]) -> dict[str, str]:
    """The choices so far. Of stacks that are older than this record, what was named when they were deployed last.

    `stacks` are their names with a session in the region of each.
    """
    recorded = records.recorded(aws, stage, "choices")
    if recorded is not None:
        return recorded
    defaults = {**BEFORE_THE_RECORD_EVERYWHERE, **BEFORE_THE_RECORD[stage]}
    chosen: dict[str, str] = {}
    for name, session in stacks.items():
        found = change_sets.find(session.client("cloudformation"), name)
        for each in found.get("Parameters", []) if found else []:
            key, value = each["ParameterKey"], each["ParameterValue"]
            if value != defaults.get(key, value):
                chosen[FORMER_NAMES.get(key, key)] = value
    return chosen


def decide(
    before: Mapping[str, str], named: Mapping[str, str], forgotten: Collection[str], *, origins: str | None
) -> dict[str, str]:
    """The choices from now on. `origins` is what the environment says of them; a parameter that is named says more."""
    if unknown := sorted(set(forgotten) - before.keys()):
        raise ChoiceError(f"nothing was chosen for {', '.join(unknown)}")
    kept = {name: value for name, value in before.items() if name not in forgotten}
    return kept | ({ORIGINS: origins} if origins else {}) | dict(named)


def origins(chosen: Mapping[str, str]) -> str | None:
    """The frontends' origins: those chosen, else the school's own address; None where there is neither."""
    domain = chosen.get("DomainName")
    return chosen.get(ORIGINS) or (f"https://{domain}" if domain else None)


def check(stage: str, chosen: Mapping[str, str]) -> None:
    """Prod takes no placeholder: mails from it would bounce, and pages of the school could not call the API.

    No stage takes a sender of another identity's, whose mails SES would refuse, or more dispatchers than its judges
    serve, which would wait for each other.
    """
    values = {**packaging.defaults(stage), **chosen, ORIGINS: origins(chosen) or packaging.PLACEHOLDER}
    missing = [name for name in OWN if packaging.PLACEHOLDER in values[name]]
    if stage == "prod" and missing:
        ways = " ".join(f"--parameter {name}=..." for name in missing)
        raise ChoiceError(f"prod needs a choice of its own for {', '.join(missing)}: make deploy ARGS='{ways}'")
    sender, identity = parseaddr(values["MailFrom"])[1].lower(), values["MailIdentity"].lower()
    if sender != identity and not f".{sender.rpartition('@')[2]}".endswith(f".{identity}"):
        raise ChoiceError(f"MailFrom is {sender or 'no address'}, which is not of MailIdentity {identity}")
    _check_judges(values)


def _check_judges(values: Mapping[str, str]) -> None:
    named = "JudgesAtMost" if values["JudgeBackend"] == "queue" else "JudgeConcurrency"
    judges, dispatched = (_number(name, values[name]) for name in (named, "DispatchConcurrency"))
    if judges and dispatched > dispatchers_of(judges):
        raise ChoiceError(
            f"{named} {judges} is too small for DispatchConcurrency {dispatched}: "
            f"make deploy ARGS='--parameter DispatchConcurrency={dispatchers_of(judges)}', or name more judges"
        )


def _number(name: str, value: str) -> int:
    if not value.isdecimal():
        raise ChoiceError(f"{name} is a number, and not {value!r}")
    return int(value)


def dispatchers_of(judges: int) -> int:
    """How many programs may be judged at once, so that pupils' own runs find a judge as well."""
    return judges - min(JUDGES_FOR_RUNS, judges // 4)

"""Creates and changes stacks on AWS through change sets, and deletes them.

What an operation that failed has left is cleared up first (`recover`): so a deployment can be repeated after each of
its failures, also after the very first one.
"""

import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import ClientError

from infra.aws import stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, ResourceToImportTypeDef, StackTypeDef

Pause = Callable[[float], None]

NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
POLL_EVERY = 5.0  # seconds
POLLS = 900  # an hour and a quarter: CloudFront takes its time, and a function leaves its network slowly
APPLIED: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
NEVER_CREATED: Final = frozenset(
    # A change set that was never executed, and creations that failed. What is half deleted can only be deleted.
    {"REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE", "DELETE_FAILED"}
)


class StackError(Exception):
    """The message is one line for the person at the keyboard."""


def apply(
    aws: boto3.Session,
    name: str,
    template: Mapping[str, str],
    parameters: Mapping[str, str],
    *,
    remembered: Collection[str] = (),
    takes_in: bool = False,
    pause: Pause = time.sleep,
) -> dict[str, str]:
    """Creates or changes a stack, after `recover`. Returns its outputs.

    `template` is a TemplateBody or a TemplateURL. Parameters that are not given take the template's default, those in
    `remembered` the value that the stack has. With `takes_in` a resource that is there already, under a name that
    stands in the template as it is, becomes the stack's.
    """
    cloudformation = aws.client("cloudformation")
    recover(aws, name, pause=pause)
    deployed = find(cloudformation, name)
    change_set = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"deploy-{time.time_ns()}",
        ChangeSetType="UPDATE" if deployed else "CREATE",
        Parameters=_new_values(parameters) + _previous_values(deployed, set(remembered) - parameters.keys()),
        Capabilities=stack.CAPABILITIES,
        ImportExistingResources=takes_in,
        **template,  # type: ignore[arg-type]
    )["Id"]
    if _has_changes(cloudformation, change_set, pause):
        _execute(cloudformation, name, change_set, pause)
    return outputs(aws, name)


def adopt(
    aws: boto3.Session,
    name: str,
    template: str,
    resources: "Sequence[ResourceToImportTypeDef]",
    *,
    pause: Pause = time.sleep,
) -> None:
    """Makes a new stack of resources that are there. CloudFormation changes nothing of them."""
    cloudformation = aws.client("cloudformation")
    change_set = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"adopt-{time.time_ns()}",
        ChangeSetType="IMPORT",
        ResourcesToImport=resources,
        TemplateBody=template,
    )["Id"]
    if _has_changes(cloudformation, change_set, pause):
        _execute(cloudformation, name, change_set, pause)


def recover(aws: boto3.Session, name: str, *, skip: Sequence[str] = (), pause: Pause = time.sleep) -> bool:
    """Brings a stack into a state in which it can be changed. Returns whether there is one.

    Waits for an operation that is still going on, deletes what a failed creation has left, and finishes a rollback that
    failed, without the resources in `skip`.
    """
    cloudformation = aws.client("cloudformation")
    found = _settled(cloudformation, name, pause)
    if found is None:
        return False
    status = found["StackStatus"]
    if status in NEVER_CREATED or (status == "IMPORT_ROLLBACK_COMPLETE" and not _resources(cloudformation, name)):
        print(f"  {name} is {status}: it is deleted first", flush=True)
        _delete(cloudformation, found, pause)
        return False
    if status == "UPDATE_ROLLBACK_FAILED":
        print(f"  {name} is {status}: its rollback is finished first", flush=True)
        _finish_rollback(cloudformation, found, skip, pause)
    elif status.endswith("ROLLBACK_FAILED"):
        raise StackError(f"{name} is {status}: {stack.first_failure(cloudformation, found['StackId'])}")
    return True


def outputs(aws: boto3.Session, name: str) -> dict[str, str]:
    found = find(aws.client("cloudformation"), name)
    if found is None:
        raise StackError(f"there is no stack {name} in {aws.region_name}")
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def delete(aws: boto3.Session, name: str, *, pause: Pause = time.sleep) -> None:
    """Deletes a stack, but not what its template retains. A stack that does not exist counts as deleted."""
    cloudformation = aws.client("cloudformation")
    found = _settled(cloudformation, name, pause)
    if found is not None:
        _delete(cloudformation, found, pause)


def find(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    """Finds a stack; None also for one that has only a change set, never executed."""
    found = _find(cloudformation, name)
    return None if found is None or found["StackStatus"] == "REVIEW_IN_PROGRESS" else found


def _find(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    try:
        (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's "does not exist"
            return None
        raise
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def _settled(cloudformation: "CloudFormationClient", name: str, pause: Pause) -> "StackTypeDef | None":
    """The stack as it is when nothing goes on with it any more."""
    for _ in range(POLLS):
        found = _find(cloudformation, name)
        if found is None or not _goes_on(found["StackStatus"]):
            return found
        pause(POLL_EVERY)
    raise StackError(f"{name} is still {found['StackStatus'] if found else 'there'} after {POLLS * POLL_EVERY:.0f} s")


def _goes_on(status: str) -> bool:
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"


def _resources(cloudformation: "CloudFormationClient", name: str) -> list[str]:
    listed = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return [each["LogicalResourceId"] for each in listed if each["ResourceStatus"] != "DELETE_COMPLETE"]


def _delete(cloudformation: "CloudFormationClient", found: "StackTypeDef", pause: Pause) -> None:
    name, stack_id = found["StackName"], found["StackId"]
    if found.get("EnableTerminationProtection"):
        lift = "aws cloudformation update-termination-protection --no-enable-termination-protection"
        raise StackError(f"{name} is protected; whoever means it lifts that first: {lift} --stack-name {name}")
    operation = _operation("delete")
    cloudformation.delete_stack(StackName=stack_id, ClientRequestToken=operation)
    if _settled(cloudformation, stack_id, pause) is not None:
        raise StackError(f"{name} is not deleted: {stack.first_failure(cloudformation, stack_id, operation)}")


def _finish_rollback(
    cloudformation: "CloudFormationClient", found: "StackTypeDef", skip: Sequence[str], pause: Pause
) -> None:
    name, stack_id, operation = found["StackName"], found["StackId"], _operation("rollback")
    # What is named is for one of several stacks, and CloudFormation refuses a stack the names of another's resources.
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name) if skip else ()
    known = {each["LogicalResourceId"] for page in pages for each in page["StackResourceSummaries"]}
    own = [each for each in skip if each in known]
    skipped: dict[str, Any] = {"ResourcesToSkip": own} if own else {}
    cloudformation.continue_update_rollback(StackName=name, ClientRequestToken=operation, **skipped)
    ended = _settled(cloudformation, name, pause)
    if ended is None or ended["StackStatus"] != "UPDATE_ROLLBACK_COMPLETE":
        reason = stack.first_failure(cloudformation, stack_id, operation)
        raise StackError(f"{name} cannot be rolled back: {reason} (set that right, or leave it out with --skip)")


def _new_values(parameters: Mapping[str, str]) -> "list[ParameterTypeDef]":
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def _previous_values(deployed: "StackTypeDef | None", names: Collection[str]) -> "list[ParameterTypeDef]":
    known = deployed.get("Parameters", []) if deployed else []
    return [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
        for each in known
        if each["ParameterKey"] in names
    ]


def _has_changes(cloudformation: "CloudFormationClient", change_set: str, pause: Pause) -> bool:
    for _ in range(POLLS):
        made = cloudformation.describe_change_set(ChangeSetName=change_set)
        if made["Status"] == "CREATE_COMPLETE":
            return True
        if made["Status"] == "FAILED":
            break
        pause(POLL_EVERY)
    reason = made.get("StatusReason", made["Status"])
    if "DescribeEvents" in reason:
        reason = stack.first_violation(cloudformation, change_set)
    cloudformation.delete_change_set(ChangeSetName=change_set)
    if any(text in reason for text in NO_CHANGES):
        return False
    raise StackError(f"the change set failed: {reason}")


def _execute(cloudformation: "CloudFormationClient", name: str, change_set: str, pause: Pause) -> None:
    operation = _operation("deploy")
    cloudformation.execute_change_set(ChangeSetName=change_set, ClientRequestToken=operation)
    ended = _settled(cloudformation, name, pause)
    if ended is None or ended["StackStatus"] not in APPLIED:
        became = f" and is {ended['StackStatus']}" if ended else ""
        failure = stack.first_failure(cloudformation, ended["StackId"] if ended else name, operation)
        raise StackError(f"the stack {name} failed{became}: {failure}")


def _operation(kind: str) -> str:
    """A token that CloudFormation writes into each event of the operation."""
    return f"{kind}-{uuid.uuid4()}"

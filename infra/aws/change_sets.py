"""Creates and changes stacks on AWS through change sets, deletes them, and waits for them."""

import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError, WaiterError

from infra.aws import stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
WAITER_CONFIG: Any = {"Delay": 5, "MaxAttempts": 720}  # an hour: CloudFront takes its time


class StackError(Exception):
    """The message is one line for the person at the keyboard."""


def apply(
    aws: boto3.Session,
    name: str,
    template: Mapping[str, str],
    parameters: Mapping[str, str],
    *,
    remembered: Collection[str] = (),
) -> dict[str, str]:
    """Creates or changes a stack. Returns its outputs. `template` is a TemplateBody or a TemplateURL.

    Parameters that are not given take the template's default, those in `remembered` the value that the stack has.
    """
    cloudformation = aws.client("cloudformation")
    deployed = find(cloudformation, name)
    change_set = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"deploy-{time.time_ns()}",
        ChangeSetType="UPDATE" if deployed else "CREATE",
        Parameters=_new_values(parameters) + _previous_values(deployed, set(remembered) - parameters.keys()),
        Capabilities=stack.CAPABILITIES,
        **template,  # type: ignore[arg-type]
    )["Id"]
    if _has_changes(cloudformation, change_set):
        cloudformation.execute_change_set(ChangeSetName=change_set)
        _wait_until_applied(cloudformation, name, is_new=deployed is None)
    return outputs(aws, name)


def outputs(aws: boto3.Session, name: str) -> dict[str, str]:
    found = find(aws.client("cloudformation"), name)
    if found is None:
        raise StackError(f"there is no stack {name} in {aws.region_name}")
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def delete(aws: boto3.Session, name: str) -> None:
    """Deletes a stack, but not what its template retains. A stack that does not exist counts as deleted."""
    cloudformation = aws.client("cloudformation")
    found = find(cloudformation, name)
    if found is None:
        return
    if found.get("EnableTerminationProtection"):
        lift = "aws cloudformation update-termination-protection --no-enable-termination-protection"
        raise StackError(f"{name} is protected; whoever means it lifts that first: {lift} --stack-name {name}")
    cloudformation.delete_stack(StackName=name)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=found["StackId"], WaiterConfig=WAITER_CONFIG)
    except WaiterError as error:
        raise StackError(f"{name} is not deleted: {stack.first_failure(cloudformation, found['StackId'])}") from error


def find(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    """Finds a stack; None also for one that has only a change set, never executed."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's "does not exist"
            return None
        raise
    return None if found["StackStatus"] in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"} else found


def _new_values(parameters: Mapping[str, str]) -> "list[ParameterTypeDef]":
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def _previous_values(deployed: "StackTypeDef | None", names: Collection[str]) -> "list[ParameterTypeDef]":
    known = deployed.get("Parameters", []) if deployed else []
    return [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
        for each in known
        if each["ParameterKey"] in names
    ]


def _has_changes(cloudformation: "CloudFormationClient", change_set: str) -> bool:
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(
            ChangeSetName=change_set, WaiterConfig={"Delay": 3, "MaxAttempts": 100}
        )
    except WaiterError as error:
        reason = str(error.last_response.get("StatusReason", error))
        if any(text in reason for text in NO_CHANGES):
            cloudformation.delete_change_set(ChangeSetName=change_set)
            return False
        raise StackError(f"the change set failed: {reason}") from error
    return True


def _wait_until_applied(cloudformation: "CloudFormationClient", name: str, *, is_new: bool) -> None:
    try:
        if is_new:
            cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=WAITER_CONFIG)
        else:
            cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=WAITER_CONFIG)
    except WaiterError as error:
        raise StackError(f"the stack {name} failed: {stack.first_failure(cloudformation, name)}") from error

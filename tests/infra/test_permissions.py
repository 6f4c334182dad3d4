"""Each IAM role may do what one reviewed table says, and nothing that no role may."""

from collections.abc import Iterator
from typing import Any

from infra.packaging.package import ROOT
from tests.infra.conftest import Built, listed, statements

REVIEWED = ROOT / "tests" / "infra" / "permissions.txt"
# AWS has no resources for these: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
WITHOUT_RESOURCES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# An agent of ECS asks where its service is; a password for ECR is that of an account.
OF_THE_JUDGES_MACHINES = {"ecs:DiscoverPollEndpoint", "ecr:GetAuthorizationToken"}
# Lambda asks for these on any resource, to put a function into a VPC; from within the function they are denied.
OF_THE_JUDGES_NETWORK = {
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
}


def permissions(built: Built) -> Iterator[str]:
    for role, statement in statements(built):
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield f"{role:<26} {statement['Effect']:<5} {action:<34} {short(resource)}"


def short(resource: Any) -> str:
    """`JudgeTable.Arn`, or the text of a Sub."""
    if isinstance(resource, str):
        return resource
    return ".".join(resource["Fn::GetAtt"]) if "Fn::GetAtt" in resource else str(resource["Fn::Sub"])


def allowed(built: Built) -> list[dict[str, Any]]:
    return [statement for _, statement in statements(built) if statement["Effect"] == "Allow"]


def test_every_permission_stands_in_the_reviewed_table(built: Built) -> None:
    reviewed = [line for line in REVIEWED.read_text("utf-8").splitlines() if line and not line.startswith("#")]

    assert reviewed == sorted(set(permissions(built)))


def test_no_role_may_do_any_action(built: Built) -> None:
    actions = [action for statement in allowed(built) for action in listed(statement["Action"])]

    assert actions
    assert [action for action in actions if "*" in action] == []
    assert not [statement for statement in allowed(built) if "NotAction" in statement or "NotResource" in statement]


def test_only_what_knows_no_resources_is_allowed_on_any(built: Built) -> None:
    unlimited = [statement for statement in allowed(built) if "*" in listed(statement["Resource"])]
    actions = {action for statement in unlimited for action in listed(statement["Action"])}

    assert actions <= WITHOUT_RESOURCES | OF_THE_JUDGES_NETWORK | OF_THE_JUDGES_MACHINES


def test_managed_policies_are_given_to_no_role(built: Built) -> None:
    assert [name for name, role in built.resources("AWS::IAM::Role").items() if "ManagedPolicyArns" in role] == []


def test_judge_may_write_its_logs_and_from_within_nothing_else(built: Built) -> None:
    of_judge = [statement for role, statement in statements(built) if role == "JudgeRole"]
    mine = {action for each in of_judge if each["Effect"] == "Allow" for action in listed(each["Action"])}
    (denied,) = [each for each in of_judge if each["Effect"] == "Deny"]
    name = built.resources("AWS::Lambda::Function")["JudgeFunction"]["FunctionName"]["Fn::Sub"]

    assert mine - set(denied["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert denied["Resource"] == "*"
    assert denied["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]["Fn::Sub"].endswith(f":function:{name}")

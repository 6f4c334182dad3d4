"""Adapts the packaged template to MiniStack. The only place where the local cloud and AWS differ.

| On AWS | Locally | Why |
|---|---|---|
| code and layer uploaded at deploy | code in the emulator's S3, no layer | functions run in our virtual environment |
| `AWS::ApiGatewayV2::Deployment` | dropped, the stage deploys by itself | MiniStack does not know the type |
| `WEBSOCKET_ENDPOINT` at amazonaws.com | at the emulator | the functions post to connections there |
| the judge is a container | its invocations are sent to the judge process | images run only under Docker |
| traces go to X-Ray | tracing is off | there is no daemon to send them to |
| numbers come from parameters | numbers stand where they are used | MiniStack hands parameters on as text and chokes |
| binary media types in the API's definition | beside it as well | MiniStack reads them only there |
| the judge's concurrency as the stage says | none reserved | its process has its own limit |
| alarms on sums of metrics | none | MiniStack adds no metrics up |
| the judge in a network of its own, an environment for each tenant | neither | its process is in no network of ours |
"""

import copy
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]
NETWORK_TYPES = ("AWS::EC2::", "AWS::Route53Resolver::")
BINARY_MEDIA_TYPES = "x-amazon-apigateway-binary-media-types"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEndpoints:
    """The addresses of the local services that the template refers to."""

    code_bucket: str
    code_key: str
    endpoint_url: str
    judge_url: str


def localise(packaged: Template, endpoints: LocalEndpoints) -> Template:
    """Returns the template for the emulator; `packaged` is not changed."""
    template: Template = _with_numbers(copy.deepcopy(packaged), _numbers(packaged))
    resources = template["Resources"]
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::Function":
            _take_code_from_s3(resource["Properties"], endpoints)
    del resources["ManagedLayer"]
    for name in [name for name, resource in resources.items() if is_unsupported(resource)]:
        del resources[name]
    _deploy_websocket_stage_by_itself(resources)
    _send_jobs_to_the_judge_process(resources["JudgeFunction"]["Properties"], endpoints)
    api = resources["RestAPI"]["Properties"]
    api["BinaryMediaTypes"] = api["DefinitionBody"][BINARY_MEDIA_TYPES]
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    variables["WEBSOCKET_ENDPOINT"] = {"Fn::Sub": f"{endpoints.endpoint_url}/_aws/execute-api/${{WebsocketAPI}}/api"}
    variables["POWERTOOLS_TRACE_DISABLED"] = "true"
    return template


def _numbers(template: Template) -> dict[str, int]:
    declared = template["Parameters"].items()
    return {name: int(parameter["Default"]) for name, parameter in declared if parameter["Type"] == "Number"}


def _with_numbers(value: Any, numbers: dict[str, int]) -> Any:
    """`value` with every reference to a parameter in `numbers` replaced."""
    if isinstance(value, list):
        return [_with_numbers(item, numbers) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"} and value["Ref"] in numbers:
        return numbers[value["Ref"]]
    return {name: _with_numbers(item, numbers) for name, item in value.items()}


def _take_code_from_s3(function: dict[str, Any], endpoints: LocalEndpoints) -> None:
    function["CodeUri"] = {"Bucket": endpoints.code_bucket, "Key": endpoints.code_key}
    del function["Layers"]
    function["Tracing"] = "PassThrough"


def _deploy_websocket_stage_by_itself(resources: dict[str, Any]) -> None:
    del resources["WebsocketAPIDeployment"]
    stage = resources["WebsocketAPIStage"]["Properties"]
    del stage["DeploymentId"]
    stage["AutoDeploy"] = True


def _send_jobs_to_the_judge_process(function: dict[str, Any], endpoints: LocalEndpoints) -> None:
    function["Environment"] = {"Variables": {"MINISTACK_LAMBDA_PROXY_URL": f"{endpoints.judge_url}/invoke"}}
    for name in ("ReservedConcurrentExecutions", "TenancyConfig", "VpcConfig"):
        del function[name]


def is_unsupported(resource: dict[str, Any]) -> bool:
    is_sum = resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return is_sum or resource["Type"].startswith(NETWORK_TYPES)

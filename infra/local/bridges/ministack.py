"""MiniStack, which `make run` starts itself.

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
from collections.abc import Mapping
from typing import Any

import boto3

from infra.local.bridges import bridge
from infra.local.bridges.bridge import Addresses, LocalEndpoints, Template

BINARY_MEDIA_TYPES = "x-amazon-apigateway-binary-media-types"


class MiniStack:
    name = "MiniStack"
    lacks = ""
    takes_layer = False
    judges_in_our_process = True

    def localise(self, packaged: Template, around: LocalEndpoints) -> Template:
        template: Template = _with_numbers(copy.deepcopy(packaged), _numbers(packaged))
        bridge.take_code_from_s3(template, around)
        bridge.lead_to_the_front_door(template, around)
        bridge.send_no_traces(template)
        bridge.free_the_judge(template)
        _drop_the_layers(template)
        resources = template["Resources"]
        for name in [name for name, resource in resources.items() if _is_sum(resource)]:
            del resources[name]
        _deploy_websocket_stage_by_itself(resources)
        proxy = {"MINISTACK_LAMBDA_PROXY_URL": f"{around.judge_url}/invoke"}
        resources["JudgeFunction"]["Properties"]["Environment"] = {"Variables": proxy}
        api = resources["RestAPI"]["Properties"]
        api["BinaryMediaTypes"] = api["DefinitionBody"][BINARY_MEDIA_TYPES]
        variables = template["Globals"]["Function"]["Environment"]["Variables"]
        variables["WEBSOCKET_ENDPOINT"] = {"Fn::Sub": f"{around.endpoint_url}/_aws/execute-api/${{WebsocketAPI}}/api"}
        return template

    def addresses(self, aws: boto3.Session, endpoint_url: str, outputs: Mapping[str, str]) -> Addresses:
        return bridge.below_the_endpoint(endpoint_url, outputs)


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


def _drop_the_layers(template: Template) -> None:
    resources = template["Resources"]
    for name in [name for name, each in resources.items() if each["Type"] == "AWS::Serverless::LayerVersion"]:
        del resources[name]
    for function in bridge.functions(template):
        del function["Layers"]


def _deploy_websocket_stage_by_itself(resources: dict[str, Any]) -> None:
    del resources["WebsocketAPIDeployment"]
    stage = resources["WebsocketAPIStage"]["Properties"]
    del stage["DeploymentId"]
    stage["AutoDeploy"] = True


def _is_sum(resource: dict[str, Any]) -> bool:
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]

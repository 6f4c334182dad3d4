"""What a bridge is given, and what it gives: the template for an emulator, and where its APIs then answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3

Template = dict[str, Any]
Resource = dict[str, Any]

# The judge's network keeps programs from the Internet and from us. Locally the sandbox alone does.
NETWORK_TYPES = ("AWS::EC2::", "AWS::Route53Resolver::")
JUDGE_SERVICE = "HasJudgeService"
"""The condition of judges behind a queue, which there are on AWS alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEndpoints:
    """What the template refers to: objects in the emulator's S3, and addresses without a slash at their end.

    `layer_keys` are by the logical ids of the layers; none for a bridge that takes no layers.
    """

    code_bucket: str
    code_key: str
    layer_keys: Mapping[str, str]
    judge_proxy_key: str
    endpoint_url: str
    judge_url: str
    front_door_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Of the deployed APIs, without a slash at the end: the REST API's with http, the WebSockets' with ws."""

    rest_url: str
    websocket_url: str


class Bridge(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def lacks(self) -> str:
        """What does not work there, in one line for the person at the keyboard; empty when all does."""

    @property
    def takes_layer(self) -> bool:
        """Whether functions have their libraries from the layer, as on AWS, and not from our virtual environment."""

    @property
    def judges_in_our_process(self) -> bool:
        """Whether programs are judged by the judge that `make run` starts, and not by its image."""

    def localise(self, packaged: Template, around: LocalEndpoints) -> Template:
        """The template for this emulator; `packaged` is not changed."""

    def addresses(self, aws: boto3.Session, endpoint_url: str, outputs: Mapping[str, str]) -> Addresses:
        """By the outputs of the deployed stack."""


def below_the_endpoint(endpoint_url: str, outputs: Mapping[str, str]) -> Addresses:
    """The form that MiniStack and LocalStack share."""
    gateway = f"{endpoint_url}/_aws/execute-api"
    websocket = f"{gateway}/{outputs.get('WebsocketAPIId', 'none')}/api"
    return Addresses(
        rest_url=f"{gateway}/{outputs['RestAPIId']}/api",
        websocket_url=urlsplit(websocket)._replace(scheme="ws").geturl(),
    )


def functions(template: Template) -> Iterable[Resource]:
    """The properties of every function whose code is ours: all but the judge's."""
    declared = template["Resources"].values()
    return (each["Properties"] for each in declared if each["Type"] == "AWS::Serverless::Function")


def take_code_from_s3(template: Template, around: LocalEndpoints) -> None:
    for function in functions(template):
        function["CodeUri"] = {"Bucket": around.code_bucket, "Key": around.code_key}


def take_layers_from_s3(template: Template, around: LocalEndpoints) -> None:
    for name, key in around.layer_keys.items():
        template["Resources"][name]["Properties"]["ContentUri"] = {"Bucket": around.code_bucket, "Key": key}


def lead_to_the_front_door(template: Template, around: LocalEndpoints) -> None:
    """What mails say."""
    template["Globals"]["Function"]["Environment"]["Variables"]["PUBLIC_ADDRESS"] = around.front_door_url


def send_no_traces(template: Template) -> None:
    """There is no daemon to send them to."""
    for function in functions(template):
        function["Tracing"] = "PassThrough"
    template["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_TRACE_DISABLED"] = "true"


def free_the_judge(template: Template) -> None:
    """Of its network, of judges behind a queue, of environments for each tenant and of a concurrency of its own."""
    resources = template["Resources"]
    for name, each in list(resources.items()):
        if each["Type"].startswith(NETWORK_TYPES) or each.get("Condition") == JUDGE_SERVICE:
            del resources[name]
    for name in ("ReservedConcurrentExecutions", "TenancyConfig", "VpcConfig"):
        resources["JudgeFunction"]["Properties"].pop(name, None)

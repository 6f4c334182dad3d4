"""LocalStack, in Docker or on the machine itself.

| On AWS | On LocalStack | Why |
|---|---|---|
| code and layer uploaded at deploy | both in its S3 | the same archives: its containers are Lambda's |
| `WEBSOCKET_ENDPOINT` at amazonaws.com | at the name that its containers know | functions post to connections there |
| the judge's image in ECR | the image on this machine | it takes it from Docker |
| the same, without a licence | a function that asks the judge process | only licensed editions run images |
| the judge's network, an environment for each tenant | neither | its containers are in LocalStack's network |
| traces go to X-Ray | tracing is off | there is no daemon to send them to |
| WebSockets | none without a licence | only licensed editions have the API's second version |

What an edition has is read from the services that it names as its own, since editions change.
"""

import copy
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import boto3

from infra.local.bridges import bridge
from infra.local.bridges.bridge import Addresses, LocalEndpoints, Template
from infra.packaging import runtime

NAME_IN_CONTAINERS = "localhost.localstack.cloud"
"""LocalStack's DNS leads its functions to itself by this name; everywhere else it is 127.0.0.1."""
IMAGE = "lyceum-judge:latest"
"""What `make image` builds. LocalStack takes it from Docker, without a registry."""
HOST_OF_CONTAINERS = "host.docker.internal"
WEBSOCKETS = "apigatewayv2"
IMAGES = "ecr"
ABSENT = "absent"
"""What stands in place of a reference to something that is left out."""


@dataclass(frozen=True, slots=True)
class LocalStack:
    """`services`: the names in its health report. `version` is as it says."""

    services: Collection[str]
    version: str = ""
    name: str = field(default="LocalStack", init=False)
    takes_layer: bool = field(default=True, init=False)

    @property
    def lacks(self) -> str:
        missing = []
        if WEBSOCKETS not in self.services:
            missing.append("WebSockets (no lobby, no rooms, nothing live)")
        if IMAGES not in self.services:
            missing.append("container images (the judge runs as a process of this machine)")
        if not missing:
            return ""
        return (
            f"LocalStack {self.version} has no licence here and lacks {' and '.join(missing)}: see docs/localstack.md"
        )

    @property
    def judges_in_our_process(self) -> bool:
        return IMAGES not in self.services

    def localise(self, packaged: Template, around: LocalEndpoints) -> Template:
        template = copy.deepcopy(packaged)
        bridge.take_code_from_s3(template, around)
        bridge.take_layers_from_s3(template, around)
        bridge.lead_to_the_front_door(template, around)
        bridge.send_no_traces(template)
        bridge.free_the_judge(template)
        judge = template["Resources"]["JudgeFunction"]["Properties"]
        if self.judges_in_our_process:
            _ask_the_judge_process(judge, around)
        else:
            judge["Code"] = {"ImageUri": IMAGE}
            judge["Environment"]["Variables"]["JUDGE_LOCAL_INPUTS"] = "1"
        port = urlsplit(around.endpoint_url).port or 4566
        gateway = f"http://{NAME_IN_CONTAINERS}:{port}/_aws/execute-api"
        variables = template["Globals"]["Function"]["Environment"]["Variables"]
        variables["WEBSOCKET_ENDPOINT"] = {"Fn::Sub": f"{gateway}/${{WebsocketAPI}}/api"}
        return template if WEBSOCKETS in self.services else _without_websockets(template)

    def addresses(self, aws: boto3.Session, endpoint_url: str, outputs: Mapping[str, str]) -> Addresses:
        """WebSockets are where LocalStack says: some of its versions open a port of their own for each API."""
        by_path = bridge.below_the_endpoint(endpoint_url, outputs)
        if WEBSOCKETS not in self.services:
            return by_path
        said = aws.client("apigatewayv2").get_api(ApiId=outputs["WebsocketAPIId"])["ApiEndpoint"]
        return Addresses(rest_url=by_path.rest_url, websocket_url=_socket_url(said))


def _socket_url(said: str) -> str:
    """`said` is an address, with or without its scheme. Its stage is `api`, as on AWS."""
    parts = urlsplit(said if "//" in said else f"//{said}")
    return f"ws://{parts.netloc}/api"


def _ask_the_judge_process(judge: dict[str, Any], around: LocalEndpoints) -> None:
    port = urlsplit(around.judge_url).port
    judge.pop("PackageType")
    judge.update(
        Code={"S3Bucket": around.code_bucket, "S3Key": around.judge_proxy_key},
        Environment={"Variables": {"JUDGE_URL": f"http://{HOST_OF_CONTAINERS}:{port}/invoke"}},
        Handler="judge_proxy.handler",
        Runtime=runtime.RUNTIME,
    )


def _without_websockets(template: Template) -> Template:
    """Without the API, and without whatever is only there for it; the functions that it would call stay, uncalled."""
    resources = template["Resources"]
    names = {name for name, each in resources.items() if each["Type"].startswith("AWS::ApiGatewayV2::")}
    callers = {name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Permission"}
    names |= {name for name in callers if _refers(resources[name], names)}
    outputs = {name: each for name, each in template["Outputs"].items() if not _refers(each, names)}
    kept = {name: each for name, each in resources.items() if name not in names}
    return {**_forgetting({**template, "Resources": kept}, names), "Outputs": outputs}


def _refers(value: Any, names: Collection[str]) -> bool:
    return bool(_forgetting(value, names) != value)


def _forgetting(value: Any, names: Collection[str]) -> Any:
    """`value` with `absent` for every reference to one of `names`."""
    match value:
        case list():
            return [_forgetting(item, names) for item in value]
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]} if name in names:
            return ABSENT
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": _substituted(text, names)}
        case {"Fn::Sub": [str(text), variables]}:
            return {"Fn::Sub": [_substituted(text, names), _forgetting(variables, names)]}
        case dict():
            return {name: _forgetting(item, names) for name, item in value.items()}
        case _:
            return value


def _substituted(text: str, names: Collection[str]) -> str:
    return re.sub(r"\$\{(\w+)(\.\w+)?\}", lambda found: ABSENT if found[1] in names else found[0], text)

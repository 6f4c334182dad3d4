"""The only differences between what AWS and what an emulator gets, and which emulator it is."""

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.bridges import choosing
from infra.local.bridges.bridge import JUDGE_SERVICE, NETWORK_TYPES, Addresses, Bridge, LocalEndpoints, Template
from infra.local.bridges.localstack import ABSENT, LocalStack
from infra.local.bridges.ministack import MiniStack
from infra.local.bridges.unknown import Unknown
from infra.local.cloud import LocalCloudError, session
from infra.packaging import runtime
from tests.infra.conftest import Built

LICENSED = LocalStack(frozenset({"apigateway", "apigatewayv2", "ecr", "lambda"}), "2026.10.0")
UNLICENSED = LocalStack(frozenset({"apigateway", "lambda"}), "4.14.0")
AROUND = LocalEndpoints(
    code_bucket="artifacts",
    code_key="code.zip",
    layer_keys={"ManagedLayer": "layer.zip"},
    judge_proxy_key="judge.zip",
    endpoint_url="http://127.0.0.1:4566",
    judge_url="http://127.0.0.1:9180",
    front_door_url="http://localhost:8000",
)


ALONE = {"Code": {"ImageUri": {"Ref": "JudgeImage"}}, "PackageType": "Image"}
"""What of the judge's properties is bridged nowhere."""
FROM_S3 = {"Bucket": "artifacts", "Key": "code.zip"}
LAYER = {"ContentUri": {"Bucket": "artifacts", "Key": "layer.zip"}}


def packaged() -> Template:
    """The parts that are bridged, as package.py writes them."""
    return {
        "Parameters": {"Width": {"Type": "Number", "Default": 4}, "Word": {"Type": "String", "Default": "4"}},
        "Outputs": {"WebsocketAPIId": {"Value": {"Ref": "WebsocketAPI"}}, "RestAPIId": {"Value": {"Ref": "RestAPI"}}},
        "Globals": {"Function": {"Environment": {"Variables": {"WEBSOCKET_ENDPOINT": "https://aws", "APP_NAME": "x"}}}},
        "Resources": {
            "Api": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"CodeUri": "./deployment.zip", "Layers": [{"Ref": "ManagedLayer"}], "Tracing": "Active"},
            },
            "ManagedLayer": {"Type": "AWS::Serverless::LayerVersion", "Properties": {}},
            "RestAPI": {
                "Type": "AWS::Serverless::Api",
                "Properties": {"DefinitionBody": {"x-amazon-apigateway-binary-media-types": ["image/png"]}},
            },
            "WebsocketAPIDeployment": {"Type": "AWS::ApiGatewayV2::Deployment", "Properties": {}},
            "WebsocketAPIStage": {
                "Type": "AWS::ApiGatewayV2::Stage",
                "Properties": {"DeploymentId": {"Ref": "WebsocketAPIDeployment"}, "StageName": "api"},
            },
            "JudgeFunction": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"ImageUri": {"Ref": "JudgeImage"}},
                    "Environment": {"Variables": {"JUDGE_OWNS_MACHINE": "1"}},
                    "PackageType": "Image",
                    "ReservedConcurrentExecutions": {"Ref": "Width"},
                    "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"},
                    "VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}]},
                },
            },
            "WebsocketAPI": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {}},
            "MayConnect": {
                "Type": "AWS::Lambda::Permission",
                "Properties": {"SourceArn": {"Fn::Sub": ["arn:${Here}:${WebsocketAPI}/*", {"Here": "x"}]}},
            },
            "MayAsk": {"Type": "AWS::Lambda::Permission", "Properties": {"SourceArn": {"Fn::Sub": "arn:${RestAPI}"}}},
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"Resource": {"Fn::Sub": "arn:${WebsocketAPI.ApiId}/api"}, "Of": {"Ref": "WebsocketAPI"}},
            },
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {}},
            "Sum": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}},
            "Count": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}},
            "Firewall": {"Type": "AWS::Route53Resolver::FirewallRuleGroup", "Properties": {}},
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {"ScalingConfig": {"MaximumConcurrency": {"Ref": "Width"}}, "Name": [{"Ref": "Word"}]},
            },
        },
    }


def test_functions_take_their_code_from_the_emulator_and_no_layer() -> None:
    resources = MiniStack().localise(packaged(), AROUND)["Resources"]

    assert "ManagedLayer" not in resources
    assert resources["Api"]["Properties"] == {
        "CodeUri": {"Bucket": "artifacts", "Key": "code.zip"},
        "Tracing": "PassThrough",
    }


def test_websocket_stage_deploys_by_itself() -> None:
    resources = MiniStack().localise(packaged(), AROUND)["Resources"]

    assert "WebsocketAPIDeployment" not in resources
    assert resources["WebsocketAPIStage"]["Properties"] == {"AutoDeploy": True, "StageName": "api"}


def test_functions_post_to_connections_at_the_emulator() -> None:
    variables = MiniStack().localise(packaged(), AROUND)["Globals"]["Function"]["Environment"]["Variables"]

    assert variables == {
        "WEBSOCKET_ENDPOINT": {"Fn::Sub": "http://127.0.0.1:4566/_aws/execute-api/${WebsocketAPI}/api"},
        "PUBLIC_ADDRESS": "http://localhost:8000",
        "APP_NAME": "x",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def test_judge_is_the_local_process() -> None:
    judge = MiniStack().localise(packaged(), AROUND)["Resources"]["JudgeFunction"]["Properties"]

    variables = {"MINISTACK_LAMBDA_PROXY_URL": "http://127.0.0.1:9180/invoke"}
    assert judge == {**ALONE, "Environment": {"Variables": variables}}


def test_judges_network_is_dropped() -> None:
    assert MiniStack().localise(packaged(), AROUND)["Resources"].keys().isdisjoint({"Subnet", "Firewall"})


def test_alarms_on_sums_are_dropped_and_others_stay() -> None:
    resources = MiniStack().localise(packaged(), AROUND)["Resources"]

    assert "Sum" not in resources
    assert "Count" in resources


def test_numbers_stand_where_they_are_used_and_text_stays_a_reference() -> None:
    mapping = MiniStack().localise(packaged(), AROUND)["Resources"]["Mapping"]["Properties"]

    assert mapping == {"ScalingConfig": {"MaximumConcurrency": 4}, "Name": [{"Ref": "Word"}]}


def test_binary_media_types_stand_beside_the_definition() -> None:
    api = MiniStack().localise(packaged(), AROUND)["Resources"]["RestAPI"]["Properties"]

    assert api["BinaryMediaTypes"] == ["image/png"]


@pytest.mark.parametrize("bridge", [MiniStack(), LICENSED, UNLICENSED, Unknown()])
def test_packaged_template_is_left_as_it_is(bridge: Bridge) -> None:
    template = packaged()
    before = copy.deepcopy(template)

    bridge.localise(template, AROUND)

    assert template == before


def test_real_template_is_bridged_for_ministack_and_otherwise_the_same(built: Built) -> None:
    assert gone(built, MiniStack()) - network(built) - sums(built) == {
        *built.package.layers,
        "WebsocketAPIDeployment",
    }


def test_licensed_localstack_gets_everything_but_the_judges_network(built: Built) -> None:
    assert gone(built, LICENSED) == network(built)


def test_localstack_without_a_licence_gets_nothing_of_websockets_and_no_hanging_reference(built: Built) -> None:
    local = UNLICENSED.localise(built.template, AROUND)

    missing = gone(built, UNLICENSED) - network(built)
    types = {built.template["Resources"][name]["Type"].removeprefix("AWS::") for name in missing}
    assert types == {
        *("ApiGatewayV2::Api", "ApiGatewayV2::Deployment", "ApiGatewayV2::Stage"),
        *("ApiGatewayV2::Integration", "ApiGatewayV2::Route", "Lambda::Permission"),
    }
    assert referred(local).isdisjoint(missing)


def referred(template: Template) -> set[str]:
    found = re.findall(r'"Ref": "(\w+)"|"Fn::GetAtt": \["(\w+)"|\$\{(\w+)', json.dumps(template))
    return {name for names in found for name in names}


def gone(built: Built, bridge: Bridge) -> set[str]:
    resources: dict[str, Any] = built.template["Resources"]
    local: dict[str, Any] = bridge.localise(built.template, AROUND)["Resources"]
    return resources.keys() - local.keys()


def network(built: Built) -> set[str]:
    """With the judges behind a queue that live in it."""
    return {
        name
        for name, each in built.template["Resources"].items()
        if each["Type"].startswith(NETWORK_TYPES) or each.get("Condition") == JUDGE_SERVICE
    }


def sums(built: Built) -> set[str]:
    return {name for name, each in built.template["Resources"].items() if "Metrics" in each.get("Properties", {})}


@pytest.mark.parametrize("bridge", [LICENSED, UNLICENSED])
def test_localstacks_functions_have_the_layer_as_on_aws(bridge: Bridge) -> None:
    resources = bridge.localise(packaged(), AROUND)["Resources"]

    api = {"CodeUri": FROM_S3, "Layers": [{"Ref": "ManagedLayer"}], "Tracing": "PassThrough"}
    assert resources["Api"]["Properties"] == api
    assert resources["ManagedLayer"]["Properties"] == LAYER


def test_localstacks_functions_post_to_connections_by_the_name_that_containers_know() -> None:
    variables = LICENSED.localise(packaged(), AROUND)["Globals"]["Function"]["Environment"]["Variables"]

    where = "http://localhost.localstack.cloud:4566/_aws/execute-api/${WebsocketAPI}/api"
    assert variables["WEBSOCKET_ENDPOINT"] == {"Fn::Sub": where}


def test_licensed_localstack_judges_in_the_image_of_this_machine() -> None:
    judge = LICENSED.localise(packaged(), AROUND)["Resources"]["JudgeFunction"]["Properties"]

    assert judge == {
        "Code": {"ImageUri": "lyceum-judge:latest"},
        "Environment": {"Variables": {"JUDGE_OWNS_MACHINE": "1", "JUDGE_LOCAL_INPUTS": "1"}},
        "PackageType": "Image",
    }
    assert (LICENSED.judges_in_our_process, LICENSED.lacks) == (False, "")


def test_localstack_without_a_licence_asks_our_process_and_says_what_is_missing() -> None:
    judge = UNLICENSED.localise(packaged(), AROUND)["Resources"]["JudgeFunction"]["Properties"]

    assert judge == {
        "Code": {"S3Bucket": "artifacts", "S3Key": "judge.zip"},
        "Environment": {"Variables": {"JUDGE_URL": "http://host.docker.internal:9180/invoke"}},
        "Handler": "judge_proxy.handler",
        "Runtime": runtime.RUNTIME,
    }
    assert UNLICENSED.judges_in_our_process
    assert "4.14.0" in UNLICENSED.lacks
    assert "WebSockets" in UNLICENSED.lacks
    assert "\n" not in UNLICENSED.lacks


def test_what_refers_to_websockets_goes_with_them() -> None:
    template = UNLICENSED.localise(packaged(), AROUND)

    resources = template["Resources"]
    assert resources.keys().isdisjoint({"WebsocketAPI", "WebsocketAPIStage", "WebsocketAPIDeployment", "MayConnect"})
    assert "MayAsk" in resources
    assert resources["Role"]["Properties"] == {"Resource": {"Fn::Sub": f"arn:{ABSENT}/api"}, "Of": ABSENT}
    assert template["Outputs"].keys() == {"RestAPIId"}


def test_an_unknown_emulator_gets_what_aws_gets() -> None:
    template = Unknown().localise(packaged(), AROUND)

    expected = packaged()
    expected["Resources"]["Api"]["Properties"]["CodeUri"] = FROM_S3
    expected["Resources"]["ManagedLayer"]["Properties"] = LAYER
    expected["Globals"]["Function"]["Environment"]["Variables"]["PUBLIC_ADDRESS"] = "http://localhost:8000"
    assert template == expected


def test_apis_are_where_the_emulator_has_them() -> None:
    aws = session("http://127.0.0.1:1")  # which nobody may ask
    outputs = {
        "RestAPIId": "r",
        "WebsocketAPIId": "w",
        "EndpointURL": "https://r.example/api/",
        "WebsocketConnectEndpointURL": "wss://w.example/api/",
    }

    by_path = Addresses(
        rest_url="http://127.0.0.1:4566/_aws/execute-api/r/api",
        websocket_url="ws://127.0.0.1:4566/_aws/execute-api/w/api",
    )
    as_said = Addresses(rest_url="https://r.example/api", websocket_url="wss://w.example/api")
    assert MiniStack().addresses(aws, "http://127.0.0.1:4566", outputs) == by_path
    assert Unknown().addresses(aws, "http://127.0.0.1:4566", outputs) == as_said
    assert UNLICENSED.addresses(aws, "http://127.0.0.1:4566", outputs).rest_url == by_path.rest_url


@pytest.mark.parametrize(
    "said",
    ["ws://localhost:4510", "w.execute-api.localhost.localstack.cloud:4566", "wss://w.execute-api.localhost:4566"],
)
def test_localstack_says_where_its_websockets_are(said: str) -> None:
    class Gateway:
        def get_api(self, **_: str) -> Mapping[str, str]:
            return {"ApiEndpoint": said}

    class Aws:
        def client(self, _: str) -> Gateway:
            return Gateway()

    aws: Any = Aws()
    url = LICENSED.addresses(aws, "http://localhost:4566", {"RestAPIId": "r", "WebsocketAPIId": "w"}).websocket_url

    assert url == f"ws://{said.rpartition('//')[2]}/api"


HEALTH = {"services": {"sqs": "available", "ecr": "running"}, "edition": "pro", "version": "2026.10.0"}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"/_ministack/health": {"services": {}}, "/_localstack/health": HEALTH}, MiniStack),
        ({"/_localstack/health": HEALTH}, LocalStack),
        ({}, Unknown),
    ],
)
def test_the_bridge_is_chosen_by_what_answers(answers: Mapping[str, choosing.Health], expected: type) -> None:
    bridge = choosing.choose(answers.get)

    assert type(bridge) is expected
    if isinstance(bridge, LocalStack):
        assert (set(bridge.services), bridge.version) == ({"sqs", "ecr"}, "2026.10.0")


def test_nothing_at_the_endpoint_is_one_clear_line() -> None:
    with pytest.raises(LocalCloudError, match=r"^no emulator answers at http://127\.0\.0\.1:1/_ministack/health: "):
        choosing.bridge_at("http://127.0.0.1:1")

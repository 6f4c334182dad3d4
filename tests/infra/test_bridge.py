"""The only differences between what AWS and what the local cloud gets."""

import copy

from infra.local import bridge
from infra.local.bridge import LocalEndpoints, Template
from tests.infra.conftest import Built

AROUND = LocalEndpoints(
    code_bucket="artifacts",
    code_key="code.zip",
    endpoint_url="http://127.0.0.1:4566",
    judge_url="http://127.0.0.1:9180",
)


def packaged() -> Template:
    """The parts that are bridged, as package.py writes them."""
    return {
        "Parameters": {"Width": {"Type": "Number", "Default": 4}, "Word": {"Type": "String", "Default": "4"}},
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
                    "PackageType": "Image",
                    "ReservedConcurrentExecutions": {"Ref": "Width"},
                    "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"},
                    "VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}]},
                },
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
    resources = bridge.localise(packaged(), AROUND)["Resources"]

    assert "ManagedLayer" not in resources
    assert resources["Api"]["Properties"] == {
        "CodeUri": {"Bucket": "artifacts", "Key": "code.zip"},
        "Tracing": "PassThrough",
    }


def test_websocket_stage_deploys_by_itself() -> None:
    resources = bridge.localise(packaged(), AROUND)["Resources"]

    assert "WebsocketAPIDeployment" not in resources
    assert resources["WebsocketAPIStage"]["Properties"] == {"AutoDeploy": True, "StageName": "api"}


def test_functions_post_to_connections_at_the_emulator() -> None:
    variables = bridge.localise(packaged(), AROUND)["Globals"]["Function"]["Environment"]["Variables"]

    assert variables == {
        "WEBSOCKET_ENDPOINT": {"Fn::Sub": "http://127.0.0.1:4566/_aws/execute-api/${WebsocketAPI}/api"},
        "APP_NAME": "x",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def test_judge_is_the_local_process() -> None:
    judge = bridge.localise(packaged(), AROUND)["Resources"]["JudgeFunction"]["Properties"]

    variables = {"MINISTACK_LAMBDA_PROXY_URL": "http://127.0.0.1:9180/invoke"}
    assert judge == {"PackageType": "Image", "Environment": {"Variables": variables}}


def test_judges_network_is_dropped() -> None:
    assert bridge.localise(packaged(), AROUND)["Resources"].keys().isdisjoint({"Subnet", "Firewall"})


def test_alarms_on_sums_are_dropped_and_others_stay() -> None:
    resources = bridge.localise(packaged(), AROUND)["Resources"]

    assert "Sum" not in resources
    assert "Count" in resources


def test_numbers_stand_where_they_are_used_and_text_stays_a_reference() -> None:
    mapping = bridge.localise(packaged(), AROUND)["Resources"]["Mapping"]["Properties"]

    assert mapping == {"ScalingConfig": {"MaximumConcurrency": 4}, "Name": [{"Ref": "Word"}]}


def test_binary_media_types_stand_beside_the_definition() -> None:
    api = bridge.localise(packaged(), AROUND)["Resources"]["RestAPI"]["Properties"]

    assert api["BinaryMediaTypes"] == ["image/png"]


def test_packaged_template_is_left_as_it_is() -> None:
    template = packaged()
    before = copy.deepcopy(template)

    bridge.localise(template, AROUND)

    assert template == before


def test_real_template_is_bridged_and_otherwise_the_same(built: Built) -> None:
    local = bridge.localise(built.template, AROUND)

    gone = built.template["Resources"].keys() - local["Resources"].keys()
    by_hand = {name for name in gone if not bridge.is_unsupported(built.template["Resources"][name])}
    assert by_hand == {"ManagedLayer", "WebsocketAPIDeployment"}
    assert local["Resources"].keys() <= built.template["Resources"].keys()
    assert local["Outputs"] == built.template["Outputs"]

"""The packaged template has what a careful operator looks for: isolation, traces, limits, alarms."""

import importlib.util
import json
import re
from typing import Any

from app import PACKAGES
from chalicelib.common.http import documents
from chalicelib.judge.grading import queued_judge
from infra.aws import choices
from infra.packaging import monitoring, package
from infra.packaging.package import ROOT
from infra.packaging.template_files import load_template
from judge_container import addresses, consumer, sandbox
from tests.infra.conftest import Built, referenced

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
# $context variables that hold what only the caller and the application may know.
SECRET_BEARING = ("path", "querystring", "authorizer", "requestOverride", "identity.apiKey", "messageDirection")


def functions(built: Built) -> dict[str, dict[str, Any]]:
    return {name: each for kind in FUNCTIONS for name, each in built.resources(kind).items()}


def alarms(built: Built) -> list[dict[str, Any]]:
    return list(built.resources("AWS::CloudWatch::Alarm").values())


def watched(built: Built, dimension: str) -> set[tuple[str, str]]:
    """(logical id, metric) of what an alarm with this one dimension looks at."""
    return {
        (referenced(each["Value"]), alarm["MetricName"])
        for alarm in alarms(built)
        for each in alarm.get("Dimensions", ())
        if each["Name"] == dimension and isinstance(each["Value"], dict)
    }


def test_every_function_has_alarms_on_errors_and_throttles(built: Built) -> None:
    # The canary, when it is throttled, tells nothing, and that is its alarm.
    others = functions(built).keys() - {"CanaryFunction"}
    needed = {(name, metric) for name in others for metric in ("Errors", "Throttles")}
    needed |= {("CanaryFunction", "Errors")}

    assert needed <= watched(built, "FunctionName")


def test_every_table_has_an_alarm_on_throttles(built: Built) -> None:
    sums = [alarm["Metrics"] for alarm in alarms(built) if "Metrics" in alarm]
    tables = {
        referenced(dimension["Value"])
        for metrics in sums
        for each in metrics
        if "MetricStat" in each
        if each["MetricStat"]["Metric"]["Namespace"] == "AWS/DynamoDB"
        for dimension in each["MetricStat"]["Metric"]["Dimensions"]
    }

    assert tables == built.resources("AWS::DynamoDB::Table").keys()


def test_submissions_that_wait_have_an_alarm(built: Built) -> None:
    assert ("SubmissionsQueue", "ApproximateAgeOfOldestMessage") in watched(built, "QueueName")


def test_alarms_reach_the_operators_topic(built: Built) -> None:
    topic = {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AlarmTopic"}]}
    scaling = [{"Ref": name} for name in built.resources("AWS::ApplicationAutoScaling::ScalingPolicy")]
    others = [alarm["AlarmActions"] for alarm in alarms(built) if alarm["AlarmActions"] != [topic]]

    assert sorted(map(str, others)) == sorted(str([each]) for each in scaling)


def test_api_errors_missed_sweeps_and_system_errors_have_alarms(built: Built) -> None:
    looked_at = {
        (alarm["Namespace"], alarm["MetricName"])
        for alarm in alarms(built)
        if "Metrics" not in alarm and isinstance(alarm["MetricName"], str) and isinstance(alarm["Namespace"], str)
    }

    assert {
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/ApiGateway", "IntegrationError"),
        ("Lyceum", "SystemError"),
    } <= looked_at
    assert ("Sweep", "Invocations") in watched(built, "FunctionName")


def test_the_manual_says_what_each_alarm_means(built: Built) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")
    kinds = ("DeadLettersAlarm", "ErrorsAlarm", "ThrottlesAlarm", "SlowAlarm")
    named = built.resources("AWS::CloudWatch::Alarm").keys()

    assert all(f"…{kind}" in manual for kind in kinds)
    assert [name for name in named if name not in manual and not name.endswith(kinds)] == []


def test_dashboard_shows_every_function_queue_and_table(built: Built) -> None:
    (dashboard,) = built.resources("AWS::CloudWatch::Dashboard").values()
    body = json.loads(dashboard["DashboardBody"]["Fn::Sub"])
    shown = {
        text
        for widget in body["widgets"]
        for metric in widget["properties"]["metrics"]
        for text in metric
        if isinstance(text, str)
    }
    names = [each["FunctionName"]["Fn::Sub"] for each in functions(built).values()]
    names += [each["TableName"]["Fn::Sub"] for each in built.resources("AWS::DynamoDB::Table").values()]
    names += [each["QueueName"]["Fn::Sub"] for each in built.resources("AWS::SQS::Queue").values()]

    assert set(names) <= shown
    assert set(re.findall(r"\$\{([^}]+)\}", json.dumps(body))) == {"Stage", "AWS::Region", "WebsocketAPI"}


def test_dashboard_places_no_widget_over_another(built: Built) -> None:
    (dashboard,) = built.resources("AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]

    assert len({(widget["x"], widget["y"]) for widget in widgets}) == len(widgets)
    assert all(widget["x"] + widget["width"] <= 2 * monitoring.WIDTH for widget in widgets)


def access_logs(built: Built) -> list[dict[str, Any]]:
    rest = built.resources("AWS::Serverless::Api")["RestAPI"]["AccessLogSetting"]
    websocket = built.resources("AWS::ApiGatewayV2::Stage")["WebsocketAPIStage"]["AccessLogSettings"]
    return [rest, websocket]


def test_access_logs_are_kept_and_hold_neither_paths_nor_queries(built: Built) -> None:
    groups = built.resources("AWS::Logs::LogGroup")
    for log in access_logs(built):
        said = re.findall(r"\$context\.([\w.]+)", log["Format"])
        assert referenced(log["DestinationArn"]) in groups
        assert len(said) == len(json.loads(log["Format"]))
        assert [name for name in said if name.startswith(SECRET_BEARING)] == []


def test_api_gateway_logs_no_whole_requests_and_holds_back_floods(built: Built) -> None:
    methods, *documents = built.resources("AWS::Serverless::Api")["RestAPI"]["MethodSettings"]
    routes = built.resources("AWS::ApiGatewayV2::Stage")["WebsocketAPIStage"]["DefaultRouteSettings"]

    assert (methods["HttpMethod"], methods["ResourcePath"]) == ("*", "/*")
    for settings in (methods, *documents, routes):
        assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)
    for settings in (methods, routes):
        assert settings["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
        assert settings["ThrottlingBurstLimit"] == {"Ref": "RequestsAtOnce"}


def test_api_gateway_itself_gives_few_documents(built: Built) -> None:
    """The front door keeps them: what asks more often goes past it."""
    api = built.resources("AWS::Serverless::Api")["RestAPI"]
    _, *limited = api["MethodSettings"]

    assert {settings["ResourcePath"].removeprefix("/").replace("~1", "/") for settings in limited} == {
        route.path for package in PACKAGES for route in package.declared if route.caching == documents.CACHING
    }
    for settings in limited:
        assert (settings["HttpMethod"], settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (
            "GET",
            5,
            20,
        )
    assert api["MinimumCompressionSize"] == 1024


def test_every_log_is_forgotten_in_time(built: Built) -> None:
    kept = {json.dumps(group.get("RetentionInDays")) for group in built.resources("AWS::Logs::LogGroup").values()}

    assert kept == {'{"Ref": "LogRetention"}'}


def test_requests_are_traced(built: Built) -> None:
    assert built.resources("AWS::Serverless::Api")["RestAPI"]["TracingEnabled"] is True


def test_tables_cannot_be_deleted_in_prod(built: Built) -> None:
    protection = [table["DeletionProtectionEnabled"] for table in built.resources("AWS::DynamoDB::Table").values()]

    assert built.template["Conditions"]["IsProd"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert protection
    assert [each for each in protection if each != {"Fn::If": ["IsProd", True, False]}] == []


def test_queues_are_encrypted(built: Built) -> None:
    assert [
        name for name, queue in built.resources("AWS::SQS::Queue").items() if queue["SqsManagedSseEnabled"] is not True
    ] == []


def test_no_secret_is_in_the_template(built: Built) -> None:
    variables = built.template["Globals"]["Function"]["Environment"]["Variables"]

    assert [name for name in variables if re.search(r"SECRET|PASSWORD|TOKEN|_KEY$", name)] == []
    assert [name for name, each in built.template["Parameters"].items() if each.get("NoEcho")] == []


# --- The judge -------------------------------------------------------------------------------------------------------


def judge(built: Built) -> dict[str, Any]:
    return built.resources("AWS::Lambda::Function")["JudgeFunction"]


def test_judge_is_an_image_that_inherits_no_settings_and_has_its_environment_to_itself(built: Built) -> None:
    assert judge(built)["PackageType"] == "Image"
    assert judge(built)["Environment"] == {"Variables": {"JUDGE_OWNS_MACHINE": "1"}}


def test_judges_image_does_not_claim_the_machine_that_it_is_run_on() -> None:
    assert "JUDGE_OWNS_MACHINE" not in (ROOT / "judge_container" / "Dockerfile").read_text(encoding="utf-8")


def test_judge_shares_no_environment_between_users_and_its_concurrency_is_its_own(built: Built) -> None:
    assert judge(built)["TenancyConfig"] == {"TenantIsolationMode": "PER_TENANT"}
    assert judge(built)["ReservedConcurrentExecutions"]["Fn::If"][:2] == ["ReservesJudge", {"Ref": "JudgeConcurrency"}]
    reserved = built.template["Parameters"]["JudgeConcurrency"]["Default"]
    assert (reserved > 0) is (built.package.stage == "prod")


def test_every_dispatcher_has_a_judge(built: Built) -> None:
    """The mapping starts as many as the function may run, and each asks for one judge at a time."""
    mapping = built.resources("AWS::Lambda::EventSourceMapping")["DispatchSubmissions"]
    at_most = {"Ref": "DispatchConcurrency"}
    reserved = built.resources("AWS::Serverless::Function")["Dispatch"]["ReservedConcurrentExecutions"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == at_most
    assert reserved["Fn::If"][:2] == ["ReservesConcurrency", at_most]
    defaults = {name: each.get("Default") for name, each in built.template["Parameters"].items()}
    if defaults["JudgeConcurrency"]:
        assert defaults["DispatchConcurrency"] <= choices.dispatchers_of(defaults["JudgeConcurrency"])


def test_concurrency_is_reserved_in_prod_alone(built: Built) -> None:
    """Other accounts may have a quota that does not reach."""
    expected = "true" if built.package.stage == "prod" else "false"
    assert built.template["Parameters"]["ReserveConcurrency"]["Default"] == expected


def without_service(listed: list[Any]) -> list[Any]:
    """What is there where JudgeBackend is "function"."""
    return [each for each in listed if "HasJudgeService" not in each.get("Fn::If", ())]


def test_judges_network_leads_to_s3_alone(built: Built) -> None:
    subnets = {referenced(subnet) for subnet in judge(built)["VpcConfig"]["SubnetIds"]}
    kinds = {each["Type"] for each in built.template["Resources"].values()}
    (group,) = (
        built.resources("AWS::EC2::SecurityGroup")[referenced(each)]
        for each in judge(built)["VpcConfig"]["SecurityGroupIds"]
    )
    (egress,) = group["SecurityGroupEgress"]

    assert subnets == built.resources("AWS::EC2::Subnet").keys()
    assert kinds.isdisjoint({"AWS::EC2::Route", "AWS::EC2::NatGateway", "AWS::EC2::InternetGateway"})
    assert "SecurityGroupIngress" not in group
    assert egress["DestinationPrefixListId"] == {"Ref": "S3PrefixList"}
    assert (egress["FromPort"], egress["ToPort"], "CidrIp" in egress) == (443, 443, False)


def test_judge_reads_tests_and_writes_what_it_made_of_them_and_nothing_else_of_s3(built: Built) -> None:
    endpoint = built.resources("AWS::EC2::VPCEndpoint")["JudgeInputs"]
    read, put = without_service(endpoint["PolicyDocument"]["Statement"])
    tests, made = ({"Fn::Sub": f"${{TestDataBucket.Arn}}/{prefix}/*"} for prefix in ("tests", "made"))

    assert endpoint["VpcEndpointType"] == "Gateway"
    assert (read["Action"], read["Resource"]) == ("s3:GetObject", [tests, made])
    assert (put["Action"], put["Resource"]) == ("s3:PutObject", made)


def test_judge_resolves_the_buckets_names_and_no_other(built: Built) -> None:
    (rules,) = built.resources("AWS::Route53Resolver::FirewallRuleGroup").values()
    (association,) = built.resources("AWS::Route53Resolver::FirewallRuleGroupAssociation").values()
    lists = built.resources("AWS::Route53Resolver::FirewallDomainList")
    first, last = sorted(rules["FirewallRules"], key=lambda rule: int(rule["Priority"]))

    assert referenced(association["VpcId"]) == "JudgeNetwork"
    assert first["Action"] == "ALLOW"
    known = without_service(lists[referenced(first["FirewallDomainListId"])]["Domains"])
    assert known == [{"Fn::Sub": "${TestDataBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"}]
    assert (last["Action"], lists[referenced(last["FirewallDomainListId"])]["Domains"]) == ("BLOCK", ["*"])


# --- Judges behind a queue -------------------------------------------------------------------------------------------


def test_judges_behind_a_queue_are_not_there_unless_somebody_says_so(built: Built) -> None:
    template = built.template
    declared = load_template(package.JUDGE_SERVICE)["Resources"]
    always = {name for name, each in declared.items() if each.get("Condition") != "HasJudgeService"}

    assert always == {"JudgeJobsQueue", "JudgeJobsDeadLetters", "JudgeJobsDeadLettersAlarm"}
    assert template["Parameters"]["JudgeBackend"]["Default"] == "function"
    assert template["Globals"]["Function"]["Environment"]["Variables"]["JUDGE_QUEUE_URL"] == {
        "Fn::If": ["HasJudgeService", {"Ref": "JudgeJobsQueue"}, ""]
    }


def test_containers_are_the_judges_image_with_a_sandbox_that_keeps_pupils_apart(built: Built) -> None:
    (task,) = built.resources("AWS::ECS::TaskDefinition").values()
    (container,) = task["ContainerDefinitions"]
    environment = {each["Name"]: each["Value"] for each in container["Environment"]}
    queue = built.resources("AWS::SQS::Queue")["JudgeJobsQueue"]

    assert container["Image"] == judge(built)["Code"]["ImageUri"]
    assert container["EntryPoint"][-1] == "judge_container.consumer"
    assert importlib.util.find_spec(container["EntryPoint"][-1]) is not None
    assert set(environment["JUDGE_NEEDS"].split()) <= set(sandbox.LAYERS)
    assert "landlock" in environment["JUDGE_NEEDS"]
    assert environment["JUDGE_QUEUE_URL"] == {"Ref": "JudgeJobsQueue"}
    assert container["StopTimeout"] > consumer.LONGEST_JOB
    assert queue["VisibilityTimeout"] > consumer.LONGEST_JOB + 3 * addresses.TIMEOUT_SECONDS
    assert queue["MessageRetentionPeriod"] >= queued_judge.TAKEN_WITHIN


def test_ecs_scales_the_machines_and_moves_no_judge_without_need(built: Built) -> None:
    (service,), (machines,) = (
        built.resources(f"AWS::{kind}").values() for kind in ("ECS::Service", "AutoScaling::AutoScalingGroup")
    )
    (capacity,) = built.resources("AWS::ECS::CapacityProvider").values()

    assert capacity["AutoScalingGroupProvider"]["ManagedScaling"]["Status"] == "ENABLED"
    assert "AmazonECSManaged" in {each["Key"] for each in machines["Tags"]}
    assert service["AvailabilityZoneRebalancing"] == "DISABLED"  # new services have it, unless they say otherwise


def test_containers_reach_the_queue_and_s3_alone(built: Built) -> None:
    (service,) = built.resources("AWS::ECS::Service").values()
    groups, endpoints = built.resources("AWS::EC2::SecurityGroup"), built.resources("AWS::EC2::VPCEndpoint")
    network = service["NetworkConfiguration"]["AwsvpcConfiguration"]
    (group,) = (groups[referenced(each)] for each in network["SecurityGroups"])
    s3, queue = group["SecurityGroupEgress"]
    behind = [
        name
        for name, each in endpoints.items()
        if each.get("SecurityGroupIds") == [queue["DestinationSecurityGroupId"]]
    ]
    (template,) = built.resources("AWS::EC2::LaunchTemplate").values()

    assert (s3["DestinationPrefixListId"], behind) == ({"Ref": "S3PrefixList"}, ["JudgeQueueEndpoint"])
    (statement,) = endpoints["JudgeQueueEndpoint"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Fn::GetAtt": ["JudgeJobsQueue", "Arn"]}
    assert network["AssignPublicIp"] == "DISABLED"
    data = template["LaunchTemplateData"]
    assert data["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    assert "ECS_AWSVPC_BLOCK_IMDS=true" in data["UserData"]["Fn::Base64"]["Fn::Sub"]

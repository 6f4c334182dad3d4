"""Operators are told what goes wrong, mail is watched, and nobody has to name a topic for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.common import settings
from infra.packaging import front_door
from tests.infra.conftest import Built

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
DOOR = front_door.template()["Resources"]


def statement_of(policy: dict[str, Any], service: str) -> dict[str, Any]:
    """What a topic's policy lets a service do."""
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    (statement,) = [each for each in found if each["Principal"] == {"Service": f"{service}.amazonaws.com"}]
    return statement


def test_alarms_have_a_topic_unless_the_operator_names_one(built: Built) -> None:
    topic = built.template["Resources"]["AlarmTopic"]
    (policy,) = built.resources("AWS::SNS::TopicPolicy").values()

    assert built.template["Conditions"]["OwnsAlarmTopic"] == {"Fn::Not": [{"Condition": "HasAlarmTopic"}]}
    assert topic["Condition"] == "OwnsAlarmTopic"
    assert statement_of(policy, "cloudwatch")["Action"] == "sns:Publish"
    assert statement_of(policy, "cloudwatch")["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


@pytest.mark.parametrize("where", ["application", "front door"])
def test_the_operator_gets_a_mail_of_every_alarm(where: str, built: Built) -> None:
    mail = (built.template["Resources"] if where == "application" else DOOR)["AlarmMail"]

    assert (mail["Condition"], mail["Properties"]["Endpoint"]) == ("TellsByMail", {"Ref": "AlarmEmail"})
    assert mail["Properties"]["TopicArn"] == {"Ref": "AlarmTopic"}


def functions(built: Built) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in FUNCTIONS:
        yield from ((name, each) for name, each in built.resources(kind).items() if name != "CanaryFunction")


def test_a_function_that_is_nearly_cut_off_has_an_alarm_before_it_is(built: Built) -> None:
    alarms = built.resources("AWS::CloudWatch::Alarm")
    for name, function in functions(built):
        alarm = alarms[f"{name}SlowAlarm"]
        assert (alarm["MetricName"], alarm["ExtendedStatistic"]) == ("Duration", "p99")
        assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": name}}]
        assert 0.5 * function["Timeout"] * 1000 < alarm["Threshold"] < function["Timeout"] * 1000


def test_a_request_that_waits_for_a_verdict_is_not_called_slow(built: Built) -> None:
    alarm = built.resources("AWS::CloudWatch::Alarm")["APIHandlerSlowAlarm"]

    assert alarm["Threshold"] > 1000 * (settings.load().verdict_wait + 1)


def test_concurrency_is_measured_against_the_accounts_own_quota(built: Built) -> None:
    alarm = built.resources("AWS::CloudWatch::Alarm")["ConcurrencyAlarm"]
    metrics = {each["Id"]: each.get("MetricStat", each).get("Metric", each) for each in alarm["Metrics"]}

    # What reserves leave is all that a rush may have.
    assert metrics["claimed"]["MetricName"] == "ClaimedAccountConcurrency"
    assert metrics["unreserved"]["MetricName"] == "UnreservedConcurrentExecutions"
    assert metrics["share"]["Expression"] == "100 * unreserved / (SERVICE_QUOTA(used) - (claimed - unreserved))"
    assert {each["Name"]: each["Value"] for each in metrics["used"]["Dimensions"]} == {
        "Service": "Lambda",
        "Type": "Resource",
        "Resource": "ConcurrentExecutions",
        "Class": "None",
    }
    assert [each["Id"] for each in alarm["Metrics"] if each["ReturnData"]] == ["share"]


def test_what_the_gateway_refuses_is_counted_in_its_own_log(built: Built) -> None:
    counted = built.resources("AWS::Logs::MetricFilter")["RefusedByGateway"]
    (transformation,) = counted["MetricTransformations"]
    alarm = built.resources("AWS::CloudWatch::Alarm")["GatewayRefusalsAlarm"]
    logged = built.resources("AWS::Serverless::Api")["RestAPI"]["AccessLogSetting"]

    assert logged["DestinationArn"] == {"Fn::GetAtt": [counted["LogGroupName"]["Ref"], "Arn"]}
    assert '"error":"$context.error.responseType"' in logged["Format"]
    assert counted["FilterPattern"] == '{ $.error = "THROTTLED" }'
    assert (alarm["Namespace"], alarm["MetricName"]) == (
        transformation["MetricNamespace"],
        transformation["MetricName"],
    )


def test_mail_goes_to_nobody_who_bounced_or_complained(built: Built) -> None:
    (sending,) = built.resources("AWS::SES::ConfigurationSet").values()
    (identity,) = built.resources("AWS::SES::EmailIdentity").values()
    variables = built.template["Globals"]["Function"]["Environment"]["Variables"]

    assert sending["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    assert variables["MAIL_CONFIGURATION"] == {"Fn::If": ["OnAws", sending["Name"], ""]}
    # Else SES mails each bounce to the sender, which nobody reads.
    assert identity["FeedbackAttributes"] == {"EmailForwardingEnabled": False}


def test_bounces_and_complaints_are_told_before_ses_stops_the_account(built: Built) -> None:
    """SES looks at accounts from 5 % and 0.1 % on, and stops them at 10 % and 0.5 %."""
    alarms = built.resources("AWS::CloudWatch::Alarm").values()
    rates = {each["MetricName"]: each["Threshold"] for each in alarms if each.get("Namespace") == "AWS/SES"}

    assert rates == {"Reputation.BounceRate": 0.05, "Reputation.ComplaintRate": 0.001}


def test_a_domain_of_ours_signs_its_mails(built: Built) -> None:
    records = built.resources("AWS::Route53::RecordSet")
    outputs = built.template["Outputs"]

    for number in (1, 2, 3):
        record, attribute = records[f"DkimRecord{number}"], f"MailIdentityResource.DkimDNSToken{{}}{number}"
        name, value = attribute.format("Name"), attribute.format("Value")
        assert record["Name"] == {"Fn::GetAtt": name.split(".")}
        assert record["ResourceRecords"] == [{"Fn::GetAtt": value.split(".")}]
        assert outputs[f"DkimRecord{number}"]["Value"]["Fn::Sub"] == f"${{{name}}} CNAME ${{{value}}}"


def test_the_keys_of_an_address_are_not_asked_for(built: Built) -> None:
    """SES refuses an identity that is an address and names its keys' length."""
    (identity,) = built.resources("AWS::SES::EmailIdentity").values()
    condition, of_a_domain, of_an_address = identity["DkimSigningAttributes"]["Fn::If"]

    assert (condition, of_a_domain) == ("OwnsMailDomain", {"NextSigningKeyLength": "RSA_2048_BIT"})
    assert of_an_address == {"Ref": "AWS::NoValue"}


# --- The front door's own --------------------------------------------------------------------------------------------


def test_front_doors_alarms_reach_a_topic_of_their_own_region() -> None:
    alarms = {name: each["Properties"] for name, each in DOOR.items() if each["Type"] == "AWS::CloudWatch::Alarm"}

    assert {name: (each["Namespace"], each["MetricName"]) for name, each in alarms.items()} == {
        "FrontDoorErrorsAlarm": ("AWS/CloudFront", "5xxErrorRate"),
        "RouterErrorsAlarm": ("AWS/CloudFront", "FunctionExecutionErrors"),
    }
    assert all({"Name": "Region", "Value": "Global"} in each["Dimensions"] for each in alarms.values())
    assert all(each["AlarmActions"] == [{"Ref": "AlarmTopic"}] for each in alarms.values())


def test_the_operator_is_warned_before_the_budget_is_spent() -> None:
    budget = DOOR["Budget"]["Properties"]
    kinds = [each["Notification"] for each in budget["NotificationsWithSubscribers"]]

    assert budget["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}
    assert [(each["NotificationType"], each["Threshold"]) for each in kinds] == [("ACTUAL", 80), ("FORECASTED", 100)]


def test_the_budget_warns_by_the_topic() -> None:
    """Other subscribers would be another budget of the same name, which AWS refuses: the address may change."""
    subscribers = [each["Subscribers"] for each in DOOR["Budget"]["Properties"]["NotificationsWithSubscribers"]]
    statement = statement_of(DOOR["AlarmTopicPolicy"]["Properties"], "budgets")

    assert subscribers == [[{"SubscriptionType": "SNS", "Address": {"Ref": "AlarmTopic"}}]] * 2
    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", {"Ref": "AlarmTopic"})
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert DOOR["Budget"]["DependsOn"] == "AlarmTopicPolicy"

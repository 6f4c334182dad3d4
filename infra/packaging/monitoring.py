"""Makes alarms for every function and table of the template, and the dashboard.

Alarms with a threshold of their own (queues, sweeps, verdicts) are written by hand in resources.yaml.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Template = dict[str, Any]
Properties = Mapping[str, Any]

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
TABLES = ("AWS::DynamoDB::Table",)
QUEUES = ("AWS::SQS::Queue",)
ALARM = "AWS::CloudWatch::Alarm"
ACTIONS = [{"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AlarmTopic"}]}]
NEAR_THE_END = 0.9
"""Of the time that a function has: what takes longer may soon be cut off."""
VERDICTS = """SEARCH('{Lyceum,service,stage,verdict} MetricName="SubmissionJudged" stage="${Stage}"', 'Sum', 60)"""
REFUSALS = """SEARCH('{Lyceum,service,stage,status} MetricName="RequestRefused" stage="${Stage}"', 'Sum', 60)"""
WIDTH, HEIGHT = 12, 6  # of a widget; a dashboard is 24 wide


def add_monitoring(template: Template) -> None:
    """Adds the alarms and the dashboard to `template`."""
    resources = template["Resources"]
    added = dict(_function_alarms(resources)) | dict(_table_alarms(resources))
    resources.update(added)
    resources["Dashboard"] = {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {
            "DashboardName": {"Fn::Sub": "lyceum-${Stage}"},
            "DashboardBody": {"Fn::Sub": json.dumps({"widgets": list(_placed(_widgets(resources)))})},
        },
    }


def _function_alarms(resources: Properties) -> Iterator[tuple[str, Template]]:
    by_hand = [
        watched for alarm in _resources_of(resources, (ALARM,)).values() for watched in _watched_functions(alarm)
    ]
    functions = _resources_of(_unconditional(resources), FUNCTIONS)
    for name in functions:
        for metric, meaning in (("Throttles", "is throttled"), ("Errors", "fails")):
            if (name, metric) not in by_hand:
                yield f"{name}{metric}Alarm", _function_alarm(name, metric, f"The function {name} {meaning}")
    for name, declared in functions.items():
        yield f"{name}SlowAlarm", _slow_alarm(name, declared["Timeout"])


def _unconditional(resources: Properties) -> Properties:
    """What may be absent has its alarms by hand, which are absent with it."""
    return {name: each for name, each in resources.items() if "Condition" not in each}


def _watched_functions(alarm: Properties) -> Iterator[tuple[str, str]]:
    """(function, metric), when it is a function's."""
    for dimension in alarm.get("Dimensions", ()):
        if dimension["Name"] == "FunctionName":
            yield dimension["Value"]["Ref"], alarm["MetricName"]


def _function_alarm(function: str, metric: str, description: str) -> Template:
    return _alarm(description, {**_function_metric(function, metric), "Statistic": "Sum"})


def _slow_alarm(function: str, timeout: int) -> Template:
    """On the slowest hundredth of the runs. `timeout` is in seconds, durations are in milliseconds."""
    description = f"The function {function} takes nearly the {timeout} s that it has"
    measured = {**_function_metric(function, "Duration"), "ExtendedStatistic": "p99"}
    return _alarm(description, measured, threshold=round(NEAR_THE_END * timeout * 1000))


def _function_metric(function: str, metric: str) -> Template:
    dimensions = [{"Name": "FunctionName", "Value": {"Ref": function}}]
    return {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions, "Period": 60}


def _table_alarms(resources: Properties) -> Iterator[tuple[str, Template]]:
    for name in _resources_of(resources, TABLES):
        measured = [_table_metric(name, metric) for metric in ("ReadThrottleEvents", "WriteThrottleEvents")]
        total = {"Id": "throttled", "Expression": "FILL(read, 0) + FILL(write, 0)", "ReturnData": True}
        yield f"{name}ThrottlesAlarm", _alarm(f"DynamoDB throttles {name}", {"Metrics": [*measured, total]})


def _table_metric(table: str, metric: str) -> Template:
    dimensions = [{"Name": "TableName", "Value": {"Ref": table}}]
    measured = {"Namespace": "AWS/DynamoDB", "MetricName": metric, "Dimensions": dimensions}
    name = metric.removesuffix("ThrottleEvents").lower()
    return {"Id": name, "MetricStat": {"Metric": measured, "Period": 60, "Stat": "Sum"}, "ReturnData": False}


def _alarm(description: str, measured: Properties, *, threshold: int = 0) -> Template:
    """In three minutes of five: one failure is retried by whatever called."""
    return {
        "Type": ALARM,
        "Properties": {
            "AlarmDescription": description,
            **measured,
            "EvaluationPeriods": 5,
            "DatapointsToAlarm": 3,
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": ACTIONS,
        },
    }


def _widgets(resources: Properties) -> Iterator[Template]:
    functions = [_name(each["FunctionName"]) for each in _resources_of(resources, FUNCTIONS).values()]
    tables = [_name(each["TableName"]) for each in _resources_of(resources, TABLES).values()]
    queues = [_name(each["QueueName"]) for each in _resources_of(resources, QUEUES).values()]
    yield _graph("REST: requests and refusals", "Sum", _rest_widgets("Count", "4XXError", "5XXError"))
    yield _graph("REST: latency, p95 (ms)", "p95", _rest_widgets("Latency", "IntegrationLatency"))
    yield _graph("WebSockets", "Sum", _websocket_widgets("ConnectCount", "MessageCount", "IntegrationError"))
    yield _graph("Submissions by verdict", "Sum", [[{"expression": VERDICTS}]])
    yield _graph("Refused requests by status", "Sum", [[{"expression": REFUSALS}]])
    yield _graph("Queues: oldest message (s)", "Maximum", _metrics("SQS", "ApproximateAgeOfOldestMessage", queues))
    yield _graph("Queues: waiting", "Maximum", _metrics("SQS", "ApproximateNumberOfMessagesVisible", queues))
    for metric, statistic in (("Invocations", "Sum"), ("Errors", "Sum"), ("Throttles", "Sum"), ("Duration", "p95")):
        yield _graph(f"Functions: {metric.lower()}", statistic, _metrics("Lambda", metric, functions))
    for metric in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"):
        yield _graph(f"Tables: {metric}", "Sum", _metrics("DynamoDB", metric, tables))


def _rest_widgets(*metrics: str) -> list[list[str]]:
    return [["AWS/ApiGateway", metric, "ApiName", "lyceum-${Stage}", "Stage", "api"] for metric in metrics]


def _websocket_widgets(*metrics: str) -> list[list[str]]:
    return [["AWS/ApiGateway", metric, "ApiId", "${WebsocketAPI}", "Stage", "api"] for metric in metrics]


def _metrics(service: str, metric: str, names: Iterable[str]) -> list[list[str]]:
    dimension = {"SQS": "QueueName", "Lambda": "FunctionName", "DynamoDB": "TableName"}[service]
    return [[f"AWS/{service}", metric, dimension, name] for name in sorted(names)]


def _graph(title: str, statistic: str, metrics: Sequence[Sequence[Any]]) -> Template:
    properties = {"title": title, "stat": statistic, "period": 60, "region": "${AWS::Region}", "metrics": metrics}
    return {"type": "metric", "properties": {**properties, "view": "timeSeries"}}


def _placed(widgets: Iterable[Template]) -> Iterator[Template]:
    for number, widget in enumerate(widgets):
        yield {"x": number % 2 * WIDTH, "y": number // 2 * HEIGHT, "width": WIDTH, "height": HEIGHT, **widget}


def _resources_of(resources: Properties, kinds: tuple[str, ...]) -> dict[str, Properties]:
    """Logical id -> properties."""
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] in kinds}


def _name(declared: Properties) -> str:
    """{"Fn::Sub": "lyceum-${Stage}-api"}: the dashboard is one such text as a whole."""
    return str(declared["Fn::Sub"])

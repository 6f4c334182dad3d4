"""The packaged template and its archives, of every stage."""

import json
import zipfile
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from chalicelib.accounts import verification_codes
from chalicelib.common import origins
from chalicelib.judge import handlers as judge_handlers
from infra.gateway_answers import NOT_FOUND, in_every_language
from infra.local.front_door import GATEWAY_RESPONSES
from infra.local.preflight import Preflights
from infra.packaging import bytecode, package
from infra.packaging.archives import Archive
from tests.infra.conftest import Built, cfn_lint, listed, referenced, statements

FUNCTION = "AWS::Serverless::Function"
# Bytes, unzipped. Lambda takes 250 MB of code and layers together. Data are texts in other languages, common passwords
# and letters that look alike. Sources compile to 1.9 times as much (Python 3.11's are larger). What a cold start
# imports has bounds of its own (test_runtime.py, ADR 55).
CODE_BUDGETS = {".py": 3_000_000, "data": 300_000, ".pyc": 5_700_000}
# Of layers: what is installed, and what it compiles to.
LAYER_BUDGETS = {
    "ManagedLayer": (23_000_000, 11_000_000),
    "PackagesLayer": (500_000, 500_000),
    "CalendarLayer": (1_300_000, 1_000_000),
}
BIGGEST_IN_LAYER = {"botocore", "pydantic_core", "aws_lambda_powertools", "pydantic", "passlib"}


def test_cfn_lint_finds_nothing(built: Built) -> None:
    assert cfn_lint(built.package.template) == (0, "")


def test_every_function_has_a_role_of_its_own(built: Built) -> None:
    functions = built.resources(FUNCTION) | built.resources("AWS::Lambda::Function")
    roles = Counter(referenced(function["Role"]) for function in functions.values())

    assert set(roles.values()) == {1}
    assert set(roles) <= built.resources("AWS::IAM::Role").keys()


def test_every_function_has_a_fixed_name_memory_timeout_and_kept_logs(built: Built) -> None:
    functions = built.resources(FUNCTION) | built.resources("AWS::Lambda::Function")
    groups = {group["LogGroupName"]["Fn::Sub"] for group in built.resources("AWS::Logs::LogGroup").values()}

    expected = {f"/aws/lambda/{function['FunctionName']['Fn::Sub']}" for function in functions.values()}
    assert {group for group in groups if group.startswith("/aws/lambda/")} == expected
    assert all(function["MemorySize"] and function["Timeout"] for function in functions.values())
    assert all("RetentionInDays" in group for group in built.resources("AWS::Logs::LogGroup").values())


def test_every_entry_point_is_in_the_composition_root(built: Built) -> None:
    handlers = {function["Handler"] for function in built.resources(FUNCTION).values()}

    assert [handler for handler in handlers if not handler.startswith("app.")] == []


def test_every_function_traces_and_knows_its_stage(built: Built) -> None:
    for function in built.resources(FUNCTION).values():
        assert function["Tracing"] == "Active"
        assert function["Environment"]["Variables"]["STAGE"] == built.package.stage


def test_admins_need_a_second_factor_on_aws_alone(built: Built) -> None:
    variables = built.resources(FUNCTION)["APIHandler"]["Environment"]["Variables"]

    expected = None if built.package.stage == "local" else "1"
    assert variables.get("LYCEUM_ADMINS_NEED_SECOND_FACTOR") == expected


def test_secrets_have_a_key_of_their_own_that_is_replaced_every_year(built: Built) -> None:
    (key,) = built.resources("AWS::KMS::Key").values()

    assert key["EnableKeyRotation"] is True
    assert built.template["Globals"]["Function"]["Environment"]["Variables"]["KMS_KEY_ARN"] == {
        "Fn::GetAtt": ["SecretsKey", "Arn"]
    }


def test_every_queue_has_a_dead_letter_queue_with_an_alarm(built: Built) -> None:
    queues = built.resources("AWS::SQS::Queue")
    targets = {
        name: referenced(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for name, queue in queues.items()
        if "RedrivePolicy" in queue
    }
    failed = [each["DestinationConfig"]["OnFailure"]["Destination"] for each in streams(built).values()]
    targets |= {referenced(destination): referenced(destination) for destination in failed}
    alarmed = {
        referenced(dimension["Value"])
        for alarm in built.resources("AWS::CloudWatch::Alarm").values()
        for dimension in alarm.get("Dimensions", ())
        if dimension["Name"] == "QueueName"
    }

    assert {queue for queue in queues if targets.get(queue, queue) == queue} == set(targets.values())
    assert set(targets.values()) <= alarmed
    assert all(queues[target]["MessageRetentionPeriod"] == 14 * 24 * 3600 for target in targets.values())


def streams(built: Built) -> dict[str, dict[str, Any]]:
    """The mappings of streams, which have to be told where to begin; those of queues have not."""
    mappings = built.resources("AWS::Lambda::EventSourceMapping")
    return {name: mapping for name, mapping in mappings.items() if "StartingPosition" in mapping}


def test_a_record_that_cannot_be_handled_holds_up_its_stream_for_a_while_only(built: Built) -> None:
    for mapping in streams(built).values():
        function = mapping["FunctionName"]["Ref"]
        allowed = [
            (listed(each["Resource"]), listed(each["Action"]))
            for role, each in statements(built)
            if role == f"{function}Role"
        ]
        destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]

        assert ([destination], ["sqs:SendMessage"]) in allowed
        assert mapping["BisectBatchOnFunctionError"] is True
        assert 0 < mapping["MaximumRetryAttempts"] <= 10
        assert 60 <= mapping["MaximumRecordAgeInSeconds"] <= 3600


def test_a_stream_that_is_followed_has_both_images(built: Built) -> None:
    tables = built.resources("AWS::DynamoDB::Table")
    followed = {referenced(mapping["EventSourceArn"]) for mapping in streams(built).values()}

    assert {name for name, table in tables.items() if "StreamSpecification" in table} == followed == {"RealtimeTable"}
    assert tables["RealtimeTable"]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_every_queue_mapping_reports_partial_failures(built: Built) -> None:
    mappings = built.resources("AWS::Lambda::EventSourceMapping").values()

    assert mappings
    assert all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in mappings)


def visibility(built: Built, queue: str) -> int:
    declared = built.resources("AWS::SQS::Queue")[queue]["VisibilityTimeout"]
    return int(built.template["Parameters"][declared["Ref"]]["Default"] if isinstance(declared, dict) else declared)


def test_visibility_outlasts_six_runs_of_the_function_on_aws(built: Built) -> None:
    # Asked for by https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    mappings = built.resources("AWS::Lambda::EventSourceMapping")
    for mapping in [mappings[name] for name in mappings.keys() - streams(built).keys()]:
        queue, function = referenced(mapping["EventSourceArn"]), referenced(mapping["FunctionName"])
        needed = 6 * built.resources(FUNCTION)[function]["Timeout"]
        hurried = built.package.stage == "local" and queue == "SubmissionsQueue"
        assert visibility(built, queue) == 150 if hurried else visibility(built, queue) >= needed


def test_every_delivery_of_a_letter_may_draw_a_code(built: Built) -> None:
    """A delivery that may not takes the letter for mailed: then none would ever reach the dead letters."""
    deliveries = built.resources("AWS::SQS::Queue")["LettersQueue"]["RedrivePolicy"]["maxReceiveCount"]

    assert deliveries <= verification_codes.MAILS_PER_PERIOD
    assert visibility(built, "LettersQueue") > verification_codes.BETWEEN_MAILS.total_seconds()


def test_a_package_is_given_up_in_the_delivery_after_its_last_attempt(built: Built) -> None:
    """Also if each attempt was killed: else nobody would ever tell its sender."""
    policy = built.resources("AWS::SQS::Queue")["ImportsQueue"]["RedrivePolicy"]
    assert policy["maxReceiveCount"] == judge_handlers.LAST_DELIVERY + 1


def test_tables_are_encrypted_recoverable_and_on_demand(built: Built) -> None:
    for name, table in built.resources("AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        # Powertools spreads its records over single keys.
        keys = ["pk"] if name == "IdempotencyTable" else ["pk", "sk"]
        assert [key["AttributeName"] for key in table["KeySchema"]] == keys


def test_data_outlives_the_stack_in_prod_alone(built: Built) -> None:
    resources = built.template["Resources"].values()
    policies = {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in resources if "DeletionPolicy" in each}

    # But what a first deployment made that failed, which is empty.
    kept = ("RetainExceptOnCreate", "Retain") if built.package.stage == "prod" else ("Delete", "Delete")
    assert policies == {kept}


def test_no_function_is_changed_before_the_tables_whose_indexes_it_reads(built: Built) -> None:
    functions = [each for each in built.template["Resources"].values() if each["Type"] == FUNCTION]

    assert {frozenset(each["DependsOn"]) for each in functions} == {
        frozenset(built.resources("AWS::DynamoDB::Table").keys())
    }


def test_what_is_forgotten_leaves_no_versions_behind(built: Built) -> None:
    rules = built.resources("AWS::S3::Bucket")["TestDataBucket"]["LifecycleConfiguration"]["Rules"]
    forgotten = {each["Prefix"]: each["NoncurrentVersionExpiration"] for each in rules if "ExpirationInDays" in each}

    assert forgotten == {each: {"NoncurrentDays": 1} for each in ("imports/", "made/", "made/jobs/", "uploads/")}


def test_bucket_is_private_and_speaks_only_tls(built: Built) -> None:
    buckets, policies = built.resources("AWS::S3::Bucket"), built.resources("AWS::S3::BucketPolicy").values()
    statements = {referenced(each["Bucket"]): each["PolicyDocument"]["Statement"] for each in policies}

    assert statements.keys() == buckets.keys()
    for name, bucket in buckets.items():
        (deny,) = (each for each in statements[name] if each["Effect"] == "Deny")
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert (deny["Action"], deny["Principal"]) == ("s3:*", "*")
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert deny["Resource"] == [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}]


def test_gateway_answers_in_the_one_error_body(built: Built) -> None:
    responses = built.resources("AWS::Serverless::Api")["RestAPI"]["GatewayResponses"]
    texts = {name: response["ResponseTemplates"]["application/json"] for name, response in responses.items()}
    bodies = {name: body_of(text) for name, text in texts.items()}

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN"} <= bodies.keys()
    fields = {"success", "code", "status", "errors", "detail", "violations", "result", "request_id"}
    assert [name for name, body in bodies.items() if body.keys() != fields] == []


def test_front_door_answers_as_the_gateway_does(built: Built) -> None:
    responses = built.resources("AWS::Serverless::Api")["RestAPI"]["GatewayResponses"].values()
    on_aws = {
        (response["StatusCode"], body["code"], body["status"], body["errors"][0], body["detail"])
        for response in responses
        if "StatusCode" in response and (body := body_of(response["ResponseTemplates"]["application/json"]))
    }

    here = GATEWAY_RESPONSES.values()
    assert {(each.status, each.code, *[in_every_language(each.text)] * 3) for each in here} <= on_aws
    assert in_every_language(NOT_FOUND.text) == "Not found / Ничего не найдено"


def test_a_throttled_client_gets_retry_after(built: Built) -> None:
    responses = built.resources("AWS::Serverless::Api")["RestAPI"]["GatewayResponses"]
    headers = {name: response["ResponseParameters"]["Headers"] for name, response in responses.items()}

    assert headers["THROTTLED"] == {**headers["DEFAULT_4XX"], "Retry-After": "'1'"}


def test_nobody_keeps_what_the_gateway_answers(built: Built) -> None:
    responses = built.resources("AWS::Serverless::Api")["RestAPI"]["GatewayResponses"]

    assert {response["ResponseParameters"]["Headers"].get("Cache-Control") for response in responses.values()} == {
        "'no-store'"
    }


def body_of(template: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(template.replace("$context.error.messageString", '"text"'))
    return body


def test_a_preflight_is_answered_with_the_origin_and_an_id(built: Built) -> None:
    paths = built.resources("AWS::Serverless::Api")["RestAPI"]["DefinitionBody"]["paths"]
    answers = [
        methods["options"]["x-amazon-apigateway-integration"]["responses"]["default"] for methods in paths.values()
    ]

    listed = origins.parse(package.allowed_origins(built.package.stage))
    assert {each["responseParameters"]["method.response.header.Access-Control-Allow-Origin"] for each in answers} == {
        f"'{listed[0]}'"
    }
    assert {each["responseTemplates"]["application/json"] for each in answers} == {package.preflight_template(listed)}
    assert "responseOverride.header.X-Request-Id" in package.preflight_template(listed)


def test_a_path_that_does_not_exist_answers_a_preflight_and_nothing_else(built: Built) -> None:
    paths = built.resources("AWS::Serverless::Api")["RestAPI"]["DefinitionBody"]["paths"]
    unknown = Preflights.of(built.template).find("/a/slip/of the pen")

    assert list(paths["/{proxy+}"]) == ["options"]  # so every other method is API Gateway's own 404
    assert unknown is not None
    assert set(unknown["Access-Control-Allow-Methods"].split(",")) >= {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert {"Authorization", "Content-Type"} <= set(unknown["Access-Control-Allow-Headers"].split(","))


def test_a_preflight_names_the_origins_that_are_listed() -> None:
    template = package.preflight_template(["https://a.example", "https://b.example", "http://127.0.0.1:*"])

    assert '#set($listed = ["https://a.example", "https://b.example"])' in template
    assert '#if($listed.contains($origin) || $origin.matches("http://127[.]0[.]0[.]1:[0-9]+"))' in template
    assert template.endswith("{}")


@pytest.mark.parametrize(
    "named", ["school.example", "https://school.example/", "*", "https://a.example;https://b.example"]
)
def test_what_is_no_origin_is_refused_when_packaging(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", f"https://school.example,{named}")

    with pytest.raises(package.PackagingError, match="no origin"):
        package.allowed_origins("dev")


def test_the_origins_that_a_deployment_knows_count_more_than_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://environment.example")

    assert package.allowed_origins("prod", "https://chosen.example") == "https://chosen.example"
    assert package.allowed_origins("prod", None) == "https://environment.example"


@pytest.mark.parametrize("listed", ["https://lyceum.example", "https://school.example"])
def test_who_packages_for_a_placeholder_is_told(listed: str, tmp_path: Path) -> None:
    """`make deploy` refuses it in prod; the package alone may go elsewhere."""
    template = tmp_path / "template.yaml"
    template.write_text(json.dumps({"Parameters": {"AllowedOrigins": {"Default": listed}}}), encoding="utf-8")
    made = package.Package("prod", template, Archive(tmp_path / "code.zip", 0, 0), {})

    last = package.report(made, tmp_path / "web").splitlines()[-1]

    warning = "only pages of https://lyceum.example, a placeholder, may call it"
    assert last.startswith(warning) is (package.PLACEHOLDER in listed)
    assert package.PLACEHOLDER in package.ALLOWED_ORIGINS["prod"]


def test_the_former_name_of_the_setting_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_ORIGINS", raising=False)
    assert package.allowed_origins("local").endswith(",http://localhost:*,http://127.0.0.1:*")
    monkeypatch.setenv("ALLOWED_ORIGIN", "https://one.example")
    assert package.allowed_origins("dev") == "https://one.example"
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example, https://b.example")
    assert package.allowed_origins("dev") == "https://a.example,https://b.example"


def test_the_bucket_takes_what_pages_of_the_frontends_and_of_the_front_door_send(built: Built) -> None:
    (rule,) = built.resources("AWS::S3::Bucket")["TestDataBucket"]["CorsConfiguration"]["CorsRules"]
    comma, chosen = rule["AllowedOrigins"]["Fn::Split"]
    condition, with_door, without = chosen["Fn::If"]
    listed = built.template["Parameters"]["AllowedOrigins"]["Default"]
    parameters = {"${AllowedOrigins}": listed, "${FrontDoorHost}": "door.example"}
    text = with_door["Fn::Sub"]
    for name, value in parameters.items():
        text = text.replace(name, value)

    assert (comma, condition, without) == (",", "HasFrontDoor", {"Ref": "AllowedOrigins"})
    assert (rule["AllowedMethods"], rule["AllowedHeaders"]) == (["POST"], ["*"])
    # S3 takes one asterisk in an origin: fnmatch reads it as S3 does.
    pages = ["https://door.example", listed.split(",")[0]]
    pages += ["http://localhost:5173", "http://127.0.0.1:8000"] if built.package.stage == "local" else []
    for page in pages:
        assert any(fnmatchcase(page, each) for each in text.split(comma)), page
    assert not any(fnmatchcase("https://evil.example", each) for each in text.split(comma))


def test_package_stays_within_its_budget(built: Built) -> None:
    layers = built.package.layers
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(built.package.code.path) as code:
        for entry in code.infolist():
            suffix = PurePosixPath(entry.filename).suffix
            sizes[suffix if suffix in CODE_BUDGETS else "data"] += entry.file_size

    assert [kind for kind, size in sizes.items() if size > CODE_BUDGETS[kind]] == []
    assert layers.keys() == LAYER_BUDGETS.keys()
    for name, (sources, compiled) in LAYER_BUDGETS.items():
        assert layers[name].unzipped - layers[name].bytecode <= sources, name
        assert layers[name].bytecode <= compiled, name


def test_template_stays_within_what_cloudformation_takes(built: Built) -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    assert len(json.dumps(built.template).encode()) <= 1_000_000
    assert len(built.template["Resources"]) <= 500
    assert len(built.template["Parameters"]) <= 200


def test_biggest_parts_of_the_layer_are_the_known_ones(built: Built) -> None:
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(built.package.layers["ManagedLayer"].path) as layer:
        for entry in layer.infolist():
            sizes[entry.filename.partition("site-packages/")[2].partition("/")[0]] += entry.file_size

    assert {name for name, _ in sizes.most_common(len(BIGGEST_IN_LAYER))} == BIGGEST_IN_LAYER


def test_code_archive_holds_our_code_and_no_dependency(built: Built) -> None:
    with zipfile.ZipFile(built.package.code.path) as code:
        tops = {name.partition("/")[0] for name in code.namelist()} - {bytecode.CACHE.rstrip("/")}

    assert tops == {"app.py", "chalicelib", "chalice"}


def test_the_local_clouds_template_is_made_anew_when_something_of_it_changes() -> None:
    environment = {"STAGE": "local", "ALLOWED_ORIGINS": "http://localhost:3000"}
    digest = package.template_digest("x86_64", environment)

    assert digest == package.template_digest("x86_64", {**environment, "UNREAD": "1"})
    assert digest != package.template_digest("arm64", environment)
    assert all(
        digest != package.template_digest("x86_64", {**environment, name: "other"}) for name in package.READ_BY_CHALICE
    )
    sources = package.template_sources()
    assert {
        "app.py",
        "chalicelib/wiring.py",
        "chalice/app.py",
        ".chalice/config.json",
        ".chalice/policy-sweep.json",
    } <= set(sources)
    assert {"infra/templates/resources.yaml", "infra/packaging/chalice_template.py"} <= set(sources)

"""`make rollback-code`: the code of before comes back, and nothing else changes."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws

from infra.aws import releases, retained, web_files
from infra.aws.change_sets import StackError
from infra.aws.deploy import ACCOUNT
from infra.aws.releases import Release, Web
from infra.aws.rollback_code import Rollback, RollbackError
from infra.migrations.journal import Journal
from infra.migrations.migrate import tables_of
from infra.migrations.plan import State
from infra.packaging.template_files import load_template
from tests.infra.conftest import Built

REGION: Final = "eu-central-1"
ARTIFACTS, WEB = "artifacts", "web"
NOW = datetime(2026, 9, 1, tzinfo=UTC)

# moto takes the kinds of SAM as they stand in the template, which is all that is read here.
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse AWS..Serverless")


def function(code: str, **changes: Any) -> dict[str, Any]:
    properties = {"CodeUri": f"s3://{ARTIFACTS}/{code}.zip", "Runtime": "python3.13", "MemorySize": 512, **changes}
    return {"Type": releases.FUNCTION, "Properties": {"Handler": "app.app", **properties}}


def template(code: str, **more: Any) -> dict[str, Any]:
    layer = {"Type": releases.LAYER, "Properties": {"ContentUri": f"s3://{ARTIFACTS}/libraries-{code}.zip"}}
    return {
        "Parameters": {name: {"Type": "String", "Default": "x"} for name in ("Stage", "JudgeImage", "MailFrom")},
        "Resources": {"Api": function(code), "Layer": layer, "Queue": {"Type": "AWS::SQS::Queue"}, **more},
        "Outputs": {"WebBucketName": {"Value": WEB}},
    }


def release(code: str, day: int = 1) -> Release:
    web = Web(page=f"{code}.html", assets=[])
    return releases.of(template(code), f"judge@{code}", web, now=NOW.replace(day=day))


def test_it_goes_back_to_what_ran_before() -> None:
    known = [release("a", 1), release("b", 2), release("c", 3)]

    assert releases.before(release("c", 9), known) == known[1]


def test_a_second_time_it_goes_further_back_and_not_forward_again() -> None:
    known = [release("a", 1), release("b", 2), release("c", 3)]

    assert releases.before(release("b", 9), known) == known[0]
    assert releases.before(release("a", 9), known) is None


def test_a_second_time_it_goes_further_back_though_functions_and_layers_of_the_newest_stay() -> None:
    newest = template("c", New=function("c"), Libraries=template("c")["Resources"]["Layer"])
    last = releases.of(newest, "judge@c", Web(page="c.html", assets=[]), now=NOW.replace(day=3))
    known = [release("a", 1), release("b", 2), last]

    back = releases.with_code_of(known[1], newest)
    running = releases.of(back, "judge@b", known[1].web, now=NOW.replace(day=9))

    assert running.functions["New"] == last.functions["New"]
    assert releases.before(running, known) == known[0]


def test_deployments_that_changed_no_code_are_passed_over() -> None:
    known = [release("a", 1), release("b", 2), release("b", 3)]

    assert releases.before(release("b", 9), known) == known[0]


def test_what_failed_before_it_was_noted_goes_back_to_the_last_that_was() -> None:
    known = [release("a", 1), release("b", 2)]

    assert releases.before(release("broken", 9), known) == known[1]


def test_a_rollback_that_was_interrupted_is_gone_on_with_and_not_taken_back() -> None:
    known = [release("a", 1), release("b", 2), release("c", 3)]
    page_alone = replace(release("c", 9), web=known[1].web)
    assets_alone = replace(release("c", 9), web=Web(page=known[2].web.page, assets=["app/assets/b.js"]))

    assert releases.before(page_alone, known) == known[1]
    assert releases.before(assets_alone, known) == known[1]


def test_a_deployment_that_failed_before_its_page_goes_back_to_the_last_that_was_noted() -> None:
    known = [release("a", 1), release("b", 2)]

    assert releases.before(replace(release("broken", 9), web=known[1].web), known) == known[1]
    assert releases.before(replace(release("broken", 9), web=known[0].web), known) == known[1]


def test_code_comes_back_and_all_else_stays() -> None:
    now = template("b", New=function("b"), Api=function("b", MemorySize=1024, Runtime="python3.14"))
    now["Resources"]["Queue"]["Properties"] = {"VisibilityTimeout": 30}

    back = releases.with_code_of(release("a"), now)["Resources"]

    assert back["Api"] == function("a", MemorySize=1024)  # its libraries are made for the runtime that it had
    assert back["Layer"] == template("a")["Resources"]["Layer"]
    assert back["New"] == now["Resources"]["New"]
    assert back["Queue"] == now["Resources"]["Queue"]
    assert now["Resources"]["Api"]["Properties"]["CodeUri"].endswith("b.zip")  # the template itself is left alone


def test_code_comes_back_to_the_processor_that_its_libraries_are_made_for() -> None:
    chosen = [{"Ref": "Architecture"}]
    before = template("a", Api=function("a", Architectures=chosen))
    before["Parameters"]["Architecture"] = {"Type": "String", "Default": "x86_64"}
    ran = releases.of(before, "judge@a", Web(page="a.html", assets=[]), now=NOW)

    back = releases.with_code_of(ran, template("b", Api=function("b", Architectures=chosen)))

    assert back["Resources"]["Api"]["Properties"]["Architectures"] == ["x86_64"]


def test_everything_that_is_uploaded_is_remembered(built: Built) -> None:
    """A part of the code that a release does not know would stay behind in a rollback."""
    known = releases.of(built.template, "judge@1", Web(page="p", assets=[]), now=NOW)
    nothing: dict[str, Any] = {}
    emptied = replace(
        known,
        functions=dict.fromkeys(known.functions, nothing),
        layers=dict.fromkeys(known.layers, nothing),
    )

    left = json.dumps(releases.with_code_of(emptied, built.template))
    assert [word for word in ("CodeUri", "ContentUri") if f'"{word}"' in left] == []
    processor = {"Architecture": built.template["Parameters"]["Architecture"]["Default"]}
    as_built = retained.resolved(built.template["Resources"], processor)
    assert releases.with_code_of(known, built.template)["Resources"] == as_built


def test_what_a_rollback_reads_outlives_the_years_between_two_deployments() -> None:
    """Also CloudFormation's, when an update fails: without the former archives it is stuck."""
    (rule,) = load_template(ACCOUNT)["Resources"]["Artifacts"]["Properties"]["LifecycleConfiguration"]["Rules"]

    assert rule["ExpirationInDays"] > 2 * 366


# --- The command -----------------------------------------------------------------------------------------------------


@dataclass
class Applied:
    """Remembers what a stack was to become."""

    aws: boto3.Session
    template: dict[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    remembered: set[str] = field(default_factory=set)

    def __call__(
        self,
        aws: boto3.Session,
        name: str,
        template: Mapping[str, str],
        parameters: Mapping[str, str],
        /,
        *,
        remembered: Collection[str],
    ) -> dict[str, str]:
        assert name == "lyceum-dev"
        key = template["TemplateURL"].rpartition("/")[2]
        self.template = json.loads(self.aws.client("s3").get_object(Bucket=ARTIFACTS, Key=key)["Body"].read())
        self.parameters, self.remembered = parameters, set(remembered)
        return {}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """A stage that ran `a` yesterday and runs `b` now."""
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"lambda": {"use_docker": False}}):
        session = boto3.Session(region_name=REGION)
        for bucket in (ARTIFACTS, WEB):
            session.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        make_function(session)
        make_migrations_table(session)
        account = {"Resources": {}, "Outputs": {"ArtifactsBucket": {"Value": ARTIFACTS}}}
        for name, body in {"lyceum-account": account, "lyceum-dev": template("b")}.items():
            given = [{"ParameterKey": "JudgeImage", "ParameterValue": "judge@b"}] if "Parameters" in body else []
            session.client("cloudformation").create_stack(
                StackName=name,
                TemplateBody=json.dumps(body),
                Parameters=given,  # type: ignore[arg-type]
            )
        for code in ("a", "b"):
            publish(session, code)
            ran = releases.current(session, ARTIFACTS, WEB, template(code), f"judge@{code}")
            releases.remember(session, ARTIFACTS, "dev", replace(ran, at=f"2026-09-0{ord(code) - 96}T00:00:00Z"))
        yield session


def publish(aws: boto3.Session, code: str) -> None:
    """A page with one asset."""
    web_files.publish_again(aws, WEB, code.encode(), [])
    aws.client("s3").put_object(Bucket=WEB, Key=f"app/assets/{code}.js", Body=b"script")


def make_function(aws: boto3.Session) -> None:
    role = aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    aws.client("lambda").create_function(
        FunctionName="lyceum-dev-refresh-languages",
        Runtime="python3.13",
        Role=role,
        Handler="app.app",
        Code={"ZipFile": b"code"},
    )


def make_migrations_table(aws: boto3.Session) -> None:
    aws.client("dynamodb").create_table(
        TableName="lyceum-dev-migrations",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )


def rollback(
    aws: boto3.Session, applied: Applied, answer: str = "lyceum-dev", *, force: bool = False
) -> Release | None:
    return Rollback(stage="dev", aws=aws, ask=lambda _: answer, apply=applied).run(force=force)


def page(aws: boto3.Session) -> web_files.Published:
    return web_files.published_page(aws, WEB)


def test_code_image_and_page_of_before_come_back(aws: boto3.Session) -> None:
    applied = Applied(aws)

    back = rollback(aws, applied)

    assert back is not None
    assert back.at == "2026-09-01T00:00:00Z"
    assert applied.template["Resources"]["Api"] == function("a")
    assert applied.parameters == {"JudgeImage": "judge@a"}
    assert applied.remembered == {"Stage", "MailFrom"}
    assert page(aws) == web_files.Published(b"a", ["app/assets/a.js"])


def test_a_stack_that_failed_is_brought_back_by_the_same_command(aws: boto3.Session) -> None:
    def fails(*_: Any, **__: Any) -> dict[str, str]:
        raise StackError("a quota")

    with pytest.raises(StackError):
        Rollback(stage="dev", aws=aws, ask=lambda _: "lyceum-dev", apply=fails).run(force=False)
    assert page(aws).content == b"a"
    applied = Applied(aws)

    back = rollback(aws, applied)

    assert back is not None
    assert (back.at, applied.parameters) == ("2026-09-01T00:00:00Z", {"JudgeImage": "judge@a"})


def test_it_says_what_runs_before_it_asks(aws: boto3.Session) -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return ""

    Rollback(stage="dev", aws=aws, ask=ask, apply=Applied(aws)).run(force=False)

    assert [re.findall(r"deployed on ([-\d]+)", each) for each in asked] == [["2026-09-02", "2026-09-01"]]


def test_nothing_changes_when_it_was_not_meant(aws: boto3.Session) -> None:
    applied = Applied(aws)

    assert rollback(aws, applied, "yes") is None
    assert applied.template == {}
    assert page(aws).content == b"b"


def test_code_that_knows_nothing_of_a_migration_is_not_brought_back_over_its_data(aws: boto3.Session) -> None:
    applied, journal = Applied(aws), Journal(tables_of(aws, "dev"))
    with journal.lease():
        journal.begin("9999_later", State.APPLIED)
        journal.record("9999_later", State.APPLIED)

    with pytest.raises(RollbackError, match="knows nothing of 9999_later: `make rollback STAGE=dev` undoes"):
        rollback(aws, applied)
    assert applied.template == {}
    assert rollback(aws, applied, force=True) is not None


def test_without_a_release_before_there_is_nothing_to_go_back_to(aws: boto3.Session) -> None:
    aws.client("s3").delete_object(Bucket=ARTIFACTS, Key="releases/dev/2026-09-01T00:00:00Z.json")

    with pytest.raises(RollbackError, match="nothing is remembered of what lyceum-dev ran before"):
        rollback(aws, Applied(aws))

"""`make admin`: what it does, and what it says when it cannot."""

import json
import subprocess
import sys
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError, NoRegionError
from moto import mock_aws

from chalicelib.accounts import accounts, verification_codes
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common.mail import Mail
from chalicelib.common.texts import ENGLISH
from infra.aws import admin, admin_account
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import free_ports
from tests.support.school import School
from tests.support.texts import RUSSIAN

EMAIL = "head@school.example"


@pytest.fixture
def aws() -> Iterator[boto3.Session]:
    with mock_aws():
        yield boto3.Session(region_name="eu-central-1")


def deploy_api(aws: boto3.Session, stage: str, variables: dict[str, str]) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    role = aws.client("iam").create_role(RoleName="api", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    aws.client("lambda").create_function(
        FunctionName=f"lyceum-{stage}-api",
        Role=role,
        Runtime="python3.11",
        Handler="app.app",
        Code={"ZipFile": b"code"},
        Environment={"Variables": variables},
    )


def make_admin(*arguments: str) -> tuple[int, str]:
    """Exit status, and the last line of what it says that went wrong."""
    command = [sys.executable, "-m", "infra.aws.admin", *arguments]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return outcome.returncode, outcome.stderr.strip().rpartition("\n")[2]


def test_unknown_address_gets_an_account_and_an_invitation(school: School) -> None:
    said = admin_account.make(EMAIL, ENGLISH)

    made = accounts.find_by_email(EMAIL)
    assert made is not None
    assert (made.role, made.state, made.password_hash) == (Role.ADMIN, AccountState.NEW, None)
    (mail,) = school.mails
    assert mail.to == EMAIL
    assert EMAIL in said
    assert str(made.id) in said


def test_no_code_is_ever_printed(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin_account.main(EMAIL, ENGLISH) == 0

    words = set(school.mails[0].text.split())
    code = next(word for word in words if len(word) >= 20)
    assert code not in capsys.readouterr().out


def test_invitation_is_written_in_the_language_asked_for(school: School) -> None:
    admin_account.make(EMAIL, RUSSIAN)

    assert "Здравствуйте" in school.mails[0].text


def test_account_that_exists_is_promoted_where_it_is_signed_in(school: School) -> None:
    pupil = school.person(email=EMAIL)
    assert school.api.get("/api/v1/roles", token=pupil.token).status == 403

    said = admin_account.make(EMAIL.upper(), ENGLISH)

    assert school.api.get("/api/v1/roles", token=pupil.token).status == 200
    assert school.mails == []
    assert str(pupil.id) in said


def test_doing_it_again_changes_nothing(school: School) -> None:
    pupil = school.person(email=EMAIL)

    assert admin_account.make(EMAIL, ENGLISH) == admin_account.make(EMAIL, ENGLISH)

    assert accounts.get(pupil.id).role == Role.ADMIN


def test_an_unused_invitation_is_sent_again(school: School) -> None:
    admin_account.make(EMAIL, ENGLISH)
    school.clock.forward(verification_codes.BETWEEN_MAILS)

    admin_account.make(EMAIL, ENGLISH)

    assert [mail.to for mail in school.mails] == [EMAIL, EMAIL]
    assert school.mails[0].text != school.mails[1].text


def test_temporary_user_becomes_an_admin_by_invitation(school: School) -> None:
    school.person(email=EMAIL, password=None, state=AccountState.NEW)

    admin_account.make(EMAIL, ENGLISH)

    assert [mail.to for mail in school.mails] == [EMAIL]


def test_invitation_that_comes_too_soon_is_refused(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin_account.main(EMAIL, ENGLISH) == 0
    assert admin_account.main(EMAIL, ENGLISH) == 1

    assert capsys.readouterr().err == "make admin: A code was just mailed, try again in 60 s\n"


def test_refused_mail_is_told_with_its_cause(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(mail: Mail) -> None:
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": "not verified"}}, "SendEmail")

    school.use_mail(refuse)

    assert admin_account.main(EMAIL, ENGLISH) == 1
    said = capsys.readouterr().err
    assert said.startswith("make admin: The mail could not be sent")
    assert "MessageRejected" in said


def test_blocked_account_is_promoted_but_not_unblocked(school: School) -> None:
    pupil = school.person(email=EMAIL, state=AccountState.BLOCKED)

    said = admin_account.make(EMAIL, ENGLISH)

    assert (accounts.get(pupil.id).role, accounts.get(pupil.id).state) == (Role.ADMIN, AccountState.BLOCKED)
    assert "blocked" in said


def test_environment_is_that_of_the_deployed_api(aws: boto3.Session) -> None:
    deploy_api(aws, "dev", {"STAGE": "dev", "MAIL_FROM": "school@school.example"})

    assert admin.deployed_environment(aws, "dev") == {"STAGE": "dev", "MAIL_FROM": "school@school.example"}


def test_stage_that_is_not_deployed_is_one_clear_line(aws: boto3.Session) -> None:
    deploy_api(aws, "dev", {"STAGE": "dev"})

    with pytest.raises(admin.AdminError, match="nothing is deployed as lyceum-prod-api in eu-central-1"):
        admin.deployed_environment(aws, "prod")


def test_aws_without_a_region_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "")

    with pytest.raises(NoRegionError):
        admin.session_for("dev", "")


def test_developers_own_aws_settings_never_reach_the_local_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    endpoint_url = "http://127.0.0.1:4566"

    surroundings = admin.child_environment(admin.session_for("local", endpoint_url), "local", endpoint_url)

    assert {name for name in surroundings if name.startswith("AWS_")} == {
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ENDPOINT_URL",
    }
    assert surroundings["AWS_ENDPOINT_URL"] == endpoint_url


def test_local_cloud_that_does_not_run_is_one_clear_line() -> None:
    (port,) = free_ports(1)

    said = make_admin(EMAIL, f"--emulator-port={port}")

    assert said == (1, f"make admin: http://127.0.0.1:{port} does not answer: start it with `make run`")


@pytest.mark.parametrize(
    ("email", "problem"), [("", "EMAIL is missing"), ("head", "'head': must be an e-mail address")]
)
def test_bad_address_is_refused_before_anything_is_asked(email: str, problem: str) -> None:
    status, said = make_admin("--", email)

    assert status == 2
    assert problem in said

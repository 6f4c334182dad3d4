"""What a school said once about its stage counts until it says otherwise, and prod takes no placeholder."""

import contextlib
import json
from pathlib import Path

import pytest

from infra.aws import choices, deploy, records
from infra.aws.choices import ChoiceError
from tests.infra.schools import CHOSEN, OWN, School


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def test_every_choice_is_remembered_until_it_is_forgotten(school: School) -> None:
    school.deploy({**CHOSEN, "RequestsPerAddress": "5"})
    school.deploy({"MailFrom": "new@school.example"})
    assert school.stack().resources["Queue"].properties["Name"] == "new@school.example 407"
    assert school.stack("lyceum-prod-front-door").parameters["RequestsPerAddress"] == "5"

    school.deploy(forgotten=("JudgeConcurrency", "RequestsPerAddress"))

    assert school.stack().resources["Queue"].properties["Name"] == "new@school.example 9"
    assert school.stack("lyceum-prod-front-door").parameters["RequestsPerAddress"] == "20000"


def test_the_package_is_built_for_the_origins_that_were_chosen_once(school: School) -> None:
    """They stand in each preflight's answer, which no parameter reaches."""
    school.deploy(CHOSEN)
    school.deploy()
    school.deploy(origins="https://other.example")
    school.deploy({"DomainName": "school.example"}, forgotten=("AllowedOrigins",))

    assert [origins for origins, _ in school.packaged_for] == [
        *["https://school.example"] * 2,
        "https://other.example",
        "https://school.example",
    ]


def test_the_functions_are_packaged_for_the_processor_that_was_chosen(school: School) -> None:
    for chosen in ({}, {"Architecture": "arm64"}, {}):
        school.deploy(OWN | chosen)

    assert [processor for _, processor in school.packaged_for] == ["x86_64", "arm64", "arm64"]


def test_what_was_never_chosen_cannot_be_forgotten(school: School) -> None:
    with pytest.raises(ChoiceError, match="nothing was chosen for LogLevel"):
        school.deploy(CHOSEN, forgotten=("LogLevel",))


@pytest.mark.parametrize("name", ["JudgeImage", "FrontDoorKey", "Stage", "MailForm"])
def test_what_the_deployment_finds_out_cannot_be_chosen(school: School, name: str) -> None:
    with pytest.raises(deploy.DeployError, match=f"there is no parameter {name} to choose"):
        school.deploy({**CHOSEN, name: "x"})
    assert school.account.parameters == {}


@pytest.mark.parametrize("name", OWN)
def test_prod_refuses_a_placeholder_before_anything_is_done(school: School, name: str) -> None:
    told = {each: value for each, value in OWN.items() if each != name}

    with pytest.raises(ChoiceError, match=f"prod needs a choice of its own for {name}"):
        school.deploy(told)
    with pytest.raises(ChoiceError, match="prod needs"):
        school.deploy({**told, name: "https://lyceum.example"})
    assert {"PutParameter", "CreateChangeSet"} & set(school.cloud.requests) == set()


@pytest.mark.parametrize(
    ("sender", "identity", "is_taken"),
    [
        ("School <no-reply@school.example>", "school.example", True),
        ("no-reply@mail.School.example", "school.example", True),
        ("School <ann@school.example>", "ann@school.example", True),
        ("School <no-reply@school.example>", "other.example", False),
        ("no-reply@notschool.example", "school.example", False),
        ("School <bob@school.example>", "ann@school.example", False),
        ("School", "school.example", False),
    ],
)
def test_a_sender_is_of_the_identity(sender: str, identity: str, is_taken: bool) -> None:  # noqa: FBT001 - parametrized
    """SES refuses mails of any other."""
    refused = contextlib.nullcontext() if is_taken else pytest.raises(ChoiceError, match="not of MailIdentity")

    with refused:
        choices.check("prod", {**OWN, "MailFrom": sender, "MailIdentity": identity})


@pytest.mark.parametrize(
    ("judges", "dispatchers", "most"), [("100", None, 75), ("400", "351", 350), ("8", "7", 6), ("1000", "951", 950)]
)
def test_no_more_programs_are_judged_at_once_than_there_are_judges(
    judges: str, dispatchers: str | None, most: int
) -> None:
    """One alone may have been named, whatever the other's default is; pupils' own runs need some as well."""
    chosen = {**OWN, "JudgeConcurrency": judges, **({"DispatchConcurrency": dispatchers} if dispatchers else {})}
    with pytest.raises(ChoiceError, match=f"DispatchConcurrency={most}'"):
        choices.check("prod", chosen)
    choices.check("prod", {**chosen, "DispatchConcurrency": str(most)})


def test_judges_behind_a_queue_are_as_many_as_the_dispatchers_need() -> None:
    chosen = {**OWN, "JudgeBackend": "queue", "JudgesAtMost": "300", "JudgeConcurrency": "10"}

    with pytest.raises(ChoiceError, match=r"JudgesAtMost 300 is too small for DispatchConcurrency 251: .*=250'"):
        choices.check("prod", {**chosen, "DispatchConcurrency": "251"})
    choices.check("prod", {**chosen, "DispatchConcurrency": "250"})


def test_who_reserves_no_judges_has_those_of_the_account() -> None:
    choices.check("prod", {**OWN, "JudgeConcurrency": "0"})


def test_what_is_no_number_is_named() -> None:
    with pytest.raises(ChoiceError, match="JudgeConcurrency is a number, and not 'many'"):
        choices.check("prod", {**OWN, "JudgeConcurrency": "many"})


def test_a_school_without_other_frontends_names_its_domain_alone() -> None:
    chosen = {"MailFrom": "a@school.example", "MailIdentity": "school.example", "DomainName": "school.example"}

    choices.check("prod", chosen)
    assert choices.origins(chosen) == "https://school.example"


def test_the_environment_is_heeded_and_what_is_named_more() -> None:
    before = {"AllowedOrigins": "https://before.example"}

    assert choices.decide(before, {}, (), origins="https://now.example") == {"AllowedOrigins": "https://now.example"}
    assert choices.decide(before, {"AllowedOrigins": "https://named.example"}, (), origins="https://now.example") == {
        "AllowedOrigins": "https://named.example"
    }
    assert choices.decide(before, {}, (), origins=None) == before


def test_the_choices_of_a_stack_that_is_older_than_their_record_are_found(school: School) -> None:
    school.deploy(OWN)
    del school.account.parameters["/lyceum/prod/choices"]
    named = {"MailFrom": "a@school.example", "AllowedOrigin": "https://a.example", "JudgeConcurrency": "0"}
    school.stack().parameters |= {**named, "DispatchConcurrency": "50", "RequestsPerSecond": "1000"}

    loaded = choices.load(school.cloud.session, "prod", {"lyceum-prod": school.cloud.session})

    assert loaded == {
        "MailFrom": "a@school.example",
        "MailIdentity": "school.example",
        "AllowedOrigins": "https://school.example",
        "JudgeConcurrency": "0",
    } | {"AllowedOrigins": "https://a.example"}


def test_records_are_written_when_they_change(school: School) -> None:
    records.write(school.cloud.session, "dev", "choices", {"a": "1"})
    records.write(school.cloud.session, "dev", "choices", {"a": "1"})
    records.update(school.cloud.session, "dev", "choices", {"b": "2"})

    assert json.loads(school.account.parameters["/lyceum/dev/choices"]) == {"a": "1", "b": "2"}
    assert school.cloud.requests.count("PutParameter") == 2

"""A deployment that failed can be repeated, wherever it failed; a new stack is made of what a former one has left."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from infra.aws import change_sets, deploy, destroy, records, retained
from infra.aws.change_sets import StackError
from infra.packaging.package import STATEFUL
from tests.infra.conftest import Built
from tests.infra.schools import CHOSEN, School, application, artifacts, in_order, table

LARGEST_BODY = 51_200  # bytes of a template that is sent with the request


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


# --- Wherever it fails -----------------------------------------------------------------------------------------------


READING = ("Describe", "List", "Get", "Head")


def requests_of_a_deployment(directory: Path) -> list[str]:
    school = School(directory)
    school.deploy(CHOSEN)
    in_order(school)
    return school.cloud.requests


def fates(requests: list[str]) -> Iterator[tuple[int, str]]:
    """Which request is lost, and whether before it was done or after, which is one for those that only read."""
    for number, name in enumerate(requests, start=1):
        yield number, "before"
        if not name.startswith(READING):
            yield number, "after"


def test_a_first_deployment_can_be_repeated_whichever_request_was_lost(tmp_path: Path) -> None:
    requests = requests_of_a_deployment(tmp_path)
    assert {"CreateChangeSet", "ExecuteChangeSet", "PutParameter", "PutObject", "Invoke"} <= set(requests)
    for number, when in fates(requests):
        school = School(tmp_path)
        with school.cloud.losing(number, when), pytest.raises(BotoCoreError):
            school.deploy(CHOSEN)
        school.deploy(CHOSEN)
        in_order(school)


def test_what_was_chosen_is_remembered_whichever_request_was_lost(tmp_path: Path) -> None:
    requests = requests_of_a_deployment(tmp_path)
    for number in range(requests.index("PutParameter") + 2, len(requests) + 1, 5):
        school = School(tmp_path)
        with school.cloud.losing(number, "before"), pytest.raises(BotoCoreError):
            school.deploy(CHOSEN)
        school.deploy()
        in_order(school)


def test_an_update_can_be_repeated_whichever_request_was_lost(tmp_path: Path) -> None:
    """It brings another table, other origins and another judge's image."""
    changed, chosen = application(changes={"New": table("new", "by_name")}), {"AllowedOrigins": "https://other.example"}

    def running() -> School:
        school = School(tmp_path)
        school.deploy(CHOSEN)
        return school

    def update(school: School) -> None:
        school.deploy(chosen, changed, rebuild_image=True)

    school = running()
    begun = len(school.cloud.requests)
    update(school)
    for number, when in fates(school.cloud.requests[begun:]):
        school = running()
        with school.cloud.losing(number, when), pytest.raises(BotoCoreError):
            update(school)
        update(school)
        held = school.stack().resources
        assert held["Function"].properties["Origins"] == "https://other.example door.example"
        assert {name: each["DeletionProtectionEnabled"] for name, each in school.account.tables.items()} == {
            "lyceum-prod-courses": True,
            "lyceum-prod-new": True,
        }
        assert school.stack().is_protected


STEPS = ("Courses", "Bucket", "Web", "Secrets", "Queue", "Function", "Distribution", "Artifacts", "JudgeImages")


@pytest.mark.parametrize("logical_id", STEPS)
def test_a_first_deployment_can_be_repeated_whichever_resource_failed(school: School, logical_id: str) -> None:
    school.fail(logical_id, "create")
    with pytest.raises(StackError, match=f"failed and is ROLLBACK_COMPLETE: {logical_id}: create was denied"):
        school.deploy(CHOSEN)
    school.succeed()

    school.deploy()

    in_order(school)


@pytest.mark.parametrize("stuck", ["Courses", "Queue", "Secrets"])
def test_a_creation_whose_rollback_failed_is_deleted_and_made_anew(school: School, stuck: str) -> None:
    school.stacks.fails = lambda resource, step: (resource, step) in {("Function", "create"), (stuck, "delete")}
    with pytest.raises(StackError, match="is ROLLBACK_FAILED: Function: create was denied"):
        school.deploy(CHOSEN)
    school.succeed()

    school.deploy()

    assert school.stack().status == "UPDATE_COMPLETE"
    assert school.account.tables["lyceum-prod-courses"]["DeletionProtectionEnabled"] is True


def test_a_creation_that_failed_and_stands_is_deleted_and_what_it_made_is_taken_in(school: School) -> None:
    """Somebody began it by hand and forbade its rollback: what is to be kept outlives the stack, though it is empty."""
    school.stacks.rolls_back = False
    school.fail("Function", "create")
    with pytest.raises(StackError, match="failed and is CREATE_FAILED: Function: create was denied"):
        school.deploy(CHOSEN)
    made = {name: school.stack().resources[name].physical_id for name in ("Courses", "Bucket", "Web", "Secrets")}
    school.succeed()

    school.deploy()

    assert {name: school.stack().resources[name].physical_id for name in made} == made
    in_order(school)


def test_a_stack_that_cannot_be_deleted_says_what_holds_it(school: School) -> None:
    school.stacks.fails = lambda resource, step: (resource, step) in {("Function", "create"), ("Queue", "delete")}
    with pytest.raises(StackError, match="ROLLBACK_FAILED"):
        school.deploy(CHOSEN)
    school.fail("Queue", "delete")

    with pytest.raises(StackError, match="lyceum-prod is not deleted: Queue: delete was denied"):
        school.deploy()


def test_an_update_that_failed_is_rolled_back_and_repeated(school: School) -> None:
    school.deploy(CHOSEN)
    changed = application(changes={"New": table("new")})
    school.fail("Function", "update")
    with pytest.raises(StackError, match="UPDATE_ROLLBACK_COMPLETE: Function: update was denied"):
        school.deploy({"AllowedOrigins": "https://other.example"}, changed)
    assert "lyceum-prod-new" not in school.account.tables
    school.succeed()

    school.deploy(template=changed)

    assert school.stack().resources["Function"].properties["Origins"] == "https://other.example door.example"
    assert school.account.tables["lyceum-prod-new"]["DeletionProtectionEnabled"] is True


@pytest.fixture
def stuck(school: School) -> School:
    """A school whose update failed and could not be rolled back."""
    school.deploy(CHOSEN)
    changes = {("Function", "update"), ("Queue", "revert")}
    school.stacks.fails = lambda resource, step: (resource, step) in changes
    with pytest.raises(StackError, match="UPDATE_ROLLBACK_FAILED: Function: update was denied"):
        school.deploy({"AllowedOrigins": "https://other.example", "JudgeConcurrency": "408"})
    return school


def test_a_rollback_that_failed_is_finished_first(stuck: School) -> None:
    stuck.succeed()

    stuck.deploy(CHOSEN)

    in_order(stuck)


def test_what_cannot_be_rolled_back_is_named_and_may_be_left_out(stuck: School) -> None:
    with pytest.raises(StackError, match=r"cannot be rolled back: Queue: revert was denied .*--skip"):
        stuck.deploy(CHOSEN)
    stuck.fail("Queue", "revert")

    # Of several stacks that are stuck, each gets its own.
    stuck.deploy({**CHOSEN, "JudgeConcurrency": "406"}, skip=("Queue", "OfTheFrontDoor"))

    assert stuck.stack().status == "UPDATE_COMPLETE"
    assert stuck.stack().resources["Queue"].properties["Name"] == "school@school.example 406"


def test_a_table_that_an_older_release_left_lying_is_taken_in_again(school: School) -> None:
    changed = application(changes={"New": table("new", "by_name")})
    school.deploy(CHOSEN, changed)
    school.account.tables["lyceum-prod-new"]["items"] = "a school's"
    school.deploy()
    assert "New" not in school.stack().resources

    school.deploy(template=changed)

    assert school.stack().resources["New"].physical_id == "lyceum-prod-new"
    assert school.account.tables["lyceum-prod-new"]["items"] == "a school's"


def test_a_table_that_was_left_lying_with_other_indexes_is_named(school: School) -> None:
    school.deploy(CHOSEN, application(changes={"New": table("new", "by_name")}))
    school.deploy()

    with pytest.raises(StackError, match="lyceum-prod-new is no part of lyceum-prod and has other indexes"):
        school.deploy(template=application(changes={"New": table("new", "by_place", "by_name")}))


def test_somebody_elses_operation_is_waited_for(school: School) -> None:
    school.deploy(CHOSEN)
    school.stack().status, school.stack().then = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"

    school.deploy()

    in_order(school)


def test_the_first_failure_is_found_among_hundreds_of_events(school: School) -> None:
    school.deploy(CHOSEN)
    school.stack().tell("Older", "UPDATE_FAILED", "another day")
    many = {f"Queue{number}": {"Type": "AWS::SQS::Queue", "Properties": {}} for number in range(520)}
    broken = application(changes={**many, "Bad": {"Type": "AWS::SQS::Queue", "Properties": {}}})
    school.fail("Bad", "create")

    with pytest.raises(StackError, match="lyceum-prod failed and is UPDATE_ROLLBACK_COMPLETE: Bad: create was denied"):
        school.deploy(template=broken)
    assert len(school.stack().events) > 500


# --- After the stack is gone -----------------------------------------------------------------------------------------


def leave_marks(school: School) -> dict[str, Any]:
    held = school.stack().resources
    school.account.buckets[held["Bucket"].physical_id]["tests/1.zip"] = ""
    school.account.tables["lyceum-prod-courses"]["items"] = "a school's"
    return {name: held[name].physical_id for name in ("Courses", "Bucket", "Web", "Secrets")}


def test_prod_comes_back_with_its_tables_buckets_and_key(school: School) -> None:
    school.deploy(CHOSEN)
    kept = leave_marks(school)
    school.destroy()
    assert school.stacks.named("lyceum-prod") is None

    school.deploy()

    assert {name: school.stack().resources[name].physical_id for name in kept} == kept
    assert "tests/1.zip" in school.account.buckets[kept["Bucket"]]
    in_order(school)


def test_prod_comes_back_when_its_stack_was_deleted_by_hand(school: School) -> None:
    school.deploy(CHOSEN)
    kept = leave_marks(school)
    school.stack().is_protected = False
    change_sets.delete(school.cloud.session, "lyceum-prod", pause=lambda seconds: None)

    school.deploy()

    assert {name: school.stack().resources[name].physical_id for name in kept} == kept
    in_order(school)


@pytest.mark.parametrize("logical_id", ["Courses", "Web", "Secrets"])
def test_taking_in_what_a_former_stack_has_left_can_be_repeated(school: School, logical_id: str) -> None:
    school.deploy(CHOSEN)
    kept = leave_marks(school)
    school.destroy()
    school.fail(logical_id, "import")
    with pytest.raises(StackError, match=f"failed and is IMPORT_ROLLBACK_COMPLETE: {logical_id}: import was denied"):
        school.deploy()
    school.succeed()

    school.deploy()

    assert {name: school.stack().resources[name].physical_id for name in kept} == kept
    in_order(school)


def test_a_stack_that_was_half_deleted_is_deleted_and_comes_back(school: School) -> None:
    school.deploy(CHOSEN)
    kept = leave_marks(school)
    school.fail("Queue", "delete")
    with pytest.raises(StackError, match="lyceum-prod is not deleted: Queue: delete was denied"):
        school.destroy()
    school.succeed()

    school.deploy()

    assert {name: school.stack().resources[name].physical_id for name in kept} == kept
    in_order(school)


def test_prod_comes_back_whichever_request_was_lost(tmp_path: Path) -> None:
    count, number = 1, 0
    while number < count:
        school = School(tmp_path)
        school.deploy(CHOSEN)
        kept = leave_marks(school)
        school.destroy()
        begun = len(school.cloud.requests)
        with school.cloud.losing(number, "after"), suppress(BotoCoreError):
            school.deploy()
        if number == 0:
            count = len(school.cloud.requests) - begun
        school.deploy()
        assert {name: school.stack().resources[name].physical_id for name in kept} == kept
        in_order(school)
        number += 4


def test_all_that_prod_keeps_is_found_again_by_the_packaged_template(built: Built, school: School) -> None:
    """An import of it needs no parameter, condition or resource that it does not bring, and no upload."""
    stage, account = built.package.stage, school.account
    tables = retained.resolved(built.resources("AWS::DynamoDB::Table"), {"Stage": stage})
    account.tables = {each["TableName"]: {**each, "DeletionProtectionEnabled": True} for each in tables.values()}
    account.buckets = {name.lower(): {} for name in built.resources("AWS::S3::Bucket")}
    account.keys = {name.lower(): "Enabled" for name in built.resources("AWS::KMS::Key")}
    names = {**built.resources("AWS::S3::Bucket"), **built.resources("AWS::KMS::Key")}
    records.write(school.cloud.session, stage, "held", {name: name.lower() for name in names})

    adopted = retained.adopt(school.cloud.session, stage, "held-stack", built.template, pause=lambda seconds: None)

    imported = school.stack("held-stack").template
    stateful = {name for name, each in built.template["Resources"].items() if each["Type"] in STATEFUL}
    assert set(adopted) == stateful == imported["Resources"].keys()
    assert referenced_names(imported) <= {"AWS::Partition", "AWS::AccountId"}
    assert len(json.dumps(imported)) < LARGEST_BODY
    for name, properties in tables.items():
        found = imported["Resources"][name]["Properties"]
        assert found.get("GlobalSecondaryIndexes") == properties.get("GlobalSecondaryIndexes")
        assert found["DeletionProtectionEnabled"] is True


def referenced_names(template: Any) -> set[str]:
    text = json.dumps(template)
    return {*re.findall(r"\$\{([^}]+)\}", text), *re.findall(r'"(?:Ref|Condition)": "([^"]+)"', text)}


@pytest.mark.parametrize("before", [(), ("by_course",)])
def test_a_table_keeps_the_indexes_that_it_has_until_the_release_changes_them(
    school: School, before: tuple[str, ...]
) -> None:
    wanted = [*before, "by_place"]
    school.deploy(CHOSEN, application(changes={"Courses": table("courses", *before)}))
    school.destroy()

    school.deploy(template=application(changes={"Courses": table("courses", *wanted)}))

    indexes = school.account.tables["lyceum-prod-courses"]["GlobalSecondaryIndexes"]
    assert [each["IndexName"] for each in indexes] == wanted


def test_what_a_restored_table_lacks_is_set(school: School) -> None:
    school.deploy(CHOSEN)
    school.destroy()
    del school.account.tables["lyceum-prod-courses"]["TimeToLiveSpecification"]

    school.deploy()

    assert "TimeToLiveSpecification" in school.account.tables["lyceum-prod-courses"]


def test_what_is_gone_is_made_anew(school: School) -> None:
    school.deploy(CHOSEN)
    kept = leave_marks(school)
    school.destroy()
    del school.account.buckets[kept["Bucket"]], school.account.keys[kept["Secrets"]]

    school.deploy()

    in_order(school)


def test_a_key_that_is_about_to_be_deleted_is_no_matter_for_a_new_one(school: School) -> None:
    school.deploy(CHOSEN)
    kept = leave_marks(school)
    school.destroy()
    school.account.keys[kept["Secrets"]] = "PendingDeletion"

    with pytest.raises(StackError, match=f"key {kept['Secrets']} is PendingDeletion: enable it"):
        school.deploy()
    school.account.keys[kept["Secrets"]] = "Enabled"
    school.deploy()

    in_order(school)


def test_the_judges_repository_is_adopted_with_its_images(school: School) -> None:
    school.deploy(CHOSEN)
    bucket = artifacts(school)
    change_sets.delete(school.cloud.session, deploy.ACCOUNT_STACK, pause=lambda seconds: None)
    assert "lyceum-judge" in school.account.repositories

    school.deploy()

    assert len(school.builder.built) == 1
    assert artifacts(school) == bucket


def test_dev_goes_without_a_trace_and_comes_anew(school: School) -> None:
    school.deploy(stage="dev")
    school.account.parameters["/lyceum/dev/canary"] = "{}"
    school.destroy("dev")
    assert {name for name in school.account.parameters if name.startswith("/lyceum/dev/")} == set()
    assert school.account.tables == {}

    school.deploy(stage="dev")

    assert school.stack("lyceum-dev").status == "UPDATE_COMPLETE"
    assert school.account.tables["lyceum-dev-courses"]["DeletionProtectionEnabled"] is False


@pytest.mark.parametrize("stage", ["prod", "dev"])
def test_destroying_can_be_repeated_whichever_request_was_lost(tmp_path: Path, stage: str) -> None:
    school = School(tmp_path)
    school.deploy(CHOSEN, stage=stage)
    begun = len(school.cloud.requests)
    school.destroy(stage)
    for number in range(1, len(school.cloud.requests) - begun + 1):
        school = School(tmp_path)
        school.deploy(CHOSEN, stage=stage)
        with school.cloud.losing(number, "after"), pytest.raises(BotoCoreError):
            school.destroy(stage)
        destroy.destroy(school.cloud.session, stage, lambda question: f"lyceum-{stage}", pause=lambda seconds: None)
        assert school.stacks.named(f"lyceum-{stage}") is None
        assert school.account.tables.keys() == ({"lyceum-prod-courses"} if stage == "prod" else set())

"""The judge's image is pushed when it is another one, and no stage's deployments expire what another runs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.aws import deploy, judge_images
from infra.packaging import image
from infra.packaging.package import ROOT
from infra.packaging.template_files import load_template
from tests.infra.cloud_stub import Params
from tests.infra.schools import CHOSEN, School


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def images(school: School) -> list[Params]:
    return school.account.repositories["lyceum-judge"]


def test_nothing_is_pushed_when_the_image_would_be_the_same(school: School) -> None:
    school.deploy(CHOSEN)
    before = school.stack().resources["Function"].properties["Image"]
    school.deploy()

    assert len(school.builder.built) == 1
    assert school.stack().resources["Function"].properties["Image"] == before


@pytest.mark.parametrize("manifest", judge_images.MANIFESTS)
def test_prod_runs_the_image_that_dev_has_tried_under_a_tag_of_its_own(school: School, manifest: str) -> None:
    school.builder.manifest = manifest
    school.deploy(stage="dev")
    school.deploy(CHOSEN)

    (pushed,) = images(school)
    assert sorted(tag.partition("-")[0] for tag in pushed["imageTags"]) == ["dev", "prod"]


def test_an_image_is_built_again_when_somebody_says_so(school: School) -> None:
    school.deploy(CHOSEN)
    school.deploy(rebuild_image=True)

    assert len({each["imageDigest"] for each in images(school)}) == 2
    school.deploy()
    assert school.stack().resources["Function"].properties["Image"].endswith("@sha256:2")


def test_an_image_that_is_not_given_out_is_told(school: School) -> None:
    school.builder.manifest = "application/vnd.docker.distribution.manifest.v1+json"
    school.deploy(stage="dev")

    with pytest.raises(image.ImageError, match="does not give it out"):
        school.deploy(CHOSEN)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in judge_images.INPUTS:
        path = tmp_path / "checkout" / name
        (path if "." not in path.name else path.parent).mkdir(parents=True, exist_ok=True)
        (path if "." in path.name else path / "code.py").write_text("1", encoding="utf-8")
    return tmp_path / "checkout"


CHANGES: dict[str, Callable[[Path], object]] = {
    "another text": lambda path: path.write_text("2", encoding="utf-8"),
    "another name": lambda path: path.rename(path.with_name("other.py")),
    "executable": lambda path: path.chmod(0o755),
    "one more": lambda path: path.with_name("more.py").write_text("", encoding="utf-8"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_image_is_another_when_anything_that_goes_in_is(checkout: Path, change: str) -> None:
    before = judge_images.inputs_hash({"BASE": "a"}, checkout)
    (checkout / "judge_container" / "__pycache__").mkdir()
    (checkout / "judge_container" / "__pycache__" / "code.pyc").write_text("1", encoding="utf-8")
    assert judge_images.inputs_hash({"BASE": "a"}, checkout) == before

    CHANGES[change](checkout / "judge_container" / "code.py")

    assert judge_images.inputs_hash({"BASE": "a"}, checkout) != before
    assert judge_images.inputs_hash({"BASE": "b"}, checkout) != judge_images.inputs_hash({"BASE": "a"}, checkout)


def test_everything_that_the_dockerfile_copies_is_among_the_inputs() -> None:
    dockerfile = (ROOT / "judge_container" / "Dockerfile").read_text(encoding="utf-8")
    copied = [
        line.split()[1:-1] for line in dockerfile.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]

    assert copied
    for source in (each for sources in copied for each in sources):
        assert any(source == name or source.startswith(f"{name}/") for name in judge_images.INPUTS), source


def test_each_stage_has_a_rule_of_its_own_for_its_images() -> None:
    template = load_template(deploy.ACCOUNT)
    text = template["Resources"]["JudgeImages"]["Properties"]["LifecyclePolicy"]["LifecyclePolicyText"]
    rules = sorted(json.loads(text)["rules"], key=lambda rule: int(rule["rulePriority"]))
    by_prefix = [rule["selection"].get("tagPrefixList") for rule in rules]

    # What both stages run is prod's: a later rule expires nothing that an earlier one speaks of.
    assert by_prefix == [["prod-"], ["dev-"], None]
    assert {f"{stage}-" for stage in deploy.STAGES} == {prefix for each in by_prefix if each for prefix in each}
    assert [rule["selection"]["tagStatus"] for rule in rules] == ["tagged", "tagged", "untagged"]

"""Publishing a build of the web client: what pages that are open, new and old, find in the bucket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws

from infra.aws import web_files

BUCKET = "web"
REGION: Final = "eu-central-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        session = boto3.Session("id", "key", region_name=REGION)
        session.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield session


def built(directory: Path, page: str, **assets: str) -> Path:
    (directory / "assets" / "fonts").mkdir(parents=True)
    (directory / ".vite").mkdir()
    (directory / ".vite" / "manifest.json").write_text("{}", encoding="utf-8")
    (directory / ".built").touch()
    (directory / "index.html").write_text(page, encoding="utf-8")
    for name, content in assets.items():
        (directory / "assets" / name.replace("__", "/").replace("_", ".")).write_text(content, encoding="utf-8")
    return directory


def tags(aws: boto3.Session) -> dict[str, dict[str, str]]:
    """Every object's tags, by its key."""
    s3 = aws.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    return {
        key: {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]}
        for key in keys
    }


def fetched(aws: boto3.Session, key: str) -> tuple[str, str, str]:
    found = aws.client("s3").get_object(Bucket=BUCKET, Key=key)
    return found["Body"].read().decode(), found["ContentType"], found["CacheControl"]


FOREVER = "public, max-age=31536000, immutable"


def test_a_build_lies_where_cloudfront_looks_for_it(aws: boto3.Session, tmp_path: Path) -> None:
    build = built(tmp_path / "1", "page", a_js="script", fonts__k_woff2="font", a_css="style")

    assert web_files.publish(aws, BUCKET, build) == 3

    assert tags(aws).keys() == {
        "app/assets/a.css",
        "app/assets/a.js",
        "app/assets/fonts/k.woff2",
        "app/index.html",
    }
    assert fetched(aws, "app/index.html") == ("page", "text/html; charset=utf-8", "no-cache")
    assert fetched(aws, "app/assets/a.js") == ("script", "text/javascript; charset=utf-8", FOREVER)
    assert fetched(aws, "app/assets/fonts/k.woff2") == ("font", "font/woff2", FOREVER)


def test_an_asset_that_is_superseded_is_still_there_and_counted_from_then_on(
    aws: boto3.Session, tmp_path: Path
) -> None:
    web_files.publish(aws, BUCKET, built(tmp_path / "1", "page 1", one_js="1", both_js="both"))
    web_files.publish(aws, BUCKET, built(tmp_path / "2", "page 2", two_js="2", both_js="both"))

    assert tags(aws) == {
        "app/assets/one.js": web_files.SUPERSEDED,
        "app/assets/both.js": {},
        "app/assets/two.js": {},
        "app/index.html": {},
    }
    assert fetched(aws, "app/assets/one.js") == ("1", "text/javascript; charset=utf-8", FOREVER)
    assert fetched(aws, "app/index.html")[0] == "page 2"


def test_later_deployments_do_not_begin_its_month_anew(aws: boto3.Session, tmp_path: Path) -> None:
    web_files.publish(aws, BUCKET, built(tmp_path / "1", "page 1", one_js="1"))
    web_files.publish(aws, BUCKET, built(tmp_path / "2", "page 2", two_js="2"))
    with written(aws) as requests:
        web_files.publish(aws, BUCKET, built(tmp_path / "3", "page 3", two_js="2"))

    assert requests == ["PutObject app/assets/two.js", "PutObject app/index.html"]


def test_an_asset_that_comes_back_is_not_forgotten(aws: boto3.Session, tmp_path: Path) -> None:
    first = built(tmp_path / "1", "page 1", one_js="1")
    web_files.publish(aws, BUCKET, first)
    web_files.publish(aws, BUCKET, built(tmp_path / "2", "page 2", two_js="2"))
    web_files.publish(aws, BUCKET, first)

    assert tags(aws) == {"app/assets/one.js": {}, "app/assets/two.js": web_files.SUPERSEDED, "app/index.html": {}}


def test_no_page_names_what_is_not_there(aws: boto3.Session, tmp_path: Path) -> None:
    with written(aws) as requests:
        web_files.publish(aws, BUCKET, built(tmp_path / "1", "page 1", one_js="1", two_js="2"))

    assert requests == ["PutObject app/assets/one.js", "PutObject app/assets/two.js", "PutObject app/index.html"]


class written:  # noqa: N801 - a context manager
    """The writes of objects, in their order."""

    def __init__(self, aws: boto3.Session) -> None:
        self._events = aws.events
        self._requests: list[str] = []

    def __enter__(self) -> list[str]:
        self._events.register("provide-client-params.s3", self._add)
        return self._requests

    def __exit__(self, *_: object) -> None:
        self._events.unregister("provide-client-params.s3", self._add)

    def _add(self, params: dict[str, Any], model: Any, **_: object) -> None:
        if model.name in {"PutObject", "CopyObject"}:
            self._requests.append(f"{model.name} {params['Key']}")


def test_a_page_of_before_comes_back_with_its_assets(aws: boto3.Session, tmp_path: Path) -> None:
    web_files.publish(aws, BUCKET, built(tmp_path / "1", "old", a_js="old", same_js="same"))
    before = web_files.published_page(aws, BUCKET)
    web_files.publish(aws, BUCKET, built(tmp_path / "2", "new", b_js="new", same_js="same"))

    web_files.publish_again(aws, BUCKET, before.content, before.assets)

    assert web_files.published_page(aws, BUCKET) == before
    assert before.assets == ["app/assets/a.js", "app/assets/same.js"]
    assert tags(aws)["app/assets/a.js"] == {}
    assert tags(aws)["app/assets/b.js"] == web_files.SUPERSEDED
    assert fetched(aws, "app/assets/a.js")[2] == FOREVER


def test_a_page_whose_assets_are_gone_is_not_brought_back(aws: boto3.Session, tmp_path: Path) -> None:
    web_files.publish(aws, BUCKET, built(tmp_path / "1", "new", b_js="new"))

    with pytest.raises(web_files.WebFilesError, match=r"1 files of that web client are gone, as app/assets/a\.js"):
        web_files.publish_again(aws, BUCKET, b"old", ["app/assets/a.js", "app/assets/b.js"])
    assert fetched(aws, "app/index.html")[0] == "new"

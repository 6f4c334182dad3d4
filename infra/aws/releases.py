"""Remembers what each deployment of a stage ran, so that its code can be brought back (rollback_code.py).

One object a deployment in the bucket of artefacts, `releases/{stage}/{when}.json`. The archives and the page that it
names lie there too, for three years (infra/templates/account.yaml).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from infra.aws import retained, stack, web_files
from infra.migrations import catalogue
from infra.packaging.template_files import Template

FUNCTION, LAYER = "AWS::Serverless::Function", "AWS::Serverless::LayerVersion"
CODE = ("CodeUri", "Handler", "Runtime", "Architectures", "Layers")
"""The properties of a function that belong to its code: its libraries are made for one runtime and architecture."""
ARCHITECTURE = "Architecture"
"""A parameter, which may be another one by the time of a rollback."""
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
"""It names the note too, so two of one second must differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A build of the web client: the key of its page in the bucket of artefacts, the keys of its assets in its own."""

    page: str
    assets: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """`functions` and `layers` are parts of the template by logical id, `migrations` what the code knew of."""

    at: str
    judge_image: str
    functions: Mapping[str, Mapping[str, Any]]
    layers: Mapping[str, Mapping[str, Any]]
    shared: Mapping[str, Any]
    migrations: Sequence[str]
    web: Web

    def runs_what(self, other: "Release") -> bool:
        """Whether both run the same code, on both sides. A page names its assets by their content: it says them all."""
        return self.web.page == other.web.page and self.has_code_of(other)

    def has_code_of(self, other: "Release") -> bool:
        """Whether the functions run the same, whatever page browsers get. Layers belong to them.

        A function or layer of one alone says nothing: code that was brought back leaves newer ones where they are, and
        older ones gone.
        """
        is_alike = self.judge_image == other.judge_image and self.shared == other.shared
        return is_alike and _agree(self.functions, other.functions) and _agree(self.layers, other.layers)


def _agree(one: Mapping[str, Any], another: Mapping[str, Any]) -> bool:
    return all(another[name] == part for name, part in one.items() if name in another)


def of(template: Template, judge_image: str, web: Web, *, now: datetime) -> Release:
    """What a template runs, whose archives are in S3 already, made for the processor that it has as default."""
    built_for = {name: each["Default"] for name, each in template["Parameters"].items() if name == ARCHITECTURE}
    resources: dict[str, Template] = template["Resources"]
    shared = template.get("Globals", {}).get("Function", {})
    return Release(
        at=now.strftime(TIME),
        judge_image=judge_image,
        functions={
            name: retained.resolved(_only(CODE, resource["Properties"]), built_for)
            for name, resource in resources.items()
            if is_function(resource)
        },
        layers={name: resource for name, resource in resources.items() if resource["Type"] == LAYER},
        shared=_only(CODE, shared),
        migrations=[each.id for each in catalogue.load()],
        web=web,
    )


def is_function(resource: Template) -> bool:
    return bool(resource["Type"] == FUNCTION)


def _only(names: Sequence[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}


def with_code_of(release: Release, template: Template) -> Template:
    """Returns `template` with the code of a release. A function that the release did not have keeps its own; tables,
    queues and everything else stay as they are.
    """
    resources = dict(template["Resources"])
    for name, resource in resources.items():
        if is_function(resource) and name in release.functions:
            kept = {key: value for key, value in resource["Properties"].items() if key not in CODE}
            resources[name] = {**resource, "Properties": {**kept, **release.functions[name]}}
    shared = template.get("Globals", {}).get("Function", {})
    kept = {key: value for key, value in shared.items() if key not in CODE}
    together = {**template.get("Globals", {}), "Function": {**kept, **release.shared}}
    return {**template, "Globals": together, "Resources": {**resources, **release.layers}}


def of_stage(aws: boto3.Session, bucket: str, stage: str) -> list[Release]:
    """All that is remembered of a stage, the oldest first."""
    s3 = aws.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=_folder(stage))
    keys = sorted(each["Key"] for page in pages for each in page.get("Contents", ()))
    return [_read(json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())) for key in keys]


def _read(stored: dict[str, Any]) -> Release:
    return Release(**{**stored, "web": Web(**stored["web"])})


def _folder(stage: str) -> str:
    return f"releases/{stage}/"


def before(running: Release, known: Sequence[Release]) -> Release | None:
    """The newest release before the one that runs now that ran something else: the one to go back to.

    A second rollback in a row goes one release further back, not forward again. One that was interrupted is gone on
    with: there the page is back, and the functions are not.
    """
    now = running_among(known, running)
    if now is not None:
        earlier = known[: known.index(now)]
        return next((each for each in reversed(earlier) if not each.runs_what(running)), None)
    places = [place for place, each in enumerate(known) if running.has_code_of(each)]
    earlier = known[: places[-1]] if places else ()
    half_back = next((each for each in reversed(earlier) if each.web.page == running.web.page), None)
    return half_back or next(reversed(known), None)


def running_among(known: Sequence[Release], running: Release) -> Release | None:
    """The newest of the releases that ran what runs now."""
    return next((each for each in reversed(known) if each.runs_what(running)), None)


def remember(aws: boto3.Session, bucket: str, stage: str, release: Release) -> None:
    """Notes a deployment that succeeded."""
    body = json.dumps(asdict(release)).encode()
    aws.client("s3").put_object(Bucket=bucket, Key=f"{_folder(stage)}{release.at}.json", Body=body)


def current(aws: boto3.Session, bucket: str, web_bucket: str, template: Template, judge_image: str) -> Release:
    """What runs now: of the stack's template and the page that browsers get, which is kept beside the archives."""
    published = web_files.published_page(aws, web_bucket)
    web = Web(page=stack.upload(aws, bucket, published.content, ".html"), assets=published.assets)
    return of(template, judge_image, web, now=datetime.now(UTC))

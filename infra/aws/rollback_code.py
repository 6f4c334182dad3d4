"""`make rollback-code STAGE=prod`: brings back the code that ran before the last deployment, after asking.

Functions, their libraries, the judge's image and the web client; tables, queues and alarms stay as they are. A second
time it goes one release further back; one that was interrupted is gone on with. The next `make deploy` goes forward
again.
"""

import argparse
import json
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws import change_sets, releases, stack, web_files
from infra.aws.change_sets import StackError
from infra.aws.deploy import ACCOUNT_STACK, STAGES, stack_name, step
from infra.aws.releases import Release
from infra.aws.web_files import WebFilesError
from infra.migrations import migrate
from infra.migrations.journal import Journal
from infra.packaging.template_files import Template

Ask = Callable[[str], str]


class Apply(Protocol):
    def __call__(
        self,
        aws: boto3.Session,
        name: str,
        template: Mapping[str, str],
        parameters: Mapping[str, str],
        /,
        *,
        remembered: Collection[str],
    ) -> dict[str, str]: ...


class RollbackError(Exception):
    """The message is one line for the person at the keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    stage: str
    aws: boto3.Session
    ask: Ask
    apply: Apply = change_sets.apply

    def run(self, *, force: bool) -> Release | None:
        """Returns what runs now; None when the person did not mean it."""
        bucket = change_sets.outputs(self.aws, ACCOUNT_STACK)["ArtifactsBucket"]
        name = stack_name(self.stage)
        outputs = change_sets.outputs(self.aws, name)
        template, judge_image = self._running()
        known = releases.of_stage(self.aws, bucket, self.stage)
        running = releases.current(self.aws, bucket, outputs["WebBucketName"], template, judge_image)
        target = releases.before(running, known)
        if target is None:
            raise RollbackError(f"nothing is remembered of what {name} ran before")
        if not force:
            self._check_migrations(target)
        now = releases.running_among(known, running)
        runs = f"what was deployed on {now.at}" if now else "what no deployment that succeeded has left"
        question = (
            f"{name} runs {runs}. This brings back what was deployed on {target.at}. Read CHANGELOG.md first. "
            f"Type {name} to go on: "
        )
        if self.ask(question).strip() != name:
            return None
        self._bring_back(target, template, bucket, outputs["WebBucketName"])
        return target

    def _running(self) -> tuple[Template, str]:
        """The template that the stack was last changed by, and the judge's image."""
        cloudformation = self.aws.client("cloudformation")
        body: Any = cloudformation.get_template(StackName=stack_name(self.stage), TemplateStage="Original")[
            "TemplateBody"
        ]
        deployed = change_sets.find(cloudformation, stack_name(self.stage))
        given = {each["ParameterKey"]: each["ParameterValue"] for each in deployed["Parameters"]} if deployed else {}
        return (json.loads(body) if isinstance(body, str) else body), given["JudgeImage"]

    def _check_migrations(self, target: Release) -> None:
        """An older code may not read what a newer migration has written."""
        applied = Journal(migrate.tables_of(self.aws, self.stage)).states().keys()
        if unknown := sorted(applied - set(target.migrations)):
            raise RollbackError(
                f"the code of {target.at} knows nothing of {', '.join(unknown)}: `make rollback STAGE={self.stage}` "
                "undoes a migration; ARGS=--force where the CHANGELOG says that it may stay"
            )

    def _bring_back(self, target: Release, template: Template, bucket: str, web_bucket: str) -> None:
        """The page first: an older page can talk to newer functions, and not always the other way round."""
        with step("the web client's page"):
            page = self.aws.client("s3").get_object(Bucket=bucket, Key=target.web.page)["Body"].read()
            web_files.publish_again(self.aws, web_bucket, page, target.web.assets)
        with step(f"the stack {stack_name(self.stage)}"):
            body = json.dumps(releases.with_code_of(target, template)).encode()
            key = stack.upload(self.aws, bucket, body, ".json")
            url = {"TemplateURL": f"{self.aws.client('s3').meta.endpoint_url}/{bucket}/{key}"}
            kept = template["Parameters"].keys() - {"JudgeImage"}
            self.apply(self.aws, stack_name(self.stage), url, {"JudgeImage": target.judge_image}, remembered=kept)
        with step("the judge's languages"):
            if failure := stack.refresh_languages(self.aws, self.stage):
                raise RollbackError(f"the code is back, but refresh_languages failed: {failure}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make rollback-code", description="Bring back the code of before.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--force", action="store_true", help="although migrations have run that the code does not know")
    arguments = parser.parse_args()
    try:
        back = Rollback(stage=arguments.stage, aws=boto3.Session(), ask=input).run(force=arguments.force)
    except EOFError:
        back = None
    except (RollbackError, StackError, WebFilesError, BotoCoreError, ClientError) as error:
        print(f"make rollback-code: {error}", file=sys.stderr)
        return 1
    print(f"the code of {back.at} runs" if back else "nothing was changed")
    return 0 if back else 1


if __name__ == "__main__":
    sys.exit(main())

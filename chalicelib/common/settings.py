"""Settings: what a deployment decides. The only module of `chalicelib` that reads the environment.

Names without a prefix come from the template (`infra/templates/resources.yaml`);
`LYCEUM_…` are settings that a stage may change.
"""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "0.2.0"
"""The one place of the version: pyproject.toml and the API's documents take it from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a function. Times are in seconds. A queue, bucket or function that it does not need is empty."""

    app_name: str
    stage: str
    allowed_origin: str
    mail_from: str
    school_name: str
    jwt_keys_parameter: str
    front_door_keys_parameter: str
    queue_urls: Mapping[str, str]
    test_data_bucket: str
    judge_function: str
    websocket_endpoint: str
    access_token_life: int
    refresh_token_life: int
    verdict_wait: int
    room_slots: int
    team_size: int
    judge_pause: int
    sign_ups_per_hour: int
    failed_sign_ins_per_5_minutes: int
    failed_sign_ins_per_address: int
    look_ups_per_minute: int
    mails_per_hour: int
    accounts_can_be_looked_up: bool
    strict_passwords: bool
    traced: bool

    def table_name(self, package: str) -> str:
        """Returns the name of a package's DynamoDB table: `{app}-{stage}-{package}`."""
        return f"{self.app_name}-{self.stage}-{package}"


@functools.cache
def load() -> Settings:
    """Reads the settings, once per process: the environment of a Lambda function does not change."""
    app_name, stage = os.environ.get("APP_NAME", "lyceum"), os.environ.get("STAGE", "local")
    return Settings(
        app_name=app_name,
        stage=stage,
        allowed_origin=os.environ.get("ALLOWED_ORIGIN", ""),
        mail_from=os.environ.get("MAIL_FROM", "Lyceum <no-reply@lyceum.example>"),
        school_name=os.environ.get("LYCEUM_SCHOOL_NAME", "Lyceum, Лицей"),
        jwt_keys_parameter=os.environ.get("JWT_KEYS_PARAMETER", f"/{app_name}/{stage}/jwt-keys"),
        front_door_keys_parameter=os.environ.get("FRONT_DOOR_KEYS_PARAMETER", f"/{app_name}/{stage}/front-door-keys"),
        queue_urls=_queue_urls(),
        test_data_bucket=os.environ.get("TEST_DATA_BUCKET", ""),
        judge_function=os.environ.get("JUDGE_FUNCTION", ""),
        websocket_endpoint=os.environ.get("WEBSOCKET_ENDPOINT", ""),
        access_token_life=_whole("LYCEUM_ACCESS_TOKEN_LIFE", default=360),
        refresh_token_life=_whole("LYCEUM_REFRESH_TOKEN_LIFE", default=30 * 24 * 3600),
        verdict_wait=_whole("LYCEUM_VERDICT_WAIT", default=25),
        room_slots=_whole("LYCEUM_ROOM_SLOTS", default=3),
        team_size=_whole("LYCEUM_TEAM_SIZE", default=3),
        judge_pause=_whole("LYCEUM_JUDGE_PAUSE", default=1),
        sign_ups_per_hour=_whole("LYCEUM_SIGN_UPS_PER_HOUR", default=10),
        failed_sign_ins_per_5_minutes=_whole("LYCEUM_FAILED_SIGN_INS_PER_5_MINUTES", default=5),
        failed_sign_ins_per_address=_whole("LYCEUM_FAILED_SIGN_INS_PER_ADDRESS", default=50),
        look_ups_per_minute=_whole("LYCEUM_LOOK_UPS_PER_MINUTE", default=20),
        mails_per_hour=_whole("LYCEUM_MAILS_PER_HOUR", default=20),
        accounts_can_be_looked_up=bool(_whole("LYCEUM_ACCOUNTS_CAN_BE_LOOKED_UP", default=1)),
        strict_passwords=bool(_whole("LYCEUM_STRICT_PASSWORDS", default=0)),
        traced="AWS_LAMBDA_FUNCTION_NAME" in os.environ and "POWERTOOLS_TRACE_DISABLED" not in os.environ,
    )


def _queue_urls() -> dict[str, str]:
    return {
        "submissions": os.environ.get("SUBMISSIONS_QUEUE_URL", ""),
        "rejudges": os.environ.get("REJUDGES_QUEUE_URL", ""),
        "letters": os.environ.get("LETTERS_QUEUE_URL", ""),
        "fanout": os.environ.get("FANOUT_QUEUE_URL", ""),
        "transitions": os.environ.get("TRANSITIONS_QUEUE_URL", ""),
    }


def _whole(name: str, *, default: int) -> int:
    return int(os.environ.get(name, default))

"""Settings: what a deployment decides. The only module of `chalicelib` that reads the environment.

Names without a prefix come from the template (`infra/templates/resources.yaml`);
`LYCEUM_…` are settings that a stage may change.
"""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.common import origins

VERSION = "0.2.0"
"""The one place of the version: pyproject.toml and the API's documents take it from here."""

API_ENTRY_POINT = "app.app"


def _whole(name: str, *, default: int) -> int:
    """Declares a field that is a whole number in the environment."""
    number: int = field(default_factory=lambda: int(os.environ.get(name, default)))
    return number


def _switch(name: str, *, default: bool) -> bool:
    """Declares a field that is 1 or 0 in the environment."""
    on: bool = field(default_factory=lambda: bool(int(os.environ.get(name, default))))
    return on


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a function. Times are in seconds. A queue, bucket or function that it does not need is empty."""

    app_name: str
    stage: str
    allowed_origins: tuple[str, ...]
    mail_from: str
    mail_configuration: str
    public_address: str
    school_name: str
    jwt_keys_parameter: str
    front_door_keys_parameter: str
    secrets_key: str
    queue_urls: Mapping[str, str]
    test_data_bucket: str
    judge_function: str
    code_hosts: str
    websocket_endpoint: str
    access_token_life: int = _whole("LYCEUM_ACCESS_TOKEN_LIFE", default=360)
    refresh_token_life: int = _whole("LYCEUM_REFRESH_TOKEN_LIFE", default=30 * 24 * 3600)
    session_idle_life: int = _whole("LYCEUM_SESSION_IDLE_LIFE", default=14 * 24 * 3600)
    sessions_per_account: int = _whole("LYCEUM_SESSIONS_PER_ACCOUNT", default=20)
    verdict_wait: int = _whole("LYCEUM_VERDICT_WAIT", default=25)
    room_slots: int = _whole("LYCEUM_ROOM_SLOTS", default=3)
    team_size: int = _whole("LYCEUM_TEAM_SIZE", default=3)
    judge_pause: int = _whole("LYCEUM_JUDGE_PAUSE", default=1)
    sign_ups_per_hour: int = _whole("LYCEUM_SIGN_UPS_PER_HOUR", default=10)
    failed_sign_ins_per_5_minutes: int = _whole("LYCEUM_FAILED_SIGN_INS_PER_5_MINUTES", default=5)
    failed_sign_ins_of_strangers: int = _whole("LYCEUM_FAILED_SIGN_INS_OF_STRANGERS", default=20)
    failed_sign_ins_per_address: int = _whole("LYCEUM_FAILED_SIGN_INS_PER_ADDRESS", default=50)
    look_ups_per_minute: int = _whole("LYCEUM_LOOK_UPS_PER_MINUTE", default=20)
    mails_per_hour: int = _whole("LYCEUM_MAILS_PER_HOUR", default=20)
    writes_per_minute: int = _whole("LYCEUM_WRITES_PER_MINUTE", default=600)
    teaching_writes_per_minute: int = _whole("LYCEUM_TEACHING_WRITES_PER_MINUTE", default=1200)
    address_writes_per_minute: int = _whole("LYCEUM_ADDRESS_WRITES_PER_MINUTE", default=3000)
    costly_reads_per_minute: int = _whole("LYCEUM_COSTLY_READS_PER_MINUTE", default=120)
    profile_changes_per_minute: int = _whole("LYCEUM_PROFILE_CHANGES_PER_MINUTE", default=30)
    notifications_per_minute: int = _whole("LYCEUM_NOTIFICATIONS_PER_MINUTE", default=60)
    diary_entries_per_minute: int = _whole("LYCEUM_DIARY_ENTRIES_PER_MINUTE", default=30)
    drafts_per_minute: int = _whole("LYCEUM_DRAFTS_PER_MINUTE", default=60)
    comments_per_minute: int = _whole("LYCEUM_COMMENTS_PER_MINUTE", default=60)
    team_changes_per_minute: int = _whole("LYCEUM_TEAM_CHANGES_PER_MINUTE", default=30)
    accounts_can_be_looked_up: bool = _switch("LYCEUM_ACCOUNTS_CAN_BE_LOOKED_UP", default=True)
    strict_passwords: bool = _switch("LYCEUM_STRICT_PASSWORDS", default=False)
    admins_need_second_factor: bool = _switch("LYCEUM_ADMINS_NEED_SECOND_FACTOR", default=False)
    traced: bool
    serves_http: bool
    """Every other function has no use for the routes, which are half of what there is to import."""

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
        allowed_origins=origins.parse(os.environ.get("ALLOWED_ORIGINS", "")),
        mail_from=os.environ.get("MAIL_FROM", "Lyceum <no-reply@lyceum.example>"),
        mail_configuration=os.environ.get("MAIL_CONFIGURATION", ""),
        public_address=os.environ.get("PUBLIC_ADDRESS", ""),
        school_name=os.environ.get("LYCEUM_SCHOOL_NAME", "Lyceum, Лицей"),
        jwt_keys_parameter=os.environ.get("JWT_KEYS_PARAMETER", f"/{app_name}/{stage}/jwt-keys"),
        front_door_keys_parameter=os.environ.get("FRONT_DOOR_KEYS_PARAMETER", f"/{app_name}/{stage}/front-door-keys"),
        secrets_key=os.environ.get("KMS_KEY_ARN", f"alias/{app_name}-{stage}-secrets"),
        queue_urls=_queue_urls(),
        test_data_bucket=os.environ.get("TEST_DATA_BUCKET", ""),
        judge_function=os.environ.get("JUDGE_FUNCTION", ""),
        code_hosts=os.environ.get("CODE_HOSTS", ""),
        websocket_endpoint=os.environ.get("WEBSOCKET_ENDPOINT", ""),
        traced="AWS_LAMBDA_FUNCTION_NAME" in os.environ and "POWERTOOLS_TRACE_DISABLED" not in os.environ,
        # Lambda says which entry point it is going to call.
        serves_http=os.environ.get("_HANDLER", API_ENTRY_POINT) == API_ENTRY_POINT,
    )


def _queue_urls() -> dict[str, str]:
    return {
        "submissions": os.environ.get("SUBMISSIONS_QUEUE_URL", ""),
        "judge_jobs": os.environ.get("JUDGE_QUEUE_URL", ""),
        "rejudges": os.environ.get("REJUDGES_QUEUE_URL", ""),
        "imports": os.environ.get("IMPORTS_QUEUE_URL", ""),
        "fetches": os.environ.get("FETCHES_QUEUE_URL", ""),
        "letters": os.environ.get("LETTERS_QUEUE_URL", ""),
        "enrollments": os.environ.get("ENROLLMENTS_QUEUE_URL", ""),
        "fanout": os.environ.get("FANOUT_QUEUE_URL", ""),
        "transitions": os.environ.get("TRANSITIONS_QUEUE_URL", ""),
    }

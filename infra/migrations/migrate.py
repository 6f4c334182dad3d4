"""`make migrate`, `make rollback`, `make migrations` and `make migration NAME=…`: migrates the data of a stage.

    python -m infra.migrations.migrate migrate|rollback|migrations [--stage local|dev|prod]
    python -m infra.migrations.migrate migration --name complete_accounts

On AWS it needs the credentials and region of the aws command, and to read and write the tables: no function of the
application may touch the table of migrations. See docs/migrations.md.
"""

import argparse
import functools
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from infra.aws.admin import session_for
from infra.local import cloud
from infra.local import options as settings
from infra.migrations import catalogue, plan
from infra.migrations.catalogue import CatalogueError, Migration, Step
from infra.migrations.journal import Journal, LeaseError
from infra.migrations.pages import ContendedItemError, Tables
from infra.migrations.plan import PlanError, State
from infra.packaging.package import ROOT, STAGE_PARAMETERS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

PATIENT = Config(retries={"mode": "adaptive", "total_max_attempts": 5})
"""A migration may wait; the application, which it runs beside, should not."""
REFUSALS = (CatalogueError, PlanError, LeaseError, ContendedItemError)
_REMEDY = {cloud.STAGE: " (start it with `make run`)"}

Say = Callable[[str], object]


class StageError(Exception):
    """The message is one line for the person at the keyboard."""


def tables_of(aws: boto3.Session, stage: str) -> Tables:
    dynamodb = aws.resource("dynamodb", config=PATIENT)

    @functools.cache
    def table(package: str) -> "Table":
        return dynamodb.Table(f"lyceum-{stage}-{package}")

    return table


def migrate(journal: Journal, known: Sequence[Migration], say: Say) -> None:
    """Apply all that is pending, in order; what was interrupted goes on where it stopped."""
    with journal.lease():
        for migration in plan.to_apply(known, journal.states()):
            pages = _run(journal, migration.id, State.RUNNING, migration.forward)
            journal.record(migration.id, State.APPLIED)
            say(f"{migration.id} applied ({pages} pages)")


def roll_back(journal: Journal, known: Sequence[Migration], say: Say) -> None:
    """Undo the last migration."""
    with journal.lease():
        migration = plan.to_roll_back(known, journal.states())
        assert migration.back is not None  # noqa: S101 - `to_roll_back` answers no other
        pages = _run(journal, migration.id, State.ROLLING_BACK, migration.back)
        journal.forget(migration.id)
        say(f"{migration.id} rolled back ({pages} pages)")


def status(journal: Journal, known: Sequence[Migration], say: Say) -> None:
    """Changes nothing."""
    states, times = journal.states(), journal.changed_at()
    for migration_id in sorted(states.keys() | {each.id for each in known}):
        say(f"{migration_id:40} {states.get(migration_id, State.PENDING):13} {times.get(migration_id, '')}".rstrip())


def _run(journal: Journal, migration_id: str, state: State, step: Step) -> int:
    """Page by page to the end; how many pages that were."""
    position, pages = journal.begin(migration_id, state), 0
    while True:
        position, pages = step(journal.tables, position), pages + 1
        if position is None:
            return pages
        journal.record(migration_id, state, position)


def _new(arguments: Any) -> None:
    print(catalogue.create(arguments.name).relative_to(ROOT))


def _operate(arguments: Any) -> None:
    commands = {"migrate": migrate, "rollback": roll_back, "migrations": status}
    stage = arguments.stage
    aws = session_for(stage, settings.read(arguments).endpoint_url)
    try:
        commands[arguments.command](Journal(tables_of(aws, stage)), catalogue.load(), print)
    except aws.client("dynamodb").exceptions.ResourceNotFoundException as error:
        raise StageError(f"stage {stage} is not deployed in {aws.region_name}, or not this version of it") from error
    except EndpointConnectionError as error:
        raise StageError(f"stage {stage} does not answer: {error}{_REMEDY.get(stage, '')}") from error


def _arguments() -> Any:
    parser = argparse.ArgumentParser(prog="python -m infra.migrations.migrate", description="Migrations of the data.")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("migration", help="a file for a new migration")
    new.add_argument("--name", required=True)
    new.set_defaults(act=_new)
    for command in ("migrate", "rollback", "migrations"):
        operating = commands.add_parser(command)
        operating.add_argument("--stage", choices=sorted(STAGE_PARAMETERS), default=cloud.STAGE)
        settings.add_arguments(operating)
        operating.set_defaults(act=_operate)
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    try:
        arguments.act(arguments)
    except (*REFUSALS, StageError, BotoCoreError, ClientError) as error:
        print(f"make {arguments.command}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make costs PUPILS=100000`: computes what a month costs, and what breaks first when a school grows.

The latter is what its busiest minute asks for, beside what each part takes. What pupils do is that of `costs.py`.
Quotas are AWS's defaults, to be checked in the account's own Service Quotas; settings are those of prod
(packaging/package.py).
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.aws import costs
from infra.aws.costs import Action
from infra.packaging.package import SHARED_PARAMETERS, STAGE_PARAMETERS

PROD: Mapping[str, str | int] = {**SHARED_PARAMETERS, **STAGE_PARAMETERS["prod"]}
BUSIEST_HOUR = 0.25
"""Of what happens on a day."""
BUSIEST_MINUTE = 2
"""Times the hour's average."""
PROGRAM, CONNECTED = costs.ACTIONS["sends a program and waits"], costs.ACTIONS["is connected for an hour"]
PER_PUPIL = 1.5
"""Programs of one pupil within ten minutes of the busiest hour."""
TENANTS_OF_A_RESERVE = 2.5
"""Environments of tenants that Lambda keeps for each reserved execution, busy or idle."""
LESSON_BEGINS = 300
"""Seconds in which everybody connects who does so in the busiest hour."""
STARTED_WITHIN = 60
"""Seconds in which the environments start that the busiest minute needs."""
SECRETS = 2
"""Parameters that an environment reads when it starts, and every five minutes."""

OTHER_RESERVES = 132
"""Executions that sockets and timers have for themselves in prod (infra/templates/resources.yaml)."""

QUOTA_REQUESTS = 10_000  # a second, of an account and region, for all its APIs
QUOTA_CONCURRENCY = 1000
QUOTA_CONNECTIONS = 500  # new ones a second
QUOTA_TABLE_WRITES = 40_000  # units a second, of one table on demand
PARTITION_WRITES = 1000  # units a second; no quota, it cannot be raised
QUOTA_PARAMETERS = 40  # reads a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`needed` and `taken` are in the unit that `what` names; `turn` is what makes `taken` larger."""

    what: str
    needed: float
    taken: float
    turn: str

    @property
    def share(self) -> float:
        return self.needed / self.taken


def limits(pupils: int, set_to: Mapping[str, str | int] = PROD) -> list[Limit]:
    """Returns every limit, the one that breaks first at the head."""
    return sorted(_limits(pupils, set_to), key=lambda limit: -limit.share)


def _limits(pupils: int, set_to: Mapping[str, str | int]) -> Iterator[Limit]:
    requests, programs = _a_second(pupils, "requests"), _times(pupils, PROGRAM)
    reserved = float(set_to["JudgeConcurrency"])
    dispatched = programs * PROGRAM.worker
    running = _a_second(pupils, "api") + _a_second(pupils, "worker")
    active = min(pupils, programs / BUSIEST_MINUTE * 600 / PER_PUPIL)
    yield Limit(
        what="pupils whose programs are judged within ten minutes",
        needed=active,
        taken=TENANTS_OF_A_RESERVE * reserved,
        turn="`JudgeConcurrency`, with the account's concurrency; then judges of one's own",
    )
    yield Limit(
        what="executions at once, with all reserves",
        needed=_a_second(pupils, "api")
        + OTHER_RESERVES
        + max(float(set_to["DispatchConcurrency"]), dispatched)
        + max(reserved, active / TENANTS_OF_A_RESERVE),
        taken=QUOTA_CONCURRENCY,
        turn="Lambda's quota *Concurrent executions*; tens of thousands are given on request",
    )
    yield Limit(
        what="programs judged at once",
        needed=dispatched,
        taken=float(set_to["DispatchConcurrency"]),
        turn="`DispatchConcurrency`, at most 1000 for a queue",
    )
    yield Limit(
        what="requests a second",
        needed=requests,
        taken=float(set_to["RequestsPerSecond"]),
        turn=f"`RequestsPerSecond`, up to API Gateway's quota of {QUOTA_REQUESTS:,}",
    )
    yield Limit(
        what="reads of secrets a second, when environments start",
        needed=SECRETS * (running + programs * PROGRAM.judge) / STARTED_WITHIN,
        taken=QUOTA_PARAMETERS,
        turn="SSM's setting *high throughput*",
    )
    yield Limit(
        what="frames that come in, a second",
        needed=_times(pupils, CONNECTED) * CONNECTED.frames / 2,
        taken=float(set_to["RequestsPerSecond"]),
        turn="`RequestsPerSecond`",
    )
    yield Limit(
        what="connections made a second, when a lesson begins",
        needed=pupils * CONNECTED.per_day * BUSIEST_HOUR / LESSON_BEGINS,
        taken=QUOTA_CONNECTIONS,
        turn="API Gateway's quota of new connections",
    )
    yield Limit(
        what="writes a second to the table `realtime`, the busiest",
        needed=_times(pupils, CONNECTED) * CONNECTED.writes * (1 + costs.INDEXES_PER_WRITE),
        taken=QUOTA_TABLE_WRITES,
        turn="DynamoDB's quota of a table; pre-warm it before an olympiad",
    )
    yield Limit(
        what="writes a second to the index `waiting`, which is one partition",
        needed=2 * programs,
        taken=PARTITION_WRITES,
        turn="spread `waiting` over shards, as `due` is",
    )


def _times(pupils: int, action: Action) -> float:
    """How often a second it happens in the busiest minute."""
    return pupils * action.per_day * BUSIEST_HOUR * BUSIEST_MINUTE / 3600


def _a_second(pupils: int, name: str) -> float:
    return float(sum(_times(pupils, action) * getattr(action, name) for action in costs.ACTIONS.values()))


def table(pupils: int) -> str:
    """Returns the limits as a table in Markdown."""
    rows = [f"| {each.what} | {each.needed:,.0f} | {each.taken:,.0f} | {each.turn} |" for each in limits(pupils)]
    return "\n".join([f"| At {pupils:,} pupils | needed | taken | to turn |", "|---|--:|--:|---|", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(prog="make costs", description="What a month costs, and what would break first.")
    parser.add_argument("--pupils", type=int, default=costs.PUPILS)
    pupils = parser.parse_args().pupils
    print(costs.table(pupils), table(pupils), sep="\n\n")


if __name__ == "__main__":
    main()

"""`make costs`: computes what a month of a thousand pupils costs, from what each of their actions asks of AWS.

The units of DynamoDB are counted: tests/infra/test_costs.py performs each action and compares. What pupils do, how long
functions run, and what AWS charges are assumptions, all in this file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PUPILS = 1000
SCHOOL_DAYS = 20  # a month
INDEXES_PER_WRITE = 1.0  # index entries that a write of an item changes, on average
MONTH_MINUTES = 30 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action of a pupil: how many times a day, and what one asks of AWS.

    `reads` and `writes` are request units of DynamoDB, without those of indexes; `api`, `worker` and `judge` the
    seconds that functions of 1, 0.5 and 1.73 GB run; `others` invocations beside the API's; `messages` those of queues,
    each sent, received and deleted.
    """

    per_day: float
    reads: float
    writes: float
    requests: int = 1
    frames: float = 0
    connected_minutes: float = 0
    api: float = 0.06
    worker: float = 0
    judge: float = 0
    others: float = 0
    messages: float = 0


ACTIONS: Mapping[str, Action] = {
    # On a device that the account does not know, which costs more.
    "signs in": Action(per_day=1, reads=6, writes=7, api=0.15),
    "refreshes the token": Action(per_day=10, reads=2, writes=2),
    "opens a course": Action(per_day=5, reads=4, writes=0),
    "opens a task": Action(per_day=15, reads=8.5, writes=0),
    "opens drafts and saves ten times": Action(per_day=8, reads=73, writes=20, requests=11, api=0.55),
    "sends a program and waits": Action(
        per_day=8, reads=16.5, writes=13, api=4.0, worker=3.0, judge=2.5, others=3, messages=1
    ),
    "is connected for an hour": Action(
        per_day=1, reads=369.5, writes=252, requests=0, frames=245, connected_minutes=60, worker=2.5, others=122
    ),
}

PRICES: Mapping[str, float] = {
    # US dollars, eu-central-1 or its like, without free tiers and taxes; to be checked before they are relied upon.
    "a million REST requests": 3.70,
    "a million WebSocket messages": 1.14,
    "a million connection minutes": 0.285,
    "a million CloudFront requests": 1.20,
    "a million runs of its function": 0.10,
    "a million requests through the web ACL": 0.60,
    "web ACL with two rules, a month": 7.00,
    "a million invocations": 0.20,
    "a million GB-seconds": 16.67,
    "a thousand GB of new environments of tenants": 0.17,
    "a million read units": 0.15,
    "a million write units": 0.76,
    "a million queue requests": 0.40,
    "a GB of logs": 0.63,
    "an alarm": 0.10,
    "a dashboard": 3.00,
    "a million traces": 5.00,
    "a key of KMS, a month": 1.00,
    "a million requests to KMS": 3.00,
    "a GB of transfer": 0.09,
    "a GB-month of tables with recovery": 0.55,
}
ALARMS = 65
ENVIRONMENTS_A_DAY = 3  # of a pupil's in the judge, each of 1.73 GB: they go when nothing was sent for minutes
WITH_SECOND_FACTOR = 0.1  # of all accounts; each of their sign-ins decrypts a secret
TRACED = 0.05  # of all requests, X-Ray's own rule
LOG_BYTES = 700  # a request, in all logs
ANSWER_BYTES = 4000
# The web client: a pupil opens it twice a day. Browsers keep its assets until a deployment supersedes them: each week.
PAGES_A_DAY = 2
ASSETS_A_MONTH = 4 * 30
ASSET_BYTES_A_MONTH = 4 * 400_000  # compressed
TABLES_GB_PER_PUPIL = 0.004
SCHEDULED_A_MONTH = 2 * MONTH_MINUTES  # sweep, requeue_waiting
SWEEP_READS = 16 * 0.5 * MONTH_MINUTES  # a query for each shard


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    quantity: float
    price: float

    @property
    def cost(self) -> float:
        return self.quantity * self.price


def month_of(pupils: int = PUPILS) -> list[Line]:
    return [Line(what, quantity, PRICES[what]) for what, quantity in _quantities(pupils)]


def _quantities(pupils: int) -> Iterator[tuple[str, float]]:
    def total(name: str) -> float:
        return float(sum(action.per_day * getattr(action, name) for action in ACTIONS.values()) * pupils * SCHOOL_DAYS)

    requests = total("requests")
    seconds = total("api") + 0.5 * total("worker") + 1.73 * total("judge") + 0.25 * 0.2 * SCHEDULED_A_MONTH
    invocations = requests + total("others") + SCHEDULED_A_MONTH
    pages, assets = PAGES_A_DAY * pupils * SCHOOL_DAYS, ASSETS_A_MONTH * pupils
    millions = {
        "a million REST requests": requests,
        "a million WebSocket messages": total("frames"),
        "a million connection minutes": total("connected_minutes"),
        "a million CloudFront requests": requests + pages + assets,
        "a million runs of its function": requests + pages,
        "a million requests through the web ACL": requests + pages + assets,
        "a million invocations": invocations,
        "a million GB-seconds": seconds,
        "a million read units": total("reads") + SWEEP_READS,
        "a million write units": total("writes") * (1 + INDEXES_PER_WRITE),
        "a million queue requests": 3 * total("messages") + 6 * 8 * MONTH_MINUTES,  # eight queues, asked in long polls
        "a million traces": TRACED * requests,
        "a million requests to KMS": WITH_SECOND_FACTOR * ACTIONS["signs in"].per_day * pupils * SCHOOL_DAYS,
    }
    yield from ((what, quantity / 1e6) for what, quantity in millions.items())
    environments = pupils * SCHOOL_DAYS * ENVIRONMENTS_A_DAY
    yield "a thousand GB of new environments of tenants", environments * 1.73 / 1000
    yield "a GB of logs", invocations * LOG_BYTES / 1e9
    yield "a GB of transfer", (requests * ANSWER_BYTES + pupils * ASSET_BYTES_A_MONTH) / 1e9
    yield "a GB-month of tables with recovery", pupils * TABLES_GB_PER_PUPIL
    yield "an alarm", ALARMS
    yield "a dashboard", 1
    yield "a key of KMS, a month", 1
    yield "web ACL with two rules, a month", 1


def table(pupils: int = PUPILS) -> str:
    """Returns the costs as a table in Markdown, the highest first."""
    lines = sorted(month_of(pupils), key=lambda line: -line.cost)
    rows = [f"| {line.what} | {line.quantity:,.2f} | {line.price:.2f} | {line.cost:.2f} |" for line in lines]
    total = sum(line.cost for line in lines)
    head = ["| What | How many | USD each | USD |", "|---|--:|--:|--:|"]
    return "\n".join([*head, *rows, f"| **{pupils} pupils, a month** | | | **{total:.0f}** |"])


if __name__ == "__main__":
    print(table())

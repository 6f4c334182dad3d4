"""What a month costs (`make costs`), computed from what each of the pupils' actions asks of AWS.

The units of DynamoDB are counted: tests/infra/test_costs.py performs each action and compares. What pupils do, how long
functions run, and what AWS charges are assumptions, all in this file.
"""

from collections.abc import Iterator, Mapping, Sequence
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
    "web ACL with three rules, a month": 8.00,
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
    "a GB-month of backups (`make backups`)": 0.12,
    "a custom metric": 0.30,
    "a GB-month of images": 0.10,
    "a GB-month of files": 0.0245,
    "a million reads of files": 0.43,
    "a million writes of files": 5.40,
    "a million names asked of the judge's firewall": 0.60,
    "a thousand mails": 0.10,
}
ALARMS = 95
ENVIRONMENTS_A_DAY = 3  # of a pupil's in the judge, each of 1.73 GB: they go when nothing was sent for minutes
JUDGE_STARTS = 2.5  # seconds until a new environment of the judge takes a job; Lambda charges them
STARTS = 1.4  # seconds until one of another function does
STARTED = 0.01  # of all invocations: those that find no environment
CUSTOM_METRICS: Mapping[str, int] = {
    # Series, by the values of their last dimension. Those that appear in no hour of a month cost nothing.
    "SubmissionJudged": 12,
    "RequestRefused": 3,
    "TimerFailed": 2,
    "TimerNotHurried": 1,
    "ConnectionNotReached": 1,
    "SubmissionsWaitingLong": 1,
    "VerdictNotTold": 1,
    "SubmissionNotQueued": 1,
    "JudgeBusy": 1,
    "SystemError": 1,
    "RefreshTokenReused": 1,
    "SignInFailed": 1,
    "SecondFactorFailed": 1,
    "MailRefused": 1,
    "RefusedByGateway": 1,
}
IMAGES_GB = 33  # thirty images of the judge, 1.1 GB each: those that a pipeline builds from the start share no layers
FILES_GB = 2  # tests, statements' pictures, the web client, artefacts
FILES_GB_PER_PUPIL = 0.0002  # outputs and packages, for days
FILE_READS, FILE_WRITES = 1.5, 0.05  # of a program: its tests; outputs that are too large for an answer
NAMES_ASKED = 0.1  # of a program, by the judge: S3's, where inputs do not fit into a request
MAILS_A_MONTH = 0.5  # of a pupil
BACKUPS_KEPT = 28  # whole copies of the tables at any time (infra/templates/backups.yaml)
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
    programs = ACTIONS["sends a program and waits"].per_day * pupils * SCHOOL_DAYS
    environments = pupils * SCHOOL_DAYS * ENVIRONMENTS_A_DAY
    seconds = total("api") + 0.5 * total("worker") + 1.73 * total("judge") + 0.25 * 0.2 * SCHEDULED_A_MONTH
    seconds += 1.73 * JUDGE_STARTS * environments + STARTED * STARTS * (requests + 0.5 * total("others"))
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
        "a million reads of files": FILE_READS * programs,
        "a million writes of files": FILE_WRITES * programs,
        "a million names asked of the judge's firewall": NAMES_ASKED * programs,
        "a million requests to KMS": WITH_SECOND_FACTOR * ACTIONS["signs in"].per_day * pupils * SCHOOL_DAYS,
    }
    yield from ((what, quantity / 1e6) for what, quantity in millions.items())
    yield "a thousand GB of new environments of tenants", environments * 1.73 / 1000
    yield "a GB of logs", invocations * LOG_BYTES / 1e9
    yield "a GB of transfer", (requests * ANSWER_BYTES + pupils * ASSET_BYTES_A_MONTH) / 1e9
    yield "a GB-month of tables with recovery", pupils * TABLES_GB_PER_PUPIL
    yield "a GB-month of backups (`make backups`)", BACKUPS_KEPT * pupils * TABLES_GB_PER_PUPIL
    yield "a thousand mails", MAILS_A_MONTH * pupils / 1000
    yield "a custom metric", sum(CUSTOM_METRICS.values())
    yield "a GB-month of images", IMAGES_GB
    yield "a GB-month of files", FILES_GB + pupils * FILES_GB_PER_PUPIL
    yield "an alarm", ALARMS
    yield "a dashboard", 1
    yield "a key of KMS, a month", 1
    yield "web ACL with three rules, a month", 1


MACHINE_HOUR = 0.102  # USD of a c7i.large, which has two judges
ENDPOINTS_A_MONTH = 7 * 2 * 24 * 30 * 0.012  # USD of seven services' endpoints in two zones
JUDGES_AT_LEAST = 10  # of prod
BUSY = 0.5  # of the time that containers run


def judging(pupils: int) -> tuple[float, float]:
    """What a month's judging costs with Lambda's tenants, and with judges behind a queue (docs/scale.md)."""
    action = ACTIONS["sends a program and waits"]
    programs, environments = action.per_day * pupils * SCHOOL_DAYS, pupils * SCHOOL_DAYS * ENVIRONMENTS_A_DAY
    gigabytes = 1.73 * (action.judge * programs + JUDGE_STARTS * environments)
    tenants = gigabytes / 1e6 * PRICES["a million GB-seconds"]
    tenants += environments * 1.73 / 1000 * PRICES["a thousand GB of new environments of tenants"]
    hours = max(action.judge * programs / 3600 / BUSY, JUDGES_AT_LEAST * MONTH_MINUTES / 60)
    # A job's object and its answer's two; ten looks for them; the message.
    by_the_way = programs * (3 * PRICES["a million writes of files"] + 10 * PRICES["a million reads of files"])
    by_the_way += 3 * programs * PRICES["a million queue requests"]
    return tenants, hours * MACHINE_HOUR / 2 + ENDPOINTS_A_MONTH + by_the_way / 1e6


def judging_table(numbers: Sequence[int] = (1000, 10_000, 30_000, 100_000)) -> str:
    """Returns both as a table in Markdown."""
    head = ["| Pupils | tenants of Lambda | judges behind a queue |", "|--:|--:|--:|"]
    rows = ((pupils, *judging(pupils)) for pupils in numbers)
    return "\n".join([*head, *(f"| {pupils:,} | {tenants:,.0f} | {queue:,.0f} |" for pupils, tenants, queue in rows)])


def table(pupils: int = PUPILS, *, most: int | None = None) -> str:
    """Returns the costs as a table in Markdown, the highest first; with `most` the rest is one line."""
    lines = sorted(month_of(pupils), key=lambda line: -line.cost)
    rows = [f"| {line.what} | {line.quantity:,.2f} | {line.price:.2f} | {line.cost:,.2f} |" for line in lines[:most]]
    if most is not None:
        rows.append(f"| {len(lines) - most} more | | | {sum(line.cost for line in lines[most:]):,.2f} |")
    total = sum(line.cost for line in lines)
    head = ["| What | How many | USD each | USD |", "|---|--:|--:|--:|"]
    return "\n".join([*head, *rows, f"| **{pupils} pupils, a month** | | | **{total:,.0f}** |"])

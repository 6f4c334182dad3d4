"""Plays an olympiad of a thousand pupils against one account's concurrency of Lambda, in simulated time.

    python -m infra.bench.rush

It is a simulation of discrete events: no request is sent, and twelve minutes take a second. What functions may do at
once is read from the template and from its parameters in prod; how long they take, and what pupils do, stands here.
docs/scale.md has the figures, which a test computes again.

What it takes for granted, beside the numbers below: Lambda starts an execution at once or refuses it; the queue is
served in the order of arrival; every judge, whatever it runs, is one execution of the judge function.
"""

import functools
import heapq
import itertools
import random
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.judge import waiting_models
from chalicelib.judge.submissions import quota
from infra.packaging import package, template_files

PUPILS = 1000
ACCOUNT = 1000
"""Executions that Lambda grants an account at once, by default."""
SPACE_FOR_ALL = 100
"""Executions that Lambda keeps for functions that reserve none; a stack that would leave fewer is refused."""

OPENING = 2 * 60.0
"""Seconds within which everybody signs in."""
END = 12 * 60.0
CALM, BUSY = (600.0, 4 * 60.0), (90.0, 8 * 60.0)
"""Seconds between two programs of a pupil, on average, and until when."""
AFTERWARDS = 10 * 60.0
"""Seconds after the end within which the last programs are judged."""
AFTER_A_REFUSAL = 5.0
"""Seconds until whoever was refused tries again."""

SIGN_IN, PAGE, RUN, STORE = 0.35, 0.08, 2.0, 0.15
CONNECT, FRAME, ADVANCE, SWEEP = 0.15, 0.06, 0.3, 3.0
"""Seconds that each takes its function. A run of one's own input asks the judge meanwhile."""
NEW_ENVIRONMENT, KEPT_WARM = 5.0, 600.0
"""Seconds more that a program takes when its pupil has had no environment of Lambda for so long."""
POLLERS, POLLERS_MORE = 5.0, 5.0
"""Executions that a queue's mapping starts with, and how many more it adds each second while messages wait."""

API, JUDGE, DISPATCH = "APIHandler", "JudgeFunction", "Dispatch"
SOCKETS = ("WebsocketConnect", "WebsocketMessage", "WebsocketDisconnect")
TIMERS = ("Sweep", "Advance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What functions may do at once. `reserved` by function; `waits` is how long a POST waits for its verdict."""

    reserved: Mapping[str, int]
    dispatch: int
    waits: float
    knows_rush: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Seconds on average between two programs of a pupil in the last minutes, and that one is judged."""

    pause: float = 20.0
    judged: float = 3.0


USUAL = Load()

BEFORE = Setting(reserved={JUDGE: 400}, dispatch=50, waits=25.0, knows_rush=False)
"""As it was: whoever sends a program waits, and the judge alone has concurrency of its own."""


def as_it_is() -> Setting:
    """As the template has it in prod."""
    parameters = package.SHARED_PARAMETERS | package.STAGE_PARAMETERS["prod"]
    resources = template_files.load_template(package.RESOURCES)["Resources"]
    reserved = {name: _reserved(each, parameters) for name, each in resources.items()}
    return Setting(
        reserved={name: number for name, number in reserved.items() if number},
        dispatch=int(parameters["DispatchConcurrency"]),
        waits=BEFORE.waits,
        knows_rush=True,
    )


def _reserved(resource: Mapping[str, Any], parameters: Mapping[str, Any]) -> int:
    chosen = resource.get("Properties", {}).get("ReservedConcurrentExecutions")
    if chosen is None:
        return 0
    _, number, _ = chosen["Fn::If"]
    return int(parameters[number["Ref"]] if isinstance(number, dict) else number)


class Concurrency:
    """The executions under way, of each function and of those that share what nobody has reserved."""

    def __init__(self, reserved: Mapping[str, int]) -> None:
        self.reserved = reserved
        self.shared = ACCOUNT - sum(reserved.values())
        self.running: Counter[str] = Counter()
        self.in_shared = 0
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()

    def start(self, function: str, what: str) -> bool:
        """Whether Lambda starts one more execution; `what` it is counted as."""
        self.asked[what] += 1
        own = function in self.reserved
        if self.running[function] >= self.reserved[function] if own else self.in_shared >= self.shared:
            self.refused[what] += 1
            return False
        self.running[function] += 1
        self.in_shared += not own
        self.peak[function] = max(self.peak[function], self.running[function])
        return True

    def end(self, function: str) -> None:
        self.running[function] -= 1
        self.in_shared -= function not in self.reserved


@dataclass(eq=False, slots=True)
class Entry:
    """A program that was sent, and whether its POST still waits."""

    pupil: int
    at: float
    begun: bool = False
    waited_for: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of it all. `waits` are the seconds from a program to its verdict, `told` to its POST's answer."""

    asked: Counter[str]
    refused: Counter[str]
    peak: Counter[str]
    judged: int = 0
    waits: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    longest_queue: int = 0


class Olympiad:
    """One run. Everything random comes from one generator: two runs of a setting are the same."""

    def __init__(self, setting: Setting, load: Load = USUAL, *, seed: int = 1) -> None:
        self.setting, self.load = setting, load
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.now = 0.0
        self.lambdas = Concurrency(setting.reserved)
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.numbers = itertools.count()
        self.queue: deque[Entry] = deque()
        self.pollers = POLLERS
        self.polled_at = 0.0
        self.dispatching = 0
        self.pending: Counter[int] = Counter()
        self.judged_at: dict[int, float] = {}
        self.outcome = Outcome(self.lambdas.asked, self.lambdas.refused, self.lambdas.peak)

    def play(self) -> Outcome:
        for pupil in range(PUPILS):
            self._after(self.random.uniform(0, OPENING), functools.partial(self._arrive, pupil))
        self._every(60.0, lambda: self._take(TIMERS[0], "sweeps", SWEEP))
        self._every(2.0, lambda: self._take(TIMERS[1], "deadlines", ADVANCE))
        self._every(0.2, self._poll)
        while self.events:
            self.now, _, act = heapq.heappop(self.events)
            act()
        return self.outcome

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self.events, (self.now + seconds, next(self.numbers), act))

    def _again(self, mean: float, act: Callable[[], None]) -> None:
        """At some moment of a Poisson process, until the olympiad is over."""
        pause = self.random.expovariate(1 / mean)
        if self.now + pause < END:
            self._after(pause, act)

    def _every(self, seconds: float, act: Callable[[], object]) -> None:
        act()
        if self.now + seconds < END + AFTERWARDS:
            self._after(seconds, lambda: self._every(seconds, act))

    def _take(self, function: str, what: str, seconds: float) -> bool:
        """One execution that nothing depends on."""
        started = self.lambdas.start(function, what)
        if started:
            self._after(seconds, lambda: self.lambdas.end(function))
        return started

    # --- A pupil -----------------------------------------------------------------------------------------------------

    def _arrive(self, pupil: int) -> None:
        if not self._take(API, "sign-ins", SIGN_IN):
            return self._after(AFTER_A_REFUSAL, lambda: self._arrive(pupil))
        self._connect()
        self._again(30.0, self._read)
        self._again(30.0, self._frame)
        self._again(240.0, self._run)
        self._send_later(pupil)
        return self._again(900.0, lambda: self._come_back(pupil))

    def _come_back(self, pupil: int) -> None:
        """From another page, another room, or after the network failed."""
        if self._take(API, "sign-ins", SIGN_IN):
            self._connect()
            self._again(900.0, lambda: self._come_back(pupil))
        else:
            self._after(AFTER_A_REFUSAL, lambda: self._come_back(pupil))

    def _connect(self) -> None:
        if not self._take(SOCKETS[0], "connections", CONNECT):
            self._after(AFTER_A_REFUSAL, self._connect)

    def _read(self) -> None:
        self._take(API, "pages", PAGE)
        self._again(30.0, self._read)

    def _frame(self) -> None:
        self._take(SOCKETS[1], "frames", FRAME)
        self._again(30.0, self._frame)

    def _run(self) -> None:
        """A run holds an execution of the API and one of the judge."""
        if self.lambdas.start(API, "runs"):
            seconds = RUN if self._take(JUDGE, "runs at the judge", RUN) else STORE
            self._after(seconds, lambda: self.lambdas.end(API))
        self._again(240.0, self._run)

    def _send_later(self, pupil: int) -> None:
        """As often as the hour says: whoever would have sent after the hour has changed thinks again then."""
        mean, until = next(each for each in (CALM, BUSY, (self.load.pause, END)) if self.now < each[1])
        pause = self.random.expovariate(1 / mean)
        if self.now + pause < until:
            self._after(pause, lambda: self._send(pupil))
        elif until < END:
            self._after(until - self.now, lambda: self._send_later(pupil))

    def _send(self, pupil: int) -> None:
        """Nobody sends a third program while two wait."""
        if self.pending[pupil] >= quota.MAX_PENDING:
            self._take(API, "programs over the limit", PAGE)
        elif not self.lambdas.start(API, "programs"):
            return self._after(AFTER_A_REFUSAL, lambda: self._send(pupil)) if self.now < END else None
        else:
            self.pending[pupil] += 1
            self._after(STORE, lambda: self._stored(Entry(pupil, self.now)))
        return self._send_later(pupil) if self.now < END else None

    def _stored(self, sent: Entry) -> None:
        self.queue.append(sent)
        self.outcome.longest_queue = max(self.outcome.longest_queue, len(self.queue))
        sent.waited_for = True
        self._after(self.setting.waits, lambda: self._answer(sent))
        self._look(sent)

    def _look(self, sent: Entry) -> None:
        """What the POST does every half a second while no judge has taken its program."""
        if not self.setting.knows_rush or not sent.waited_for or sent.begun:
            return
        if self._is_rush():
            self._answer(sent)
        else:
            self._after(0.5, lambda: self._look(sent))

    def _is_rush(self) -> bool:
        """`waiting_models.is_rush`, of the queue."""
        old = self.now - waiting_models.OLD.total_seconds()
        many, is_long = waiting_models.MANY_OLD, len(self.queue) >= waiting_models.MANY
        return is_long or (len(self.queue) >= many and self.queue[many - 1].at < old)

    def _answer(self, sent: Entry) -> None:
        if sent.waited_for:
            sent.waited_for = False
            self.lambdas.end(API)
            self.outcome.told.append(self.now - sent.at)

    # --- The judge ---------------------------------------------------------------------------------------------------

    def _poll(self) -> None:
        """The mapping has more pollers the longer messages wait, up to as many as may be judged at once."""
        if self.queue:
            more = POLLERS_MORE * (self.now - self.polled_at)
            self.pollers = min(self.pollers + more, float(self.setting.dispatch))
        self.polled_at = self.now
        while self.queue and self.dispatching < int(self.pollers) and self._dispatch():
            pass

    def _dispatch(self) -> bool:
        if not self.lambdas.start(DISPATCH, "dispatches"):
            return False
        sent = self.queue.popleft()
        if not self._judge(sent):
            self.queue.append(sent)
            self.lambdas.end(DISPATCH)
            return False
        self.dispatching += 1
        return True

    def _judge(self, sent: Entry) -> bool:
        if not self.lambdas.start(JUDGE, "programs at the judge"):
            return False
        sent.begun = True
        is_new = self.now - self.judged_at.get(sent.pupil, -KEPT_WARM) >= KEPT_WARM
        seconds = self.random.expovariate(1 / self.load.judged) + (NEW_ENVIRONMENT if is_new else 0)
        self._after(seconds, lambda: self._judged(sent))
        return True

    def _judged(self, sent: Entry) -> None:
        self.lambdas.end(JUDGE)
        self.lambdas.end(DISPATCH)
        self.dispatching -= 1
        self.judged_at[sent.pupil] = self.now
        self.pending[sent.pupil] -= 1
        self.outcome.judged += 1
        self.outcome.waits.append(self.now - sent.at)
        self._answer(sent)


WHAT = ("sign-ins", "pages", "connections", "frames", "sweeps", "deadlines", "programs")


def table(before: Outcome, after: Outcome) -> Sequence[str]:
    """The lines of docs/scale.md."""
    both = (before, after)
    rows: list[tuple[str, list[str]]] = [
        (f"{what} refused", [f"{each.refused[what]} of {each.asked[what]}" for each in both]) for what in WHAT
    ]
    rows += [
        ("half of the verdicts within", [f"{quantile(each.waits, 0.5):.0f} s" for each in both]),
        ("99 of 100 verdicts within", [f"{quantile(each.waits, 0.99):.0f} s" for each in both]),
        ("half of the POSTs answered within", [f"{quantile(each.told, 0.5):.1f} s" for each in both]),
        ("the longest queue", [str(each.longest_queue) for each in both]),
        ("most executions of the API at once", [str(each.peak[API]) for each in both]),
        ("most executions of the dispatcher at once", [str(each.peak[DISPATCH]) for each in both]),
        ("most executions of the judge at once", [str(each.peak[JUDGE]) for each in both]),
        ("programs judged", [str(each.judged) for each in both]),
    ]
    return [f"| {what} | {' | '.join(numbers)} |" for what, numbers in rows]


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def main() -> None:
    print("\n".join(table(Olympiad(BEFORE).play(), Olympiad(as_it_is()).play())))


if __name__ == "__main__":
    main()

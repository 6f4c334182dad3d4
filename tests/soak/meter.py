"""Counts the answers to requests by status, and measures how long they took."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

NO_ANSWER = 0
PERCENTILES = (50, 90, 99, 100)


@dataclass
class Meter:
    """`actions` counts (action, status); `seconds` has how long each answer took, by action."""

    actions: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    async def request(
        self, action: str, http: httpx.AsyncClient, method: str, path: str, **options: Any
    ) -> httpx.Response | None:
        """The answer; None, and counted as a failure, when there was none."""
        began = time.perf_counter()
        try:
            answer = await http.request(method, path, **options)
        except httpx.TransportError as error:
            self.actions[action, NO_ANSWER] += 1
            self.failures.append(f"{action}: {error!r}")
            return None
        self.actions[action, answer.status_code] += 1
        self.seconds.setdefault(action, []).append(time.perf_counter() - began)
        if answer.status_code >= 500:
            self.failures.append(f"{action}: {answer.status_code} {answer.text[:200]}")
        return answer

    def report(self) -> list[str]:
        """A line for each action, and one for all."""
        width = max(map(len, self.seconds), default=0)
        everything = [each for seconds in self.seconds.values() for each in seconds]
        lines = [self._line(action.ljust(width), seconds) for action, seconds in sorted(self.seconds.items())]
        by_status = Counter[int]()
        for (_, status), count in self.actions.items():
            by_status[status] += count
        return [
            *lines,
            f"{'all'.ljust(width)}  {percentiles(everything)}",
            "by status: " + ", ".join(f"{status or 'no answer'}: {by_status[status]}" for status in sorted(by_status)),
        ]

    def _line(self, action: str, seconds: list[float]) -> str:
        counts = {status: count for (name, status), count in self.actions.items() if name == action.strip()}
        return f"{action}  {percentiles(seconds)}  " + " ".join(f"{each}:{counts[each]}" for each in sorted(counts))


def percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    shares = [ordered[min(len(ordered) * share // 100, len(ordered) - 1)] for share in PERCENTILES] if ordered else []
    figures = "  ".join(f"p{share} {value * 1000:6.0f}" for share, value in zip(PERCENTILES, shares, strict=False))
    return f"{len(ordered):6} answers  {figures} ms"

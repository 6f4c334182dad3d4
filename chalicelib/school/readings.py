"""What is read about somebody for one answer, whose parts may rest on the same: that is read a single time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Readings:
    """About one user. It lives as long as the answer that it is read for."""

    user_id: int
    _known: dict[Callable[[int], Any], Any] = field(default_factory=dict, repr=False)

    def of(self, read: Callable[[int], T]) -> T:
        """Returns what a function reads about the user; it is called when it is first asked for."""
        if read not in self._known:
            self._known[read] = read(self.user_id)
        found: T = self._known[read]
        return found

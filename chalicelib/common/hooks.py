"""Hooks: values that a package gets from later packages in the package order, and from the outside world.

A package declares a hook under the name of a field of `chalicelib.wiring.Wiring`, and asks it for the value when it
needs one::

    _sender = Hook[Sender]("mail")
    _sender.get()(mail)

`chalicelib.wiring` says what each hook gives, as a provider: a function without parameters that imports what it names.
It is called when the hook is first asked. Tests put other values in place with `override`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Provider = Callable[[], T]


class NotWired(Exception):
    """A hook is asked for its value before `wiring.install()`, or has a name that the wiring does not know."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The hook `{name}` is not wired: call chalicelib.wiring.install() first")


class Hook(Generic[T]):
    """A value that the wiring gives, by the name of its field there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self) -> T:
        """Returns the value; NotWired when there is none."""
        if self.name not in _values:
            if self.name not in _providers:
                raise NotWired(self.name)
            _values[self.name] = _providers[self.name]()
        value: T = _values[self.name]
        return value


def install(providers: Mapping[str, Provider[Any]]) -> None:
    """Gives every hook its provider, by name. Called by `chalicelib.wiring` alone."""
    _providers.update(providers)


@contextmanager
def override(**values: object) -> Iterator[None]:
    """Has hooks give these values instead, by name, until the block ends; NotWired for a name that no hook has."""
    for name in values:
        if name not in _providers:
            raise NotWired(name)
    before = {name: _values[name] for name in values if name in _values}
    _values.update(values)
    try:
        yield
    finally:
        for name in values:
            del _values[name]
        _values.update(before)


_providers: dict[str, Provider[Any]] = {}
_values: dict[str, Any] = {}

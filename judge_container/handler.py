"""The judge function's entry: one event in, one answer out."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, ContractError, Outcome, Report
from judge_container import events, judging, settings
from judge_container.addresses import UnavailableError
from judge_container.judging import Judge

Event = Mapping[str, Any]


def handler(event: object, _context: object) -> dict[str, Any]:
    """Answer "judge" with a Report and "describe" with the languages; anything else is refused, never raised."""
    if not isinstance(event, Mapping):
        return _refusal("", "bad_kind", "An event is an object")
    kind = event.get("kind")
    answer = _ANSWERS.get(kind) if isinstance(kind, str) else None
    return answer(judge(), event) if answer else _refusal("", "bad_kind", "No such kind of event")


@functools.cache
def judge() -> Judge:
    """Made once per process, at the latest with the first event."""
    return judging.prepare(settings.from_environment())


def must_end() -> bool:
    """Whether whoever runs this process has to replace it now that the answer is out."""
    return judge().dirty


def _judge(judge: Judge, event: Event) -> dict[str, Any]:
    job_id = event.get("job_id")
    name = job_id if isinstance(job_id, str) else ""
    try:
        return wire.report_to_json(judge.judge(wire.job_from_json(event)))
    except (ContractError, UnavailableError) as error:
        return _refusal(name, error.code, str(error), clean=not judge.dirty)


def _describe(judge: Judge, _event: Event) -> dict[str, Any]:
    return wire.languages_to_json(judge.describe(), judge.isolation())


def _refusal(job_id: str, code: str, message: str, *, clean: bool = True) -> dict[str, Any]:
    events.emit("job refused", job_id=job_id, code=code)
    compilation = Compilation(outcome=Outcome.SYSTEM_ERROR, output=message)
    return wire.report_to_json(Report(job_id=job_id, compilation=compilation, refused=code, clean=clean))


_ANSWERS: dict[str, Callable[[Judge, Event], dict[str, Any]]] = {"judge": _judge, "describe": _describe}

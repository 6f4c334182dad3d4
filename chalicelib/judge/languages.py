"""The languages that pupils can submit in, as the judge function described them last."""

import functools
from collections.abc import Iterable, Sequence

from chalicelib.common import clock, observe
from chalicelib.common.http import errors
from chalicelib.judge import language_models
from chalicelib.judge.grading import answers, judge_client
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Language

KEPT = 60
"""Seconds that a process keeps the description."""

ANSWERS = Language(id=answers.LANGUAGE, name="Answers", version="", available=True, source_file="answers.json")
"""No language of programs, and so in no list: what problems take that want the answers themselves."""


def list_all() -> tuple[Language, ...]:
    """Every language, available or not; 503 until the judge has described itself for the first time."""
    return _described(int(clock.now().timestamp() // KEPT))


def offered(described: Iterable[Language], allowed: Sequence[str] | None) -> list[str]:
    """The ids that a problem's submissions may name: those available that it allows, or that of answers."""
    if answers.are_wanted(allowed):
        return [ANSWERS.id]
    return [each.id for each in described if each.available and (allowed is None or each.id in allowed)]


def list_all_if_described() -> tuple[Language, ...]:
    """The same, but none until the judge has described itself: for pages that can do without their names."""
    try:
        return list_all()
    except errors.Unavailable:
        return ()


def find(language_id: str) -> Language | None:
    """A language by its id; 503 until the judge has described itself for the first time."""
    return next((language for language in list_all() if language.id == language_id), None)


def get_known(language_id: str) -> Language:
    """400 for a language that nobody knows. One that is away for now is known."""
    language = find(language_id)
    if language is None:
        raise errors.BadRequest("unknown_language", "Unknown language: {language}", language=language_id[:40])
    return language


def usable(language_id: str) -> Language:
    """400 for a language that nobody knows, 422 for one whose toolchain the judge lacks."""
    if language_id == ANSWERS.id:
        return ANSWERS
    language = get_known(language_id)
    if not language.available:
        raise errors.Unprocessable("language_unavailable", "{language} is not available now", language=language.name)
    return language


def refresh() -> tuple[Language, ...]:
    """Ask the judge and remember the answer. Run on a schedule and after every deployment."""
    described = judge_client.describe()
    language_models.put_languages(wire.languages_to_json(described, {}), clock.now())
    _described.cache_clear()
    observe.logger.info("languages described", available=[each.id for each in described if each.available])
    return described


@functools.lru_cache(maxsize=1)
def _described(period: int) -> tuple[Language, ...]:
    """`period` is the cache's key alone: with each new one the description is read again."""
    stored = language_models.find_languages()
    if stored is None:
        raise errors.Unavailable("languages_unknown", "The judge has not described its languages yet")
    return wire.languages_from_json(stored.described)

"""Allots submissions to reviewers. Pure.

The result is the same however often it is computed, so a half-written allotment is finished by computing it again.
The seed is a secret: participants know each other's ids, so with it they could compute whose work they review.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping


def reviews_each(submissions: int, reviews_per_user: int) -> int:
    """How many reviews every submission gets when all who submitted do theirs; none when there is nobody to do them."""
    return max(0, min(reviews_per_user, submissions - 1))


def allot(
    authors: Collection[int], others: Collection[int], *, reviews_per_user: int, seed: int
) -> Mapping[int, tuple[int, ...]]:
    """The authors whose submissions each reviewer is to review, by reviewer.

    Those who submitted stand in a shuffled ring, and each reviews the next k: every submission gets exactly k, nobody
    reviews oneself, no pair comes twice. Drawn independently, 41 % of 30 submissions would get fewer than 3.
    Those who did not submit go round the same ring one after the other, so no submission gets two more than another.
    """
    ring = _shuffled(authors, seed)
    each = reviews_each(len(ring), reviews_per_user)
    if not each:
        return {}
    allotment = {author: _stretch(ring, place + 1, each) for place, author in enumerate(ring)}
    share = min(reviews_per_user, len(ring))
    for place, reviewer in enumerate(_shuffled(others, seed)):
        allotment[reviewer] = _stretch(ring, place * share, share)
    return allotment


def _stretch(ring: list[int], start: int, length: int) -> tuple[int, ...]:
    return tuple(ring[(start + step) % len(ring)] for step in range(length))


def _shuffled(people: Iterable[int], seed: int) -> list[int]:
    """In an order that nobody can choose and that no version of Python changes."""
    return sorted(people, key=lambda person: hashlib.sha256(f"{seed} {person}".encode()).digest())

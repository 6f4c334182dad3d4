"""Who is in a team's rooms, as they show themselves, and what becomes of what they held when they go."""

from typing import Any

from chalicelib.common import clock
from chalicelib.realtime import connections
from chalicelib.realtime.rooms import Room
from chalicelib.training import models, people
from chalicelib.training.models import Card, Session
from chalicelib.training.people import UserObject


def online(room: Room) -> list[UserObject]:
    """The user objects of those who are in a room: as they have said in USER, or as their accounts have it."""
    present = connections.present_in(room)
    cards = models.cards_in(room, present)
    silent = people.accounts_of([user_id for user_id in present if user_id not in cards])
    return [
        cards[user_id].user if user_id in cards else people.user_object(user_id, silent.get(user_id))
        for user_id in present
    ]


def card(room: Room, user_id: int, user: dict[str, Any]) -> Card:
    """What is kept of a USER frame, for no longer than a day."""
    kept_until = clock.now() + models.CARDS_KEPT
    return Card(*models.card_key(room, user_id), user_id=user_id, user=user, expires_at=kept_until)


def controller_in(session: Session, room: Room) -> int | None:
    """Who has the editor to themselves: whoever has taken control, while they are there."""
    holder = session.controller_id
    if holder is None or session.is_over(clock.now()):
        return None
    return holder if holder in connections.present_in(room) else None

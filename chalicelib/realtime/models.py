"""Tickets as they are stored.

TICKET#{digest} / TICKET   a ticket that was not used yet; the digest of what its holder has
"""

from datetime import datetime
from typing import Any, Self

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.common import settings, table


class RealtimeItem(table.Item):
    class Meta:
        table_name = settings.load().table_name("realtime")

    @classmethod
    def take(cls, pk: str, sk: str, condition: Condition) -> Self:
        """Delete an item and return what it was: of many who try, one succeeds. ConditionFailed for the others.

        PynamoDB's own `delete` does not return it.
        """
        with table.conditional():
            answer: dict[str, Any] = cls._get_connection().delete_item(
                pk, sk, condition=condition, return_values="ALL_OLD"
            )
        return cls.from_raw_data(answer["Attributes"])


class Ticket(RealtimeItem, discriminator="ticket"):
    """Stands for the session that asked for it, until `expires_at`."""

    account_id = table.IntegerAttribute()
    session_id = UnicodeAttribute()


def ticket_key(digest: str) -> tuple[str, str]:
    return f"TICKET#{digest}", "TICKET"


def add_ticket(ticket: Ticket) -> None:
    table.create(ticket)


def take_ticket(digest: str, now: datetime) -> Ticket:
    """Use a ticket up; ConditionFailed when there is none, or none any more."""
    return Ticket.take(*ticket_key(digest), condition=Ticket.expires_at > now)

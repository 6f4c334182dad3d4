"""Answers of realtime over HTTP."""

from chalicelib.common.http.responses import View


class TicketView(View):
    """`expires_in` is in seconds."""

    ticket: str
    expires_in: int

"""Routes of what is due: the calendar of one's deadlines."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import headers, routing
from chalicelib.school import calendar_models, calendars
from chalicelib.school.deadline_responses import CalendarView, OpenedCalendarView

routes = routing.Routes(__name__, tag="School")

CALENDAR = "text/calendar"
"""RFC 5545."""


@routes.get("/user/calendar", access=authentication.USER)
def show_calendar(caller: Caller) -> CalendarView:
    """Since when there is a calendar of the caller's deadlines. Its address was shown when it was opened."""
    return CalendarView.of(calendar_models.find(caller.id))


@routes.post("/user/calendar", access=authentication.USER, status=201, creates=False)
def open_calendar(caller: Caller) -> OpenedCalendarView:
    """Open a calendar of one's deadlines for programs that cannot sign in; a former one is closed by that.

    Whoever has its path can read it.
    """
    return OpenedCalendarView(path=f"/calendar/{calendars.open_feed(caller)}/deadlines.ics")


@routes.delete("/user/calendar", access=authentication.USER, status=204)
def close_calendar(caller: Caller) -> None:
    """Close the calendar of one's deadlines: its path opens nothing any more."""
    calendars.close_feed(caller)


@routes.get(
    "/calendar/{token}/deadlines.ics",
    access=routing.PUBLIC,
    limit=limits.FROM_ADDRESS,
    raises=[404],
    caching=headers.NOT_STORED,
    produces=CALENDAR,
)
def read_calendar(token: str) -> routing.Answer[str]:
    """The deadlines of the calendar's owner, as iCalendar."""
    return routing.Answer(body=calendars.feed(token), headers={"Content-Type": f"{CALENDAR}; charset=utf-8"})

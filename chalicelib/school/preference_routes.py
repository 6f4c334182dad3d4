"""Routes of what one wants to be told, and of the links by which one gets no more mails."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import etags, headers, requests, routing
from chalicelib.school import notification_preferences, unsubscribing
from chalicelib.school.notification_preferences import KnownPreferences
from chalicelib.school.preference_requests import PreferenceChanges
from chalicelib.school.preference_responses import PreferencesView

routes = routing.Routes(__name__, tag="School")

PAGE = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


@routes.get("/user/notifications/preferences", access=authentication.USER, versioned=True)
def show_preferences(caller: Caller) -> routing.Answer[PreferencesView]:
    """What the caller wants to be told, and how: each kind by channel, the daily mail, quiet hours."""
    return _preferences(notification_preferences.show(caller.id))


@routes.patch("/user/notifications/preferences", access=authentication.USER, raises=[409], versioned=True)
def change_preferences(
    body: PreferenceChanges, caller: Caller, request: requests.Request
) -> routing.Answer[PreferencesView]:
    """Change what one wants to be told. What is off in the inbox and mailed or live all the same is not listed."""
    return _preferences(notification_preferences.edit(caller.id, body.edited, etags.if_match(request)))


@routes.get("/unsubscribe/{token}", access=routing.PUBLIC, raises=[404], caching=headers.NOT_STORED, documented=False)
def ask_to_unsubscribe(token: str, request: requests.Request) -> routing.Answer[str]:
    """The page behind the link of a mail. It asks first: opening it stops nothing."""
    return routing.Answer(body=unsubscribing.page(token, request.language), headers=PAGE)


@routes.post("/unsubscribe/{token}", access=routing.PUBLIC, raises=[404], documented=False)
def unsubscribe(token: str, request: requests.Request) -> routing.Answer[str]:
    """Stop the mails that a token is for, as mail programs ask with one click (RFC 8058)."""
    return routing.Answer(body=unsubscribing.unsubscribe(token, request.language), headers=PAGE)


def _preferences(known: KnownPreferences) -> routing.Answer[PreferencesView]:
    return routing.Answer(body=PreferencesView.of(known), headers=etags.header(known.preferences.version))

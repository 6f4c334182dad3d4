"""Accounts over HTTP."""

from chalicelib.accounts import accounts, guard, sessions
from chalicelib.accounts.guard import Caller
from chalicelib.accounts.shapes import AccountView, Credentials, Registration, SignedInView, SignedUpView
from chalicelib.common import web

routes = web.Routes(__name__, tag="Accounts")

INCOMPLETE = "Not all arguments"
"""Seed 000's `status` for a body that lacks something."""


@routes.post("/reg", access=web.PUBLIC, status=201, raises=[409, 429], incomplete_status=INCOMPLETE)
def register(body: Registration, request: web.Request) -> SignedUpView:
    """Sign up with login, password, name and e-mail."""
    new = accounts.NewAccount(email=body.email, password=body.password, login=body.login, name=body.name)
    return SignedUpView.of(sessions.sign_up(new, _device(request), language=request.language))


@routes.post("/login", access=web.PUBLIC, raises=[401, 403, 429], incomplete_status=INCOMPLETE)
def sign_in(body: Credentials, request: web.Request) -> SignedInView:
    """Sign in with a password and a login or e-mail."""
    signed_in = sessions.sign_in(email=body.email, login=body.login, password=body.password, device=_device(request))
    return SignedInView.of(signed_in)


@routes.get("/me", access=guard.USER, raises=[404])
def show_me(caller: Caller) -> AccountView:
    """The caller's own account."""
    return AccountView.of(accounts.get(caller.id))


def _device(request: web.Request) -> sessions.Device:
    return sessions.Device(request.source_ip, request.headers.get("user-agent", ""))

"""Accounts over HTTP, seed by seed: different words for one set of accounts."""

from chalicelib.accounts import (
    accounts,
    administration,
    answers,
    cookies,
    credentials,
    devices,
    guard,
    models,
    portal,
    sessions,
    shapes,
    sign_ins,
    sign_ups,
)
from chalicelib.accounts.answers import AccountView
from chalicelib.accounts.devices import Device
from chalicelib.accounts.guard import Caller
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import Role
from chalicelib.accounts.portal import OkAnswer, PortalSessionAnswer, PortalUserAnswer, UserRolesAnswer
from chalicelib.common.http import client_address, etags, paging, requests, routing

routes = routing.Routes(__name__, tag="Accounts")

INCOMPLETE = "Not all arguments"
"""Seed 000's `status` for a body that lacks something."""


# --- Seed 000 --------------------------------------------------------------------------------------------------------


@routes.post("/reg", access=routing.PUBLIC, status=201, creates=False, raises=[409, 429], incomplete_status=INCOMPLETE)
def register(body: shapes.Registration, request: requests.Request) -> answers.SignedUpView:
    """Sign up with login, password, name and e-mail."""
    signed_in = sign_ups.sign_up(body.new_account(), _device(request), language=request.language)
    return answers.SignedUpView.of(signed_in)


@routes.post("/login", access=routing.PUBLIC, raises=[401, 403, 429], incomplete_status=INCOMPLETE)
def sign_in(body: shapes.Credentials, request: requests.Request) -> answers.SignedInView:
    """Sign in with a password and a login or e-mail."""
    if body.email is not None:
        return answers.SignedInView.of(sign_ins.by_email(body.email, body.password, _device(request)))
    return answers.SignedInView.of(sign_ins.by_login(body.login or "", body.password, _device(request)))


@routes.get("/refresh", access=guard.REFRESH_TOKEN)
def refresh(caller: str) -> answers.TokenPairView:
    """New tokens for a refresh token, which is used up by that."""
    return answers.TokenPairView.of(sessions.refresh(caller))


@routes.get("/auth", access=guard.USER)
def show_caller(caller: Caller) -> answers.CallerView:
    """The caller's own account."""
    return answers.CallerView.of_caller(caller.account)


# --- Seed 001 --------------------------------------------------------------------------------------------------------


@routes.post("/register", access=routing.PUBLIC, status=201, raises=[409, 429])
def register_user(body: shapes.UserRegistration, request: requests.Request) -> AccountView:
    """Sign up with e-mail, user name and password."""
    return AccountView.of(sign_ups.register(body.new_account(), _device(request), language=request.language))


@routes.post("/token", access=routing.PUBLIC, raises=[401, 403, 429], consumes=routing.FORM, headers=["Cache-Control"])
def issue_token(body: shapes.TokenRequest, request: requests.Request) -> routing.Answer[answers.OAuthTokenView]:
    """Sign in with an OAuth 2 password form."""
    signed_in = sign_ins.by_either(body.username, body.password, _device(request))
    return routing.Answer(body=answers.OAuthTokenView.of(signed_in), headers={"Cache-Control": "no-store"})


@routes.get("/me", access=guard.USER, versioned=True)
def show_me(caller: Caller) -> routing.Answer[AccountView]:
    """The caller's own account."""
    return _own_account(caller.account)


@routes.patch("/me", access=guard.USER, raises=[409], versioned=True)
def change_me(body: shapes.Profile, caller: Caller, request: requests.Request) -> routing.Answer[AccountView]:
    """Change one's own names, birthdate or phone number."""
    return _own_account(accounts.describe(caller.id, body.changes(), seen=etags.if_match(request)))


# --- Seed 002 --------------------------------------------------------------------------------------------------------


@routes.get("/user/me", access=guard.USER)
def show_user(caller: Caller) -> answers.CallerView:
    """The caller's own account, with the names of a passport."""
    return answers.CallerView.of_caller(caller.account)


# --- Seed 003 --------------------------------------------------------------------------------------------------------


@routes.post("/auth/registration", access=routing.PUBLIC, status=201, raises=[429])
def register_pupil(body: shapes.SchoolRegistration, request: requests.Request) -> answers.CreatedView:
    """Sign up as a pupil of the school. What is taken is a 400 here, all of it at once."""
    account = sign_ups.register_pupil(body.new_account(), _device(request), language=request.language)
    return answers.CreatedView(id=account.id)


@routes.post("/auth/login", access=routing.PUBLIC, raises=[401, 403, 429], headers=["Set-Cookie", "Cache-Control"])
def sign_in_with_cookie(body: shapes.MailCredentials, request: requests.Request) -> routing.Answer[answers.LoginView]:
    """Sign in with e-mail and password; the refresh token comes as a cookie."""
    signed_in = sign_ins.by_email(body.email, body.password, _device(request))
    return routing.Answer(body=answers.LoginView.of(signed_in), headers=cookies.kept(signed_in))


@routes.get("/auth/refresh", access=cookies.REFRESH_COOKIE, headers=["Set-Cookie", "Cache-Control"])
def refresh_cookie(caller: str) -> routing.Answer[answers.RefreshedTokenView]:
    """A new access token, and a new cookie for the old one."""
    signed_in = cookies.refresh(caller)
    return routing.Answer(body=answers.RefreshedTokenView.of_refresh(signed_in), headers=cookies.kept(signed_in))


@routes.get("/auth/logout", access=cookies.REFRESH_COOKIE, headers=["Set-Cookie", "Cache-Control"])
def sign_out_with_cookie(caller: str) -> routing.Answer[str]:
    """End the cookie's session."""
    cookies.sign_out(caller)
    return routing.Answer(body="", headers=cookies.cleared())


@routes.post("/user/teachers", access=guard.ADMIN, status=201, raises=[409, 429, 503])
def invite_teacher(body: shapes.Invitation, request: requests.Request) -> answers.CreatedView:
    """Make a teacher's account; its owner gets an invitation code by mail, to set the password with."""
    account = administration.invite(body.new_account(), Role.TEACHER, language=request.language)
    return answers.CreatedView(id=account.id)


# --- Seed 004 --------------------------------------------------------------------------------------------------------


@routes.get("/api/v1/users", access=routing.PUBLIC, raises=[404, 429])
def look_up_user(query: shapes.EmailQuery, request: requests.Request) -> PortalUserAnswer:
    """Whether somebody has this address, and has confirmed it."""
    return PortalUserAnswer.of(sign_ups.look_up(query.email, _device(request)))


@routes.post("/api/v1/users/sign_up", access=routing.PUBLIC, status=201, raises=[409, 429])
def begin_sign_up(body: shapes.EmailBody, request: requests.Request) -> PortalUserAnswer:
    """Make a temporary user of an address; the same one again until it is confirmed."""
    return PortalUserAnswer.of(sign_ups.begin(body.email, _device(request)))


@routes.post("/api/v1/users/{user_id}/send_code", access=guard.ANYONE, raises=[401, 403, 409, 429, 503])
def send_code(
    user_id: int, body: shapes.ChosenCode | None, caller: Caller | None, request: requests.Request
) -> OkAnswer:
    """Mail a code that confirms the address."""
    chosen = sign_ups.chosen_code(body.code if body else None, caller)
    sign_ups.send_code(user_id, _device(request), language=request.language, chosen=chosen)
    return OkAnswer()


@routes.post("/api/v1/users/{user_id}/resend_code", access=guard.ANYONE, raises=[401, 403, 409, 429, 503])
def resend_code(
    user_id: int, body: shapes.ChosenCode | None, caller: Caller | None, request: requests.Request
) -> OkAnswer:
    """Mail another code in place of the last."""
    chosen = sign_ups.chosen_code(body.code if body else None, caller)
    sign_ups.send_code(user_id, _device(request), language=request.language, chosen=chosen)
    return OkAnswer()


@routes.put("/api/v1/users/{user_id}/mail", access=routing.PUBLIC, raises=[409])
def confirm_mail(user_id: int, query: shapes.CodeQuery) -> portal.MailConfirmationAnswer:
    """Confirm the address with the code from the mail. `success` is false for one that is not good."""
    account = sign_ups.confirm(user_id, query.code)
    if account is None:
        return portal.MailConfirmationAnswer.refused()
    return portal.MailConfirmationAnswer.of(sign_ups.sign_up_token(account))


@routes.patch("/api/v1/users/{user_id}/sign_up", access=guard.SIGN_UP_TOKEN, raises=[409])
def complete_sign_up(user_id: int, body: shapes.SignUpCompletion, caller: str | None) -> PortalUserAnswer:
    """Set the password and become a portal user, with the token that confirming the address gave."""
    return PortalUserAnswer.of(sign_ups.complete(user_id, caller, body.completion()))


@routes.post("/api/v1/users/sign_in", access=routing.PUBLIC, raises=[401, 403, 409, 429])
def sign_in_verified(body: shapes.MailCredentials, request: requests.Request) -> PortalSessionAnswer:
    """Sign in with e-mail and password; 409 while the e-mail is not verified."""
    return PortalSessionAnswer.of(sign_ins.by_verified_email(body.email, body.password, _device(request)))


@routes.post("/api/v1/users/login", access=routing.PUBLIC, raises=[401, 403, 409, 429])
def sign_in_to_portal(body: shapes.MailCredentials, request: requests.Request) -> PortalSessionAnswer:
    """The same as sign_in."""
    return PortalSessionAnswer.of(sign_ins.by_verified_email(body.email, body.password, _device(request)))


@routes.post("/api/v1/users/refresh_token", access=guard.REFRESH_TOKEN)
def refresh_portal_session(caller: str) -> PortalSessionAnswer:
    """New tokens for a refresh token, which is used up by that."""
    return PortalSessionAnswer.of(sessions.refresh(caller))


@routes.delete("/api/v1/users/logout", access=guard.USER)
def sign_out(caller: Caller) -> OkAnswer:
    """End the session of the access token."""
    sessions.end(caller)
    return OkAnswer()


@routes.patch("/api/v1/users/change_password", access=guard.USER, raises=[409, 429])
def change_password(body: shapes.PasswordChange, caller: Caller, request: requests.Request) -> PortalSessionAnswer:
    """Change the password. Every other session ends; this one goes on with the new tokens."""
    signed_in = credentials.change_password(
        caller.account, body.old_password, body.new_password, _device(request), language=request.language
    )
    return PortalSessionAnswer.of(signed_in)


@routes.patch("/api/v1/users", access=guard.FRESH_USER, raises=[409, 429, 503])
def change_email(body: shapes.EmailBody, caller: Caller, request: requests.Request) -> OkAnswer:
    """Ask for another e-mail: it changes once the code mailed there is given to PUT …/mail."""
    credentials.ask_for_email(caller.account, body.email, language=request.language)
    return OkAnswer()


@routes.delete("/api/v1/users", access=guard.FRESH_USER, status=204, raises=[409])
def erase_me(caller: Caller) -> None:
    """Delete one's own account with everything personal in it; admins need another admin for it."""
    administration.erase_oneself(caller)


@routes.get("/api/v1/users/login_history", access=guard.USER)
def list_history(
    query: paging.WalkedQuery, caller: Caller, request: requests.Request
) -> routing.Answer[portal.HistoryAnswer]:
    """Where and when the caller signed in and out in the last 90 days, the latest first."""
    page = paging.walk(query, lambda at: models.history_of(caller.id, limit=at.limit, cursor=at.cursor))
    return routing.Answer(body=portal.HistoryAnswer.of(page), headers=paging.link_to_next(request, query, page))


@routes.get("/api/v1/roles", access=guard.ADMIN)
def list_roles(caller: Caller) -> portal.RolesAnswer:
    """The roles there are, and what each may do."""
    return portal.RolesAnswer.all()


@routes.post("/api/v1/roles", access=guard.ADMIN, raises=[404, 409])
def assign_role(body: shapes.RoleChange, caller: Caller) -> UserRolesAnswer:
    """Give somebody a role."""
    return UserRolesAnswer.of(administration.assign(caller, body.user_id, body.named))


@routes.delete("/api/v1/roles", access=guard.ADMIN, raises=[404, 409])
def withdraw_role(body: shapes.RoleChange, caller: Caller) -> UserRolesAnswer:
    """Take a role away: what is left is a user."""
    return UserRolesAnswer.of(administration.withdraw(caller, body.user_id, body.named))


@routes.get("/api/v1/roles/check_permissions", access=guard.ADMIN, raises=[404])
def check_permissions(query: shapes.UserQuery, caller: Caller) -> UserRolesAnswer:
    """What somebody may do now."""
    return UserRolesAnswer.of(accounts.get(query.user_id))


# --- Beyond the seeds ------------------------------------------------------------------------------------------------


@routes.post("/password/forgot", access=routing.PUBLIC, status=202, raises=[429])
def forget_password(body: shapes.EmailBody, request: requests.Request) -> answers.AcceptedView:
    """Have a code mailed that sets a new password. The answer does not tell whether anybody has this address."""
    credentials.forget_password(body.email, _device(request), language=request.language)
    return answers.AcceptedView()


@routes.post("/password/reset", access=routing.PUBLIC, status=204, raises=[409, 429])
def reset_password(body: shapes.PasswordReset, request: requests.Request) -> None:
    """Set a new password with the code of a reset or an invitation. Every session ends."""
    credentials.reset_password(body.email, body.code, body.password, _device(request), language=request.language)


@routes.get("/sessions", access=guard.USER)
def list_sessions(
    query: paging.WalkedQuery, caller: Caller, request: requests.Request
) -> routing.Answer[answers.SessionsView]:
    """Where the caller is signed in."""
    page = paging.walk(query, lambda at: models.sessions_of(caller.id, limit=at.limit, cursor=at.cursor))
    return routing.Answer(body=answers.SessionsView.of(page, caller), headers=paging.link_to_next(request, query, page))


@routes.delete("/sessions", access=guard.USER, status=204, raises=[409])
def end_sessions(caller: Caller) -> None:
    """Sign out everywhere, here too."""
    sessions.end_all(caller.id)


@routes.delete("/sessions/{session_id}", access=guard.USER, status=204)
def end_session(session_id: str, caller: Caller) -> None:
    """Sign out there."""
    sessions.end_other(caller, session_id)


def _own_account(account: Account) -> routing.Answer[AccountView]:
    return routing.Answer(body=AccountView.of(account), headers=etags.header(account.version))


def _device(request: requests.Request) -> Device:
    address = client_address.client_address(request.headers, request.source_ip)
    return Device(address, request.headers.get("user-agent", "")[: devices.MAX_USER_AGENT_CHARS])

"""Routes of accounts, system by system: the five systems have different words for one set of accounts."""

from functools import partial
from http import HTTPStatus

from chalicelib.accounts import (
    accounts,
    administration,
    authentication,
    cookies,
    credentials,
    devices,
    known_devices,
    login,
    models,
    registration,
    responses,
    sessions,
)
from chalicelib.accounts import requests as account_requests
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.devices import Device
from chalicelib.accounts.known_devices import DeviceToken
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import Role
from chalicelib.accounts.responses import AccountView, OkAnswer, PortalSessionAnswer, PortalUserAnswer, UserRolesAnswer
from chalicelib.accounts.second_factor import Proof
from chalicelib.common import limits, settings
from chalicelib.common.http import client_address, etags, headers, paging, requests, routing

routes = routing.Routes(__name__, tag="Accounts")

SIGN_UPS = limits.CountedWithin(str(registration.SIGN_UP_LIMIT))
LOOK_UPS = limits.CountedWithin(str(registration.LOOK_UP_LIMIT))
MAILS = limits.CountedWithin(str(registration.MAIL_LIMIT))
RESETS = limits.CountedWithin(str(credentials.RESET_LIMIT))
PROFILE_CHANGES = limits.Limit("profile changes", settings.load().profile_changes_per_minute, limits.MINUTE)

DEVICE = ["Set-Cookie", known_devices.HEADER]
"""By which a device keeps its token."""
INCOMPLETE = "Not all arguments"
"""PyTry's `status` for a body that lacks something."""


# --- PyTry -----------------------------------------------------------------------------------------------------------


@routes.post(
    "/reg",
    access=routing.PUBLIC,
    limit=SIGN_UPS,
    status=201,
    creates=False,
    raises=[409, 429],
    incomplete_status=INCOMPLETE,
    headers=DEVICE,
)
def register(body: account_requests.Registration, request: requests.Request) -> responses.SignedUpView:
    """Sign up with login, password, name and e-mail."""
    signed_in = registration.sign_up(body.new_account(), _device(request), language=request.language)
    return responses.SignedUpView.of(signed_in)


@routes.post("/login", access=routing.PUBLIC, raises=[401, 403, 429], incomplete_status=INCOMPLETE, headers=DEVICE)
def sign_in(body: account_requests.Credentials, request: requests.Request) -> responses.SignedInView:
    """Sign in with a password and a login or e-mail."""
    if body.email is not None:
        return responses.SignedInView.of(
            login.by_email(body.email, body.password, _device(request), _proof(body, request))
        )
    return responses.SignedInView.of(
        login.by_email_or_login(body.login or "", body.password, _device(request), _proof(body, request))
    )


@routes.get("/refresh", access=authentication.REFRESH_TOKEN, limit=limits.FROM_ADDRESS)
def refresh(caller: str) -> responses.TokenPairView:
    """New tokens for a refresh token, which is used up by that."""
    return responses.TokenPairView.of(sessions.refresh(caller))


@routes.get("/auth", access=authentication.USER, use_instead="GET /me")
def show_caller(caller: Caller) -> responses.CallerView:
    """The caller's own account."""
    return responses.CallerView.of_passport(caller)


# --- Learning Platform -----------------------------------------------------------------------------------------------


@routes.post(
    "/register",
    access=routing.PUBLIC,
    limit=SIGN_UPS,
    status=201,
    raises=[409, 429],
    headers=DEVICE,
    use_instead="POST /reg",
)
def register_user(body: account_requests.UserRegistration, request: requests.Request) -> AccountView:
    """Sign up with e-mail, user name and password."""
    return AccountView.of(registration.register(body.new_account(), _device(request), language=request.language))


@routes.post(
    "/token", access=routing.PUBLIC, raises=[401, 403, 429], consumes=routing.FORM, headers=["Cache-Control", *DEVICE]
)
def issue_token(
    body: account_requests.TokenRequest, request: requests.Request
) -> routing.Answer[responses.OAuthTokenView]:
    """Sign in with an OAuth 2 password form."""
    signed_in = login.by_email_or_login(body.username, body.password, _device(request), _proof(body, request))
    return routing.Answer(body=responses.OAuthTokenView.of(signed_in), headers={"Cache-Control": "no-store"})


@routes.get("/me", access=authentication.USER, versioned=True, reads=["Prefer"])
def show_me(caller: Caller) -> routing.Answer[responses.OwnAccountView]:
    """The caller's own account."""
    return _own_account(caller, caller.account)


@routes.patch("/me", access=authentication.USER, limit=PROFILE_CHANGES, raises=[409], versioned=True)
def change_me(
    body: account_requests.OwnProfile, caller: Caller, request: requests.Request
) -> routing.Answer[responses.OwnAccountView]:
    """Change one's own names, birthdate, phone number, language or time zone."""
    changed = accounts.update_profile(caller.id, body.changes(), expected=etags.if_match(request))
    return _own_account(caller, changed)


# --- Team Training ---------------------------------------------------------------------------------------------------


@routes.get("/user/me", access=authentication.USER, use_instead="GET /me")
def show_user(caller: Caller) -> responses.CallerView:
    """The caller's own account, with the names of a passport."""
    return responses.CallerView.of_passport(caller)


# --- Virtual School --------------------------------------------------------------------------------------------------


@routes.post("/auth/registration", access=routing.PUBLIC, limit=SIGN_UPS, status=201, raises=[429], headers=DEVICE)
def register_pupil(body: account_requests.SchoolRegistration, request: requests.Request) -> responses.CreatedView:
    """Sign up as a pupil of the school. What is taken is a 400 here, all of it at once."""
    account = registration.register_pupil(body.new_account(), _device(request), language=request.language)
    return responses.CreatedView(id=account.id)


@routes.post("/auth/login", access=routing.PUBLIC, raises=[401, 403, 429], headers=["Cache-Control", *DEVICE])
def sign_in_with_cookie(
    body: account_requests.CookieCredentials, request: requests.Request
) -> routing.Answer[responses.LoginView]:
    """Sign in with e-mail or login and password; the refresh token comes as a cookie."""
    signed_in = login.by_email_or_login(body.email, body.password, _device(request), _proof(body, request))
    return routing.Answer(body=responses.LoginView.of(signed_in), headers=cookies.set_cookie(signed_in))


@routes.post(
    "/auth/password",
    access=authentication.USER,
    limit=PROFILE_CHANGES,
    raises=[409, 429],
    headers=["Cache-Control", *DEVICE],
)
def change_password_with_cookie(
    body: account_requests.PasswordChange, caller: Caller, request: requests.Request
) -> routing.Answer[responses.LoginView]:
    """Change the password in a browser. Every other session ends; this one goes on with the new token and cookie."""
    signed_in = credentials.change_password(
        caller, body.old_password, body.new_password, _device(request), language=request.language
    )
    return routing.Answer(body=responses.LoginView.of(signed_in), headers=cookies.set_cookie(signed_in))


@routes.get(
    "/auth/refresh",
    access=cookies.REFRESH_COOKIE_IF_ANY,
    limit=limits.FROM_ADDRESS,
    also={HTTPStatus.NO_CONTENT: None},
    headers=["Set-Cookie", "Cache-Control"],
)
def refresh_cookie(
    caller: str | None, query: account_requests.RefreshQuery
) -> routing.Answer[responses.RefreshedTokenView | str]:
    """A new access token, and a new cookie for the old one."""
    if caller is None:
        return routing.Answer(body="", status=HTTPStatus.NO_CONTENT)
    signed_in = cookies.refresh(caller)
    return routing.Answer(
        body=responses.RefreshedTokenView.of_refresh(signed_in), headers=cookies.set_cookie(signed_in)
    )


@routes.get(
    "/auth/logout", access=cookies.REFRESH_COOKIE, limit=limits.FROM_ADDRESS, headers=["Set-Cookie", "Cache-Control"]
)
def sign_out_with_cookie(caller: str) -> routing.Answer[str]:
    """End the cookie's session."""
    cookies.sign_out(caller)
    return routing.Answer(body="", headers=cookies.clear_cookie())


@routes.post("/user/teachers", access=authentication.ADMIN, status=201, raises=[409, 429, 503])
def invite_teacher(body: account_requests.Invitation, request: requests.Request) -> responses.CreatedView:
    """Make a teacher's account; its owner gets an invitation code by mail, to set the password with."""
    account = administration.invite(body.new_account(), Role.TEACHER, language=request.language)
    return responses.CreatedView(id=account.id)


# --- Auth Service ----------------------------------------------------------------------------------------------------


@routes.get("/api/v1/users", access=routing.PUBLIC, limit=LOOK_UPS, raises=[404, 429], caching=headers.NOT_STORED)
def look_up_user(query: account_requests.EmailQuery, request: requests.Request) -> responses.KnownAddressAnswer:
    """Whether somebody has this address, and has confirmed it."""
    return responses.KnownAddressAnswer.of(registration.look_up(query.email, _device(request)))


@routes.post("/api/v1/users/sign_up", access=routing.PUBLIC, limit=SIGN_UPS, status=201, raises=[409, 429])
def begin_sign_up(body: account_requests.EmailBody, request: requests.Request) -> PortalUserAnswer:
    """Make a temporary user of an address; the same one again until it is confirmed."""
    return PortalUserAnswer.of(registration.begin(body.email, _device(request)))


@routes.post(
    "/api/v1/users/{user_id}/send_code",
    access=authentication.ANYONE,
    limit=MAILS,
    raises=[401, 403, 409, 429, 503],
    headers=DEVICE,
)
def send_code(
    user_id: int, body: account_requests.ChosenCode | None, caller: Caller | None, request: requests.Request
) -> OkAnswer:
    """Mail a code that confirms the address."""
    chosen = registration.check_chosen_code(body.code if body else None, caller)
    registration.send_code(user_id, _device(request), language=request.language, chosen=chosen)
    return OkAnswer()


@routes.post(
    "/api/v1/users/{user_id}/resend_code",
    access=authentication.ANYONE,
    limit=MAILS,
    raises=[401, 403, 409, 429, 503],
    headers=DEVICE,
)
def resend_code(
    user_id: int, body: account_requests.ChosenCode | None, caller: Caller | None, request: requests.Request
) -> OkAnswer:
    """Mail another code in place of the last."""
    chosen = registration.check_chosen_code(body.code if body else None, caller)
    registration.send_code(user_id, _device(request), language=request.language, chosen=chosen)
    return OkAnswer()


@routes.put("/api/v1/users/{user_id}/mail", access=routing.PUBLIC, raises=[409, 429], headers=DEVICE)
def confirm_mail(
    user_id: int, query: account_requests.CodeQuery, request: requests.Request
) -> responses.MailConfirmationAnswer:
    """Confirm the address with the code from the mail. `success` is false for one that is not good."""
    account = registration.confirm(user_id, query.code, _device(request))
    if account is None:
        return responses.MailConfirmationAnswer.refused()
    return responses.MailConfirmationAnswer.of(registration.sign_up_token(account))


@routes.patch(
    "/api/v1/users/{user_id}/sign_up",
    access=authentication.SIGN_UP_TOKEN,
    limit=LOOK_UPS,
    raises=[409, 429],
    headers=DEVICE,
)
def complete_sign_up(
    user_id: int, body: account_requests.SignUpCompletion, caller: str | None, request: requests.Request
) -> PortalUserAnswer:
    """Set the password and become a portal user, with the token that confirming the address gave."""
    return PortalUserAnswer.of(registration.complete(user_id, caller, body.completion(), _device(request)))


@routes.post(
    "/api/v1/users/sign_in",
    access=routing.PUBLIC,
    raises=[401, 403, 409, 429],
    headers=DEVICE,
    use_instead="POST /login",
)
def sign_in_verified(body: account_requests.MailCredentials, request: requests.Request) -> PortalSessionAnswer:
    """Sign in with e-mail and password; 409 while the e-mail is not verified."""
    return PortalSessionAnswer.of(
        login.by_verified_email(body.email, body.password, _device(request), _proof(body, request))
    )


@routes.post(
    "/api/v1/users/login",
    access=routing.PUBLIC,
    raises=[401, 403, 409, 429],
    headers=DEVICE,
    use_instead="POST /login",
)
def sign_in_to_portal(body: account_requests.MailCredentials, request: requests.Request) -> PortalSessionAnswer:
    """The same as sign_in."""
    return PortalSessionAnswer.of(
        login.by_verified_email(body.email, body.password, _device(request), _proof(body, request))
    )


@routes.post("/api/v1/users/refresh_token", access=authentication.REFRESH_TOKEN, use_instead="GET /refresh")
def refresh_portal_session(caller: str) -> PortalSessionAnswer:
    """New tokens for a refresh token, which is used up by that."""
    return PortalSessionAnswer.of(sessions.refresh(caller))


@routes.delete("/api/v1/users/logout", access=authentication.USER)
def sign_out(caller: Caller) -> OkAnswer:
    """End the session of the access token."""
    sessions.end(caller)
    return OkAnswer()


@routes.patch(
    "/api/v1/users/change_password",
    access=authentication.USER,
    limit=PROFILE_CHANGES,
    raises=[409, 429],
    headers=DEVICE,
)
def change_password(
    body: account_requests.PasswordChange, caller: Caller, request: requests.Request
) -> PortalSessionAnswer:
    """Change the password. Every other session ends; this one goes on with the new tokens."""
    signed_in = credentials.change_password(
        caller, body.old_password, body.new_password, _device(request), language=request.language
    )
    return PortalSessionAnswer.of(signed_in)


@routes.patch("/api/v1/users", access=authentication.FRESH_USER, limit=MAILS, raises=[409, 429, 503], headers=DEVICE)
def change_email(body: account_requests.EmailBody, caller: Caller, request: requests.Request) -> OkAnswer:
    """Ask for another e-mail: it changes once the code mailed there is given to PUT …/mail.

    The answer does not tell whether another account has that address: its owner would get a notice instead of a code.
    """
    credentials.request_email_change(caller.account, body.email, _device(request), language=request.language)
    return OkAnswer()


@routes.delete("/api/v1/users", access=authentication.FRESH_USER, status=204, raises=[409])
def erase_me(caller: Caller) -> None:
    """Delete one's own account with everything personal in it; admins need another admin for it."""
    administration.erase_self(caller)


@routes.get("/api/v1/users/login_history", access=authentication.USER, paged=True)
def list_history(query: paging.CursorListQuery, caller: Caller) -> paging.PageAnswer[responses.HistoryAnswer]:
    """Where and when the caller signed in and out in the last 90 days, the latest first."""
    page = paging.read_by_cursor(query, lambda at: models.history_of(caller.id, limit=at.limit, cursor=at.cursor))
    return page.answer(responses.HistoryAnswer.of(page))


@routes.get("/api/v1/roles", access=authentication.ADMIN)
def list_roles(caller: Caller) -> responses.RolesAnswer:
    """The roles there are, and what each may do."""
    return responses.RolesAnswer.all()


@routes.post("/api/v1/roles", access=authentication.ADMIN, raises=[404, 409])
def assign_role(body: account_requests.RoleChange, caller: Caller) -> UserRolesAnswer:
    """Give somebody a role."""
    return UserRolesAnswer.of(administration.assign_role(caller, body.user_id, body.named))


@routes.delete("/api/v1/roles", access=authentication.ADMIN, raises=[404, 409])
def withdraw_role(body: account_requests.RoleChange, caller: Caller) -> UserRolesAnswer:
    """Take a role away: what is left is a user."""
    return UserRolesAnswer.of(administration.withdraw_role(caller, body.user_id, body.named))


@routes.get("/api/v1/roles/check_permissions", access=authentication.ADMIN, raises=[404])
def check_permissions(query: account_requests.UserQuery, caller: Caller) -> UserRolesAnswer:
    """What somebody may do now."""
    return UserRolesAnswer.of(accounts.get(query.user_id))


# --- Beyond the five systems -----------------------------------------------------------------------------------------


@routes.post("/password/forgot", access=routing.PUBLIC, limit=RESETS, status=202, raises=[429], headers=DEVICE)
def forget_password(body: account_requests.EmailBody, request: requests.Request) -> responses.AcceptedView:
    """Have a code mailed that sets a new password. The answer does not tell whether anybody has this address."""
    credentials.forget_password(body.email, _device(request), language=request.language)
    return responses.AcceptedView()


@routes.post("/password/reset", access=routing.PUBLIC, limit=RESETS, status=204, raises=[409, 429], headers=DEVICE)
def reset_password(body: account_requests.PasswordReset, request: requests.Request) -> None:
    """Set a new password with the code of a reset or an invitation. Every session ends."""
    credentials.reset_password(body.email, body.code, body.password, _device(request), language=request.language)


@routes.get("/sessions", access=authentication.USER, paged=True)
def list_sessions(query: paging.CursorListQuery, caller: Caller) -> paging.PageAnswer[responses.SessionsView]:
    """Where the caller is signed in."""
    page = paging.read_by_cursor(query, lambda at: models.sessions_of(caller.id, limit=at.limit, cursor=at.cursor))
    return page.answer(responses.SessionsView.of(page, caller.account, caller))


@routes.delete("/sessions", access=authentication.FRESH_USER, status=204, raises=[409])
def end_sessions(caller: Caller) -> None:
    """Sign out everywhere, here too."""
    sessions.end_all(caller.id)


@routes.delete("/sessions/{session_id}", access=authentication.USER, status=204)
def end_session(session_id: str, caller: Caller) -> None:
    """Sign out there. Another session than this one wants a sign-in within the last 15 minutes (else 401)."""
    sessions.end_one(caller, session_id)


@routes.get("/user/users/{user_id}/sessions", access=authentication.ADMIN, raises=[404], paged=True)
def list_sessions_of(
    user_id: int, query: paging.CursorListQuery, caller: Caller
) -> paging.PageAnswer[responses.SessionsView]:
    """Where somebody is signed in."""
    account = accounts.get(user_id)
    page = paging.read_by_cursor(query, lambda at: models.sessions_of(user_id, limit=at.limit, cursor=at.cursor))
    return page.answer(responses.SessionsView.of(page, account, caller))


@routes.delete("/user/users/{user_id}/sessions", access=authentication.FRESH_ADMIN, status=204, raises=[404, 409])
def end_sessions_of(user_id: int, caller: Caller) -> None:
    """Sign somebody out everywhere. They may sign in again."""
    administration.end_sessions(caller, user_id)


@routes.delete(
    "/user/users/{user_id}/sessions/{session_id}", access=authentication.FRESH_ADMIN, status=204, raises=[404, 409]
)
def end_session_of(user_id: int, session_id: str, caller: Caller) -> None:
    """Sign somebody out of one session."""
    administration.end_session(caller, user_id, session_id)


def _own_account(caller: Caller, account: Account) -> routing.Answer[responses.OwnAccountView]:
    body = responses.OwnAccountView.of_caller(caller, account)
    return routing.Answer(body=body, headers=etags.header(account.version))


def _proof(
    body: account_requests.Credentials | account_requests.MailCredentials | account_requests.TokenRequest,
    request: requests.Request,
) -> Proof:
    return Proof(body.otp, request.language)


def _device(request: requests.Request) -> Device:
    address = client_address.client_address(request.headers, request.source_ip)
    shown = request.headers.get(known_devices.HEADER.lower()) or request.cookie(known_devices.COOKIE)
    return Device(
        address,
        request.headers.get("user-agent", "")[: devices.MAX_USER_AGENT_CHARS],
        token=(known_devices.read(shown) if shown else None) or DeviceToken.new(),
        keep=partial(known_devices.hand_out, request),
    )

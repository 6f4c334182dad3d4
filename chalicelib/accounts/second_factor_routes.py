"""HTTP: the second factor of accounts."""

from chalicelib.accounts import authentication, second_factor
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.requests import OtpBody
from chalicelib.accounts.responses import RecoveryCodesView, SecondFactorSetupView, SecondFactorView
from chalicelib.common.http import requests, routing

routes = routing.Routes(__name__, tag="Accounts")


@routes.get("/me/second-factor", access=authentication.USER)
def show_second_factor(caller: Caller) -> SecondFactorView:
    """Whether the caller's account has a second factor, and how many recovery codes are left."""
    return SecondFactorView.of(second_factor.status(caller))


@routes.post(
    "/me/second-factor",
    access=authentication.FRESH_USER,
    limit=second_factor.LIMIT,
    status=201,
    creates=False,
    raises=[409, 429],
)
def begin_second_factor(caller: Caller) -> SecondFactorSetupView:
    """Begin to set up a second factor: the secret for an authenticator app. It counts once a code confirms it."""
    return SecondFactorSetupView.of(second_factor.begin(caller))


@routes.post("/me/second-factor/confirm", access=authentication.USER, limit=second_factor.LIMIT, raises=[403, 409, 429])
def enable_second_factor(body: OtpBody, caller: Caller, request: requests.Request) -> RecoveryCodesView:
    """Enable the second factor with a code of the app. Gives the recovery codes, once; all other sessions end."""
    return RecoveryCodesView(recovery_codes=second_factor.enable(caller, body.otp, language=request.language))


@routes.post(
    "/me/second-factor/recovery-codes",
    access=authentication.FRESH_USER,
    limit=second_factor.LIMIT,
    raises=[403, 404, 429],
)
def renew_recovery_codes(body: OtpBody, caller: Caller, request: requests.Request) -> RecoveryCodesView:
    """New recovery codes; the former ones no longer work."""
    codes = second_factor.renew_recovery_codes(caller, body.otp, language=request.language)
    return RecoveryCodesView(recovery_codes=codes)


@routes.delete(
    "/me/second-factor", access=authentication.FRESH_USER, limit=second_factor.LIMIT, status=204, raises=[403, 404, 429]
)
def disable_second_factor(body: OtpBody, caller: Caller, request: requests.Request) -> None:
    """Remove the second factor, with one of its codes or a recovery code."""
    second_factor.disable(caller, body.otp, language=request.language)


@routes.delete("/user/users/{user_id}/second-factor", access=authentication.FRESH_ADMIN, status=204, raises=[404, 409])
def reset_second_factor(user_id: int, caller: Caller, request: requests.Request) -> None:
    """Remove the second factor of somebody who has lost it, once it is certain who asks. The owner gets a mail."""
    second_factor.reset(caller, user_id, language=request.language)

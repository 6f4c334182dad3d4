"""Makes an admin in the tables that the environment names.

    python -m infra.aws.admin_account EMAIL LANGUAGE

`infra/aws/admin.py` runs it with the environment of a deployed function. Repeating it changes nothing, except that
somebody invited who has not set a password yet gets a new code.
"""

import sys

from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from chalicelib import wiring
from chalicelib.accounts import administration
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common.dynamo import items
from chalicelib.common.http import errors
from chalicelib.common.texts import ENGLISH, Language


def make(email: str, language: Language) -> str:
    """Makes the admin. Returns what was done, in a sentence."""
    account = administration.promote(email)
    if account is None or _waits_for_password(account):
        invited = administration.invite(NewAccount(email=email), Role.ADMIN, language=language)
        return f"account {invited.id} is an admin's; {email} gets an invitation code by mail, to set the password with"
    if account.state == AccountState.BLOCKED:
        return f"account {account.id} of {email} is an admin's now, but blocked: another admin has to unblock it"
    return f"account {account.id} of {email} is an admin's now, wherever it is signed in"


def _waits_for_password(account: Account) -> bool:
    return account.password_hash is None and account.state == AccountState.NEW


def main(email: str, language: Language) -> int:
    wiring.install()
    try:
        print(make(email, language))
    except errors.LyceumError as refused:
        cause = f" ({refused.__cause__})" if isinstance(refused.__cause__, ClientError) else ""
        print(f"make admin: {refused.text.in_language(ENGLISH)}{cause}", file=sys.stderr)
        return 1
    except (*items.DATABASE_FAILURES, GetParameterError) as failure:
        print(f"make admin: AWS refused: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Language(sys.argv[2])))

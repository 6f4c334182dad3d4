"""Writes the mails that accounts get, in Russian and English.

A mail has no text that a stranger may have chosen: no name, and no address but the recipient's own. Whoever signs up
with somebody else's address could otherwise have us mail them anything.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.accounts.permissions import Role
from chalicelib.common import mail, observe, web_client
from chalicelib.common.http import errors
from chalicelib.common.mail import Mail
from chalicelib.common.texts import Language, Text

_FAILURES = (ClientError, BotoCoreError)
_ROLES = {
    Role.USER: Text("role_user", "pupil"),
    Role.TEACHER: Text("role_teacher", "teacher"),
    Role.ADMIN: Text("role_admin", "administrator"),
}


@dataclass(frozen=True, slots=True)
class _Template:
    """`{words}` are filled in."""

    subject: Text
    text: Text

    def to(self, address: str, language: Language, **params: object) -> Mail:
        text = Text(self.text.code, self.text.english, params)
        return Mail(to=address, subject=self.subject.in_language(language), text=text.in_language(language))


_WELCOME = _Template(
    Text("mail_welcome_subject", "Welcome to Lyceum"),
    Text(
        "mail_welcome",
        """Hello!

Your Lyceum account is ready: sign in with {email}.

To confirm this address, enter the code {code} within 10 minutes.
""",
    ),
)
_CODE = _Template(
    Text("mail_code_subject", "Confirmation code"),
    Text(
        "mail_code",
        """Your Lyceum confirmation code is {code}. It is valid for 10 minutes.

If you did not ask for it, ignore this mail: without the code nothing happens.
""",
    ),
)
_RESET = _Template(
    Text("mail_reset_subject", "Password reset code"),
    Text(
        "mail_reset",
        """Somebody, we hope you, wants to set a new password for your Lyceum account. The code is {code},
valid for 10 minutes.

If it was not you, ignore this mail: your password stays as it is.
""",
    ),
)
_INVITATION = _Template(
    Text("mail_invitation_subject", "You are invited to Lyceum"),
    Text(
        "mail_invitation",
        """Hello!

An account was made for you at Lyceum: {role}. To set its password, use the invitation code {code}
with the address {email} within 7 days.
{link}""",
    ),
)
_PUPIL_INVITATION = _Template(
    Text("mail_pupil_invitation_subject", "A teacher of Lyceum invites you"),
    Text(
        "mail_pupil_invitation",
        """Hello!

A teacher of Lyceum invites you into a group, and an account was made for you. To join, set its password with the
invitation code {code} and the address {email} within 7 days. Who teaches the group will then see your profile
and your work.
{link}
If you do not want that, ignore this mail.
""",
    ),
)
_JOINING = _Template(
    Text("mail_pupil_invitation_subject", "A teacher of Lyceum invites you"),
    Text(
        "mail_joining",
        """Hello!

A teacher of Lyceum invites you into a group. Sign in with {email} and use the invitation {invitation}
within 30 days; who teaches the group will then see your profile and your work.
{link}
If you do not want that, ignore this mail.
""",
    ),
)
_CHOOSE_PASSWORD = Text("mail_choose_password", "\nThis page has the code filled in: {link}\n")
_JOIN = Text("mail_join", "\nThis page shows the invitation and accepts it: {link}\n")
_ADDRESS_WANTED = _Template(
    Text("mail_address_wanted_subject", "Somebody wanted to use your address"),
    Text(
        "mail_address_wanted",
        """Somebody, perhaps you, wanted to use this address for another Lyceum account. It belongs to your
account already, so nothing was changed.

If it was you, sign in with this address; a forgotten password can be reset. If it was not you,
ignore this mail.
""",
    ),
)
_PASSWORD_CHANGED = _Template(
    Text("mail_password_changed_subject", "Your password was changed"),
    Text(
        "mail_password_changed",
        """The password of your Lyceum account was changed, and it was signed out everywhere else.

If it was not you, reset the password now, with the link on the sign-in page.
""",
    ),
)
_EMAIL_CHANGING = _Template(
    Text("mail_email_changing_subject", "Your e-mail address is about to change"),
    Text(
        "mail_email_changing",
        """Somebody signed in to your Lyceum account asked to change its address. It changes once the new
address is confirmed.

If it was not you, change your password now.
""",
    ),
)
_SECOND_FACTOR_ENABLED = _Template(
    Text("mail_second_factor_enabled_subject", "Your account has a second factor now"),
    Text(
        "mail_second_factor_enabled",
        """From now on, signing in to your Lyceum account needs a one-time password of your authenticator app.
Every other session was ended.

If it was not you, reset your password now and ask an administrator to remove the second factor.
""",
    ),
)
_SECOND_FACTOR_REMOVED = _Template(
    Text("mail_second_factor_removed_subject", "The second factor of your account was removed"),
    Text(
        "mail_second_factor_removed",
        """Signing in to your Lyceum account needs no one-time password any more: you or an administrator removed it.

If it was not you and you asked nobody for it, change your password now and set up a second factor again.
""",
    ),
)
_SECOND_FACTOR_GUESSED = _Template(
    Text("mail_second_factor_guessed_subject", "Somebody knows your password"),
    Text(
        "mail_second_factor_guessed",
        """Somebody gave the password of your Lyceum account and then wrong one-time passwords, several in a row.

If it was not you, change your password now: it is known to somebody else. Without your one-time
passwords it opens nothing.
""",
    ),
)
_RECOVERY_CODE_USED = _Template(
    Text("mail_recovery_code_used_subject", "A recovery code was used"),
    Text(
        "mail_recovery_code_used",
        """A recovery code of your Lyceum account was used in place of a one-time password. Codes that are left: {left}.

If it was not you, change your password now and get new recovery codes.
""",
    ),
)
_RECOVERY_CODES_RENEWED = _Template(
    Text("mail_recovery_codes_renewed_subject", "You have new recovery codes"),
    Text(
        "mail_recovery_codes_renewed",
        """New recovery codes were made for your Lyceum account. The former ones no longer work.

If it was not you, change your password now and sign out everywhere.
""",
    ),
)


def welcome(email: str, code: str, language: Language) -> Mail:
    return _WELCOME.to(email, language, email=email, code=code)


def code(email: str, code: str, language: Language) -> Mail:
    return _CODE.to(email, language, code=code)


def reset(email: str, code: str, language: Language) -> Mail:
    return _RESET.to(email, language, code=code)


def invitation(email: str, role: Role, code: str, language: Language) -> Mail:
    link = _link(_CHOOSE_PASSWORD, web_client.choosing_password(email, code))
    return _INVITATION.to(email, language, role=_ROLES[role], email=email, code=code, link=link)


def pupil_invitation(email: str, code: str, language: Language) -> Mail:
    link = _link(_CHOOSE_PASSWORD, web_client.choosing_password(email, code))
    return _PUPIL_INVITATION.to(email, language, email=email, code=code, link=link)


def joining(email: str, invitation: str, language: Language) -> Mail:
    link = _link(_JOIN, web_client.joining(invitation))
    return _JOINING.to(email, language, email=email, invitation=invitation, link=link)


def address_wanted(email: str, language: Language) -> Mail:
    return _ADDRESS_WANTED.to(email, language)


def password_changed(email: str, language: Language) -> Mail:
    return _PASSWORD_CHANGED.to(email, language)


def email_changing(email: str, language: Language) -> Mail:
    return _EMAIL_CHANGING.to(email, language)


def second_factor_enabled(email: str, language: Language) -> Mail:
    return _SECOND_FACTOR_ENABLED.to(email, language)


def second_factor_removed(email: str, language: Language) -> Mail:
    return _SECOND_FACTOR_REMOVED.to(email, language)


def second_factor_guessed(email: str, language: Language) -> Mail:
    return _SECOND_FACTOR_GUESSED.to(email, language)


def recovery_code_used(email: str, left: int, language: Language) -> Mail:
    return _RECOVERY_CODE_USED.to(email, language, left=str(left))


def recovery_codes_renewed(email: str, language: Language) -> Mail:
    return _RECOVERY_CODES_RENEWED.to(email, language)


def _link(text: Text, path: str) -> Text | str:
    """Returns a paragraph with the address of a screen; none where nobody knows the stage's own."""
    address = web_client.whole(path)
    return Text(text.code, text.english, {"link": address}) if address else ""


def deliver(letter: Mail) -> None:
    """Sends a mail that somebody waits for; 503 when SES does not accept it."""
    try:
        mail.send(letter)
    except _FAILURES as error:
        _count_refused(error)
        raise errors.Unavailable("mail_refused", "The mail could not be sent, try again later") from error


def notify(letter: Mail, account_id: int) -> None:
    """Sends a mail that only reports what was done: a refusal is logged and undoes nothing."""
    try:
        mail.send(letter)
    except _FAILURES as error:
        _count_refused(error, account_id=account_id)


def _count_refused(error: Exception, **known: Any) -> None:
    cause = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    observe.logger.warning("mail refused", cause=cause, **known)
    observe.count("MailRefused")

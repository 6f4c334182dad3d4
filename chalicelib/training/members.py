"""Team Training's user objects, as which members of a team are shown to each other."""

from typing import Any

from chalicelib.accounts.models import Account

MemberObject = dict[str, Any]


def user_object(user_id: int, account: Account | None) -> MemberObject:
    """What somebody is shown as who has not said how. The id is a text, as in Team Training."""
    login, name, surname = (account.login, account.name, account.secondname) if account else (None, None, None)
    shown = " ".join(part for part in (name, surname) if part) or login
    return {"id": str(user_id), "login": login, "first_name": name, "last_name": surname, "display_name": shown}

"""Team Training's user objects, as which members of a team are shown to each other.

The names are the accounts'. What else a member says of themselves, such as an avatar, is passed on.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from chalicelib.accounts.models import Account
from chalicelib.training.frames import UserObject

NAMES_SOMEBODY = re.compile("name|login|mail|^(id|user_?id)$", re.IGNORECASE)
"""Members of a user object by which a client may tell who it is: nobody says these of themselves or of others."""


def user_object(user_id: int, account: Account | None, said: Mapping[str, JsonValue] | None = None) -> UserObject:
    """Returns what somebody is shown as: `said` is a user object that they, or a team-mate, have sent."""
    login, name, surname = (account.login, account.name, account.secondname) if account else (None, None, None)
    shown = " ".join(part for part in (name, surname) if part) or login
    return UserObject(
        id=str(user_id),
        user_id=user_id,
        login=login,
        first_name=name,
        last_name=surname,
        display_name=shown,
        real_name=shown,
        **_of_no_name(said or {}),
    )


def _of_no_name(said: Mapping[str, JsonValue]) -> dict[str, Any]:
    return {member: value for member, value in said.items() if not NAMES_SOMEBODY.search(member)}

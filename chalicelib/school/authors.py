"""Who may change what somebody wrote."""

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common.http import errors


def refuse_others(caller: Caller, author_id: int | None) -> None:
    """403 for whoever is neither its author nor an admin."""
    if caller.id != author_id and not caller.may(Permission.ADMINISTER):
        raise errors.Forbidden("not_the_author", "Only its author or an admin may change this")

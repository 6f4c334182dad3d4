"""Loads what people are called, and makes the masks of it under which code and comments are shown."""

from collections.abc import Collection, Iterable

from chalicelib.accounts import models as account_models
from chalicelib.accounts.models import Account
from chalicelib.tracks import masking
from chalicelib.tracks.fetching import people
from chalicelib.tracks.masking import Mask
from chalicelib.tracks.solutions import code_models
from chalicelib.tracks.work_models import Submission


def mask_of_code(submission: Submission) -> Mask:
    """The mask under which reviewers see a solution: also without who its commits and its link say that made it."""
    return mask_of({submission.user_id}, [*(submission.known_as or ()), *people.owners(submission.repository_url)])


def shown_paths(submission: Submission, version: int) -> dict[str, str]:
    """The paths of a version as reviewers see them, by the stored ones."""
    found = code_models.find(submission.id, version) if version else None
    return mask_of_code(submission).paths(each["path"] for each in found.files) if found else {}


def mask_of(user_ids: Collection[int], others: Iterable[str] = ()) -> Mask:
    """The mask of all that accounts say of these people, and of what else is known, such as the author of a commit."""
    accounts = account_models.find_listed(user_ids)
    return masking.of([*(each for account in accounts.values() for each in _identities(account)), *others])


def _identities(account: Account) -> list[str | None]:
    full_name = " ".join(part for part in (account.name, account.secondname, account.patronymic) if part)
    return [account.login, account.email, full_name]

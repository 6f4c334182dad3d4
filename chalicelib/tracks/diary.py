"""The diary of an assignment: notes by participants and teachers that all of them can read."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, paging
from chalicelib.tracks import access, diary_models, models
from chalicelib.tracks.diary_models import DiaryEntry


@dataclass(frozen=True, slots=True)
class Diary:
    """A page of it, the newest first, and what its writers are called."""

    page: paging.Page[DiaryEntry]
    names: Mapping[int, str | None]


def write(caller: Caller, assignment_id: int, content: str) -> DiaryEntry:
    """400, as Learning Platform has it, for no such assignment and for who does not take part."""
    try:
        viewer = access.get_viewer(caller, assignment_id)
    except (errors.NotFound, errors.Forbidden) as refused:
        raise errors.as_bad_request(refused) from refused
    access.refuse_hidden(viewer)

    def store(entry_id: int) -> DiaryEntry:
        entry = DiaryEntry(
            *models.diary_key(assignment_id, entry_id),
            id=entry_id,
            assignment_id=assignment_id,
            user_id=caller.id,
            content=content,
            created_at=clock.now(),
        )
        transactions.create_new(entry)
        return entry

    return transactions.with_new_id(store)


def read(caller: Caller, assignment_id: int, query: paging.ListQuery) -> Diary:
    """For those who take part and teachers: 403 for others, and for an assignment that is not open to them yet."""
    access.refuse_hidden(access.get_viewer(caller, assignment_id))
    page = diary_models.diary_of(assignment_id, query)
    return Diary(page, access.display_names({each.user_id for each in page.items}))

"""Extensions as they are stored: with who takes part."""

from collections.abc import Callable

from pynamodb.pagination import ResultIterator

from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging
from chalicelib.tracks import models
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.models import Participant


def list_participants(track_id: int, query: paging.ListQuery) -> paging.Page[Participant]:
    def run(limit: int, start: paging.Key | None) -> ResultIterator[Participant]:
        pk, _ = models.track_key(track_id)
        of_people = Participant.sk.startswith(models.PARTICIPANTS)
        return Participant.query(pk, of_people, limit=limit, last_evaluated_key=start)

    return paging.read_list(query, run)


def set_extension(
    participant: Participant,
    assignment_id: int,
    extension: Extension | None,
    also: Callable[[Transaction], None] = lambda _: None,
) -> None:
    """Give an extension, or with None take it away, and write `also`. ConditionFailed when the participant is not as
    they were read.
    """
    others = {key: each for key, each in (participant.extensions or {}).items() if key != str(assignment_id)}
    extensions = others if extension is None else {**others, str(assignment_id): extension.to_json()}
    unchanged = Participant.pk.exists() & models.same(Participant.extensions, participant.extensions)

    def fill(transaction: Transaction) -> None:
        actions = models.setting(Participant, {"extensions": extensions or None})
        stored = Participant(participant.pk, participant.sk)
        transaction.update(stored, actions=actions, condition=unchanged, named="extensions_as_read")
        also(transaction)

    transactions.transact(fill)

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import CancellationReason, PutError, TransactGetError, TransactWriteError, VerboseClientError

from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.limits import Counter
from tests.app.failures.faults import unanswered_at
from tests.support.school import School, in_parallel, stored_items


class Note(Counter, discriminator="note"):
    text = UnicodeAttribute()


def cancelled(*codes: str | None, cause: str = "TransactionCanceledException") -> TransactWriteError:
    reasons = [CancellationReason(code=code) if code else None for code in codes]
    error = {"Error": {"Code": cause, "Message": ""}}
    return TransactWriteError("no", VerboseClientError(error, "TransactWriteItems", cancellation_reasons=reasons))


@contextmanager
def unreadable(times: int) -> Iterator[list[str]]:
    """DynamoDB refuses so many transactions that read, since others write; gives the codes of the refusals."""
    refusals: list[str] = []

    def refuse(**_: object) -> Any:
        if len(refusals) == times:
            return None
        refusals.append("TransactionConflict")
        error = {"Code": "TransactionCanceledException", "Message": ""}
        return AWSResponse("", 400, HTTPHeaders(), None), {
            "Error": error,
            "CancellationReasons": [{"Code": refusals[-1]}],
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }

    events = items.connection().client.meta.events
    events.register_first("before-call.dynamodb.TransactGetItems", refuse)
    yield refusals
    events.unregister("before-call.dynamodb.TransactGetItems", refuse)


class Filler:
    """Writes a note; before that, fails as often as it was told to."""

    def __init__(self, *failures: TransactWriteError) -> None:
        self.failures = list(failures)
        self.calls = 0

    def __call__(self, transaction: Transaction) -> None:
        self.calls += 1
        if self.failures:
            transaction.save(Note("A", "1", text="lost"), condition=Note.pk.exists(), named="first")
            transaction.save(Note("B", "1", text="lost"), condition=Note.pk.exists(), named="second")
            raise self.failures.pop(0)
        transaction.save(Note("A", "1", text="written"))


def all_or_none(*keys: str) -> Callable[[Transaction], None]:
    def fill(transaction: Transaction) -> None:
        for key in keys:
            transaction.save(Note(key, "1", text="new"), condition=Note.pk.does_not_exist(), named=f"{key}_free")

    return fill


def test_a_created_item_is_found(school: School) -> None:
    transactions.create(Note("A", "1", text="hello"))
    found = items.find(Note, "A", "1")
    assert found is not None
    assert found.text == "hello"


def test_nothing_is_found_where_nothing_is(school: School) -> None:
    assert items.find(Note, "A", "1") is None


def test_creating_twice_keeps_the_first(school: School) -> None:
    transactions.create(Note("A", "1", text="first"))
    with pytest.raises(transactions.ConditionFailed) as refusal:
        transactions.create(Note("A", "1", text="second"))
    assert refusal.value.failed == {transactions.KEY_FREE}
    assert [item["text"] for item in stored_items("common")] == ["first"]


def test_of_many_that_create_at_once_one_succeeds(school: School) -> None:
    results = in_parallel(10, lambda number: transactions.create(Note("A", "1", text=str(number))))
    assert results.count(None) == 1
    assert sum(isinstance(result, transactions.ConditionFailed) for result in results) == 9


def test_items_are_seen_in_the_order_asked_for(school: School) -> None:
    transactions.create(Note("A", "1", text="first"))
    transactions.create(Note("C", "1", text="third"))
    seen = transactions.get_many_consistent([(Note, ("C", "1")), (Note, ("B", "1")), (Note, ("A", "1"))])
    assert [note and note.text for note in seen] == ["third", None, "first"]


def test_reading_waits_for_a_transaction_that_writes_the_items(school: School) -> None:
    transactions.create(Note("A", "1", text="there"))
    with unreadable(2) as refusals:
        assert [note.text for note in transactions.get_many_consistent([(Note, ("A", "1"))])] == ["there"]
    assert len(refusals) == 2


def test_what_cannot_be_seen_at_all_is_a_failure(school: School) -> None:
    with unreadable(transactions.TRIES) as refusals, pytest.raises(TransactGetError):
        transactions.get_many_consistent([(Note, ("A", "1"))])
    assert len(refusals) == transactions.TRIES


def test_a_failure_that_is_no_condition_passes() -> None:
    with pytest.raises(PutError), transactions.conditional():
        raise PutError("no", ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "PutItem"))


def test_a_transaction_names_the_writes_that_were_refused(school: School) -> None:
    transactions.create(Note("B", "1", text="old"))
    transactions.create(Note("D", "1", text="old"))
    with pytest.raises(transactions.ConditionFailed) as refusal:
        transactions.transact(all_or_none("A", "B", "C", "D"))
    assert refusal.value.failed == {"B_free", "D_free"}


def writes_of_every_kind(transaction: Transaction) -> None:
    """Added in another order than the one in which PynamoDB sends them; each needs its note to be there."""
    there = Note.pk.exists()
    transaction.update(Note("U", "1"), actions=[Note.text.set("new")], condition=there, named="update")
    transaction.save(Note("S", "1", text="new"), condition=there, named="save")
    transaction.save(Note("S", "2", text="new"))
    transaction.check(Note, "C", "1", condition=there, named="check")
    transaction.delete(Note("D", "1"), condition=there, named="delete")


KEYS_BY_NAME = {"update": "U", "save": "S", "check": "C", "delete": "D"}


@pytest.mark.parametrize(
    "failing", [{"update"}, {"save"}, {"check"}, {"delete"}, {"update", "check"}, set(KEYS_BY_NAME)], ids=sorted
)
def test_a_condition_is_known_by_its_name_in_whatever_order_it_is_sent(school: School, failing: set[str]) -> None:
    for name in set(KEYS_BY_NAME) - failing:
        transactions.create(Note(KEYS_BY_NAME[name], "1", text="old"))
    with pytest.raises(transactions.ConditionFailed) as refusal:
        transactions.transact(writes_of_every_kind)
    assert refusal.value.failed == failing


def test_one_more_check_renames_no_other(school: School) -> None:
    def fill(transaction: Transaction) -> None:
        all_or_none("A")(transaction)
        transaction.check(Note, "Z", "1", condition=Note.pk.does_not_exist(), named="nothing_there")

    transactions.create(Note("A", "1", text="old"))
    with pytest.raises(transactions.ConditionFailed) as refusal:
        transactions.transact(fill)
    assert refusal.value.failed == {"A_free"}


@pytest.mark.parametrize("taken", ["A", "B", "AB"])
def test_conditions_that_share_a_name_fail_as_one(school: School, taken: str) -> None:
    def fill(transaction: Transaction) -> None:
        for key in "AB":
            transaction.save(Note(key, "1", text="new"), condition=Note.pk.does_not_exist(), named="both_free")
        transaction.save(Note("C", "1", text="new"), condition=Note.pk.does_not_exist(), named="third_free")

    for key in taken:
        transactions.create(Note(key, "1", text="old"))
    with pytest.raises(transactions.ConditionFailed) as refusal:
        transactions.transact(fill)
    assert refusal.value.failed == {"both_free"}


def test_a_condition_without_a_name_is_an_error(school: School) -> None:
    with pytest.raises(TypeError, match="needs a name"):
        transactions.transact(
            lambda transaction: transaction.save(Note("A", "1", text="new"), condition=Note.pk.does_not_exist())
        )
    assert stored_items("common") == []


def test_a_refused_transaction_writes_nothing(school: School) -> None:
    transactions.create(Note("B", "1", text="old"))
    with pytest.raises(transactions.ConditionFailed):
        transactions.transact(all_or_none("A", "B"))
    assert [(item["pk"], item["text"]) for item in stored_items("common")] == [("B", "old")]


@pytest.mark.parametrize(
    "contention",
    [cancelled(None, "TransactionConflict"), cancelled(cause="TransactionInProgressException")],
    ids=["conflict", "in progress"],
)
def test_contention_is_waited_for(school: School, contention: TransactWriteError) -> None:
    fill = Filler(contention, contention)
    transactions.transact(fill)
    assert fill.calls == 3
    assert [item["text"] for item in stored_items("common")] == ["written"]


def test_contention_that_does_not_end_is_a_failure(school: School) -> None:
    fill = Filler(*[cancelled("TransactionConflict")] * 100)
    with pytest.raises(TransactWriteError):
        transactions.transact(fill)
    assert fill.calls == transactions.TRIES


def test_a_refusal_beside_contention_is_a_refusal(school: School) -> None:
    fill = Filler(cancelled("TransactionConflict", "ConditionalCheckFailed"))
    with pytest.raises(transactions.ConditionFailed) as refusal:
        transactions.transact(fill)
    assert (refusal.value.failed, fill.calls) == (frozenset({"second"}), 1)


@pytest.mark.parametrize(
    "failure",
    [cancelled("ValidationError"), cancelled("ItemCollectionSizeLimitExceeded"), cancelled(cause="AccessDenied")],
    ids=["validation", "size", "access"],
)
def test_any_other_failure_of_a_transaction_passes_at_once(school: School, failure: TransactWriteError) -> None:
    fill = Filler(failure)
    with pytest.raises(TransactWriteError) as passed:
        transactions.transact(fill)
    assert (passed.value, fill.calls) == (failure, 1)


def test_a_write_whose_answer_never_came_is_a_failure_and_no_refusal(school: School) -> None:
    with unanswered_at(1), pytest.raises(PutError) as failed:
        transactions.create(Note("A", "A", text="first"))
    assert transactions.cause_of(failed.value) is None


def test_a_connection_requested_while_it_is_made_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Note, "_connection", None)
    add_meta_table = Connection.add_meta_table
    found: list[MetaTable] = []

    def come(connection: Connection, meta_table: MetaTable) -> None:
        if isinstance(connection, items._SharedConnection) and not found:
            found.append(meta_table)
            found.append(Note._get_connection().get_meta_table())
        add_meta_table(connection, meta_table)

    monkeypatch.setattr(Connection, "add_meta_table", come)
    Note._get_connection()
    assert [each.table_name for each in found] == ["lyceum-local-common"] * 2


class Named(Counter, discriminator="named"):
    """An item of nobody's."""

    name = UnicodeAttribute()


def test_a_new_id_that_is_taken_is_drawn_again(school: School) -> None:
    transactions.create(Named("TAKEN", "X", name="first"))
    drawn: list[int] = []

    def store(new_id: int) -> Named:
        drawn.append(new_id)
        named = Named("TAKEN" if len(drawn) < 3 else "FREE", "X", name="second")
        transactions.create(named)
        return named

    made = transactions.with_new_id(store)
    assert (made.pk, len(drawn)) == ("FREE", 3)
    first = items.find(Named, "TAKEN", "X")
    assert first is not None
    assert first.name == "first"

"""Migrations run forward and back, once, whatever interrupts them."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from infra.migrations import migrate, pages
from infra.migrations.catalogue import Migration, Step
from infra.migrations.journal import Journal, LeaseError
from infra.migrations.pages import Change, Item, Position, Tables, change_items
from infra.migrations.plan import PlanError
from tests.support import database
from tests.support.school import in_parallel

ITEMS = 12
PAGE = 5
SEVERAL_PAGES = 3
"""That many of them."""


def count_up(item: Item) -> Change:
    return Change(set={"runs": item.get("runs", 0) + 1})


def uncount(item: Item) -> Change | None:
    return Change(remove=["runs"]) if "runs" in item else None


def forward(tables: Tables, position: Position) -> Position:
    return change_items(tables, "school", position, count_up, limit=PAGE)


def back(tables: Tables, position: Position) -> Position:
    return change_items(tables, "school", position, uncount, limit=PAGE)


COUNTING = Migration("0001_count", forward, back)


class Crash(Exception):
    """As good as a power cut: whatever was to follow does not."""


@pytest.fixture
def filled(tables: Tables) -> Tables:
    with tables("school").batch_writer() as batch:
        for number in range(ITEMS):
            batch.put_item(Item={"pk": f"ITEM#{number}", "sk": "ITEM", "kind": "item"})
    return tables


def items(tables: Tables) -> list[dict[str, Any]]:
    return list(tables("school").scan()["Items"])


def runs(tables: Tables) -> set[Any]:
    """How many times items were changed."""
    return {item.get("runs", 0) for item in items(tables)}


def statuses(tables: Tables, *known: Migration) -> list[list[str]]:
    """Id and state of each, as `make migrations` tells them."""
    said: list[str] = []
    migrate.status(Journal(tables), known, said.append)
    return [line.split()[:2] for line in said]


def crashing_at(page: int, step: Step) -> Step:
    """Breaks off before the so-manyth page."""
    left = iter(range(page - 1))

    def crashing(tables: Tables, position: Position) -> Position:
        if next(left, None) is None:
            raise Crash
        return step(tables, position)

    return crashing


def silent(_line: str) -> None:
    return


def test_a_migration_changes_every_item_once_and_is_recorded(filled: Tables) -> None:
    said: list[str] = []

    migrate.migrate(Journal(filled), [COUNTING], said.append)
    migrate.migrate(Journal(filled), [COUNTING], said.append)

    assert runs(filled) == {1}
    assert said == [f"0001_count applied ({SEVERAL_PAGES} pages)"]
    assert statuses(filled, COUNTING) == [["0001_count", "applied"]]


def test_migrations_run_in_their_order(tables: Tables) -> None:
    ran: list[str] = []

    def noting(name: str) -> Step:
        return lambda _tables, _position: ran.append(name)

    known = [Migration(name, noting(name), None) for name in ("0001_a", "0002_b", "0003_c")]

    migrate.migrate(Journal(tables), known[:1], silent)
    migrate.migrate(Journal(tables), known, silent)

    assert ran == ["0001_a", "0002_b", "0003_c"]


def test_the_way_back_leaves_what_was_before(filled: Tables) -> None:
    before = items(filled)
    migrate.migrate(Journal(filled), [COUNTING], silent)

    migrate.roll_back(Journal(filled), [COUNTING], silent)

    assert items(filled) == before
    assert statuses(filled, COUNTING) == [["0001_count", "pending"]]


def test_rolling_back_takes_one_step(tables: Tables) -> None:
    known = [replace(COUNTING, id=f"000{number}_x") for number in (1, 2, 3)]
    migrate.migrate(Journal(tables), known, silent)

    migrate.roll_back(Journal(tables), known, silent)

    assert [state for _, state in statuses(tables, *known)] == ["applied", "applied", "pending"]


def test_a_migration_without_a_way_back_stays(filled: Tables) -> None:
    final = replace(COUNTING, back=None)
    migrate.migrate(Journal(filled), [final], silent)

    with pytest.raises(PlanError, match="no way back"):
        migrate.roll_back(Journal(filled), [final], silent)

    assert runs(filled) == {1}
    assert statuses(filled, final) == [["0001_count", "applied"]]


def test_looking_changes_nothing(tables: Tables) -> None:
    assert statuses(tables, COUNTING) == [["0001_count", "pending"]]
    assert tables("migrations").scan()["Items"] == []


def test_what_was_interrupted_goes_on_where_it_stopped(filled: Tables) -> None:
    with pytest.raises(Crash):
        migrate.migrate(Journal(filled), [replace(COUNTING, forward=crashing_at(SEVERAL_PAGES, forward))], silent)
    assert runs(filled) == {0, 1}
    assert statuses(filled, COUNTING) == [["0001_count", "running"]]
    said: list[str] = []

    migrate.migrate(Journal(filled), [COUNTING], said.append)

    assert runs(filled) == {1}
    assert said == ["0001_count applied (1 pages)"]


def test_an_interrupted_way_back_goes_on_as_well(filled: Tables) -> None:
    migrate.migrate(Journal(filled), [COUNTING], silent)
    with pytest.raises(Crash):
        migrate.roll_back(Journal(filled), [replace(COUNTING, back=crashing_at(2, back))], silent)
    assert statuses(filled, COUNTING) == [["0001_count", "rolling"]]
    said: list[str] = []

    migrate.roll_back(Journal(filled), [COUNTING], said.append)

    assert runs(filled) == {0}
    assert said == ["0001_count rolled back (2 pages)"]


def test_what_was_interrupted_on_one_way_can_go_the_other_from_its_start(filled: Tables) -> None:
    with pytest.raises(Crash):
        migrate.migrate(Journal(filled), [replace(COUNTING, forward=crashing_at(SEVERAL_PAGES, forward))], silent)

    migrate.roll_back(Journal(filled), [COUNTING], silent)

    assert runs(filled) == {0}
    assert statuses(filled, COUNTING) == [["0001_count", "pending"]]


def test_of_two_runs_at_once_one_runs(filled: Tables) -> None:
    meanwhile: list[str] = []

    def interrupted(tables: Tables, position: Position) -> Position:
        with pytest.raises(LeaseError) as refused:
            migrate.migrate(Journal(tables), [COUNTING], silent)
        meanwhile.append(str(refused.value))
        return forward(tables, position)

    migrate.migrate(Journal(filled), [replace(COUNTING, forward=interrupted)], silent)

    assert runs(filled) == {1}
    assert len(meanwhile) == SEVERAL_PAGES
    assert "is running migrations: wait for it, or, if it has died, until 20" in meanwhile[0]


def test_the_lease_is_given_back_whatever_happens(filled: Tables) -> None:
    with pytest.raises(Crash):
        migrate.migrate(Journal(filled), [replace(COUNTING, forward=crashing_at(1, forward))], silent)

    assert [item["pk"] for item in filled("migrations").scan()["Items"]] == ["MIGRATION"]


def hurried(tables: Tables) -> Journal:
    """Its lease runs out at once."""
    return Journal(tables, term=timedelta(0))


def test_a_run_that_took_too_long_over_a_page_records_nothing_more(filled: Tables) -> None:
    def overtaken(tables: Tables, position: Position) -> Position:
        next_page = forward(tables, position)
        migrate.migrate(hurried(tables), [replace(COUNTING, forward=lambda _tables, _position: None)], silent)
        return next_page

    with pytest.raises(LeaseError, match="taken over"):
        migrate.migrate(hurried(filled), [replace(COUNTING, forward=overtaken)], silent)

    assert statuses(filled, COUNTING) == [["0001_count", "applied"]]


def test_a_run_that_was_killed_keeps_the_next_out_until_its_lease_runs_out(filled: Tables) -> None:
    killed = ExitStack()
    killed.enter_context(hurried(filled).lease())

    migrate.migrate(Journal(filled), [COUNTING], silent)

    assert runs(filled) == {1}


def test_many_who_start_at_once_apply_it_once(filled: Tables) -> None:
    journals = [Journal(migrate.tables_of(boto3.Session(), "local")) for _ in range(4)]

    for journal in journals:
        database.answer_in_process(journal.tables("school").meta.client)

    outcomes = in_parallel(4, lambda number: migrate.migrate(journals[number], [COUNTING], silent))

    assert None in outcomes
    assert all(isinstance(each, LeaseError) for each in outcomes if each is not None)
    assert runs(filled) == {1}


def test_a_change_made_meanwhile_is_kept_and_decided_upon_anew(tables: Tables) -> None:
    school = tables("school")
    school.put_item(Item={"pk": "A", "sk": "A", "price": 1})

    def double(item: Item) -> Change:
        if item["price"] == 1:
            school.put_item(Item={"pk": "A", "sk": "A", "price": 10, "note": "mine"})
        return Change(set={"double": 2 * item["price"]}, depends_on=["price"])

    change_items(tables, "school", None, double)

    assert items(tables) == [{"pk": "A", "sk": "A", "price": 10, "note": "mine", "double": 20}]


def test_an_item_that_is_deleted_meanwhile_does_not_come_back(tables: Tables) -> None:
    school = tables("school")
    school.put_item(Item={"pk": "A", "sk": "A"})

    def delete_first(_item: Item) -> Change:
        school.delete_item(Key={"pk": "A", "sk": "A"})
        return Change(set={"seen": True})

    change_items(tables, "school", None, delete_first)

    assert items(tables) == []


def test_an_item_that_never_stays_as_it_was_read_ends_the_run(tables: Tables) -> None:
    school = tables("school")
    school.put_item(Item={"pk": "A", "sk": "A", "hits": 0})

    def hit(item: Item) -> Change:
        school.put_item(Item={"pk": "A", "sk": "A", "hits": item["hits"] + 1})
        return Change(set={"hits": 0})

    with pytest.raises(pages.ContendedItemError, match=f"changed {pages.TRIES} times"):
        change_items(tables, "school", None, hit)

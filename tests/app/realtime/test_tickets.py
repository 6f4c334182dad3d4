import hashlib
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import models as accounts
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import errors
from chalicelib.realtime import tickets
from tests.support.log import Log
from tests.support.school import Person, School, counted_requests, in_parallel, stored_items

MINUTE = timedelta(minutes=1)


def ticket_of(school: School, person: Person) -> str:
    answer = school.api.post("/ws-tickets", token=person.token)
    assert answer.status == 201
    ticket: str = answer.body["ticket"]
    return ticket


def kept() -> list[dict[str, Any]]:
    """The tickets that are stored."""
    return [item for item in stored_items("realtime") if item["kind"] == "ticket"]


def test_a_ticket_is_asked_for_over_http(school: School, pupil: Person) -> None:
    answer = school.api.post("/ws-tickets", token=pupil.token)
    assert (answer.status, answer.body.keys(), answer.body["expires_in"]) == (201, {"ticket", "expires_in"}, 60)


def test_a_ticket_is_for_those_who_are_signed_in(school: School) -> None:
    answer = school.api.post("/ws-tickets")
    assert (answer.status, answer.body["code"]) == (401, "token_missing")
    assert kept() == []


def test_a_ticket_cannot_be_guessed_and_fits_into_a_path(school: School, pupil: Person) -> None:
    first, second = ticket_of(school, pupil), ticket_of(school, pupil)
    assert first != second
    assert [len(each) * 6 >= 256 for each in (first, second)] == [True, True]
    assert all(each.isascii() and each.replace("-", "").replace("_", "").isalnum() for each in (first, second))


def test_only_its_digest_is_stored(school: School, pupil: Person) -> None:
    ticket = ticket_of(school, pupil)
    (item,) = kept()
    assert item["pk"] == f"TICKET#{hashlib.sha256(ticket.encode()).hexdigest()}"
    assert item["account_id"] == pupil.id
    assert item["expires_at"] == (school.clock.now + MINUTE).timestamp()
    assert ticket not in str(item)


def test_a_ticket_connects_its_owner_once(school: School, pupil: Person) -> None:
    ticket = ticket_of(school, pupil)
    assert school.live.status({"ticket": ticket}) == 200
    assert kept() == []
    assert school.live.status({"ticket": ticket}) == 401


def test_a_ticket_represents_the_session_that_asked_for_it(school: School, pupil: Person) -> None:
    caller = tickets.redeem(ticket_of(school, pupil))
    (session,) = [item for item in stored_items("accounts") if item["kind"] == "session"]
    assert (caller.id, caller.session_id, caller.role) == (pupil.id, session["id"], pupil.account.role)


@pytest.mark.parametrize("ticket", ["rubbish", "билет", "\ud800", "x" * 10_000, " "])
def test_an_unknown_ticket_is_refused(school: School, ticket: str, log: Log) -> None:
    assert school.live.status({"ticket": ticket}) == 401
    assert [event["code"] for event in log.events("connection refused")] == ["invalid_ticket"]


def test_a_digest_is_no_ticket(school: School, pupil: Person) -> None:
    ticket_of(school, pupil)
    (item,) = kept()
    assert school.live.status({"ticket": item["pk"].removeprefix("TICKET#")}) == 401
    assert len(kept()) == 1


def test_a_ticket_lives_for_a_minute_by_the_clock(school: School, pupil: Person) -> None:
    early, late = ticket_of(school, pupil), ticket_of(school, pupil)
    school.clock.forward(MINUTE - timedelta(seconds=1))
    assert school.live.status({"ticket": early}) == 200
    school.clock.forward(timedelta(seconds=1))
    assert school.live.status({"ticket": late}) == 401
    assert len(kept()) == 1


def test_of_many_uses_of_one_ticket_exactly_one_connects(school: School, pupil: Person) -> None:
    ticket = ticket_of(school, pupil)
    results = in_parallel(20, lambda _: tickets.redeem(ticket))
    assert [result.id for result in results if isinstance(result, Caller)] == [pupil.id]
    assert sum(isinstance(result, errors.Unauthorized) for result in results) == 19


def test_a_ticket_opens_no_connection_in_another_name(school: School, pupil: Person) -> None:
    assert school.live.status({"ticket": ticket_of(school, pupil), "user_id": str(school.person().id)}) == 403
    assert school.live.status({"ticket": ticket_of(school, pupil), "user_id": str(pupil.id)}) == 200


def test_a_ticket_is_no_access_token_and_the_reverse(school: School, pupil: Person) -> None:
    ticket = ticket_of(school, pupil)
    assert school.live.status({"token": ticket}) == 401
    assert school.live.status({"ticket": pupil.token}) == 401
    assert school.api.get("/me", token=ticket).status == 401
    assert school.live.status({"ticket": ticket}) == 200


def test_of_token_ticket_and_header_the_first_decides(school: School, pupil: Person) -> None:
    ticket, bearer = ticket_of(school, pupil), {"Authorization": f"Bearer {pupil.token}"}
    assert school.live.status({"token": "rubbish", "ticket": ticket}, bearer) == 401
    assert school.live.status({"ticket": "rubbish"}, bearer) == 401
    assert school.live.status({"token": pupil.token, "ticket": ticket}) == 200
    assert school.live.status({"ticket": ticket}, {"Authorization": "Bearer rubbish"}) == 200
    assert school.live.status({"token": "", "ticket": ""}, bearer) == 200


def test_the_ticket_of_a_session_that_ended_is_refused(school: School, pupil: Person) -> None:
    ticket = ticket_of(school, pupil)
    (session_id,) = [item["id"] for item in stored_items("accounts") if item["kind"] == "session"]
    accounts.Session(*accounts.session_key(pupil.id, session_id)).delete()
    assert school.live.status({"ticket": ticket}) == 401


def test_the_ticket_of_a_blocked_account_is_refused(school: School, pupil: Person) -> None:
    ticket = ticket_of(school, pupil)
    pupil.account.state = "blocked"
    pupil.account.save()
    assert school.live.status({"ticket": ticket}) == 403


def test_an_account_gets_thirty_tickets_a_minute(school: School, pupil: Person) -> None:
    for _ in range(30):
        ticket_of(school, pupil)
    refused = school.api.post("/ws-tickets", token=pupil.token)
    assert (refused.status, refused.body["code"], refused.headers["retry-after"]) == (429, "too_many_requests", "60")
    assert len(kept()) == 30
    ticket_of(school, school.person())
    school.clock.forward(MINUTE)
    ticket_of(school, pupil)


def test_no_ticket_is_logged(school: School, pupil: Person, log: Log) -> None:
    used, unused = ticket_of(school, pupil), ticket_of(school, pupil)
    school.live.status({"ticket": used})
    school.live.status({"ticket": used})
    school.live.status({"ticket": unused, "user_id": "1"})
    assert [event["account_id"] for event in log.events("ticket issued")] == [pupil.id, pupil.id]
    assert len(log.events("connection accepted")) == 1
    assert [event["code"] for event in log.events("connection refused")] == ["invalid_ticket", "not_your_user_id"]
    for ticket in (used, unused):
        assert ticket not in log.text
        assert hashlib.sha256(ticket.encode()).hexdigest() not in log.text


def test_a_connect_by_ticket_costs_two_reads_and_two_writes(school: School, pupil: Person) -> None:
    ticket = ticket_of(school, pupil)
    with counted_requests() as counted:
        assert school.live.status({"ticket": ticket}) == 200
    assert counted == {"DeleteItem": 1, "BatchGetItem": 1, "Query": 1, "TransactWriteItems": 1}

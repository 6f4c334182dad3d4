"""The costs of accounts: requests to the tables and runs of argon2, counted while they run."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.accounts import known_devices, sessions
from chalicelib.accounts.devices import Device
from tests.support.school import PASSWORD, Person, Reply, School, counted_requests
from tests.unit.accounts.test_passwords import hash_of_other_parameters, runs_of_argon2

MOST_REQUESTS = 7
"""One of them counts the address's writes, one the account's sessions, one strangers, which a known device is not."""
WRONG = "not the password"

Way = Callable[[School, str, str], Reply]
"""Signs in under a name with a password."""


def by_form(school: School, name: str, password: str) -> Reply:
    form = f"username={name}&password={password.replace(' ', '+')}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return school.api.request("POST", "/token", raw_body=form, headers=headers)


def by(path: str, field: str) -> Way:
    return lambda school, name, password: school.api.post(path, {field: name, "password": password})


WAYS: dict[str, tuple[Way, str]] = {
    "POST /login, login": (by("/login", "login"), "{}"),
    "POST /login, email": (by("/login", "email"), "{}@example.com"),
    "POST /token, login": (by_form, "{}"),
    "POST /token, email": (by_form, "{}@example.com"),
    "POST /auth/login": (by("/auth/login", "email"), "{}@example.com"),
    "POST /api/v1/users/sign_in": (by("/api/v1/users/sign_in", "email"), "{}@example.com"),
    "POST /api/v1/users/login": (by("/api/v1/users/login", "email"), "{}@example.com"),
}


@pytest.fixture(autouse=True)
def ann(school: School) -> Person:
    person = school.person(login="ann", email="ann@example.com")
    person.account.verified_mail = True
    person.account.save()
    return person


def cost(act: Callable[[], Reply], status: int) -> tuple[dict[str, int], int]:
    """Requests by operation, and runs of argon2, of something that is answered with a status."""
    replies: list[Reply] = []
    with counted_requests() as counted:
        runs = runs_of_argon2(lambda: replies.append(act()))
    assert [reply.status for reply in replies] == [status]
    return dict(counted), len(runs)


@pytest.mark.parametrize(("way", "name"), WAYS.values(), ids=WAYS)
def test_signing_in_costs_one_argon2_and_seven_requests(school: School, way: Way, name: str) -> None:
    for earlier_failures in (0, 1):
        for _ in range(earlier_failures):
            assert way(school, name.format("ann"), WRONG).status == 401
        requests, runs = cost(lambda: way(school, name.format("ann"), PASSWORD), 200)
        assert sum(requests.values()) <= MOST_REQUESTS
        assert runs == 1


def test_on_a_known_device_signing_in_costs_six_requests(school: School) -> None:
    body = {"login": "ann", "password": PASSWORD}
    device = {known_devices.HEADER: school.api.post("/login", body).headers[known_devices.HEADER.lower()]}
    requests, _ = cost(lambda: school.api.post("/login", body, headers=device), 200)
    assert sum(requests.values()) == MOST_REQUESTS - 1


@pytest.mark.parametrize(("way", "name"), WAYS.values(), ids=WAYS)
def test_failing_costs_the_same_whether_or_not_somebody_has_the_name(school: School, way: Way, name: str) -> None:
    for _ in range(2):  # with and without failures before
        wrong = cost(lambda: way(school, name.format("ann"), WRONG), 401)
        nobody = cost(lambda: way(school, name.format("bob"), WRONG), 401)
        assert wrong == nobody
        assert sum(wrong[0].values()) <= MOST_REQUESTS
        assert wrong[1] == 1


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_a_refused_attempt_costs_no_argon2(school: School, name: str) -> None:
    for _ in range(5):
        assert by("/login", "login")(school, name, WRONG).status == 401
    requests, runs = cost(lambda: by("/login", "login")(school, name, PASSWORD), 429)
    assert (sum(requests.values()), runs) == (3, 0)


def test_a_hash_of_old_parameters_is_replaced_once(school: School, ann: Person) -> None:
    ann.account.password_hash = hash_of_other_parameters(time_cost=1)
    ann.account.save()
    runs = [cost(lambda: by("/login", "login")(school, "ann", PASSWORD), 200)[1] for _ in range(2)]
    assert runs == [2, 1]


@pytest.mark.parametrize(
    ("method", "path", "beyond"),
    [("GET", "/me", 0), ("GET", "/auth", 0), ("GET", "/sessions", 1), ("GET", "/api/v1/users/login_history", 1)],
)
def test_an_authorised_request_costs_one_read_more(
    school: School, ann: Person, method: str, path: str, beyond: int
) -> None:
    requests, runs = cost(lambda: school.api.request(method, path, token=ann.token), 200)
    assert requests.pop("BatchGetItem") == 1
    assert (sum(requests.values()), runs) == (beyond, 0)


@pytest.mark.parametrize(
    "forge",
    [
        lambda ann: "rubbish",
        lambda ann: ann.access_token[:-4] + "AAAA",
        lambda ann: ann.refresh_token,
    ],
    ids=["rubbish", "forged", "of another kind"],
)
def test_a_token_that_is_not_good_costs_no_request(school: School, ann: Person, forge: Callable[..., str]) -> None:
    token = forge(sessions.start(ann.account, Device("", "")))
    assert cost(lambda: school.api.get("/me", token=token), 401) == ({}, 0)


def test_no_token_costs_no_request(school: School) -> None:
    assert cost(lambda: school.api.get("/me"), 401) == ({}, 0)


@pytest.mark.parametrize("method_and_path", [("GET", "/refresh"), ("POST", "/api/v1/users/refresh_token")])
def test_refreshing_costs_a_read_a_write_and_a_count(school: School, ann: Person, method_and_path: Any) -> None:
    token = sessions.start(ann.account, Device("", "")).refresh_token
    first, _ = cost(lambda: school.api.request(*method_and_path, token=token), 200)
    second_tab, _ = cost(lambda: school.api.request(*method_and_path, token=token), 200)
    assert first == {"BatchGetItem": 1, "UpdateItem": 2}
    assert second_tab == {"BatchGetItem": 1, "UpdateItem": 1}


def test_signing_out_costs_two_reads_a_write_and_a_count_when_no_socket_is_open(school: School, ann: Person) -> None:
    requests, _ = cost(lambda: school.api.request("DELETE", "/api/v1/users/logout", token=ann.token), 200)
    assert requests == {"BatchGetItem": 1, "BatchWriteItem": 1, "Query": 1, "UpdateItem": 1}

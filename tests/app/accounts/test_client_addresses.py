"""Behind the front door, limits by address and lists of sessions mean the client's address, and nobody else's word."""

import json

import pytest

from tests.support.school import PASSWORD, Person, School, aws

CLOUDFRONT, CLIENT, PRETENDED = "198.51.100.1", "203.0.113.7", "192.0.2.66"
NEW, OLD = "the key that CloudFront sends from now on", "the key that some of its edges still send"


@pytest.fixture
def behind_front_door(school: School) -> School:
    stored = json.dumps([NEW, OLD])
    aws("ssm").put_parameter(Name="/lyceum/local/front-door-keys", Type="SecureString", Value=stored, Overwrite=True)
    school.jwt_keys.put()
    return school


def address_seen(school: School, person: Person, **headers: str) -> object:
    """Where the newest session of `person` was started from, as they are shown it."""
    body = {"login": person.account.login, "password": PASSWORD}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    signed_in = school.api.post("/login", body, headers=sent, source_ip=CLOUDFRONT)
    assert signed_in.status == 200, signed_in.body
    listed = school.api.get("/sessions", token=signed_in.body["jwt_access"]).body
    (current,) = [each for each in listed["sessions"] if each["current"]]
    return current["source_ip"]


@pytest.mark.parametrize("key", [NEW, OLD])
def test_the_front_door_gives_the_clients_address(behind_front_door: School, pupil: Person, key: str) -> None:
    assert address_seen(behind_front_door, pupil, X_Front_Door_Key=key, X_Viewer_Address=CLIENT) == CLIENT


@pytest.mark.parametrize("key", ["", "a guess", NEW[:-1], NEW + "x"])
def test_only_the_front_door_may_give_the_clients_address(behind_front_door: School, pupil: Person, key: str) -> None:
    assert address_seen(behind_front_door, pupil, X_Front_Door_Key=key, X_Viewer_Address=PRETENDED) == CLOUDFRONT


def test_without_the_front_door_the_callers_address_counts(school: School, pupil: Person) -> None:
    assert address_seen(school, pupil, X_Viewer_Address=PRETENDED) == CLOUDFRONT


def test_the_keys_of_two_visitors_behind_the_front_door_are_not_in_each_others_way(behind_front_door: School) -> None:
    """Without an account they are told apart by their addresses; what the front door's own address sends is both's."""
    headers = {"Idempotency-Key": "the same", "X-Front-Door-Key": NEW}
    made = [
        behind_front_door.api.post(
            "/register",
            {"email": f"{name}@example.com", "username": name, "password": PASSWORD},
            headers={**headers, "X-Viewer-Address": address},
            source_ip=CLOUDFRONT,
        )
        for name, address in (("ann", CLIENT), ("bob", "203.0.113.8"))
    ]
    assert [(reply.status, reply.body.get("username")) for reply in made] == [(201, "ann"), (201, "bob")]

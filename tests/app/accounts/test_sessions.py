"""Sessions: their list, ending one's own, another or all, and the changes that end them at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts, administration, authentication, devices, sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.accounts.sessions import SignedIn
from tests.support.school import PASSWORD, Person, Reply, School, counted_requests, in_parallel, stored_items
from tests.support.stage_settings import stage_settings

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
IPAD = "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Version/16.6 Mobile/15E148 Safari/604.1"
ANDROID_PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"
ANDROID_TABLET = "Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


def signed_in(person: Person, user_agent: str = "tests") -> SignedIn:
    """One session more."""
    return sessions.start(person.account, Device("203.0.113.1", user_agent))


def delete(school: School, path: str, token: str, **options: Any) -> Reply:
    return school.api.request("DELETE", path, token=token, **options)


def answer_to(school: School, token: str) -> tuple[int, str]:
    """The status of the next request, and the code of its error."""
    reply = school.api.get("/me", token=token)
    return reply.status, reply.body.get("code", "")


WELCOME, ENDED, BLOCKED = (200, ""), (401, "session_ended"), (403, "account_blocked")


def test_signing_out_ends_this_session_and_no_other(school: School, pupil: Person) -> None:
    here, there = signed_in(pupil), signed_in(pupil)
    reply = delete(school, "/api/v1/users/logout", here.access_token)
    assert (reply.status, reply.body) == (200, {"success": True, "error": None, "result": "Ok", "data": None})
    assert answer_to(school, here.access_token) == ENDED
    assert answer_to(school, there.access_token) == WELCOME


def test_signing_out_twice_is_refused(school: School, pupil: Person) -> None:
    here = signed_in(pupil)
    statuses = [delete(school, "/api/v1/users/logout", here.access_token).status for _ in range(2)]
    assert statuses == [200, 401]


def test_one_signs_out_elsewhere(school: School, pupil: Person) -> None:
    here, there = signed_in(pupil), signed_in(pupil)
    assert delete(school, f"/sessions/{there.session.id}", here.access_token).status == 204
    assert answer_to(school, there.access_token) == ENDED
    assert answer_to(school, here.access_token) == WELCOME
    again = delete(school, f"/sessions/{there.session.id}", here.access_token)
    assert (again.status, again.body["code"]) == (404, "session_not_found")


@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
def test_nobody_signs_another_out(school: School, pupil: Person, role: Role) -> None:
    theirs = signed_in(pupil)
    reply = delete(school, f"/sessions/{theirs.session.id}", school.person(role).token)
    assert (reply.status, reply.body["code"]) == (404, "session_not_found")
    assert answer_to(school, theirs.access_token) == WELCOME


def test_signing_out_elsewhere_wants_a_recent_sign_in(school: School, pupil: Person) -> None:
    old, there = signed_in(pupil), signed_in(pupil)
    school.clock.forward(authentication.FRESH_FOR + timedelta(seconds=1))
    access = school.api.get("/refresh", token=old.refresh_token).body["jwt_access"]
    for path in ("/sessions", f"/sessions/{there.session.id}"):
        reply = delete(school, path, access)
        assert (reply.status, reply.body["code"]) == (401, "sign_in_again")
        assert "insufficient_user_authentication" in reply.headers["www-authenticate"]
    fresh = signed_in(pupil).access_token
    assert len(listed(school, fresh)) == 4
    assert delete(school, f"/sessions/{there.session.id}", fresh).status == 204
    assert delete(school, "/sessions", fresh).status == 204


def test_signing_out_here_wants_no_recent_sign_in(school: School, pupil: Person) -> None:
    old = signed_in(pupil)
    school.clock.forward(authentication.FRESH_FOR + timedelta(seconds=1))
    access = school.api.get("/refresh", token=old.refresh_token).body["jwt_access"]
    assert delete(school, f"/sessions/{old.session.id}", access).status == 204
    assert answer_to(school, access) == ENDED


def of(person: Person, session: SignedIn | None = None) -> str:
    """The path under which an admin finds somebody's sessions."""
    path = f"/user/users/{person.id}/sessions"
    return path if session is None else f"{path}/{session.session.id}"


def test_an_admin_sees_where_somebody_is_signed_in(school: School, pupil: Person) -> None:
    admin, there = school.person(Role.ADMIN), signed_in(pupil, IPHONE)
    found = school.api.get(of(pupil), token=admin.token)
    assert found.status == 200
    assert {each["id"] for each in found.body["sessions"]} == {there.session.id, caller(pupil).session_id}
    assert {each["current"] for each in found.body["sessions"]} == {False}
    own = school.api.get(of(admin), token=admin.token).body["sessions"]
    assert [each["current"] for each in own] == [True]
    page = school.api.get(f"{of(pupil)}?limit=1", token=admin.token)
    assert (len(page.body["sessions"]), "x-next-cursor" in page.headers) == (1, True)


def test_an_admin_ends_anothers_session_and_all_of_them_without_blocking(school: School, pupil: Person) -> None:
    admin, here, there = school.person(Role.ADMIN), signed_in(pupil), signed_in(pupil)
    assert delete(school, of(pupil, there), admin.token).status == 204
    assert [answer_to(school, each.access_token) for each in (there, here)] == [ENDED, WELCOME]
    assert delete(school, of(pupil, there), admin.token).status == 404
    assert delete(school, of(pupil), admin.token).status == 204
    assert {answer_to(school, token) for token in (pupil.token, here.access_token)} == {ENDED}
    assert school.api.post("/login", {"login": pupil.account.login, "password": PASSWORD}).status == 200
    assert answer_to(school, admin.token) == WELCOME


def test_signing_another_out_wants_a_recent_sign_in(school: School, pupil: Person) -> None:
    old, theirs = signed_in(school.person(Role.ADMIN)), signed_in(pupil)
    school.clock.forward(authentication.FRESH_FOR + timedelta(seconds=1))
    access = school.api.get("/refresh", token=old.refresh_token).body["jwt_access"]
    for path in (of(pupil), of(pupil, theirs)):
        reply = delete(school, path, access)
        assert (reply.status, reply.body["code"]) == (401, "sign_in_again")
    assert school.api.get(of(pupil), token=access).status == 200


def test_an_admin_ends_ones_own_sessions_as_everybody_does(school: School, pupil: Person) -> None:
    """The sessions of another are no way around the recent sign-in."""
    admin = school.person(Role.ADMIN)
    another = signed_in(admin)
    for path in (of(admin), of(admin, another)):
        reply = delete(school, path, admin.token)
        assert (reply.status, reply.body["code"]) == (409, "not_oneself")
    assert answer_to(school, another.access_token) == WELCOME


def test_a_session_under_another_account_is_not_found(school: School, pupil: Person) -> None:
    admin, other = school.person(Role.ADMIN), school.person()
    theirs = signed_in(other)
    assert delete(school, of(pupil, theirs), admin.token).status == 404
    assert delete(school, "/user/users/1/sessions", admin.token).status == 404
    assert school.api.get("/user/users/1/sessions", token=admin.token).status == 404
    assert answer_to(school, theirs.access_token) == WELCOME


# --- How many, and how long ------------------------------------------------------------------------------------------

SECOND = timedelta(seconds=1)


def test_a_session_that_is_not_refreshed_for_two_weeks_is_over(school: School, pupil: Person) -> None:
    unused, used = signed_in(pupil), signed_in(pupil)
    school.clock.forward(timedelta(days=13))
    token = school.api.get("/refresh", token=used.refresh_token).body["jwt_refresh"]
    school.clock.forward(timedelta(days=1) - SECOND)
    assert {each["id"] for each in listed(school, signed_in(pupil).access_token)} >= {unused.session.id}
    school.clock.forward(SECOND)
    assert school.api.get("/refresh", token=unused.refresh_token).body["code"] == "token_expired"
    assert unused.session.id not in {each["id"] for each in listed(school, signed_in(pupil).access_token)}
    assert school.api.get("/refresh", token=token).status == 200


def test_a_shorter_limit_ends_sessions_that_began_under_a_longer_one(school: School, pupil: Person) -> None:
    ann = signed_in(pupil)
    with stage_settings(LYCEUM_SESSION_IDLE_LIFE="60"):
        school.clock.forward(timedelta(seconds=59))
        assert answer_to(school, ann.access_token) == WELCOME
        school.clock.forward(SECOND)
        assert answer_to(school, ann.access_token) == ENDED
        assert school.api.get("/refresh", token=ann.refresh_token).body["code"] == "session_ended"


def test_of_too_many_sessions_the_longest_unused_ends(school: School, pupil: Person) -> None:
    with stage_settings(LYCEUM_SESSIONS_PER_ACCOUNT="3"):
        first, second = tick(school, pupil), tick(school, pupil)
        school.clock.forward(SECOND)
        assert school.api.get("/refresh", token=first.refresh_token).status == 200
        third, fourth = tick(school, pupil), tick(school, pupil)
        kept = {each["id"] for each in listed(school, fourth.access_token)}
    assert kept == {first.session.id, third.session.id, fourth.session.id}
    assert [answer_to(school, token) for token in (pupil.token, second.access_token)] == [ENDED, ENDED]
    lines = history(school, fourth.access_token).body["result"]
    assert [line["action_type"] for line in lines].count("logout") == 2


def tick(school: School, person: Person) -> SignedIn:
    """One session more, a second later."""
    school.clock.forward(SECOND)
    return signed_in(person)


def test_twenty_sessions_are_not_too_many(school: School, pupil: Person) -> None:
    for _ in range(19):
        tick(school, pupil)
    assert answer_to(school, pupil.token) == WELCOME
    assert len(listed(school, pupil.token)) == 20
    last = tick(school, pupil)
    assert answer_to(school, pupil.token) == ENDED
    assert len(listed(school, last.access_token)) == 20


def test_what_is_over_is_not_counted(school: School, pupil: Person) -> None:
    with stage_settings(LYCEUM_SESSIONS_PER_ACCOUNT="2"):
        delete(school, "/sessions", signed_in(pupil).access_token)
        account = accounts.get(pupil.id)
        ones = [signed_in(Person(account, "")) for _ in range(2)]
        assert [answer_to(school, one.access_token) for one in ones] == [WELCOME, WELCOME]


def test_sign_ins_at_once_do_not_pass_the_number(school: School, pupil: Person) -> None:
    school.clock.forward(SECOND)  # else the session that the pupil has already could be one of the three
    with stage_settings(LYCEUM_SESSIONS_PER_ACCOUNT="3"):
        begun = [each for each in in_parallel(8, lambda _: signed_in(pupil)) if isinstance(each, SignedIn)]
        answers = [answer_to(school, each.access_token) for each in begun]
    assert len(begun) == 8
    assert answers.count(WELCOME) == 3


@pytest.mark.parametrize("name", ["x", "SESSION", "%20", "..%2Fme", "ё"])
def test_a_session_that_never_was_is_not_found(school: School, pupil: Person, name: str) -> None:
    reply = delete(school, f"/sessions/{name}", pupil.token)
    assert (reply.status, reply.body["code"]) == (404, "session_not_found")


def test_what_does_not_fit_into_a_key_is_not_looked_up(school: School, pupil: Person) -> None:
    with counted_requests() as counted:
        reply = delete(school, f"/sessions/{'x' * 1100}", pupil.token)
    assert (reply.status, reply.body["code"]) == (404, "session_not_found")
    assert counted == {"BatchGetItem": 1, "UpdateItem": 1}, "those of the guard and of the limit"


def test_one_signs_out_everywhere_and_in_again(school: School, pupil: Person) -> None:
    before = [signed_in(pupil) for _ in range(3)]
    assert delete(school, "/sessions", before[0].access_token).status == 204
    assert {answer_to(school, token) for token in (pupil.token, *(one.access_token for one in before))} == {ENDED}
    again = school.api.post("/login", {"login": pupil.account.login, "password": PASSWORD})
    assert (again.status, answer_to(school, again.body["jwt_access"])) == (200, WELCOME)
    gone = delete(school, f"/sessions/{before[1].session.id}", again.body["jwt_access"])
    assert gone.status == 404


def test_signing_out_everywhere_leaves_others_in(school: School, pupil: Person) -> None:
    other = school.person()
    assert delete(school, "/sessions", pupil.token).status == 204
    assert answer_to(school, other.token) == WELCOME


def caller(person: Person) -> authentication.Caller:
    return authentication.caller_of(person.token)


ENDINGS: dict[str, tuple[Callable[[School, Person], object], tuple[int, str]]] = {
    "blocked": (lambda school, ann: administration.block(caller(school.person(Role.ADMIN)), ann.id), BLOCKED),
    "erased by an admin": (lambda school, ann: administration.erase(caller(school.person(Role.ADMIN)), ann.id), ENDED),
    "erased by themselves": (lambda school, ann: delete(school, "/api/v1/users", ann.token), ENDED),
}


@pytest.mark.parametrize(("end", "answer"), ENDINGS.values(), ids=ENDINGS)
def test_the_very_next_request_is_refused(
    school: School, pupil: Person, end: Callable[[School, Person], object], answer: tuple[int, str]
) -> None:
    assert answer_to(school, pupil.token) == WELCOME
    end(school, pupil)
    assert answer_to(school, pupil.token) == answer


def test_unblocking_brings_no_session_back(school: School, pupil: Person) -> None:
    admin = caller(school.person(Role.ADMIN))
    before = signed_in(pupil)
    administration.block(admin, pupil.id)
    administration.unblock(admin, pupil.id)
    assert answer_to(school, before.access_token) == ENDED
    assert school.api.get("/refresh", token=before.refresh_token).status == 401


def test_a_new_password_ends_every_other_session(school: School, pupil: Person) -> None:
    elsewhere = signed_in(pupil)
    body = {"old_password": PASSWORD, "new_password": "another battery 8"}
    reply = school.api.request("PATCH", "/api/v1/users/change_password", json_body=body, token=pupil.token)
    assert reply.status == 200
    assert {answer_to(school, token) for token in (pupil.token, elsewhere.access_token)} == {ENDED}
    assert answer_to(school, reply.body["data"]["jwt_access"]) == WELCOME
    assert school.api.get("/refresh", token=reply.body["data"]["jwt_refresh"]).status == 200


def test_a_role_holds_from_the_next_request_on(school: School, pupil: Person) -> None:
    admin, role = school.person(Role.ADMIN), {"user_id": pupil.id, "role": "ROLE_ADMIN"}
    seen = [school.api.get("/api/v1/roles", token=pupil.token).status]
    for method in ("POST", "DELETE"):
        assert school.api.request(method, "/api/v1/roles", json_body=role, token=admin.token).status == 200
        seen.append(school.api.get("/api/v1/roles", token=pupil.token).status)
    assert seen == [403, 200, 403]


def listed(school: School, token: str, query: str = "") -> list[dict[str, Any]]:
    reply = school.api.get(f"/sessions{query}", token=token)
    assert reply.status == 200
    found: list[dict[str, Any]] = reply.body["sessions"]
    return found


def test_the_list_says_where_one_is_signed_in(school: School, pupil: Person) -> None:
    start = {"login": pupil.account.login, "password": PASSWORD}
    school.clock.forward(timedelta(minutes=1))
    there = school.api.post("/login", start, headers={"User-Agent": IPHONE}, source_ip="198.51.100.7").body
    school.clock.forward(timedelta(minutes=1))
    assert school.api.get("/refresh", token=there["jwt_refresh"]).status == 200
    here, phone = sorted(listed(school, pupil.token), key=lambda session: session["created_at"])
    assert phone.pop("id") not in {"", here["id"]}
    assert phone == {
        "created_at": "2026-09-01T09:01:00.000Z",
        "refreshed_at": "2026-09-01T09:02:00.000Z",
        "expires_at": "2026-10-01T09:01:00.000Z",
        "device_type": "mobile",
        "source_ip": "198.51.100.7",
        "user_agent": IPHONE,
        "current": False,
    }
    assert here["current"] is True


def test_the_list_has_no_secret(school: School, pupil: Person) -> None:
    session = next(item for item in stored_items("accounts") if item["kind"] == "session")
    reply = school.api.get("/sessions", token=pupil.token)
    assert session["refresh_id"] not in str(reply.body)


def test_the_list_leaves_out_what_has_ended(school: School, pupil: Person) -> None:
    there = signed_in(pupil)
    delete(school, f"/sessions/{there.session.id}", pupil.token)
    assert [session["current"] for session in listed(school, pupil.token)] == [True]
    delete(school, "/sessions", pupil.token)
    again = signed_in(Person(accounts.get(pupil.id), ""))
    assert [session["id"] for session in listed(school, again.access_token)] == [again.session.id]


def test_the_list_leaves_out_what_is_over_though_still_stored(school: School, pupil: Person) -> None:
    school.clock.forward(timedelta(days=30))
    here = signed_in(pupil)
    assert sum(item["kind"] == "session" for item in stored_items("accounts")) == 2
    assert [session["id"] for session in listed(school, here.access_token)] == [here.session.id]


def test_the_list_is_read_page_by_page(school: School, pupil: Person) -> None:
    signed_in(school.person())
    expected = {signed_in(pupil).session.id for _ in range(4)} | {caller(pupil).session_id}
    seen, path = [], "/sessions?limit=2"
    while path:
        reply = school.api.get(path, token=pupil.token)
        assert len(reply.body["sessions"]) <= 2
        seen += [session["id"] for session in reply.body["sessions"]]
        path = reply.headers.get("link", "").partition(">")[0].lstrip("<")
    assert (len(seen), set(seen)) == (5, expected)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=rubbish", "cursor=e30=", "foo=1"])
@pytest.mark.parametrize("path", ["/sessions", "/api/v1/users/login_history"])
def test_a_list_refuses_what_it_cannot_follow(school: School, pupil: Person, path: str, query: str) -> None:
    assert school.api.get(f"{path}?{query}", token=pupil.token).status == 400


@pytest.mark.parametrize("path", ["/sessions", "/api/v1/users/login_history"])
def test_a_cursor_of_another_opens_nothing(school: School, pupil: Person, path: str) -> None:
    other = school.person()
    signed_in(other)
    cursor = school.api.get(f"{path}?limit=1", token=other.token).headers["x-next-cursor"]
    reply = school.api.get(f"{path}?cursor={cursor}", token=pupil.token)
    assert reply.status in {200, 400}
    assert str(other.id) not in str(reply.body)
    if reply.status == 200:
        lines = reply.body["sessions" if path == "/sessions" else "result"]
        assert len(lines) <= 1


def history(school: School, token: str, query: str = "") -> Reply:
    reply = school.api.get(f"/api/v1/users/login_history{query}", token=token)
    assert reply.status == 200
    return reply


def test_the_history_tells_of_sign_ins_and_sign_outs_the_latest_first(school: School, pupil: Person) -> None:
    there = signed_in(pupil, IPAD)
    for end in (f"/sessions/{there.session.id}", "/api/v1/users/logout"):
        school.clock.forward(timedelta(minutes=1))
        delete(school, end, pupil.token)
    lines = history(school, signed_in(pupil, FIREFOX).access_token).body["result"]
    told = [(line["login_dt"][11:16], line["action_type"], line["device_type"]) for line in lines]
    assert sorted(told[:2]) == [("09:02", "login", "web"), ("09:02", "logout", "unknown")]
    assert told[2] == ("09:01", "logout", "tablet")
    assert sorted(told[3:]) == [("09:00", "login", "tablet"), ("09:00", "login", "unknown")]


def test_refreshing_and_failing_leave_no_line(school: School, pupil: Person) -> None:
    ann = signed_in(pupil)
    school.api.get("/refresh", token=ann.refresh_token)
    school.api.post("/login", {"login": pupil.account.login, "password": "wrong"})
    assert len(history(school, ann.access_token).body["result"]) == 2


def test_the_history_is_read_page_by_page(school: School, pupil: Person) -> None:
    school.person()
    for _ in range(4):
        school.clock.forward(timedelta(minutes=1))
        newest = signed_in(pupil)
    first = history(school, newest.access_token, "?limit=3")
    second = history(school, newest.access_token, f"?limit=3&cursor={first.body['next_cursor']}")
    assert first.headers["x-next-cursor"] == first.body["next_cursor"]
    times = [line["login_dt"][14:16] for line in first.body["result"] + second.body["result"]]
    assert times == ["04", "03", "02", "01", "00"]
    assert second.body["next_cursor"] is None


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [
        (IPHONE, "mobile"),
        (IPAD, "tablet"),
        (ANDROID_PHONE, "mobile"),
        (ANDROID_TABLET, "tablet"),
        (FIREFOX, "web"),
        ("Opera/9.80 (Windows NT 6.1; U; ru) Presto/2.12", "web"),
        ("python-requests/2.32", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_device_is_of_a_kind(user_agent: str, kind: str) -> None:
    assert devices.device_type(user_agent) == kind

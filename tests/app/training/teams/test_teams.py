"""Teams: making them, joining by invitation, leaving, and who belongs into the lobby."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.dynamo import transactions
from chalicelib.common.http.paging import ListQuery
from chalicelib.training import models
from chalicelib.training.teams import invites, teams
from tests.app.training.conftest import FULL, NOT_IN_TEAM, Three, Training, fourth_member, team_of, turned_away
from tests.support.school import Person, Reply, School, in_parallel


def invite(school: School, team_id: int, captain: Person) -> str:
    reply = school.api.post(f"/teams/{team_id}/invites", token=captain.token)
    assert reply.status == 201, reply.body
    return str(reply.body["code"])


def join(school: School, who: Person, code: str) -> Reply:
    return school.api.post("/teams/join", {"code": code}, token=who.token)


def members(school: School, team_id: int, who: Person) -> list[tuple[int, bool]]:
    team = school.api.get(f"/teams/{team_id}", token=who.token).body
    return [(member["id"], member["is_captain"]) for member in team["members"]]


def test_whoever_makes_a_team_is_its_captain(school: School, pupil: Person) -> None:
    made = school.api.post("/teams", {"name": "Три медведя"}, token=pupil.token)
    assert (made.status, made.body["name"], made.body["captain_id"]) == (201, "Три медведя", pupil.id)
    assert made.body["members"] == [
        {"id": pupil.id, "login": "person1", "name": "Person 1", "display_name": "Person 1", "is_captain": True}
    ]
    assert school.api.get("/teams", token=pupil.token).body == [made.body]
    assert school.api.get("/teams", token=school.person().token).body == []


def test_an_invitation_lets_others_in_up_to_three(school: School, three: Three) -> None:
    ann, bob, eve = three
    team_id = team_of(school, ann, bob)
    code = invite(school, team_id, ann)
    assert join(school, eve, code).status == 200
    assert join(school, eve, code).status == 200
    assert members(school, team_id, eve) == [(ann.id, True), (bob.id, False), (eve.id, False)]
    full = join(school, school.person(), code)
    assert (full.status, full.body["code"]) == (409, "team_full")


def test_of_many_who_join_at_once_exactly_as_many_get_in_as_there_are_places(school: School, pupil: Person) -> None:
    team_id = team_of(school, pupil)
    code = invite(school, team_id, pupil)
    people = [school.person() for _ in range(6)]
    replies = in_parallel(len(people), lambda number: join(school, people[number], code).status)
    assert sorted(map(str, replies)) == ["200", "200", "409", "409", "409", "409"]
    assert len(members(school, team_id, pupil)) == 3
    assert [len(models.teams_of(person.id, at_most=5)) for person in people].count(1) == 2


@pytest.mark.parametrize("code", ["", "x", "1", "1-", "1-x", "-", "9" * 30 + "-x", "0-x"])
def test_what_is_no_code_lets_nobody_in(school: School, pupil: Person, code: str) -> None:
    assert join(school, pupil, code).status in {400, 404}


def test_a_code_of_another_team_does_not_open_this_one(school: School, three: Three) -> None:
    one, other = team_of(school, three[0]), team_of(school, three[1])
    secret = invite(school, one, three[0]).partition("-")[2]
    assert join(school, three[2], f"{other}-{secret}").body["code"] == "invite_not_found"


def test_an_invitation_expires(school: School, three: Three) -> None:
    team_id = team_of(school, three[0])
    code = invite(school, team_id, three[0])
    school.clock.forward(invites.LIFE)
    fresh = school.api.post("/login", {"login": "person2", "password": "correct horse 7"}).body["jwt_access"]
    refused = school.api.post("/teams/join", {"code": code}, token=fresh)
    assert (refused.status, refused.body["code"]) == (404, "invite_not_found")
    assert invites.of(teams.get(team_id), ListQuery()).items == []


def test_an_invitation_can_be_revoked_by_the_captain(school: School, three: Three) -> None:
    ann, bob, eve = three
    team_id = team_of(school, ann, bob)
    code = invite(school, team_id, ann)
    path = f"/teams/{team_id}/invites/{code}"
    assert school.api.request("DELETE", path, token=bob.token).body["code"] == "not_captain"
    assert school.api.request("DELETE", path, token=ann.token).status == 204
    assert join(school, eve, code).status == 404
    assert school.api.request("DELETE", path, token=ann.token).status == 404


def test_a_captain_sees_the_codes_that_hold(school: School, pupil: Person) -> None:
    team_id = team_of(school, pupil)
    code = invite(school, team_id, pupil)
    shown = school.api.get(f"/teams/{team_id}/invites", token=pupil.token).body["invites"]
    assert [each["code"] for each in shown] == [code]
    assert shown[0]["expires_at"] == "2026-09-08T09:00:00.000Z"


def test_a_team_issues_so_many_codes_in_an_hour(school: School, pupil: Person) -> None:
    team_id = team_of(school, pupil)
    for _ in range(invites.ISSUED.allowed):
        invite(school, team_id, pupil)
    assert school.api.post(f"/teams/{team_id}/invites", token=pupil.token).status == 429


def test_a_captain_who_leaves_is_followed_by_whoever_has_been_there_longest(
    school: School, three: Three, team_id: int
) -> None:
    ann, bob, eve = three
    gone = school.api.request("DELETE", f"/teams/{team_id}/members/{ann.id}", token=ann.token)
    assert gone.status == 204
    assert members(school, team_id, bob) == [(bob.id, True), (eve.id, False)]
    assert school.api.get("/teams", token=ann.token).body == []
    assert school.api.get(f"/teams/{team_id}", token=ann.token).body["code"] == "not_in_team"


def test_the_last_who_leaves_dissolves_the_team(school: School, pupil: Person) -> None:
    team_id = team_of(school, pupil)
    code = invite(school, team_id, pupil)
    assert school.api.request("DELETE", f"/teams/{team_id}/members/{pupil.id}", token=pupil.token).status == 204
    assert school.api.get(f"/teams/{team_id}", token=pupil.token).status == 404
    assert join(school, school.person(), code).status == 404


def test_only_the_captain_sends_others_away(school: School, three: Three, team_id: int) -> None:
    ann, bob, eve = three
    path = f"/teams/{team_id}/members/{eve.id}"
    assert school.api.request("DELETE", path, token=bob.token).body["code"] == "not_captain"
    assert school.api.request("DELETE", path, token=school.person().token).body["code"] == "not_in_team"
    assert school.api.request("DELETE", path, token=ann.token).status == 204
    assert school.api.request("DELETE", path, token=ann.token).body["code"] == "member_not_found"


def test_whoever_is_sent_away_is_out_of_the_lobby_at_once(school: School, three: Three, team_id: int) -> None:
    ann, _, eve = three
    socket = school.live.join(eve, team_id=team_id)
    school.api.request("DELETE", f"/teams/{team_id}/members/{eve.id}", token=ann.token)
    assert (socket.is_open, socket.last("ERROR")["code"]) == (False, 1008)
    assert turned_away(school, eve, team_id=team_id) == NOT_IN_TEAM


@pytest.mark.parametrize("who", [0, 1])
def test_whoever_erases_their_account_is_in_no_team_any_more(
    school: School, three: Three, training: Training, who: int
) -> None:
    """Else nobody could take their place, nor lead a team whose captain they were."""
    room = training.join(three[who])
    assert school.api.request("DELETE", "/api/v1/users", token=three[who].token).status == 204
    assert not room.is_open
    left = [each for each in three if each is not three[who]]
    shown = members(school, training.team_id, left[0])
    assert shown == [(left[0].id, True), (left[1].id, False)]
    assert join(school, school.person(), invite(school, training.team_id, left[0])).status == 200


def test_an_account_that_is_alone_in_its_team_can_be_erased(school: School, pupil: Person) -> None:
    team_of(school, pupil)
    assert school.api.request("DELETE", "/api/v1/users", token=pupil.token).status == 204


def test_a_blocked_account_stays_in_its_team(school: School, three: Three, team_id: int) -> None:
    admin = school.person(Role.ADMIN)
    path = f"/user/users/{three[1].id}"
    assert school.api.request("PATCH", path, json_body={"state": "blocked"}, token=admin.token).status == 200
    assert [member for member, _ in members(school, team_id, three[0])] == [who.id for who in three]


def test_a_fourth_member_is_told_that_the_lobby_is_full(school: School, three: Three, team_id: int) -> None:
    for who in three:
        school.live.join(who, team_id=team_id)
    assert turned_away(school, fourth_member(school, team_id), team_id=team_id) == FULL


def test_a_captain_hands_the_team_over(school: School, three: Three, team_id: int) -> None:
    ann, bob, _ = three
    path = f"/teams/{team_id}"
    changed = school.api.request("PATCH", path, json_body={"captain_id": bob.id, "name": "Новая"}, token=ann.token)
    assert (changed.status, changed.body["captain_id"], changed.body["name"]) == (200, bob.id, "Новая")
    again = school.api.request("PATCH", path, json_body={"name": "Другая"}, token=ann.token)
    assert again.body["code"] == "not_captain"
    stranger = {"captain_id": school.person().id}
    assert school.api.request("PATCH", path, json_body=stranger, token=bob.token).body["code"] == "member_not_found"


def test_a_name_that_has_changed_since_is_not_overwritten(school: School, three: Three, team_id: int) -> None:
    path, ann = f"/teams/{team_id}", three[0]
    etag = school.api.get(path, token=ann.token).headers["etag"]
    first: dict[str, Any] = {"token": ann.token, "headers": {"If-Match": etag}}
    assert school.api.request("PATCH", path, json_body={"name": "A"}, **first).status == 200
    for change in ({"name": "B"}, {"captain_id": three[1].id}):
        assert school.api.request("PATCH", path, json_body=change, **first).status == 412
    assert school.api.request("DELETE", path, **first).status == 412
    shown = school.api.get(path, token=ann.token).body
    assert (shown["name"], shown["captain_id"]) == ("A", ann.id)


def test_of_two_who_change_the_same_version_of_a_team_one_does(school: School, three: Three, team_id: int) -> None:
    ann, bob, eve = three
    read_first, read_second = teams.get(team_id), teams.get(team_id)
    models.change_team(read_second, name="Новая", captain_id=bob.id)
    with pytest.raises(transactions.ConditionFailed):
        models.change_team(read_first, name=read_first.name, captain_id=eve.id)
    shown = school.api.get(f"/teams/{team_id}", token=ann.token).body
    assert (shown["name"], shown["captain_id"]) == ("Новая", bob.id)


def test_a_team_that_is_shown_has_the_training_that_has_begun(school: School, three: Three, training: Training) -> None:
    path = f"/teams/{training.team_id}"
    known = {"If-None-Match": school.api.get(path, token=three[0].token).headers["etag"]}
    assert school.api.get(path, token=three[0].token, headers=known).status == 304
    school.api.post(f"{training.path}/complete", token=three[0].token)
    shown = school.api.get(path, token=three[0].token, headers=known)
    assert (shown.status, shown.body["running"]) == (200, None)


def test_the_codes_that_hold_come_a_page_at_a_time(school: School, pupil: Person) -> None:
    team_id = team_of(school, pupil)
    expired = {invite(school, team_id, pupil) for _ in range(3)}
    school.clock.forward(invites.LIFE)
    held = {invites.issue(teams.get(team_id)).code for _ in range(3)}
    first = invites.of(teams.get(team_id), ListQuery(limit=2))
    rest = invites.of(teams.get(team_id), ListQuery(limit=2, cursor=first.next_cursor))
    codes = [each.code for each in [*first.items, *rest.items]]
    assert (len(first.items), len(codes), set(codes)) == (2, 3, held)
    assert not expired & set(codes)


def test_teams_are_for_their_members_and_admins(school: School, teacher: Person, team_id: int) -> None:
    path = f"/teams/{team_id}"
    assert school.api.get(path, token=school.person(Role.ADMIN).token).status == 200
    for stranger in (school.person(), teacher):
        assert school.api.get(path, token=stranger.token).status == 403
    assert school.api.get("/teams/999", token=teacher.token).body["code"] == "team_not_found"


def test_the_lobby_is_for_members_alone(school: School, teacher: Person, three: Three, team_id: int) -> None:
    assert school.live.join(three[2], team_id=team_id).types == ["USER_JOIN", "SNAPSHOT"]
    for who in (school.person(), teacher):
        assert turned_away(school, who, team_id=team_id) == NOT_IN_TEAM
    assert school.live.status({"token": three[0].token, "team_id": "999"}) == 404


def test_one_may_be_in_so_many_teams(school: School, pupil: Person) -> None:
    for _ in range(teams.MAX_TEAMS):
        team_of(school, pupil)
    assert school.api.post("/teams", {"name": "X"}, token=pupil.token).body["code"] == "too_many_teams"
    other = school.person()
    code = invite(school, team_of(school, other), other)
    assert school.api.post("/teams/join", {"code": code}, token=pupil.token).body["code"] == "too_many_teams"
    ours, *_ = school.api.get("/teams", token=pupil.token).body
    assert school.api.post("/teams/join", {"code": invite(school, ours["id"], pupil)}, token=pupil.token).status == 200
    assert school.api.request("DELETE", f"/teams/{ours['id']}", token=pupil.token).status == 204
    assert school.api.post("/teams/join", {"code": code}, token=pupil.token).status == 200


def test_joining_at_the_same_moment_makes_no_team_too_many(school: School, pupil: Person) -> None:
    for _ in range(teams.MAX_TEAMS - 1):
        team_of(school, pupil)
    others = [school.person() for _ in range(4)]
    codes = [invite(school, team_of(school, other), other) for other in others]
    replies = in_parallel(len(codes), lambda number: join(school, pupil, codes[number]).status)
    assert sorted(map(str, replies)) == ["200", "409", "409", "409"]
    assert len(school.api.get("/teams", token=pupil.token).body) == teams.MAX_TEAMS


def test_coming_twice_into_the_last_team_is_coming_once(school: School, pupil: Person) -> None:
    for _ in range(teams.MAX_TEAMS - 1):
        team_of(school, pupil)
    other = school.person()
    code = invite(school, team_of(school, other), other)
    replies = in_parallel(3, lambda number: join(school, pupil, code).status)
    assert replies == [200, 200, 200]


def test_who_is_sent_away_may_be_in_another_team(school: School, pupil: Person) -> None:
    captain = school.person()
    sent_away_from = team_of(school, captain, pupil)
    for _ in range(teams.MAX_TEAMS - 1):
        team_of(school, pupil)
    assert school.api.post("/teams", {"name": "X"}, token=pupil.token).status == 409
    path = f"/teams/{sent_away_from}/members/{pupil.id}"
    assert school.api.request("DELETE", path, token=captain.token).status == 204
    assert school.api.post("/teams", {"name": "X"}, token=pupil.token).status == 201


def test_a_team_is_dissolved_by_its_captain(school: School, three: Three, team_id: int) -> None:
    ann, bob, _ = three
    assert school.api.request("DELETE", f"/teams/{team_id}", token=bob.token).body["code"] == "not_captain"
    assert school.api.request("DELETE", f"/teams/{team_id}", token=ann.token).status == 204
    assert school.api.get("/teams", token=bob.token).body == []


def test_an_invitation_holds_until_its_last_second(school: School, pupil: Person) -> None:
    team_id = team_of(school, pupil)
    invite(school, team_id, pupil)
    school.clock.forward(invites.LIFE - timedelta(seconds=1))
    assert len(invites.of(teams.get(team_id), ListQuery()).items) == 1

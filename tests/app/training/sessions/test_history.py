"""What a team has trained: as a list of its own, and beside the contests."""

from datetime import timedelta
from typing import Any

from chalicelib.accounts.permissions import Role
from chalicelib.training import models
from tests.app.training.conftest import Three, Training, contest_by, start, team_of
from tests.support.school import Person, Reply, School, counted_requests


def listed(school: School, who: Person, team_id: int, query: str = "") -> Reply:
    return school.api.get(f"/teams/{team_id}/training-sessions{query}", token=who.token)


def good(reply: Reply) -> Any:
    assert reply.status == 200, reply.body
    return reply.body


def finish(training: Training, who: Person) -> None:
    training.school.clock.forward(timedelta(minutes=1))
    good(training.school.api.post(f"{training.path}/complete", token=who.token))


def test_a_team_lists_its_trainings_the_latest_first(
    school: School, three: Three, team_id: int, teacher: Person
) -> None:
    first = start(school, three[0], team_id, contest_by(school, teacher, problems=2))
    first.submit(three[1])
    finish(first, three[0])
    second = start(school, three[0], team_id, contest_by(school, teacher, problems=1))
    found = good(listed(school, three[2], team_id))
    assert found["next"] is None
    assert [(each["id"], each["status"]) for each in found["items"]] == [
        (second.id, "IN_PROCESS"),
        (first.id, "FINISHED"),
    ]
    last = found["items"][1]
    assert (last["team_id"], last["team_name"], last["contest_id"]) == (team_id, "Три медведя", first.contest_id)
    assert (last["solved"], last["problems_count"], last["penalty"]) == (1, 2, 0)
    assert last["dtCreated"] == last["dt_created"]
    one = good(school.api.get(first.path, token=three[0].token))
    assert {name: last[name] for name in one} == one


def test_the_trainings_come_a_page_at_a_time(school: School, three: Three, team_id: int, teacher: Person) -> None:
    made = []
    for _ in range(3):
        training = start(school, three[0], team_id, contest_by(school, teacher, problems=1))
        finish(training, three[0])
        made.append(training.id)
    seen, cursor = [], ""
    for _ in made:
        page = good(listed(school, three[0], team_id, f"?limit=1{cursor}"))
        seen += [each["id"] for each in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert seen == made[::-1]


def test_a_page_costs_the_same_however_long_it_is(school: School, three: Three, team_id: int, teacher: Person) -> None:
    costs = []
    for _ in range(2):
        finish(start(school, three[0], team_id, contest_by(school, teacher, problems=1)), three[0])
        with counted_requests() as requests:
            good(listed(school, three[0], team_id))
        costs.append(dict(requests))
    assert costs[0] == costs[1]


def test_a_team_that_has_not_trained_lists_nothing(school: School, three: Three, team_id: int) -> None:
    assert good(listed(school, three[0], team_id)) == {"items": [], "next": None}


def test_others_do_not_learn_what_a_team_trains(
    school: School, three: Three, training: Training, teacher: Person
) -> None:
    stranger, colleague, admin = school.person(), school.person(Role.TEACHER), school.person(Role.ADMIN)
    for who in (stranger, colleague):
        reply = listed(school, who, training.team_id)
        assert (reply.status, reply.body["code"]) == (403, "not_in_team")
    for who in (teacher, admin):  # the members of the team are pupils of who teaches the contest
        assert len(good(listed(school, who, training.team_id))["items"]) == 1
    missing = listed(school, three[0], 7)
    assert (missing.status, missing.body["code"]) == (404, "team_not_found")


def test_who_has_left_is_asked_for_as_well(school: School, three: Three, training: Training, teacher: Person) -> None:
    gone, token = three[2], three[0].token
    assert school.api.request("DELETE", f"/teams/{training.team_id}/members/{gone.id}", token=token).status == 204
    assert listed(school, gone, training.team_id).status == 403
    other = school.person(Role.TEACHER)
    admin = school.person(Role.ADMIN)
    for person in three[:2]:
        person.account.school_class = 9
        person.account.save()
    school.api.request("PUT", f"/user/teachers/{other.id}/classes/9", token=admin.token)
    assert listed(school, other, training.team_id).status == 403


def test_a_contest_shows_ones_own_results(
    school: School, three: Three, team_id: int, contest_id: int, teacher: Person
) -> None:
    training = start(school, three[0], team_id, contest_id)
    started = rfc(good(school.api.get(training.path, token=three[0].token)))
    training.submit(three[1], problem="A")
    rival = school.person()
    elsewhere = contest_by(school, teacher, problems=1)
    others = start(school, rival, team_of(school, rival, name="Другие"), contest_id)
    expected = {
        "training_session_id": training.id,
        "team_id": team_id,
        "team_name": "Три медведя",
        "started_at": started[0],
        "ends_at": started[1],
        "solved": 1,
        "penalty": 0,
        "is_repetition": False,
    }
    for who, ids in ((three[2], [training.id]), (rival, [others.id]), (teacher, [])):
        shown = {each["id"]: each for each in good(school.api.get("/contests", token=who.token))}
        assert [each["training_session_id"] for each in shown[contest_id]["results"]] == ids
        assert shown[elsewhere]["results"] == []
        one = good(school.api.get(f"/contests/{contest_id}", token=who.token))
        assert {name: one[name] for name in shown[contest_id]} == shown[contest_id]
    assert good(school.api.get(f"/contests/{contest_id}", token=three[2].token))["results"] == [expected]


def rfc(training: Any) -> tuple[str, str]:
    return training["dt_created"], training["ends_at"]


def test_a_contest_names_its_author_and_counts_its_problems(
    school: School, contest_id: int, teacher: Person, pupil: Person
) -> None:
    (shown,) = good(school.api.get("/contests", token=pupil.token))
    assert (shown["id"], shown["author_id"], shown["author_name"]) == (contest_id, teacher.id, teacher.account.name)
    assert (shown["problems_count"], shown["created_at"]) == (5, "2026-09-01T09:00:00.000Z")


def test_a_new_result_changes_the_tag_of_a_contest(
    school: School, three: Three, team_id: int, contest_id: int, teacher: Person
) -> None:
    path, token = f"/contests/{contest_id}", three[0].token
    known = {"If-None-Match": school.api.get(path, token=token).headers["etag"]}
    assert school.api.request("GET", path, headers=known, token=token).status == 304
    start(school, three[0], team_id, contest_id)
    assert school.api.request("GET", path, headers=known, token=token).status == 200
    tag = {"If-Match": school.api.get(path, token=teacher.token).headers["etag"]}
    change = school.api.request("PATCH", path, json_body={"name": "N"}, headers=tag, token=teacher.token)
    assert (change.status, change.body["author_id"]) == (200, teacher.id)


def test_visitors_see_the_contests_without_what_they_ask(school: School, contest_id: int) -> None:
    assert good(school.api.get("/main/contests")) == {
        "items": [
            {
                "id": contest_id,
                "name": "Осенний",
                "duration": 18000,
                "freeze": False,
                "problems_count": 5,
                "created_at": "2026-09-01T09:00:00.000Z",
            }
        ],
        "next": None,
    }


def test_ones_teams_come_with_their_members(school: School, three: Three, team_id: int) -> None:
    (listed_team,) = good(school.api.get("/teams", token=three[1].token))
    assert listed_team == good(school.api.get(f"/teams/{team_id}", token=three[1].token))


def test_a_training_and_what_was_sent_in_name_the_team_and_its_members(
    school: School, three: Three, training: Training
) -> None:
    sent = training.submit(three[1])
    name = three[1].account.name
    assert name
    path = f"/submissions/{sent['id']}"
    assert [sent["userName"], training.get(three[0], path)["userName"]] == [name, name]
    assert training.get(three[0], f"{path}/full")["submission"]["userName"] == name
    for listing in ("/submissions", "/submissions/problem/A"):
        assert [each["userName"] for each in training.get(three[0], listing)["submissions"]] == [name]
    assert training.get(three[0])["team_name"] == "Три медведя"


def test_a_training_from_before_names_were_kept_has_none(school: School, three: Three, training: Training) -> None:
    session = models.Session(*models.session_key(training.id))
    session.update(actions=[models.Session.team_name.remove()])
    assert training.get(three[0])["team_name"] is None
    (listed_training,) = good(listed(school, three[0], training.team_id))["items"]
    assert listed_training["team_name"] == "Три медведя"

"""The tracks of the demo school."""

from datetime import timedelta

from chalicelib.accounts.permissions import Role
from chalicelib.common.events import timers
from chalicelib.judge import models as judge_models
from chalicelib.judge.submissions import counter_tests
from chalicelib.tracks.models import TOPIC
from infra.local import demo_evidence, demo_peers, demo_track
from tests.app.tracks.peers import good
from tests.support.school import School, stored_items


def test_it_waits_for_three_and_starts_when_they_come(school: School) -> None:
    teacher, *people = [school.person() for _ in range(4)]
    demo_track.ensure(teacher.id)
    before = stored_items("tracks")
    demo_track.ensure(teacher.id)
    assert stored_items("tracks") == before
    (track,) = good(school.api.get("/tracks?status=waiting", token=people[0].token))
    assert (track["id"], track["required_participants"]) == (1, 3)
    for person in people:
        good(school.api.post("/tracks/1/enroll", token=person.token))
    school.transitions.deliver()
    current = good(school.api.get("/tracks/1/assignments/current", token=people[0].token))
    assert (current["id"], current["current_stage"], current["reviews_required"]) == (1, "submission", 3)


def test_one_takes_solutions_one_is_reviewed_and_one_is_over(school: School) -> None:
    teacher, pupil, *others = [school.person() for _ in range(4)]
    members = [pupil.id, *(each.id for each in others)]
    demo_peers.ensure(members, author_id=teacher.id)
    before = stored_items("tracks")
    demo_peers.ensure(members, author_id=teacher.id)
    assert stored_items("tracks") == before
    mine = good(school.api.get("/tracks/my", token=pupil.token))
    assert {each["id"]: (each["status"], each["reviews_owed"]) for each in mine} == {
        2: ("active", 2),
        3: ("active", 0),
        4: ("completed", 0),
    }
    due = good(school.api.get("/user/monitor", token=pupil.token))["sections"]["assignments"]
    assert {(each["assignment_id"], each["stage"]) for each in due} == {(22, "code_review"), (31, "submission")}
    assert len(good(school.api.get("/tracks/2/standings", token=pupil.token))) == 3


def test_reviews_are_rated_and_an_appeal_waits_for_the_teacher(school: School) -> None:
    teacher, *people = [school.person(Role.TEACHER), *(school.person() for _ in range(3))]
    demo_peers.ensure([each.id for each in people], author_id=teacher.id)
    (appeal,) = good(school.api.get("/tracks/2/appeals?state=open", token=teacher.token))["items"]
    assert (appeal["assignment_id"], appeal["author"]["user_id"]) == (21, people[-1].id)
    decided = {"scores": dict.fromkeys(demo_track.CRITERIA, 8), "reason": "It does"}
    good(school.api.post(f"/appeals/{appeal['id']}/decision", decided, token=teacher.token))
    (result,) = good(school.api.get("/assignments/21/reviews", token=people[-1].token))["results"]
    assert result["score"] == 8 * len(demo_track.CRITERIA)
    assert all(each["rating"] for each in result["reviews"])


def test_the_judge_has_spoken_on_one_assignment_and_its_evidence_is_there(school: School) -> None:
    teacher, *people = [school.person(Role.TEACHER), *(school.person() for _ in range(3))]
    demo_peers.ensure([each.id for each in people], author_id=teacher.id)
    (appeal,) = good(school.api.get("/tracks/2/appeals?state=open", token=teacher.token))["items"]
    evidence = good(school.api.get(f"/appeals/{appeal['id']}", token=teacher.token))
    assert evidence["submission"]["judged"]["verdict"] == "WRONG_ANSWER"
    assert [each["outcome"] for each in evidence["counter_tests"]] == ["breaks", "holds", "invalid"]
    assert (evidence["line_comments"]["count"], evidence["line_comments"]["answered"]) == (1, 1)
    author = people[-1]
    for tried in evidence["counter_tests"]:
        path = f"/submissions/{evidence['submission']['id']}/counter-tests/{tried['id']}"
        assert good(school.api.get(path, token=author.token))["input"] == tried["input"]
    program = good(
        school.api.get(f"/submissions/{evidence['submission']['judged']['submission_id']}", token=author.token)
    )
    assert (program["tests_passed"], program["tests_total"]) == (2, 3)
    (thread,) = good(school.api.get("/assignments/21/threads", token=author.token))["items"]
    assert (thread["path"], thread["awaits_you"]) == ("sort.py", True)
    (case, *_) = good(school.api.get("/tracks/2/queue?assignment_id=21", token=teacher.token))["items"]
    assert {"appeal", "judge"} <= {each["kind"] for each in case["reasons"]}
    reviewers = good(school.api.get("/tracks/2/reliability", token=teacher.token))["reviewers"]
    assert [each["reviews"] for each in reviewers] == [2, 2, 2]
    problem = judge_models.find_problem(demo_evidence.PROBLEM)
    assert problem is not None
    counter_tests.check_taken(problem)


def test_one_link_was_fetched_and_one_was_not(school: School) -> None:
    teacher, *people = [school.person(Role.TEACHER), *(school.person() for _ in range(3))]
    demo_peers.ensure([each.id for each in people], author_id=teacher.id)
    solutions = [good(school.api.get("/assignments/31/submit", token=each.token)) for each in people[1:]]
    found = [
        good(school.api.get(f"/assignments/31/submissions/{each['id']}/files", token=teacher.token))
        for each in solutions
    ]
    assert [each["fetch"]["state"] for each in found] == ["failed", "fetched"]
    assert [file["path"] for file in found[-1]["files"]] == ["game.py"]


def test_they_go_on_by_themselves(school: School) -> None:
    teacher, *people = [school.person() for _ in range(4)]
    demo_peers.ensure([each.id for each in people], author_id=teacher.id)
    for _ in range(2):
        solution = good(school.api.get("/assignments/22/review/submission", token=people[0].token))
        code = good(school.api.get(f"/assignments/22/submissions/{solution['id']}/files", token=people[0].token))
        assert [each["path"] for each in code["files"]] == ["search.py", "tests/test_search.py"]
        review = {"criteria_scores": dict.fromkeys(demo_track.CRITERIA, 5)}
        good(school.api.post(f"/submissions/{solution['id']}/review", review, token=people[0].token))
    school.transitions.deliver()
    current = good(school.api.get("/tracks/2/assignments/current", token=people[0].token))
    assert (current["id"], current["current_stage"]) == (23, "submission")
    (result,) = good(school.api.get("/assignments/22/reviews", token=people[0].token))["results"]
    assert len(result["reviews"]) == 2
    timer = timers.find(TOPIC, "3")
    assert timer is not None
    assert timer.due_at - school.clock.now == timedelta(days=4)

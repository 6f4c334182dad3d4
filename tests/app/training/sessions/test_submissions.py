"""Programs of a session: from being sent to what the room is told of their verdicts."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.judge.grading import grader, judge_client
from chalicelib.judge.models import Problem
from chalicelib.judge.submissions import submissions
from chalicelib.judge_protocol.contract import Outcome
from chalicelib.training.sessions import sessions
from chalicelib.training.sessions import submissions as session_submissions
from tests.app.training.conftest import Three, Training, contest_by, start, team_of
from tests.support.live import of_user
from tests.support.school import Person, School


def told(socket: Any, *types: str) -> list[tuple[str, Any]]:
    return [(frame["type"], frame["payload"]) for frame in socket.got if frame["type"] in types]


VERDICT_FRAMES = ("SUBMISSION_VERDICT_PENDING", "SUBMISSION_VERDICT_RETRIEVED", "PROBLEM_STATUS_UPDATED")


def test_the_room_is_told_at_once_and_of_the_verdict(school: School, training: Training, three: Three) -> None:
    school.queue.held = True
    room = training.join(three[1])
    sent = training.submit(three[0])
    identity = {"id": sent["id"], "problemAlias": "A", **of_user(three[0].id)}
    pending = {**identity, "verdict": "Checking", "code": "PENDING"}
    assert told(room, *VERDICT_FRAMES) == [("SUBMISSION_VERDICT_PENDING", pending)]
    assert (sent["verdict"], sent["code"], sent["runId"]) == ("Checking", "PENDING", sent["id"])
    school.queue.deliver()
    verdict = {**identity, "verdict": "OK", "code": "OK", "time": 0.012, "memory": 9000, "test": None}
    assert told(room, *VERDICT_FRAMES[1:]) == [
        ("SUBMISSION_VERDICT_RETRIEVED", verdict),
        ("PROBLEM_STATUS_UPDATED", {"problemAlias": "A", "status": "PASSED", "attempts": 1}),
    ]


def test_a_verdict_that_is_faster_than_its_sender_comes_after_pending_all_the_same(
    training: Training, three: Three
) -> None:
    """The test's queue judges before `submit` returns."""
    room = training.join(three[1])
    training.submit(three[0])
    assert [type_ for type_, _ in told(room, *VERDICT_FRAMES)] == list(VERDICT_FRAMES)


def test_each_of_the_room_reads_the_verdict_in_their_language(school: School, training: Training, three: Three) -> None:
    russian, english = training.join(three[1], language="ru"), training.join(three[2])
    training.submit(three[0], "4")
    told = [room.last("SUBMISSION_VERDICT_RETRIEVED")["verdict"] for room in (russian, english)]
    assert told == [
        "Неправильный ответ на тесте 1: ожидалось 5 в строке 1, получено 4",
        "Wrong answer on test 1: expected 5 in line 1, got 4",
    ]


def test_wrong_and_right(school: School, training: Training, three: Three) -> None:
    room = training.join(three[1])
    training.submit(three[0], "4")
    assert training.get(three[1], "/problems/A")["status"] == "FAILED"
    assert room.last("SUBMISSION_VERDICT_RETRIEVED")["test"] == 1
    training.submit(three[1], "5")
    training.submit(three[2], "4")
    shown = training.get(three[1], "/problems/A")
    assert (shown["status"], shown["attempts"]) == ("PASSED", 3)
    assert room.last("PROBLEM_STATUS_UPDATED") == {"problemAlias": "A", "status": "PASSED", "attempts": 3}
    assert training.get(three[1], "/problems/B")["status"] == "NOT_SUBMITTED"


def test_what_we_fail_to_judge_is_no_attempt(school: School, training: Training, three: Three) -> None:
    problem = session_submissions.problem(sessions.get(training.id), "A")
    problem.update(actions=[Problem.tests_version.set(9)])  # of which there are no tests
    room = training.join(three[1])
    sent = training.submit(three[0])
    assert room.last("SUBMISSION_VERDICT_RETRIEVED")["code"] == "SYSTEM_ERROR"
    assert told(room, "PROBLEM_STATUS_UPDATED") == []
    assert training.get(three[1], "/problems/A")["attempts"] == 0
    assert training.get(three[1], f"/submissions/{sent['id']}")["code"] == "SYSTEM_ERROR"


def test_a_verdict_that_is_told_again_is_one_frame(school: School, training: Training, three: Three) -> None:
    room = training.join(three[1])
    sent = training.submit(three[0])
    session_submissions.announce(submissions.get(sent["id"]), True)
    numbers = {frame["seq"] for frame in room.got if frame["type"] in VERDICT_FRAMES}
    assert len(numbers) == 3


def test_a_teacher_takes_back_a_point_and_all_say_the_same(
    school: School, teacher: Person, training: Training, three: Three
) -> None:
    sent = training.submit(three[0])
    room = training.join(three[1])
    school.judge.outcome = Outcome.RUNTIME_ERROR
    school.clock.forward(timedelta(seconds=1))
    path = f"/contests/{training.contest_id}/problems/A/rejudge"
    assert school.api.post(path, token=three[0].token).status == 403
    assert school.api.post(path, token=school.person(Role.TEACHER).token).body["code"] == "not_your_contest"
    unknown = school.api.post(path.replace("/A/", "/Z/"), token=teacher.token)
    assert (unknown.status, unknown.body["code"]) == (404, "contest_problem_not_found")
    assert school.api.post(path, token=teacher.token).status == 202
    (listed,) = training.get(three[1], "/submissions")["submissions"]
    (in_full, alone) = (training.get(three[1], f"/submissions/{sent['id']}{more}") for more in ("/full", ""))
    codes = (listed["code"], alone["code"], in_full["submission"]["code"], in_full["judged"]["code"])
    assert codes == ("RUNTIME_ERROR",) * 4
    assert training.get(three[1], "/problems/A")["status"] == "FAILED"
    assert room.last("PROBLEM_STATUS_UPDATED") == {"problemAlias": "A", "status": "FAILED", "attempts": 1}
    for table in (f"/contests/{training.contest_id}/standings", f"{training.path}/standings"):
        (row,) = school.api.get(table, token=three[0].token).body["rows"]
        assert (row["solved"], row["problems"][0]["status"]) == (0, "FAILED")


def test_a_teams_repetition_is_marked_and_ranked_apart(
    school: School, teacher: Person, training: Training, three: Three
) -> None:
    school.clock.forward(timedelta(minutes=3))
    training.submit(three[0])
    school.api.post(f"{training.path}/complete", token=three[0].token)
    again = start(school, three[0], training.team_id, training.contest_id)
    again.submit(three[0])
    stranger, friend = school.person(), school.person()
    newcomers = team_of(school, stranger, name="Новые")
    school.clock.forward(timedelta(minutes=1))
    theirs = start(school, stranger, newcomers, training.contest_id)

    def join(who: Person) -> None:
        code = school.api.post(f"/teams/{newcomers}/invites", token=stranger.token).body["code"]
        assert school.api.post("/teams/join", {"code": code}, token=who.token).status == 200

    def table() -> list[tuple[int, str, bool]]:
        rows = school.api.get(f"/contests/{training.contest_id}/standings", token=teacher.token).body["rows"]
        return [(row["rank"], row["training_session_id"], row["is_repetition"]) for row in rows]

    join(friend)
    assert table() == [(1, training.id, False), (2, theirs.id, False), (1, again.id, True)]
    join(three[2])
    assert table() == [(1, training.id, False), (1, again.id, True), (2, theirs.id, True)]
    listed = school.api.get(f"/teams/{training.team_id}/training-sessions", token=three[0].token).body["items"]
    assert [each["is_repetition"] for each in listed] == [True, False]


def test_a_file_of_the_seeds_form_is_a_program(school: School, training: Training, three: Three) -> None:
    source = 'print("привет")\r\n\r\n# --x\n'
    boundary = "----WebKitFormBoundaryX"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.py"\r\n',
        f"Content-Type: text/x-python\r\n\r\n{source}\r\n",
        f'--{boundary}\r\nContent-Disposition: form-data; name="compiler"\r\n\r\npython3\r\n',
        f'--{boundary}\r\nContent-Disposition: form-data; name="problem"\r\n\r\nB\r\n--{boundary}--\r\n',
    ]
    reply = school.api.request(
        "POST",
        f"{training.path}/submissions",
        raw_body="".join(parts).encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
        token=three[0].token,
    )
    assert (reply.status, reply.body["problemAlias"]) == (200, "B")
    assert training.get(three[0], f"/submissions/{reply.body['id']}/full")["source"] == source


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"problem": "Z"}, 404, "alias_not_found"),
        ({"compiler": "brainfuck"}, 400, "unknown_language"),
        ({"compiler": "pascal"}, 422, "language_unavailable"),
        ({"code": ""}, 400, "empty_source"),
        ({"code": "x" * 66_000}, 413, "source_too_large"),
        ({"file": "y"}, 400, "one_program"),
        ({"code": None}, 400, "one_program"),
        ({"compiler": None}, 400, "invalid_body"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    school: School, training: Training, three: Three, change: dict[str, Any], status: int, code: str
) -> None:
    body = {"problem": "A", "compiler": "python3", "code": "5", **change}
    refused = school.api.post(f"{training.path}/submissions", body, token=three[0].token)
    assert (refused.status, refused.body["code"]) == (status, code)
    assert training.get(three[0], "/submissions") == {"count": 0, "submissions": []}


def test_only_members_submit_and_only_before_the_end(
    school: School, teacher: Person, training: Training, three: Three
) -> None:
    body = {"problem": "A", "compiler": "python3", "code": "5"}
    path = f"{training.path}/submissions"
    assert school.api.post(path, body, token=teacher.token).body["code"] == "not_in_team"
    school.api.post(f"{training.path}/complete", token=three[0].token)
    assert school.api.post(path, body, token=three[0].token).body["code"] == "training_finished"


def test_a_verdict_after_the_end_counts(school: School, training: Training, three: Three) -> None:
    school.queue.held = True
    training.submit(three[0])
    school.api.post(f"{training.path}/complete", token=three[0].token)
    school.queue.deliver()
    assert training.get(three[1], "/problems/A")["status"] == "PASSED"


def test_the_team_sees_what_it_has_sent(school: School, training: Training, three: Three) -> None:
    first, second = training.submit(three[0], "4"), training.submit(three[1], "5", "B")
    school.queue.held = True
    third = training.submit(three[1], "5", "A")
    listed = training.get(three[2], "/submissions")
    ids = [each["id"] for each in listed["submissions"]]
    assert (listed["count"], set(ids)) == (3, {first["id"], second["id"], third["id"]})
    verdicts = {each["id"]: each["code"] for each in listed["submissions"]}
    assert verdicts == {first["id"]: "WRONG_ANSWER", second["id"]: "OK", third["id"]: "PENDING"}
    to_a = training.get(three[2], "/submissions/problem/A")
    assert {each["id"] for each in to_a["submissions"]} == {first["id"], third["id"]}
    assert training.get(three[2], f"/submissions/{first['id']}")["test"] == 1
    in_full = training.get(three[2], f"/submissions/{first['id']}/full")
    assert (in_full["source"], in_full["judged"]["tests"][0]["verdict"]) == ("4", "WRONG_ANSWER")
    other = school.api.get(f"{training.path}/submissions/1", token=three[0].token)
    assert (other.status, other.body["code"]) == (404, "submission_not_found")


def test_what_was_sent_to_a_problem_comes_a_page_at_a_time(school: School, training: Training, three: Three) -> None:
    sent = []
    for problem in ("A", "B", "A", "B", "A"):
        school.clock.forward(timedelta(seconds=1))
        sent.append(training.submit(three[0], problem=problem)["id"])
    to_a = [sent[4], sent[2], sent[0]]
    path = f"{training.path}/submissions/problem/A?limit=2"
    first = school.api.get(path, token=three[1].token)
    rest = school.api.get(f"{path}&cursor={first.headers['x-next-cursor']}", token=three[1].token)
    shown = [[each["id"] for each in reply.body["submissions"]] for reply in (first, rest)]
    assert shown == [to_a[:2], to_a[2:]]
    elsewhere = school.api.get(f"{training.path}/submissions/problem/Z", token=three[1].token)
    assert (elsewhere.status, elsewhere.body["code"]) == (404, "alias_not_found")


def test_a_judge_that_is_away_delays_the_verdict_alone(school: School, training: Training, three: Three) -> None:
    school.queue.held = True
    room = training.join(three[1])
    training.submit(three[0])
    school.judge.failures = [RuntimeError("no"), RuntimeError("no")]
    with pytest.raises((RuntimeError, judge_client.JudgeUnavailable)):
        grader.judge(school.queue.waiting[0])
    assert told(room, "SUBMISSION_VERDICT_RETRIEVED") == []
    school.judge.failures = []
    school.queue.deliver()
    assert len(told(room, "SUBMISSION_VERDICT_RETRIEVED")) == 1


def test_standings_across_teams_stand_still_in_the_last_fifth(
    school: School, teacher: Person, three: Three, training: Training
) -> None:
    path = f"/contests/{training.contest_id}/standings"
    training.submit(three[0], "4")
    training.submit(three[1], "5")
    (row,) = school.api.get(path, token=school.person().token).body["rows"]
    assert (row["rank"], row["solved"], row["penalty"], row["team"]) == (1, 1, 20, "Три медведя")
    assert row["training_session_id"] == training.id
    assert [cell["status"] for cell in row["problems"]] == ["PASSED", *["NOT_SUBMITTED"] * 4]


def test_what_is_sent_in_the_last_fifth_is_for_the_team_and_its_teachers_until_the_end(
    school: School, teacher: Person, three: Three, team_id: int
) -> None:
    contest_id = contest_by(school, teacher, duration=300, freeze=True)
    training = start(school, three[0], team_id, contest_id)
    training.submit(three[0], problem="A")
    school.clock.forward(timedelta(seconds=241))
    training.submit(three[0], problem="B")
    path = f"/contests/{contest_id}/standings"

    def solved(who: Person, path: str = path) -> int:
        (row,) = school.api.get(path, token=who.token).body["rows"]
        return int(row["solved"])

    rival = school.person()
    assert [solved(who) for who in (rival, school.person(Role.TEACHER), teacher)] == [1, 1, 2]
    assert solved(three[1], f"{training.path}/standings") == 2
    school.clock.forward(timedelta(seconds=59))
    assert solved(rival) == 2


def test_a_contest_may_ask_for_coarse_results(school: School, teacher: Person, three: Three, team_id: int) -> None:
    contest_id = contest_by(school, teacher, coarse_results=True)
    shown = school.api.get(f"/contests/{contest_id}", token=three[0].token).body
    assert shown["coarse_results"] is True
    training = start(school, three[0], team_id, contest_id)
    room = training.join(three[1])
    sent = training.submit(three[0])
    quarter = {"time": 0.25, "memory": 64 * 1024}
    assert quarter.items() <= room.last("SUBMISSION_VERDICT_RETRIEVED").items()
    assert quarter.items() <= training.get(three[1], f"/submissions/{sent['id']}").items()
    judged = training.get(three[1], f"/submissions/{sent['id']}/full")["judged"]
    assert (judged["time"], judged["tests"][1]["time"], judged["judged_at"]) == (0.25, 0.25, None)


def test_coarse_results_name_no_hidden_test(school: School, teacher: Person, three: Three, team_id: int) -> None:
    training = start(school, three[0], team_id, contest_by(school, teacher, coarse_results=True))
    room = training.join(three[1])
    sent = training.submit(three[0], "4")
    told = room.last("SUBMISSION_VERDICT_RETRIEVED")
    assert (told["verdict"], told["code"], told["test"]) == ("Wrong answer", "WRONG_ANSWER", None)
    shown = training.get(three[0], f"/submissions/{sent['id']}")
    assert (shown["verdict"], shown["test"]) == ("Wrong answer", None)


def test_a_contest_begins_or_stops_to_ask_for_the_sessions_that_follow(school: School, teacher: Person) -> None:
    contest_id = contest_by(school, teacher)
    path = f"/contests/{contest_id}"
    for wanted in (True, False):
        reply = school.api.request("PATCH", path, json_body={"coarse_results": wanted}, token=teacher.token)
        assert (reply.status, reply.body["coarse_results"]) == (200, wanted)

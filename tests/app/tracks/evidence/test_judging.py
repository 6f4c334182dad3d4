"""Solutions to an assignment with a problem: sent to the judge, replaced, and shown as the teacher says."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading import grader, judge_client
from chalicelib.judge.grading.judge_client import JudgeUnavailable
from chalicelib.tracks import work_models
from tests.app.tracks.evidence.judged import Judged, judged, problem_with_jury
from tests.app.tracks.peers import ASSIGNMENT, HOUR, good, peers, refusal
from tests.support.school import Person, School


def _said(verdict: str | None, track: Judged, person: Person) -> bool:
    said = track.own(person)["judged"]
    return said is not None and said["verdict"] == verdict


def test_a_solution_is_judged_when_it_is_sent_in(school: School) -> None:
    track = judged(school)
    right, wrong, _ = track.track.people
    assert good(track.submit(right))["judged"]["verdict"] is None
    good(track.submit(wrong, "lose"))
    assert _said("OK", track, right)
    assert _said("WRONG_ANSWER", track, wrong)
    stored = work_models.find_submission(track.track.assignment_ids[0], right.id)
    assert stored is not None
    assert stored.judged["verdict"] == "OK"
    assert stored.judged["points"] == 1


def test_it_is_in_no_list_of_its_author(school: School) -> None:
    track = judged(school)
    person = track.track.people[0]
    good(track.submit(person))
    assert good(school.api.get("/submissions", token=person.token))["submissions"] == []


def test_further_files_go_along(school: School) -> None:
    track = judged(school)
    files = [
        {"path": "src/solve.py", "content": "echo"},
        {"path": "src/lib/sums.py", "content": "x = 1"},
        {"path": "README.md", "content": "Mine"},
    ]
    good(track.submit(track.track.people[0], files=files, main="src/solve.py"))
    (job,) = track.judge.jobs
    assert job.source == "echo"
    assert [(file.name, file.data) for file in job.files] == [("lib/sums.py", b"x = 1")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"files": [], "repository_url": "https://elsewhere.example/me"}, "link_not_fetched"),
        ({"language": None}, "language_needed"),
        ({"language": "klingon"}, "unknown_language"),
        ({"main": "other.py"}, "main_not_there"),
        ({"files": [{"path": "a.py", "content": "1"}, {"path": "b.py", "content": "2"}]}, "main_needed"),
        ({"files": [{"path": "a.py", "content": " \n"}]}, "empty_program"),
        (
            {"files": [{"path": "a.py", "content": "1"}, {"path": "main.py", "content": "2"}], "main": "a.py"},
            "program_file_refused",
        ),
        (
            {"files": [{"path": "a.py", "content": "1"}, {"path": "b c.txt", "content": "2"}], "main": "a.py"},
            "program_file_refused",
        ),
        ({"files": [{"path": "a.py", "content": "x" * (64 * 1024 + 1)}]}, "main_file_too_large"),
    ],
)
def test_what_cannot_be_judged_is_refused_and_not_stored(school: School, change: dict[str, Any], code: str) -> None:
    track = judged(school)
    person = track.track.people[0]
    assert refusal(track.submit(person, **change)) == (400, code)
    assert work_models.find_submission(track.track.assignment_ids[0], person.id) is None


def test_a_language_that_the_problem_does_not_take_is_refused(school: School) -> None:
    teacher = school.person(Role.TEACHER)
    track = judged(school, problem_with_jury(school, teacher, languages=["cpp17"]), teacher)
    assert refusal(track.submit(track.track.people[0])) == (422, "language_not_allowed")


def test_the_quota_of_the_judge_holds_and_nothing_is_stored_beyond_it(school: School) -> None:
    track = judged(school)
    school.queue.held = True
    person = track.track.people[0]
    good(track.submit(person))
    good(track.replace(person, "lose"))  # the first is taken back: nobody waits for it
    task = school.task_path(person, school.problem())
    assert school.api.post(task, {"code": "5"}, token=person.token).status == 200
    reply = track.replace(person, "crash")
    assert refusal(reply) == (429, "too_many_submissions")
    stored = work_models.find_submission(track.track.assignment_ids[0], person.id)
    assert stored is not None
    assert stored.code_version == 2


def test_a_verdict_of_a_replaced_solution_changes_nothing(school: School) -> None:
    track = judged(school)
    school.queue.held = True
    person = track.track.people[0]
    old = good(track.submit(person, "lose"))["judged"]["submission_id"]
    stored = judge_models.find_submission(old)
    assert stored is not None
    good(track.replace(person, "echo"))
    new = track.own(person)["judged"]["submission_id"]
    assert new != old
    grader.judge(new)
    assert _said("OK", track, person)
    stored.verdict = "PENDING"  # its cancellation came too late: it was being judged
    stored.save()
    grader.judge(old)
    assert track.own(person)["judged"] == {
        "submission_id": new, "verdict": "OK", "points": 1, "max_points": 1,
    }  # fmt: skip


def test_a_verdict_that_comes_twice_is_kept_once(school: School) -> None:
    track = judged(school)
    person = track.track.people[0]
    sent = good(track.submit(person))["judged"]["submission_id"]
    before = track.own(person)
    grader.judge(sent, again=True)
    assert track.own(person) == before


def test_the_same_solution_again_is_not_judged_again(school: School) -> None:
    track = judged(school)
    person = track.track.people[0]
    good(track.submit(person))
    before = track.own(person)["judged"]
    good(track.replace(person, "echo"))
    assert track.own(person)["judged"] == before
    good(track.replace(person, "echo", main="main.py"))
    assert track.own(person)["judged"]["submission_id"] != before["submission_id"]


def test_a_fault_of_ours_is_no_verdict(school: School) -> None:
    track = judged(school)
    school.queue.held = True
    person = track.track.people[0]
    sent = good(track.submit(person))["judged"]["submission_id"]
    submission = judge_models.find_submission(sent)
    assert submission is not None
    submission.tests_version = 77  # there are no such tests
    submission.save()
    grader.judge(sent)
    found = judge_models.find_submission(sent)
    assert found is not None
    assert found.verdict == "SYSTEM_ERROR"
    assert _said(None, track, person)


def test_a_judge_that_is_away_is_asked_again(school: School) -> None:
    track = judged(school)
    school.queue.held = True
    person = track.track.people[0]
    sent = good(track.submit(person))["judged"]["submission_id"]
    school.judge.failures = [JudgeUnavailable("away"), JudgeUnavailable("away")]
    with pytest.raises(judge_client.JudgeUnavailable):
        grader.judge(sent)
    assert _said(None, track, person)
    grader.judge(sent)
    assert _said("OK", track, person)


@pytest.mark.parametrize(
    ("shown", "then"), [("at_once", (True, True)), ("after_deadline", (False, True)), ("never", (False, False))]
)
def test_a_verdict_is_shown_as_the_teacher_says(school: School, shown: str, then: tuple[bool, bool]) -> None:
    before, after = then
    track = judged(school, verdict_shown=shown)
    author, other, _ = track.track.people
    socket = school.live.join(author)
    sent = good(track.submit(author, "lose"))
    stored = work_models.find_submission(track.track.assignment_ids[0], author.id)
    assert stored is not None
    program = f"/submissions/{stored.judged['submission_id']}"

    def sees(person: Person) -> bool:
        return school.api.get(program, token=person.token).status == 200

    assert (sent["judged"] is not None) is before
    assert (track.own(author)["judged"] is not None, sees(author)) == (before, before)
    assert (track.track.seen_by(author)[0]["submission"]["judged"] is not None) is before
    assert not sees(other)
    assert ("SUBMISSION_VERDICT_RETRIEVED" in [each["type"] for each in socket.got]) is before
    track.submit(other)
    track.track.pass_time(10 * HOUR)
    assert (track.own(author)["judged"] is not None, sees(author)) == (after, after)
    assert sees(track.track.teacher)
    (result, *_) = good(track.track.results(track.track.teacher))["results"]
    assert result["submission"]["judged"]["verdict"] in {"OK", "WRONG_ANSWER"}


def test_reviewers_learn_no_verdict(school: School) -> None:
    track = judged(school)
    assert [each["judged"] for each in track.review("echo", "lose", "crash")] == [None, None, None]


def test_a_problem_must_be_there_and_be_the_teachers_to_use(school: School) -> None:
    track = peers(school)
    other = school.problem(published=False)
    body = {**ASSIGNMENT, "problem_id": 1}
    path = f"{track.path}/assignments"
    assert refusal(school.api.post(path, body, token=track.teacher.token)) == (404, "problem_not_found")
    body["problem_id"] = other.id
    assert refusal(school.api.post(path, body, token=track.teacher.token)) == (403, "not_your_problem")
    empty = school.problem(tests_count=0)
    body["problem_id"] = empty.id
    assert refusal(school.api.post(path, body, token=track.teacher.token)) == (422, "problem_without_tests")
    changed = school.api.request(
        "PATCH", track.assignment, json_body={"problem_id": other.id}, token=track.teacher.token
    )
    assert refusal(changed) == (403, "not_your_problem")


def test_an_assignment_says_its_problem(school: School) -> None:
    track = judged(school, verdict_shown="never", evidence_points=2.5)
    (seen,) = track.track.seen_by(track.track.people[0])
    assert (seen["problem_id"], seen["verdict_shown"], seen["evidence_points"]) == (track.problem.id, "never", 2.5)


def test_solutions_are_judged_anew_when_their_teacher_asks(school: School) -> None:
    track = judged(school)
    author = track.track.people[0]
    good(track.submit(author, "lose"))
    track.judge.jobs.clear()
    school.clock.forward(HOUR)
    track.track.sign_in()
    path = f"{track.track.assignment}/rejudge"
    assert refusal(school.api.post(path, token=author.token))[0] == 403
    assert school.api.post(path, token=track.track.teacher.token).status == 202
    school.rejudges.deliver()
    assert [job.source for job in track.judge.jobs] == ["lose"]
    assert _said("WRONG_ANSWER", track, author)


def test_what_was_replaced_is_not_judged_anew(school: School) -> None:
    track = judged(school)
    replaced, author = track.track.people[:2]
    for source in ("lose", "crash", "echo"):
        good(track.submit(replaced, source) if source == "lose" else track.replace(replaced, source))
    good(track.submit(author, "lose"))
    track.judge.jobs.clear()
    school.clock.forward(HOUR)
    track.track.sign_in()
    assert school.api.post(f"{track.track.assignment}/rejudge", token=track.track.teacher.token).status == 202
    school.rejudges.deliver()
    assert sorted(job.source for job in track.judge.jobs) == ["echo", "lose"]

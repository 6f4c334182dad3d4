"""Counter-tests: inputs of reviewers that break a program, or do not, or are none."""

from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading import grader
from chalicelib.judge.grading.judge_client import Failure, JudgeUnavailable
from chalicelib.judge.problems import jury, testsets
from chalicelib.judge.submissions import recovery
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.tracks import work_models
from chalicelib.tracks.evidence import counter_models
from tests.app.tracks import concurrency
from tests.app.tracks.evidence.judged import Judged, judged, problem_with_jury
from tests.app.tracks.peers import HOUR, good, refusal
from tests.support.school import Person, Reply, School, in_parallel


def _reviewer_of(track: Judged, source: str, *others: str) -> tuple[Person, int]:
    """Who has to review the program with this source, and the submission; of the others' sources there are two."""
    sources = (source, *(others or ("echo", "echo")))
    handed = track.review(*sources)
    own = work_models.find_submission(track.track.assignment_ids[0], track.track.people[0].id)
    assert own is not None
    position = next(number for number, each in enumerate(handed) if each["id"] == own.id)
    return track.track.people[position], own.id


def _outcome(track: Judged, person: Person, submission_id: int) -> dict[str, Any]:
    (found,) = good(track.listed(person, submission_id))["items"]
    assert isinstance(found, dict)
    return found


def _whole(track: Judged, person: Person, submission_id: int) -> Any:
    found = _outcome(track, person, submission_id)
    path = f"/submissions/{submission_id}/counter-tests/{found['id']}"
    return good(track.school.api.get(path, token=person.token))


@pytest.mark.parametrize(
    ("source", "given", "outcome", "verdict"),
    [
        ("lose", "1 2", "breaks", "WRONG_ANSWER"),
        ("crash", "1 2", "breaks", "RUNTIME_ERROR"),
        ("slow", "1 2", "breaks", "TIME_LIMIT"),
        ("echo", "1 2", "holds", "OK"),
        ("lose", "no digit", "invalid", None),
        ("lose", "", "invalid", None),
        ("broken", "1 2", "invalid", None),
    ],
)
def test_the_judge_says_what_an_input_does(
    school: School, source: str, given: str, outcome: str, verdict: str | None
) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, source)
    sent = good(track.send(reviewer, submission_id, given))
    assert (sent["outcome"], sent["reviewer_id"]) == ("waiting", reviewer.id)
    found = _outcome(track, reviewer, submission_id)
    assert (found["outcome"], found["verdict"]) == (outcome, verdict)
    assert (found["reason"] is None) is (outcome != "invalid")


def test_its_reviewer_is_told_at_once_and_nobody_else(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    sockets = {person.id: school.live.join(person) for person in (*track.track.people, track.track.teacher)}
    track.send(reviewer, submission_id, "1 2")
    track.send(reviewer, submission_id, "1 2")
    told = {
        user_id: [each["payload"] for each in socket.got if each["type"] == "COUNTER_TEST_JUDGED"]
        for user_id, socket in sockets.items()
    }
    (frame,) = told.pop(reviewer.id)
    assert frame == {
        "track_id": track.track.track_id,
        "assignment_id": track.track.assignment_ids[0],
        "submission_id": submission_id,
        "counter_test_id": _outcome(track, reviewer, submission_id)["id"],
        "outcome": "breaks",
    }
    assert list(told.values()) == [[], [], []]


def test_the_evidence_is_shown_whole_and_no_hidden_test_with_it(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    given = "1 " + "x" * 5000
    track.send(reviewer, submission_id, given)
    found = _whole(track, reviewer, submission_id)
    assert (found["input"], found["answer"], found["output"], found["is_cut"]) == (given, given, "1", False)
    listed = _outcome(track, reviewer, submission_id)
    assert (len(listed["input"]), listed["size"]) == (2048, len(given))


def test_what_a_program_prints_does_not_name_its_author(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    author = track.track.people[0]
    track.send(reviewer, submission_id, f"1 by {author.account.login} 2")
    found = _whole(track, reviewer, submission_id)
    assert (found["verdict"], found["output"]) == ("WRONG_ANSWER", "1 by anonymous")
    path = f"/submissions/{submission_id}/counter-tests/{found['id']}"
    seen = good(school.api.get(path, token=track.track.teacher.token))
    assert seen["output"] == f"1 by {author.account.login}"


def test_why_an_input_is_refused_is_said_in_the_validators_words(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    track.send(reviewer, submission_id, "x")
    reason = _outcome(track, reviewer, submission_id)["reason"]
    assert reason == "The problem's validator refuses it: no digit at the beginning"
    path = f"/submissions/{submission_id}/counter-tests"
    spoken = good(school.api.get(path, token=reviewer.token, headers={"Accept-Language": "ru"}))["items"][0]["reason"]
    assert spoken == "Валидатор задачи не принимает эти данные: no digit at the beginning"


def test_the_program_under_review_never_runs_beside_the_jurys(school: School) -> None:
    """Nor does it get the answer: neither in its job, nor in an environment that has run a program of the jury."""
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    track.judge.jobs.clear()
    track.send(reviewer, submission_id, "1 2")
    ran = {job.source: (track.judge.tenants[job.job_id], job) for job in track.judge.jobs}
    assert list(ran) == ["refuse", "echo", "lose"]
    author = track.track.people[0]
    jurys = f"user-{track.problem.author_id}"
    assert [ran[each][0] for each in ran] == [jurys, jurys, f"user-{author.id}"]
    (test,) = ran["lose"][1].tests
    assert (test.files, test.args, test.fetched) == ((), (), None)


@pytest.mark.parametrize(
    ("right", "outcome"), [(("echo", "echo"), "breaks"), (("echo", "crash"), "invalid"), (("echo", "long"), "invalid")]
)
def test_without_a_validator_all_right_programs_must_agree(
    school: School, right: tuple[str, ...], outcome: str
) -> None:
    teacher = school.person(Role.TEACHER)
    track = judged(school, problem_with_jury(school, teacher, right, validated=False), teacher)
    reviewer, submission_id = _reviewer_of(track, "lose")
    track.send(reviewer, submission_id, "no digit 2")
    assert _outcome(track, reviewer, submission_id)["outcome"] == outcome


def test_right_programs_that_disagree_make_no_answer(school: School) -> None:
    teacher = school.person(Role.TEACHER)
    track = judged(school, problem_with_jury(school, teacher, ("echo", "lose"), validated=False), teacher)
    reviewer, submission_id = _reviewer_of(track, "crash")
    track.send(reviewer, submission_id, "1 2")
    found = _outcome(track, reviewer, submission_id)
    assert (found["outcome"], found["reason"]) == ("invalid", "The jury's right programs do not agree on it")


def test_a_fault_of_the_machine_breaks_nothing_and_gives_the_place_back(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    school.queue.held = True
    for number in range(5):
        good(track.send(reviewer, submission_id, f"1 {number}"))
    assert refusal(track.send(reviewer, submission_id, "1 5")) == (409, "too_many_counter_tests")
    first = school.queue.waiting[0]
    school.judge.failures = [JudgeUnavailable("away"), JudgeUnavailable("away")]
    with pytest.raises(JudgeUnavailable):
        grader.judge(first)
    trial = judge_models.find_submission(first)
    assert trial is not None
    trial.tries = recovery.MOST_TRIES
    trial.save()
    school.clock.forward(HOUR / 15)
    recovery.recover()
    (given_up,) = [each for each in good(track.listed(reviewer, submission_id))["items"] if each["reason"]]
    assert (given_up["outcome"], given_up["verdict"]) == ("invalid", None)
    assert given_up["reason"] == "The judge could not run it: send it again"
    assert [each["takes_place"] for each in good(track.listed(reviewer, submission_id))["items"]].count(True) == 4
    assert good(track.send(reviewer, submission_id, "1 5"))["outcome"] == "waiting"


def test_a_judge_that_goes_down_over_a_program_is_held_against_nobody(school: School) -> None:
    """Else two crashes of a machine would make evidence."""
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    track.judge.down_over = "lose"
    track.send(reviewer, submission_id, "1 2")
    found = _outcome(track, reviewer, submission_id)
    assert (found["outcome"], found["reason"]) == ("invalid", "The judge could not run it: send it again")


def test_who_was_late_is_tried_again(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "slow once")
    track.judge.jobs.clear()
    track.send(reviewer, submission_id, "1 2")
    assert _outcome(track, reviewer, submission_id)["outcome"] == "holds"
    assert [job.source for job in track.judge.jobs].count("slow once") == 2


def test_the_same_input_again_is_the_same_counter_test(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    first = good(track.send(reviewer, submission_id, "1 2"))["id"]
    assert good(track.send(reviewer, submission_id, "1 2"))["id"] == first


def test_of_a_program_that_was_replaced_the_same_input_is_tried_anew(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    first = good(track.send(reviewer, submission_id, "1 2"))["id"]
    author = track.track.people[0]
    more_time = {"submission_until": rfc3339(school.clock.now + HOUR), "reason": "Was ill"}
    path = f"{track.track.assignment}/extensions/{author.id}"
    good(school.api.request("PUT", path, json_body=more_time, token=track.track.teacher.token))
    good(track.replace(author, "echo"))
    second = good(track.send(reviewer, submission_id, "1 2"))["id"]
    assert second != first
    outcomes = {each["id"]: each["outcome"] for each in good(track.listed(reviewer, submission_id))["items"]}
    assert outcomes == {first: "breaks", second: "holds"}


def test_no_more_than_five_get_in_however_many_come_at_once(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    school.queue.held = True
    replies = in_parallel(8, lambda number: track.send(reviewer, submission_id, f"1 {number}"))
    assert sorted(reply.status for reply in replies if isinstance(reply, Reply)) == [201] * 5 + [409] * 3
    assert len(good(track.listed(reviewer, submission_id))["items"]) == 5


def test_a_message_that_comes_twice_changes_nothing(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    track.send(reviewer, submission_id, "1 2")
    before = _outcome(track, reviewer, submission_id)
    (stored,) = counter_models.of_assignment(track.track.assignment_ids[0])
    grader.judge(stored.trial_id, again=True)
    assert _outcome(track, reviewer, submission_id) == before


def test_only_reviewers_send_any_and_see_their_own_alone(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    author = track.track.people[0]
    other = next(each for each in track.track.people if each not in (reviewer, author))
    stranger = school.person()
    good(track.send(reviewer, submission_id, "1 2"))
    assert refusal(track.send(author, submission_id, "1 2")) == (403, "own_submission")
    for person in (other, stranger):
        assert refusal(track.send(person, submission_id, "1 2")) == (404, "solution_not_found")
        assert refusal(track.listed(person, submission_id)) == (404, "solution_not_found")
    assert refusal(track.listed(author, submission_id)) == (403, "results_not_out")
    teacher = track.track.teacher
    assert _outcome(track, teacher, submission_id)["reviewer_id"] == reviewer.id
    assert good(track.send(teacher, submission_id, "1 3"))["reviewer_id"] == teacher.id


def test_authors_see_what_broke_their_program_and_not_by_whom(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    good(track.send(reviewer, submission_id, "1 2"))
    review = good(track.track.review(reviewer, submission_id))
    track.track.pass_time(5 * HOUR)
    found = _outcome(track, track.track.people[0], submission_id)
    assert (found["outcome"], found["review_id"]) == ("breaks", review["id"])
    assert (found["reviewer_id"], found["sent_at"]) == (None, None)
    assert _whole(track, track.track.people[0], submission_id)["answer"] == "1 2"


def test_authors_see_none_of_a_review_that_is_hidden(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    sent = good(track.send(reviewer, submission_id, "1 2"))
    review = good(track.track.review(reviewer, submission_id))
    track.track.pass_time(5 * HOUR)
    author, teacher = track.track.people[0], track.track.teacher
    good(school.api.post(f"/reviews/{review['id']}/hide", {"reason": "Rude"}, token=teacher.token))
    assert good(track.listed(author, submission_id))["items"] == []
    path = f"/submissions/{submission_id}/counter-tests/{sent['id']}"
    assert refusal(school.api.get(path, token=author.token)) == (404, "counter_test_not_found")
    assert [_outcome(track, person, submission_id)["id"] for person in (reviewer, teacher)] == [sent["id"]] * 2


def test_the_reviewed_and_its_trials_are_nobody_elses_to_read_in_the_judge(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    good(track.send(reviewer, submission_id, "1 2"))
    (stored,) = counter_models.of_assignment(track.track.assignment_ids[0])
    path = f"/submissions/{stored.trial_id}"
    for person in track.track.people:
        assert refusal(school.api.get(path, token=person.token)) == (403, "not_your_submission")
    assert school.api.get(path, token=track.track.teacher.token).status == 200


def test_nobody_asks_the_jury_who_may_still_send_in(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    path = f"{track.track.assignment}/extensions/{reviewer.id}"
    until = (school.clock.now + HOUR).isoformat()
    body = {"submission_until": until, "reason": "Was ill"}
    good(school.api.request("PUT", path, json_body=body, token=track.track.teacher.token))
    assert refusal(track.send(reviewer, submission_id, "1 2")) == (409, "may_still_submit")


def test_none_are_taken_after_the_review_is_written_and_the_stage_over(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    good(track.track.review(reviewer, submission_id))
    good(track.send(reviewer, submission_id, "1 2"))
    track.track.pass_time(5 * HOUR)
    assert refusal(track.send(reviewer, submission_id, "1 3")) == (409, "reviews_closed")


def test_an_input_has_64_kib_at_most_and_is_text(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    assert good(track.send(reviewer, submission_id, "1" * 64 * 1024))["size"] == 64 * 1024
    assert refusal(track.send(reviewer, submission_id, "1" * (64 * 1024 + 1))) == (413, "input_too_large")
    assert refusal(track.send(reviewer, submission_id, "\ud800"))[0] == 400


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"checker": "interactive", "checker_options": {"convention": "testlib"}},
            "Its programs talk to an interactor",
        ),
        (
            {"checker": "custom", "checker_options": {"convention": "icpc", "passes": 3}},
            "Its programs are run in several passes",
        ),
        ({"languages": ["answers"]}, "Its solutions are answers and no programs"),
        ({"jury_import": None}, "Its jury has no program that is known to be right by its tests"),
        ({"rules_version": 2}, "Its jury has no program that is known to be right by its tests"),
    ],
)
def test_problems_without_counter_tests_say_why(school: School, change: dict[str, Any], reason: str) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    problem = judge_models.find_problem(track.problem.id, consistent=True)
    assert problem is not None
    for name, value in change.items():
        setattr(problem, name, value)
    problem.save()
    reply = track.send(reviewer, submission_id, "1 2")
    assert refusal(reply) == (409, "no_counter_tests")
    assert reason in str(reply.body)


def test_a_solution_that_was_never_judged_takes_none(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    own = work_models.find_submission(track.track.assignment_ids[0], track.track.people[0].id)
    assert own is not None
    own.judged = None
    own.save()
    assert refusal(track.send(reviewer, submission_id, "1 2")) == (409, "no_counter_tests")


# --- What a teacher makes of them ------------------------------------------------------------------------------------


def _adopt(track: Judged, person: Person, submission_id: int, counter_test_id: int) -> Any:
    path = f"/submissions/{submission_id}/counter-tests/{counter_test_id}/adopt"
    return track.school.api.post(path, token=person.token)


def test_a_teacher_takes_what_breaks_into_the_tests(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    found = good(track.send(reviewer, submission_id, "1 2"))
    teacher = track.track.teacher
    adopted = good(_adopt(track, teacher, submission_id, found["id"]))
    assert adopted == {
        "problem_id": track.problem.id,
        "tests_version": 2,
        "tests_count": 2,
        "is_published": False,
        "rejudge": f"{track.track.assignment}/rejudge",
    }
    stored = testsets.read(track.problem.id, 2)
    assert [(test.input, test.answer) for test in stored.tests] == [(b"1", b"1"), (b"1 2", b"1 2")]
    assert stored.validators == testsets.read(track.problem.id, 1).validators
    assert _outcome(track, teacher, submission_id)["is_adopted"]
    assert good(_adopt(track, teacher, submission_id, found["id"])) == adopted
    assert len(testsets.read(track.problem.id, 2).tests) == 2


def test_the_jury_is_judged_anew_and_then_the_solutions(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    found = good(track.send(reviewer, submission_id, "1 2"))
    school.clock.forward(HOUR / 60)
    track.judge.jobs.clear()
    good(_adopt(track, track.track.teacher, submission_id, found["id"]))
    school.rejudges.deliver()
    assert {job.source for job in track.judge.jobs} == {"echo"}
    problem = judge_models.find_problem(track.problem.id, consistent=True)
    assert problem is not None
    assert [each.verdict for each in jury.current(problem)] == [Verdict.OK]
    good(school.api.post(f"{track.track.assignment}/rejudge", token=track.track.teacher.token))
    school.rejudges.deliver()
    own = work_models.find_submission(track.track.assignment_ids[0], track.track.people[0].id)
    assert own is not None
    assert own.judged["verdict"] == "WRONG_ANSWER"


def test_only_what_breaks_is_taken_and_only_by_the_problems_teacher(school: School) -> None:
    owner = school.person(Role.TEACHER)
    track = judged(school, problem_with_jury(school, owner))
    reviewer, submission_id = _reviewer_of(track, "lose")
    breaks = good(track.send(reviewer, submission_id, "1 2"))["id"]
    invalid = good(track.send(reviewer, submission_id, "x"))["id"]
    teacher = track.track.sign_in(owner).teacher
    assert refusal(_adopt(track, teacher, submission_id, breaks)) == (403, "not_your_problem")
    assert refusal(_adopt(track, owner, submission_id, breaks)) == (404, "solution_not_found")
    assert refusal(_adopt(track, reviewer, submission_id, breaks))[0] == 403
    good(school.api.post(f"{track.track.path}/teachers", {"user_id": owner.id}, token=teacher.token))
    assert refusal(_adopt(track, owner, submission_id, invalid)) == (409, "counter_test_breaks_nothing")
    assert refusal(_adopt(track, owner, submission_id, 1)) == (404, "counter_test_not_found")
    assert good(_adopt(track, owner, submission_id, breaks))["tests_count"] == 2


@pytest.mark.parametrize(
    ("scoring", "then"),
    [
        ({"points": [10]}, {"points": [10, 0]}),
        ({"groups": [{"tests": 1, "points": 10}]}, {"groups": [{"tests": 2, "points": 10}]}),
    ],
)
def test_a_test_that_is_taken_in_has_its_place_in_the_scoring(
    school: School, scoring: dict[str, Any], then: dict[str, Any]
) -> None:
    teacher = school.person(Role.TEACHER)
    track = judged(school, problem_with_jury(school, teacher, scoring=scoring), teacher)
    reviewer, submission_id = _reviewer_of(track, "lose")
    found = good(track.send(reviewer, submission_id, "1 2"))
    good(_adopt(track, teacher, submission_id, found["id"]))
    problem = judge_models.find_problem(track.problem.id, consistent=True)
    assert problem is not None
    assert problem.scoring == then


# --- Points, and what goes with an account ---------------------------------------------------------------------------


def _scores(track: Judged) -> dict[int, float]:
    standings = good(track.school.api.get(f"{track.track.path}/standings", token=track.track.teacher.token))
    return {each["user_id"]: each["score"] for each in standings}


def test_what_breaks_earns_its_reviewer_points_once_the_track_is_over(school: School) -> None:
    track = judged(school, evidence_points=1.5)
    reviewer, submission_id = _reviewer_of(track, "lose")
    for given in ("1 2", "1 3", "x"):
        good(track.send(reviewer, submission_id, given))
    good(track.send(track.track.teacher, submission_id, "1 4"))
    assert set(_scores(track).values()) == {0}
    for person in track.track.people:
        track.track.review_all(person)
    track.track.settle()
    scores = _scores(track)
    each = 8 + 6.5
    assert scores == {person.id: each + (3 if person is reviewer else 0) for person in track.track.people}


def test_erased_accounts_take_the_counter_tests_of_their_work_with_them(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    good(track.send(reviewer, submission_id, "1 2"))
    author = track.track.people[0]
    accounts.erase(author.id)
    assert counter_models.of_assignment(track.track.assignment_ids[0]) == []


def test_none_is_stored_of_work_that_is_being_erased(school: School) -> None:
    """The place of the work goes first, and the work itself last."""
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    place = work_models.find_submission_place(submission_id)
    assert place is not None
    with concurrency.just_before("COUNTER#", place.delete):
        assert refusal(track.send(reviewer, submission_id, "1 2")) == (404, "solution_not_found")
    assert counter_models.of_assignment(track.track.assignment_ids[0]) == []


def test_a_judge_without_room_has_it_tried_later(school: School) -> None:
    track = judged(school)
    reviewer, submission_id = _reviewer_of(track, "lose")
    school.queue.held = True
    good(track.send(reviewer, submission_id, "1 2"))
    school.judge.failures = [JudgeUnavailable("full", Failure.BUSY), JudgeUnavailable("full", Failure.BUSY)]
    with pytest.raises(JudgeUnavailable):
        grader.judge(school.queue.waiting[0])
    assert _outcome(track, reviewer, submission_id)["outcome"] == "waiting"
    school.queue.deliver()
    assert _outcome(track, reviewer, submission_id)["outcome"] == "breaks"

"""Links to assignments with a problem: their programs are judged when their code is here."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading import grader
from chalicelib.tracks import work_models
from chalicelib.tracks.fetching import keeping, reasons
from chalicelib.tracks.fetching.reasons import Refused
from tests.app.tracks.evidence.judged import Judged, judged, problem_with_jury
from tests.app.tracks.fetching.handed import hand_over, refuse, report_again
from tests.app.tracks.peers import HOUR, good, refusal
from tests.support.school import Person, Reply, School
from tests.support.stage_settings import stage_settings

LINK = "https://git.example/ann/sums"
ECHO = {"main.py": "echo"}


@pytest.fixture(autouse=True)
def _hosts() -> Iterator[None]:
    with stage_settings(CODE_HOSTS="git.example"):
        yield


@pytest.fixture
def track(school: School) -> Judged:
    return judged(school)


def link(track: Judged, method: str = "POST", person: Person | None = None, **more: Any) -> Reply:
    body = {"repository_url": LINK, "language": "python3", **more}
    token = (person or author(track)).token
    return track.school.api.request(method, f"{track.track.assignment}/submit", json_body=body, token=token)


def author(track: Judged) -> Person:
    return track.track.people[0]


def verdict(track: Judged) -> Any:
    said = track.own(author(track))["judged"]
    return said and said["verdict"]


def fetch(track: Judged, person: Person | None = None) -> Any:
    path = f"{track.track.assignment}/submissions/{track.own(author(track))['id']}/files"
    return good(track.school.api.get(path, token=(person or author(track)).token))["fetch"]


def ask_anew(track: Judged) -> None:
    path = f"{track.track.assignment}/submissions/{track.own(author(track))['id']}/fetch"
    good(track.school.api.post(path, token=track.track.teacher.token))


def fill_quota(track: Judged) -> list[int]:
    """The author has sent as many programs as may wait; their ids."""
    track.school.queue.held = True
    for _ in range(2):
        path = track.school.task_path(author(track), track.school.problem())
        assert track.school.api.post(path, {"code": "5"}, token=author(track).token).status == 200
    return list(track.school.queue.waiting)


def test_the_program_is_judged_when_its_code_is_here(track: Judged) -> None:
    assert good(link(track))["judged"] is None
    (key,) = hand_over(track.school, ECHO)
    assert verdict(track) == "OK"
    assert [job.source for job in track.judge.jobs] == ["echo"]
    said = fetch(track)
    assert (said["state"], said["not_judged"], said["not_judged_code"]) == ("fetched", None, None)
    report_again(key)
    assert len(track.judge.jobs) == 1


def test_the_main_file_is_found_in_the_repository(track: Judged) -> None:
    good(link(track, main="src/solve.py"))
    hand_over(track.school, {"README.md": "Mine", "src/solve.py": "echo", "src/lib.py": "x"})
    (job,) = track.judge.jobs
    assert (job.source, [each.name for each in job.files]) == ("echo", ["lib.py"])


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"language": None}, (400, "language_needed")),
        ({"language": "klingon"}, (400, "unknown_language")),
        ({"language": "cpp17"}, (422, "language_not_allowed")),
        ({"repository_url": "https://elsewhere.example/ann"}, (400, "link_not_fetched")),
    ],
)
def test_what_cannot_be_judged_in_any_case_is_refused_at_once(
    school: School, change: dict[str, Any], refused: tuple[int, str]
) -> None:
    teacher = school.person(Role.TEACHER)
    track = judged(school, problem_with_jury(school, teacher, languages=["python3"]), teacher)
    assert refusal(link(track, **change)) == refused
    assert (school.sqs.fetches, work_models.submissions_to(track.track.assignment_ids[0])) == ([], [])


@pytest.mark.parametrize(
    ("files", "main", "code"),
    [
        ({"a.py": "echo", "b.py": "echo"}, None, "main_needed"),
        (ECHO, "other.py", "main_not_there"),
        ({"main.py": " \n"}, None, "empty_program"),
        ({"main.py": "x" * (64 * 1024 + 1)}, None, "main_file_too_large"),
    ],
)
def test_what_the_judge_does_not_take_stays_with_the_reason(
    track: Judged, files: Mapping[str, str], main: str | None, code: str
) -> None:
    good(link(track, main=main))
    hand_over(track.school, files)
    for person in (author(track), track.track.teacher):
        said = fetch(track, person)
        assert (said["state"], said["not_judged_code"], said["reason"]) == ("fetched", code, None)
    assert (track.judge.jobs, track.own(author(track))["code_version"]) == ([], 1)
    good(link(track, "PUT", main="main.py"))
    hand_over(track.school, ECHO)
    assert (verdict(track), fetch(track)["not_judged"]) == ("OK", None)


def test_the_pinned_commit_is_judged_again_where_its_files_differ(track: Judged) -> None:
    good(link(track))
    hand_over(track.school, {"main.py": "lose"})
    first = track.own(author(track))["judged"]
    assert first["verdict"] == "WRONG_ANSWER"
    good(link(track, person=track.track.people[1]))
    track.track.pass_time(10 * HOUR)
    hand_over(track.school, ECHO, commit="b" * 40)
    second = track.own(author(track))["judged"]
    assert (second["verdict"], second["submission_id"] != first["submission_id"]) == ("OK", True)
    ask_anew(track)
    hand_over(track.school, ECHO, commit="b" * 40)
    assert track.own(author(track))["judged"] == second
    assert [job.source for job in track.judge.jobs].count("lose") == 1


def test_a_program_whose_files_were_replaced_is_taken_back(track: Judged) -> None:
    track.school.queue.held = True
    good(link(track))
    hand_over(track.school, {"main.py": "lose"})
    first = track.own(author(track))["judged"]["submission_id"]
    good(link(track, "PUT"))
    taken_back = judge_models.find_submission(first)
    assert taken_back is not None
    assert (taken_back.verdict, track.own(author(track))["judged"]) == ("CANCELLED", None)
    hand_over(track.school, ECHO)
    second = track.own(author(track))["judged"]["submission_id"]
    track.school.clock.forward(HOUR / 4)
    track.track.sign_in()
    ask_anew(track)
    hand_over(track.school, {"main.py": "crash"})
    taken_back = judge_models.find_submission(second)
    assert taken_back is not None
    assert taken_back.verdict == "CANCELLED"


def test_beyond_the_quota_of_the_judge_it_waits_with_its_code(track: Judged) -> None:
    waiting = fill_quota(track)
    good(link(track))
    (key,) = hand_over(track.school, ECHO)
    said = fetch(track, track.track.teacher)
    assert (said["state"], said["commit"], said["not_judged_code"]) == ("waiting", "a" * 40, "judge_full")
    assert (track.own(author(track))["code_version"], track.own(author(track))["judged"]) == (1, None)
    report_again(key)
    assert track.school.sqs.arrivals == [(key, 60), (key, 120)]
    for each in waiting:
        grader.judge(each)
    track.school.queue.held = False
    report_again(key)
    assert (verdict(track), fetch(track)["state"], fetch(track)["not_judged"]) == ("OK", "fetched", None)
    report_again(key)
    assert [job.source for job in track.judge.jobs].count("echo") == 1
    assert len(track.school.sqs.arrivals) == 2


def test_a_judge_that_never_has_room_is_told_and_tried_by_hand(track: Judged) -> None:
    """Then also where the host does not give the code any more: it is here."""
    waiting = fill_quota(track)
    good(link(track))
    (key,) = hand_over(track.school, ECHO)
    submission = work_models.find_submission(track.track.assignment_ids[0], author(track).id)
    assert submission is not None
    tried = {**submission.fetch, "tries": keeping.MOST_TRIES}
    submission.update(actions=[work_models.Submission.fetch.set(tried)])
    report_again(key)
    said = fetch(track)
    assert (said["state"], said["not_judged_code"], len(track.school.sqs.arrivals)) == ("fetched", "judge_full", 1)
    for each in waiting:
        grader.judge(each)
    track.school.queue.held = False
    ask_anew(track)
    refuse(track.school, Refused(reasons.COMMIT_GONE))
    said = fetch(track)
    assert (verdict(track), said["state"], said["reason_code"], said["not_judged"]) == (
        "OK", "fetched", "commit_gone", None,
    )  # fmt: skip


def test_a_link_that_was_not_fetched_is_not_judged(track: Judged) -> None:
    good(link(track))
    refuse(track.school, Refused(reasons.REPOSITORY_EMPTY))
    said = fetch(track)
    assert (said["state"], said["reason_code"], said["not_judged"]) == ("failed", "repository_empty", None)
    assert (track.judge.jobs, verdict(track)) == ([], None)


def test_answers_are_taken_without_a_language(school: School) -> None:
    teacher = school.person(Role.TEACHER)
    track = judged(school, problem_with_jury(school, teacher, languages=["answers"]), teacher)
    good(link(track, language=None))

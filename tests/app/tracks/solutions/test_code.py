"""The code of solutions: sent in as files, kept in versions, read by those whose business it is."""

import json
import random
from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import Role
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import work_models
from chalicelib.tracks.solutions import code, code_models
from chalicelib.tracks.solutions.code_models import Code, Origin
from chalicelib.tracks.solutions.file_rules import SolutionFile
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import FILES, HOUR, Peers, good, refusal
from tests.support.school import Person, Reply, School

OTHER = [{"path": "main.py", "content": "print(2)\n"}]
THIRD = [{"path": "main.py", "content": "print(3)\n"}]


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.started(school)


def sent(track: Peers, person: Person, files: Any = FILES, number: int = 0) -> Any:
    body = {"files": files}
    return good(track.school.api.post(f"{track.at(number)}/submit", body, token=person.token))


def put(track: Peers, person: Person, **body: Any) -> Reply:
    return track.school.api.request("PUT", f"{track.assignment}/submit", json_body=body, token=person.token)


def read(track: Peers, person: Person, submission_id: int, what: str = "files", **query: Any) -> Reply:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    path = f"{track.assignment}/submissions/{submission_id}/{what}?{asked}"
    return track.school.api.get(path.rstrip("?"), token=person.token)


def test_files_are_a_solution_without_a_link(track: Peers) -> None:
    person = track.people[0]
    solution = sent(track, person)
    assert (solution["repository_url"], solution["commit"], solution["code_version"]) == (None, None, 1)
    shown = good(read(track, person, solution["id"]))
    assert shown == {
        "submission_id": solution["id"],
        "assignment_id": track.assignment_ids[0],
        "role": "author",
        "version": 1,
        "pinned_version": 1,
        "versions": [
            {"version": 1, "origin": "files", "commit": None, "made_at": track.now, "files": 2, "left_out": []}
        ],
        "files": [
            {"path": "lib/sums.py", "size": 20, "lines": 2, "content": None},
            {"path": "main.py", "size": 9, "lines": 1, "content": None},
        ],
        "fetch": None,
    }
    one = good(read(track, person, solution["id"], path="main.py"))
    assert one["files"] == [{"path": "main.py", "size": 9, "lines": 1, "content": "print(1)\n"}]


def test_a_link_has_no_files(track: Peers) -> None:
    solution = good(track.submit(track.people[0]))
    shown = good(read(track, track.people[0], solution["id"]))
    assert (shown["version"], shown["pinned_version"], shown["versions"], shown["files"]) == (None, None, [], [])
    assert refusal(read(track, track.people[0], solution["id"], "diff")) == (404, "version_not_found")


def test_other_modules_read_the_version_that_stands(track: Peers) -> None:
    person = track.people[0]
    sent(track, person)
    good(put(track, person, files=OTHER))
    submission = work_models.find_submission(track.assignment_ids[0], person.id)
    assert submission is not None
    assert code.files_of(submission) == [SolutionFile("main.py", "print(2)\n")]
    assert [each.path for each in code.files_of(submission, 1)] == ["lib/sums.py", "main.py"]
    assert code.files_of(submission, 7) == []


def test_replacing_makes_a_version_and_keeps_the_older(track: Peers) -> None:
    person = track.people[0]
    solution = sent(track, person)
    assert good(put(track, person, files=OTHER))["code_version"] == 2
    shown = good(read(track, person, solution["id"], version=1))
    assert (shown["version"], shown["pinned_version"], len(shown["files"])) == (1, 2, 2)
    diff = good(read(track, person, solution["id"], "diff"))
    assert (diff["version"], diff["against"]) == (2, 1)
    assert [(each["path"], each["state"]) for each in diff["files"]] == [
        ("lib/sums.py", "removed"),
        ("main.py", "changed"),
    ]
    assert diff["files"][1]["hunks"] == [
        {
            "old_start": 1,
            "old_lines": 1,
            "new_start": 1,
            "new_lines": 1,
            "lines": [
                {"kind": "removed", "old": 1, "new": None, "text": "print(1)"},
                {"kind": "added", "old": None, "new": 1, "text": "print(2)"},
            ],
        }
    ]
    back = good(read(track, person, solution["id"], "diff", version=1, against=2, path="main.py"))
    assert [line["text"] for line in back["files"][0]["hunks"][0]["lines"]] == ["print(2)", "print(1)"]
    first = good(read(track, person, solution["id"], "diff", version=1))
    assert (first["against"], {each["state"] for each in first["files"]}) == (None, {"added"})


def test_the_same_files_again_are_no_new_version(track: Peers) -> None:
    person = track.people[0]
    solution = sent(track, person)
    again = good(put(track, person, files=FILES[::-1], repository_url="https://git.example/me"))
    assert (again["code_version"], again["repository_url"]) == (1, "https://git.example/me")
    assert len(code_models.versions_of(solution["id"])) == 1


def test_a_link_instead_of_files_leaves_them_readable_and_standing_no_longer(track: Peers) -> None:
    person = track.people[0]
    solution = sent(track, person)
    assert good(put(track, person, repository_url="https://git.example/me"))["code_version"] == 0
    assert good(put(track, person, files=OTHER))["code_version"] == 2
    assert [each["version"] for each in good(read(track, person, solution["id"]))["versions"]] == [1, 2]


def test_two_replacements_at_once_are_two_versions(track: Peers) -> None:
    person = track.people[0]
    solution = sent(track, person)
    with concurrency.just_before(f"SUBMISSION#{solution['id']}", lambda: good(put(track, person, files=THIRD))):
        assert good(put(track, person, files=OTHER))["code_version"] == 3
    both = [code_models.read(solution["id"], version) for version in (2, 3)]
    assert both == [[SolutionFile("main.py", "print(3)\n")], [SolutionFile("main.py", "print(2)\n")]]


def test_versions_are_bounded(track: Peers) -> None:
    person = track.people[0]
    solution = sent(track, person)
    stored = work_models.find_submission(track.assignment_ids[0], person.id)
    assert stored is not None
    stored.update(actions=[work_models.Submission.versions.set(200)])
    assert refusal(put(track, person, files=OTHER)) == (409, "too_many_versions")
    assert good(put(track, person, files=FILES))["code_version"] == solution["code_version"]


def test_the_largest_solution_is_kept(track: Peers) -> None:
    """A megabyte that can hardly be compressed takes several items."""
    draw = random.Random(1)  # noqa: S311 - not a secret
    drawn = [SolutionFile(f"{n}.txt", "".join(map(chr, draw.choices(range(1, 128), k=262_144)))) for n in range(4)]
    files = tuple(drawn)
    submission_id = sent(track, track.people[0])["id"]

    def fill(transaction: Transaction) -> None:
        code_models.add(transaction, submission_id, 9, Code(files=files, origin=Origin.ZIP), track.school.clock.now)

    transactions.transact(fill)
    assert code_models.read(submission_id, 9) == drawn
    stored = code_models.find(submission_id, 9)
    assert stored is not None
    assert stored.parts > 1


@pytest.mark.parametrize(
    ("files", "field", "told"),
    [
        ([{"path": "../a", "content": ""}], "/files/0/path", "path_not_relative"),
        ([*FILES, {"path": "a\\b", "content": ""}], "/files/2/path", "path_not_relative"),
        ([{"path": "a", "content": "\0"}], "/files/0/content", "not_text"),
        ([*FILES, {"path": "MAIN.py", "content": ""}], "/files/2/path", "path_twice"),
        ([{"path": f"{n}", "content": ""} for n in range(65)], "/files", "too_many"),
        ([{"path": "a"}], "/files/0/content", "required"),
    ],
)
def test_bad_files_are_refused_where_they_are(track: Peers, files: Any, field: str, told: str) -> None:
    reply = track.school.api.post(f"{track.assignment}/submit", {"files": files}, token=track.people[0].token)
    assert reply.status == 400
    assert [(each["field"], each["code"]) for each in reply.body["violations"]] == [(field, told)]


def test_half_a_surrogate_pair_is_no_text(track: Peers) -> None:
    raw = json.dumps({"files": [{"path": "a", "content": "\ud800"}]})
    path = f"{track.assignment}/submit"
    headers = {"Content-Type": "application/json"}
    reply = track.school.api.request("POST", path, raw_body=raw.encode(), headers=headers, token=track.people[0].token)
    assert reply.status == 400


def test_nothing_is_no_solution(track: Peers) -> None:
    bodies: list[dict[str, object]] = [{}, {"files": []}, {"commit": "0123456"}, {"repository_url": None}]
    for body in bodies:
        reply = track.school.api.post(f"{track.assignment}/submit", body, token=track.people[0].token)
        assert refusal(reply) == (400, "invalid_body")
        assert reply.body["violations"][0]["code"] == "nothing_sent_in"


def test_before_the_close_only_the_author_and_teachers_read_it(track: Peers, pupil: Person) -> None:
    author, peer = track.people[:2]
    solution = sent(track, author)
    assert good(read(track, author, solution["id"]))["role"] == "author"
    assert good(read(track, track.teacher, solution["id"]))["role"] == "teacher"
    for stranger in (peer, pupil, track.school.person(Role.TEACHER)):
        for what in ("files", "diff"):
            assert refusal(read(track, stranger, solution["id"], what)) == (404, "solution_not_found")


def test_it_is_found_below_its_own_assignment_alone(track: Peers) -> None:
    solution = sent(track, track.people[0])
    path = f"{track.at(1)}/submissions/{solution['id']}/files"
    assert refusal(track.school.api.get(path, token=track.teacher.token)) == (404, "solution_not_found")
    assert refusal(read(track, track.teacher, 7)) == (404, "solution_not_found")


def closed(track: Peers) -> dict[int, Any]:
    """Everybody has sent in two versions, and submissions are closed; what each is to review, by person."""
    for person in track.people:
        sent(track, person)
        good(put(track, person, files=OTHER))
    track.pass_time(10 * HOUR)
    return {person.id: good(track.next_to_review(person)) for person in track.people}


def test_a_reviewer_reads_what_stood_at_the_close_and_nothing_older(track: Peers) -> None:
    to_review = closed(track)
    for person in track.people:
        submission_id = to_review[person.id]["id"]
        shown = good(read(track, person, submission_id))
        assert (shown["role"], shown["version"], shown["pinned_version"]) == ("reviewer", 2, 2)
        assert shown["versions"] == [
            {"version": 2, "origin": "files", "commit": None, "made_at": None, "files": 1, "left_out": []}
        ]
        assert refusal(read(track, person, submission_id, version=1)) == (404, "version_not_found")
        assert refusal(read(track, person, submission_id, "diff", against=1)) == (404, "version_not_found")


def test_a_reviewer_still_reads_it_once_the_review_is_written(track: Peers) -> None:
    to_review, person = closed(track), track.people[0]
    submission_id = to_review[person.id]["id"]
    good(track.review(person, submission_id))
    assert good(read(track, person, submission_id))["role"] == "reviewer"


def test_while_submissions_are_open_again_reviewers_read_nothing(track: Peers) -> None:
    to_review, person = closed(track), track.people[0]
    submission_id = to_review[person.id]["id"]
    good(track.review(person, submission_id))
    author = next(each for each in track.people if good_own(track, each)["id"] == submission_id)
    body = {"stage": "submission", "deadline": later(track)}
    good(track.school.api.post(f"{track.assignment}/reopen", body, token=track.teacher.token))
    track.settle()
    assert refusal(read(track, person, submission_id)) == (404, "solution_not_found")
    good(put(track, author, files=THIRD))
    good(put(track, author, files=FILES))
    close = {"stage": "submission"}
    good(track.school.api.post(f"{track.assignment}/close", close, token=track.teacher.token))
    track.pass_time(HOUR / 60)
    shown = good(read(track, person, submission_id))
    assert (shown["version"], [each["version"] for each in shown["versions"]]) == (4, [2, 3, 4])


def later(track: Peers) -> str:
    return rfc3339(track.school.clock.now + 4 * HOUR)


def good_own(track: Peers, person: Person) -> Any:
    return good(track.school.api.get(f"{track.assignment}/submit", token=person.token))


def test_with_more_time_the_new_version_is_reviewed_and_the_old_one_stays(track: Peers) -> None:
    to_review = closed(track)
    reviewer = track.people[0]
    own = to_review[reviewer.id]["id"]
    author = next(each for each in track.people if good_own(track, each)["id"] == own)
    until = {"submission_until": later(track), "reason": "Was ill"}
    path = f"{track.assignment}/extensions/{author.id}"
    good(track.school.api.request("PUT", path, json_body=until, token=track.teacher.token))
    assert good(put(track, author, files=THIRD))["code_version"] == 3
    shown = good(read(track, reviewer, own))
    assert (shown["version"], [each["version"] for each in shown["versions"]]) == (3, [2, 3])
    diff = good(read(track, reviewer, own, "diff"))
    assert (diff["version"], diff["against"]) == (3, 2)


def test_when_the_track_is_over_the_reviewed_version_is_kept_alone(school: School) -> None:
    track = repeated_messages.started(school)
    closed(track)
    own = good_own(track, track.people[0])["id"]
    for person in track.people:
        track.review_all(person)
    track.settle()
    assert len(code_models.versions_of(own)) == 2
    track.pass_time(10 * HOUR).pass_time(10 * HOUR).pass_time(10 * HOUR)
    assert track.track()["status"] == "completed"
    assert [each.version for each in code_models.versions_of(own)] == [2]
    assert code_models.read(own, 1) is None
    assert [each.path for each in code_models.read(own, 2) or []] == ["main.py"]


def test_files_that_a_link_has_replaced_go_with_the_end(school: School) -> None:
    """Nobody could review them; and what was interrupted after deleting them is done again without harm."""
    track = repeated_messages.started(school)
    solution = sent(track, track.people[0])
    good(put(track, track.people[0], repository_url="https://git.example/me"))
    submission = work_models.find_submission(track.assignment_ids[0], track.people[0].id)
    assert submission is not None
    for _ in range(2):
        code.keep_shown(submission)
        assert code_models.versions_of(solution["id"]) == []
    assert code_models.read(solution["id"], 1) is None
    submission.delete()
    submission.tidied = False
    code.keep_shown(submission)
    assert work_models.find_submission(track.assignment_ids[0], track.people[0].id) is None


def test_erasing_an_account_erases_its_code(track: Peers) -> None:
    author = track.people[0]
    own = sent(track, author)["id"]
    good(put(track, author, files=OTHER))
    accounts.erase(author.id)
    assert code_models.versions_of(own) == []
    assert code_models.read(own, 1) is None
    assert code_models.read(own, 2) is None

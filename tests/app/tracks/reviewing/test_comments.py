"""Comments on lines: what they are taken on, whom they are shown to, and without which names."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import work_models
from chalicelib.tracks.reviewing import models
from chalicelib.tracks.reviewing.models import Comment
from chalicelib.tracks.solutions import file_rules
from chalicelib.tracks.work_models import Submission
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import HOUR, POINTS, Peers, good, peers, refusal
from tests.app.tracks.reviewing.commented import answer, commented, comments, over, said, work_of
from tests.support.school import Person, Reply, School, in_parallel, stored_items

FILES = repeated_messages.FILES


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.in_review_of_code(school)


def places(reply: Reply) -> list[tuple[str, int, int]]:
    return [(each["path"], each["from_line"], each["to_line"]) for each in good(reply)["items"]]


def refused(reply: Reply) -> list[tuple[str, str]]:
    assert reply.status == 400, reply.body
    return [(each["field"], each["code"]) for each in reply.body["violations"]]


def comments_stored(submission_id: int) -> list[models.Comment]:
    return models.comments_on(submission_id)


def test_authors_read_what_is_said_of_their_lines_in_their_order(track: Peers) -> None:
    author, one, other = track.people[:3]
    work = work_of(track, author).id
    review = commented(track, author, one, said("tests/test_main.py"), said("main.py", 2, 3, criterion="style"))
    assert review["line_comments"] == 2
    commented(track, author, other, said("main.py", 2, 2, text="Sorts in place"))
    assert refusal(comments(track, author, work)) == (403, "results_not_out")
    over(track)
    found = comments(track, author, work)
    assert places(found) == [("main.py", 2, 2), ("main.py", 2, 3), ("tests/test_main.py", 1, 1)]
    second = found.body["items"][1]
    assert second.pop("id") > 0
    assert second == {
        "review_id": review["id"],
        "path": "main.py",
        "from_line": 2,
        "to_line": 3,
        "text": "Why?",
        "criterion": "style",
        "code_version": 1,
        "replies": 0,
        "is_own": False,
        "reviewer": None,
    }
    (result,) = good(track.results(author))["results"]
    assert sorted(each["line_comments"] for each in result["reviews"]) == [1, 2]


def test_a_review_without_comments_stays_what_it_was(school: School) -> None:
    track = repeated_messages.in_review(school)
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    assert good(track.review(reviewer, work, comment="Fine"))["line_comments"] == 0
    over(track)
    assert good(comments(track, author, work)) == {"items": [], "next": None}


def test_each_is_shown_what_is_for_them(track: Peers, pupil: Person) -> None:
    author, one, other, third = track.people
    work = work_of(track, author).id
    track.sign_in(pupil)
    commented(track, author, one, said(text="One"))
    commented(track, author, other, said(text="Other"))
    shown = {
        name: [each["text"] for each in good(comments(track, person, work))["items"]]
        for name, person in (("one", one), ("other", other), ("third", third), ("teacher", track.teacher))
    }
    assert shown == {"one": ["One"], "other": ["Other"], "third": [], "teacher": shown["teacher"]}
    assert sorted(shown["teacher"]) == ["One", "Other"]
    assert refusal(comments(track, pupil, work)) == (404, "solution_not_found")
    assert refusal(comments(track, author, 1)) == (404, "solution_not_found")
    over(track)
    assert len(good(comments(track, author, work))["items"]) == 2
    assert len(good(comments(track, one, work))["items"]) == 1


def test_teachers_see_whose_comments_they_are(track: Peers) -> None:
    author, reviewer = track.people[:2]
    commented(track, author, reviewer)
    (seen,) = good(comments(track, track.teacher, work_of(track, author).id))["items"]
    assert seen["reviewer"] == {"user_id": reviewer.id, "username": reviewer.account.login}


@pytest.mark.parametrize(
    ("says", "wrong"),
    [
        (said("other.py"), ("path", "no_such_file")),
        (said("main.py", 4), ("from_line", "beyond_end")),
        (said("main.py", 2, 4), ("to_line", "beyond_end")),
        (said("main.py", 3, 2), ("to_line", "ends_before_it_begins")),
        (said(criterion="speed"), ("criterion", "no_such_criterion")),
    ],
)
def test_lines_that_are_not_there_are_refused(track: Peers, says: dict[str, Any], wrong: tuple[str, str]) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    reply = track.review(reviewer, work, POINTS, line_comments=[said(), says])
    assert refusal(reply) == (400, "invalid_line_comments")
    assert refused(reply) == [(f"/line_comments/1/{wrong[0]}", wrong[1])]
    assert comments_stored(work) == []
    commented(track, author, reviewer)


@pytest.mark.parametrize("says", [said(text=""), said(text=" \n"), said(text="x" * 2001), said(path=""), said(line=1)])
def test_a_comment_says_something_in_its_form(track: Peers, says: dict[str, Any]) -> None:
    reply = track.review(track.people[1], work_of(track, track.people[0]).id, POINTS, line_comments=[says])
    assert refusal(reply) == (400, "invalid_body")


def test_a_review_has_fifty_comments_at_most(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    assert refusal(track.review(reviewer, work, POINTS, line_comments=[said()] * 51)) == (400, "invalid_body")
    commented(track, author, reviewer, *[said(text="x" * 2000)] * 50)
    assert len(comments_stored(work)) == 50


def test_a_link_has_no_lines_to_speak_of(school: School) -> None:
    track = repeated_messages.in_review(school)
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    reply = track.review(reviewer, work, POINTS, line_comments=[said()])
    assert refused(reply) == [("/line_comments/0/path", "no_such_file")]
    assert refused(track.review(reviewer, work, POINTS, code_version=1)) == [("/code_version", "no_such_version")]


def test_a_criterion_may_demand_a_comment(school: School) -> None:
    demands = {"criteria_options": {"style": {"comment_required": True}}}
    track = peers(school, 4, assignments=1, **demands).start()
    for person in track.people:
        good(track.submit(person, files=FILES))
    track.pass_time(10 * HOUR)
    author, one, other = track.people[:3]
    work = work_of(track, author).id
    for more in ({}, {"line_comments": [said()]}, {"criteria_comments": {"tests": "None"}}, {"comment": "Fine"}):
        reply = track.review(one, work, POINTS, **more)
        assert refusal(reply) == (400, "comment_required")
        assert refused(reply) == [("/criteria_comments/style", "required")]
    good(track.review(one, work, POINTS, line_comments=[said(criterion="style")]))
    good(track.review(other, work, POINTS, criteria_comments={"style": "Short names"}))


def test_what_is_not_allotted_is_not_commented(school: School) -> None:
    track = peers(school, 6, assignments=1, reviews_per_user=2).start()
    for person in track.people:
        good(track.submit(person, files=FILES))
    track.pass_time(10 * HOUR)
    reviewer = track.people[0]
    for author in track.people[1:]:
        work = work_of(track, author).id
        status = track.review(reviewer, work, POINTS, line_comments=[said()]).status
        assert (status, len(comments_stored(work))) in {(200, 1), (403, 0)}
    own = work_of(track, reviewer).id
    assert refusal(track.review(reviewer, own, POINTS, line_comments=[said()])) == (400, "own_submission")
    assert comments_stored(own) == []


def test_a_review_that_is_sent_twice_is_commented_once(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    sent = in_parallel(4, lambda n: track.review(reviewer, work, POINTS, line_comments=[said(text=f"Tab {n}")]))
    statuses = [each.status for each in sent if isinstance(each, Reply)]
    assert sorted(statuses) == [200, 400, 400, 400]
    assert [each.text for each in comments_stored(work)] == [f"Tab {statuses.index(200)}"]
    assert refusal(track.review(reviewer, work, POINTS, line_comments=[said()])) == (400, "review_exists")
    assert len(comments_stored(work)) == 1


def named_track(school: School) -> Peers:
    """The first sends in files that are full of their name."""
    track = repeated_messages.started(school)
    author = track.people[0]
    login = author.account.login
    assert login is not None
    named = [
        {"path": f"{login}/main.py", "content": f"# by {login}, {author.account.email}\nprint(1)\n"},
        {"path": "anonymous/main.py", "content": "print(2)\n"},
    ]
    good(track.submit(author, files=named))
    for person in track.people[1:]:
        good(track.submit(person, files=FILES))
    return track.pass_time(10 * HOUR)


def test_a_path_with_the_authors_name_is_masked_for_reviewers_alone(school: School) -> None:
    track = named_track(school)
    author, reviewer = track.people[:2]
    login, work = author.account.login, work_of(track, author).id
    by_name = track.review(reviewer, work, POINTS, line_comments=[said(f"{login}/main.py")])
    assert refused(by_name) == [("/line_comments/0/path", "no_such_file")]
    masked = "anonymous/main-2.py"
    commented(track, author, reviewer, said(masked, 2), said("anonymous/main.py"))
    over(track)
    assert places(comments(track, author, work)) == [("anonymous/main.py", 1, 1), (f"{login}/main.py", 2, 2)]
    assert places(comments(track, track.teacher, work)) == [("anonymous/main.py", 1, 1), (f"{login}/main.py", 2, 2)]
    assert places(comments(track, reviewer, work)) == [("anonymous/main.py", 1, 1), (masked, 2, 2)]


def test_a_path_that_its_mask_makes_longer_is_read_and_commented_like_others(school: School) -> None:
    track = repeated_messages.started(school)
    author, reviewer = track.people[:2]
    login = str(author.account.login)
    folder = "_".join([login] * (60 // len(login)))
    path = "/".join([folder, folder, folder, "main.py"])
    good(track.submit(author, files=[{"path": path, "content": "x\n"}]))
    track.submit_all(people=track.people[1:]).pass_time(10 * HOUR)
    work = work_of(track, author).id
    masked = path.replace(login, "anonymous")
    assert len(masked) > file_rules.MAX_PATH
    assert code_seen(track, reviewer, work, f"?path={masked}")["files"][0]["content"] == "x\n"
    commented(track, author, reviewer, said(masked))
    assert places(comments(track, reviewer, work)) == [(masked, 1, 1)]


def test_authors_do_not_learn_what_reviewers_are_called(track: Peers) -> None:
    author, reviewer = track.people[:2]
    login = reviewer.account.login
    commented(track, author, reviewer, said(text=f"Ask {login} or {reviewer.account.email}"))
    over(track)
    found = good(comments(track, author, work_of(track, author).id))
    assert found["items"][0]["text"] == "Ask anonymous or anonymous"
    assert str(reviewer.id) not in json.dumps(found)
    (own,) = good(comments(track, reviewer, work_of(track, author).id))["items"]
    assert (own["text"], own["is_own"]) == (f"Ask {login} or {reviewer.account.email}", True)


def test_comments_come_in_pages_that_go_on_where_they_stopped(track: Peers) -> None:
    author, one, other = track.people[:3]
    work = work_of(track, author).id
    commented(track, author, one, *(said(from_line=line) for line in (3, 1, 2)))
    over(track)
    first = comments(track, author, work, "?limit=2")
    assert places(first) == [("main.py", 1, 1), ("main.py", 2, 2)]
    commented(track, author, other, said(from_line=1), said(from_line=3, to_line=3), said("tests/test_main.py"))
    rest = comments(track, author, work, f"?limit=10&cursor={first.headers['x-next-cursor']}")
    assert places(rest) == [("main.py", 3, 3), ("main.py", 3, 3), ("tests/test_main.py", 1, 1)]
    assert "x-next-cursor" not in rest.headers
    assert places(comments(track, author, work, "?skip=1&limit=2")) == [("main.py", 1, 1), ("main.py", 2, 2)]
    assert refusal(comments(track, author, work, "?cursor=eyJwayI6IngifQ==")) == (400, "invalid_cursor")


def test_comments_are_about_the_version_that_was_read(track: Peers) -> None:
    author, reviewer, other = track.people[:3]
    work = work_of(track, author).id
    more_time = {"submission_until": rfc3339(track.school.clock.now + HOUR), "reason": "Was ill"}
    path = f"{track.assignment}/extensions/{author.id}"
    good(track.school.api.request("PUT", path, json_body=more_time, token=track.teacher.token))
    shorter = {"repository_url": None, "files": [{"path": "main.py", "content": "pass\n"}]}
    good(track.school.api.request("PUT", f"{track.assignment}/submit", json_body=shorter, token=author.token))
    old, new = said("tests/test_main.py"), said("main.py", 1)
    assert refusal(track.review(reviewer, work, POINTS, line_comments=[old])) == (400, "invalid_line_comments")
    good(track.review(reviewer, work, POINTS, line_comments=[old], code_version=1))
    good(track.review(other, work, POINTS, line_comments=[new], code_version=2))
    assert sorted((each.path, each.code_version) for each in comments_stored(work)) == [
        ("main.py", 2),
        ("tests/test_main.py", 1),
    ]
    third = track.people[3]
    assert refused(track.review(third, work, POINTS, code_version=3)) == [("/code_version", "no_such_version")]


def test_versions_from_before_the_review_are_nobodys_business(school: School) -> None:
    track = repeated_messages.started(school)
    author, reviewer = track.people[:2]
    good(track.submit(author, files=[{"path": "first.py", "content": "1\n"}]))
    again = {"files": [{"path": "second.py", "content": "2\n"}]}
    good(track.school.api.request("PUT", f"{track.assignment}/submit", json_body=again, token=author.token))
    for person in track.people[1:]:
        good(track.submit(person, files=FILES))
    track.pass_time(10 * HOUR)
    work = work_of(track, author).id
    reply = track.review(reviewer, work, POINTS, line_comments=[said("first.py")], code_version=1)
    assert refused(reply) == [("/code_version", "no_such_version")]
    good(track.review(track.teacher, work, POINTS, line_comments=[said("first.py")], code_version=1))


def test_comments_go_with_the_work_and_stay_without_their_writer(track: Peers) -> None:
    author, reviewer, other = track.people[:3]
    works = [work_of(track, each).id for each in (author, other)]
    commented(track, author, reviewer)
    commented(track, other, reviewer)
    accounts.erase(reviewer.id)
    over(track)
    (seen,) = good(comments(track, track.teacher, works[1]))["items"]
    assert seen["reviewer"] == {"user_id": reviewer.id, "username": None}
    assert len(good(comments(track, other, works[1]))["items"]) == 1
    accounts.erase(author.id)
    assert comments_stored(works[0]) == []
    assert refusal(comments(track, track.teacher, works[0])) == (404, "solution_not_found")


def test_a_review_that_is_sent_while_its_work_is_erased_leaves_nothing(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    with concurrency.just_before("LINE_COMMENT", lambda: accounts.erase(author.id)):
        reply = track.review(reviewer, work, POINTS, line_comments=[said()])
    assert refusal(reply) == (400, "solution_not_found")
    assert comments_stored(work) == []
    assert work_models.reviews_of(track.assignment_ids[0], author.id) == []
    assert [each for each in stored_items("tracks") if each["pk"] == f"SUBMISSION#{work}"] == []


def code_seen(track: Peers, person: Person, submission_id: int, query: str = "", part: str = "files") -> Any:
    path = f"{track.assignment}/submissions/{submission_id}/{part}{query}"
    return good(track.school.api.get(path, token=person.token))


def test_reviewers_read_code_without_its_authors_names(school: School) -> None:
    track = named_track(school)
    author, reviewer = track.people[:2]
    account, work = author.account, work_of(track, author).id
    for query, part in (("", "files"), ("?path=anonymous/main-2.py", "files"), ("", "diff")):
        seen = json.dumps(code_seen(track, reviewer, work, query, part))
        assert str(account.login) not in seen
        assert account.email not in seen
    masked = code_seen(track, reviewer, work, "?path=anonymous/main-2.py")["files"]
    assert [(each["path"], each["content"]) for each in masked] == [
        ("anonymous/main-2.py", "# by anonymous, anonymous\nprint(1)\n")
    ]
    by_name = f"{track.assignment}/submissions/{work}/files?path={account.login}/main.py"
    assert refusal(school.api.get(by_name, token=reviewer.token)) == (404, "solution_file_not_found")
    for person in (author, track.teacher):
        (file,) = code_seen(track, person, work, f"?path={account.login}/main.py")["files"]
        assert file["content"] == f"# by {account.login}, {account.email}\nprint(1)\n"


def test_a_cursor_tells_no_name(school: School) -> None:
    track = named_track(school)
    author, reviewer = track.people[:2]
    commented(track, author, reviewer, said("anonymous/main-2.py", 1), said("anonymous/main-2.py", 2))
    first = comments(track, reviewer, work_of(track, author).id, "?limit=1")
    cursor = base64.urlsafe_b64decode(first.headers["x-next-cursor"]).decode()
    assert str(author.account.login) not in cursor
    rest = comments(track, reviewer, work_of(track, author).id, f"?cursor={first.headers['x-next-cursor']}")
    assert places(rest) == [("anonymous/main-2.py", 2, 2)]


# --- Of a review that is written anew --------------------------------------------------------------------------------


def _given_back(school: School) -> tuple[Peers, Person, Submission, Comment]:
    """A review with a comment that was answered, which a teacher has given back; another has a thread there too."""
    track = repeated_messages.in_review_of_code(school)
    author, reviewer, other = track.people[:3]
    review = commented(track, author, reviewer, said("main.py", 1))
    commented(track, author, other, said("main.py", 1))
    over(track)
    work = work_of(track, author)
    for each in models.comments_on(work.id):
        good(answer(track, author, (work.id, each.id)))
    until = rfc3339(school.clock.now + timedelta(days=1))
    body = {"reason": "Say more", "until": until}
    good(school.api.post(f"/reviews/{review['id']}/return", body, token=track.teacher.token))
    (comment,) = [each for each in models.comments_on(work.id) if each.reviewer_id == reviewer.id]
    return track, reviewer, work, comment


@pytest.mark.parametrize("interrupted", [False, True])
def test_what_a_review_said_goes_with_its_threads_when_it_is_written_anew(school: School, *, interrupted: bool) -> None:
    track, reviewer, work, before = _given_back(school)
    assert good(comments(track, reviewer, work.id))["items"], "until then its writer reads what they said"
    if interrupted:  # an attempt that ended after the comments
        before.delete()
    good(track.review(reviewer, work.id, line_comments=[said("main.py", 2)]))
    left = models.comments_on(work.id)
    assert before.id not in {each.id for each in left}
    assert [each.from_line for each in left if each.reviewer_id == reviewer.id] == [2]
    (kept,) = [each for each in left if each.reviewer_id != reviewer.id]
    assert [each.comment_id for each in models.replies_on(work.id)] == [kept.id]


def test_a_review_that_is_refused_leaves_what_was_said(school: School) -> None:
    track, reviewer, work, before = _given_back(school)
    reply = track.review(reviewer, work.id, line_comments=[said("main.py", 99)])
    assert refusal(reply) == (400, "invalid_line_comments")
    assert before.id in {each.id for each in models.comments_on(work.id)}
    assert len(models.replies_on(work.id)) == 2

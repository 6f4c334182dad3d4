"""Drafts of reviews: they survive, on all devices, until the review is sent."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks.reviewing import models
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import HOUR, POINTS, Peers, good, peers, refusal
from tests.app.tracks.reviewing.commented import draft_path, over, said, work_of
from tests.support.school import Person, Reply, School, in_parallel, stored_items

EMPTY: dict[str, Any] = {
    "criteria_scores": {},
    "criteria_comments": {},
    "comment": None,
    "line_comments": [],
    "code_version": None,
}
BEGUN: dict[str, Any] = {
    "criteria_scores": {"style": 7},
    "criteria_comments": {"tests": "Несколько слов"},
    "comment": "So far",
    "line_comments": [said(text="", criterion="style"), said("tests/test_main.py", 1, 1, text="И это", criterion=None)],
    "code_version": 1,
}


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.in_review_of_code(school)


def save(track: Peers, person: Person, submission_id: int, body: Any = BEGUN, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return track.school.api.request("PUT", draft_path(submission_id), json_body=body, token=person.token, headers=named)


def read(track: Peers, person: Person, submission_id: int) -> Reply:
    return track.school.api.get(draft_path(submission_id), token=person.token)


def discard(track: Peers, person: Person, submission_id: int, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return track.school.api.request("DELETE", draft_path(submission_id), token=person.token, headers=named)


def kept(track: Peers, person: Person, submission_id: int) -> Any:
    return good(read(track, person, submission_id))["draft"]


def drafts_stored() -> list[str]:
    return sorted(each["kind"] for each in stored_items("tracks") if each["kind"].startswith("review_draft"))


def test_an_incomplete_review_is_kept_as_it_is(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    assert kept(track, reviewer, work) is None
    saved = save(track, reviewer, work)
    begun = {**BEGUN, "line_comments": [{"criterion": None, **each} for each in BEGUN["line_comments"]]}
    assert good(saved) == {**begun, "saved_at": track.now}
    again = read(track, reviewer, work)
    assert again.body == {"draft": saved.body}
    emptied = good(save(track, reviewer, work, {}))
    assert emptied == {**EMPTY, "saved_at": track.now}
    assert read(track, reviewer, work).headers["etag"] != again.headers["etag"]


def test_each_reviewer_has_a_draft_of_their_own(track: Peers) -> None:
    author, one, other = track.people[:3]
    work = work_of(track, author).id
    good(save(track, one, work))
    assert kept(track, other, work) is None
    good(save(track, other, work, {"comment": "Mine"}))
    assert kept(track, one, work)["comment"] == "So far"
    good(save(track, track.teacher, work, {"comment": "The teacher's"}))
    assert kept(track, track.teacher, work)["comment"] == "The teacher's"


def test_the_second_of_two_tabs_hears_of_the_first(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    absent = read(track, reviewer, work).headers["etag"]
    first = save(track, reviewer, work, {"comment": "First"}, If_Match=absent)
    assert good(first)["comment"] == "First"
    second = save(track, reviewer, work, {"comment": "Second"}, If_Match=absent)
    assert refusal(second) == (412, "changed_since")
    assert second.headers["etag"] == first.headers["etag"]
    assert refusal(save(track, reviewer, work, {"comment": "Second"}, If_None_Match="*")) == (412, "changed_since")
    assert kept(track, reviewer, work)["comment"] == "First"
    good(save(track, reviewer, work, {"comment": "Both"}, If_Match=second.headers["etag"]))
    assert kept(track, reviewer, work)["comment"] == "Both"


def test_saving_the_same_again_is_no_change(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    first = save(track, reviewer, work, BEGUN, If_None_Match="*")
    again = save(track, reviewer, work, BEGUN, If_None_Match="*")
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])


def test_of_tabs_that_save_at_once_one_is_kept(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    replies = in_parallel(4, lambda n: save(track, reviewer, work, {"comment": f"Tab {n}"}, If_None_Match="*"))
    statuses = [each.status for each in replies if isinstance(each, Reply)]
    assert sorted(statuses) == [200, 412, 412, 412]
    assert kept(track, reviewer, work)["comment"] == f"Tab {statuses.index(200)}"
    assert drafts_stored() == ["review_draft", "review_draft_place"]


def test_sending_the_review_ends_its_draft(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    good(save(track, reviewer, work))
    sent = good(track.review(reviewer, work, comment="What I sent"))
    assert (sent["comment"], sent["line_comments"]) == ("What I sent", 0)
    assert kept(track, reviewer, work) is None
    assert drafts_stored() == []
    assert refusal(save(track, reviewer, work)) == (400, "review_exists")
    assert discard(track, reviewer, work).status == 204


def test_a_draft_that_is_saved_while_the_review_is_sent_does_not_come_back(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    with concurrency.just_before("REVIEW_DRAFT", lambda: good(track.review(reviewer, work))):
        assert refusal(save(track, reviewer, work)) == (400, "review_exists")
    assert drafts_stored() == []


def test_a_review_that_was_given_back_has_a_draft_again(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    first = good(track.review(reviewer, work, POINTS))
    assert refusal(save(track, reviewer, work)) == (400, "review_exists")
    body = {"reason": "Say why", "until": rfc3339(track.school.clock.now + HOUR)}
    good(track.school.api.post(f"/reviews/{first['id']}/return", body, token=track.teacher.token))
    good(save(track, reviewer, work))
    assert kept(track, reviewer, work)["comment"] == "So far"
    good(track.review(reviewer, work, POINTS))
    assert drafts_stored() == []
    assert refusal(save(track, reviewer, work)) == (400, "review_exists")


def test_a_draft_is_discarded_as_it_was_seen(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    first = save(track, reviewer, work, {"comment": "First"})
    second = save(track, reviewer, work, {"comment": "Second"})
    refused = discard(track, reviewer, work, If_Match=first.headers["etag"])
    assert refusal(refused) == (412, "changed_since")
    assert refused.headers["etag"] == second.headers["etag"]
    assert discard(track, reviewer, work, If_Match=second.headers["etag"]).status == 204
    assert (kept(track, reviewer, work), drafts_stored()) == (None, [])
    assert discard(track, reviewer, work).status == 204
    track.pass_time(timedelta(seconds=1))
    good(save(track, reviewer, work, {"comment": "Anew"}))
    assert refusal(save(track, reviewer, work, {"comment": "Unread"}, If_Match=first.headers["etag"]))[0] == 412
    assert discard(track, reviewer, work).status == 204
    assert refusal(discard(track, reviewer, work, If_Match=second.headers["etag"])) == (412, "changed_since")


def test_who_may_not_review_keeps_no_draft(school: School, pupil: Person) -> None:
    track = peers(school, 6, reviews_per_user=2).start().submit_all().pass_time(10 * HOUR)
    track.sign_in(pupil)
    author = track.people[0]
    work = work_of(track, author).id
    for person in track.people[1:]:
        if track.school.api.get(draft_path(work), token=person.token).status == 404:
            assert refusal(save(track, person, work)) == (403, "not_allotted")
            assert refusal(discard(track, person, work)) == (404, "solution_not_found")
            break
    assert refusal(save(track, author, work)) == (400, "own_submission")
    assert refusal(read(track, author, work)) == (404, "solution_not_found")
    assert refusal(save(track, pupil, work)) == (403, "not_enrolled")
    assert refusal(read(track, pupil, work)) == (404, "solution_not_found")
    assert refusal(discard(track, pupil, work)) == (404, "solution_not_found")
    assert refusal(save(track, author, 1)) == (400, "solution_not_found")
    assert refusal(read(track, author, 1)) == (404, "solution_not_found")
    stranger = school.person(Role.TEACHER)
    assert refusal(save(track, stranger, work)) == (403, "not_enrolled")
    assert refusal(read(track, stranger, work)) == (404, "solution_not_found")
    assert drafts_stored() == []


def test_a_draft_is_held_to_its_form_alone(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    strange = {"criteria_scores": {"speed": 99}, "line_comments": [said("nowhere", 5, 4)], "code_version": 7}
    assert good(save(track, reviewer, work, strange))["criteria_scores"] == {"speed": 99}
    for body in (
        {"line_comments": [said()] * 51},
        {"line_comments": [said(text="x" * 2001)]},
        {"line_comments": [said(from_line=0, to_line=1)]},
        {"criteria_scores": {"style": "7"}},
        {"comment": "x" * 8193},
        {"points": 1},
    ):
        assert refusal(save(track, reviewer, work, body)) == (400, "invalid_body")
    full = {"line_comments": [said(text="x" * 2000)] * 50, "comment": "ж" * 8192}
    assert len(good(save(track, reviewer, work, full))["line_comments"]) == 50


def test_a_draft_is_there_for_a_year(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    good(save(track, reviewer, work))
    track.school.clock.forward(timedelta(days=364))
    track.sign_in()
    assert kept(track, reviewer, work)["comment"] == "So far"
    track.school.clock.forward(timedelta(days=2))
    track.sign_in()
    assert kept(track, reviewer, work) is None
    assert read(track, reviewer, work).headers["etag"].startswith('"0')
    good(save(track, reviewer, work, {"comment": "Anew"}, If_None_Match="*"))


def test_drafts_go_with_who_wrote_them(track: Peers) -> None:
    author, gone, other = track.people[:3]
    works = [work_of(track, each).id for each in (author, other)]
    for work in works:
        good(save(track, gone, work))
    good(save(track, other, works[0]))
    accounts.erase(gone.id)
    assert list(models.draft_places_of(gone.id)) == []
    assert [models.find_draft(work, gone.id) for work in works] == [None, None]
    assert kept(track, other, works[0])["comment"] == "So far"
    good(save(track, track.teacher, works[0]))
    accounts.erase(track.teacher.id)
    assert models.find_draft(works[0], track.teacher.id) is None


def test_drafts_go_with_the_work_that_they_are_about(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    good(save(track, reviewer, work))
    accounts.erase(author.id)
    assert drafts_stored() == []
    assert refusal(read(track, reviewer, work)) == (404, "solution_not_found")
    assert refusal(save(track, reviewer, work)) == (400, "solution_not_found")


def test_a_draft_that_is_saved_while_its_work_is_erased_does_not_stay(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    with concurrency.just_before("REVIEW_DRAFT", lambda: accounts.erase(author.id)):
        assert refusal(save(track, reviewer, work)) == (404, "solution_not_found")
    assert drafts_stored() == []


def test_who_is_late_keeps_their_draft_when_the_stage_is_over(track: Peers) -> None:
    author, reviewer = track.people[:2]
    work = work_of(track, author).id
    good(save(track, reviewer, work))
    over(track)
    assert kept(track, reviewer, work)["comment"] == "So far"
    good(save(track, reviewer, work, {"comment": "Late"}))
    good(track.review(reviewer, work, POINTS))

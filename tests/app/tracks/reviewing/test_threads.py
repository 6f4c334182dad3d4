"""Threads: author and reviewer answer each other, and neither learns who the other is."""

import json
from datetime import timedelta

import pytest

from chalicelib.accounts import accounts
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import work_models
from chalicelib.tracks.reviewing import models, threads
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import Peers, good, refusal
from tests.app.tracks.reviewing.commented import answer, commented, comments, over, replies, said, work_of
from tests.support.school import Person, School, in_parallel, stored_items


@pytest.fixture
def track(school: School) -> Peers:
    """The second has said something of a line of the first."""
    found = repeated_messages.in_review_of_code(school)
    commented(found, found.people[0], found.people[1], said("main.py", 2))
    return found


def the_comment(track: Peers) -> tuple[int, int]:
    work = work_of(track, track.people[0]).id
    (comment,) = models.comments_on(work)
    return work, comment.id


def told(track: Peers) -> list[int]:
    return [user_id for _, user_id in track.told("COMMENT_ANSWERED")]


def test_author_and_reviewer_answer_each_other_without_names(track: Peers) -> None:
    author, reviewer = over(track).people[:2]
    comment = the_comment(track)
    first = answer(track, author, comment, "Because it is faster")
    assert first.status == 201
    assert first.body == {
        "number": 1,
        "by": "author",
        "text": "Because it is faster",
        "is_own": True,
        "user": None,
        "created_at": track.now,
    }
    good(answer(track, reviewer, comment, "Is it?"))
    seen = good(replies(track, author, comment))
    assert [(each["number"], each["by"], each["is_own"], each["text"]) for each in seen["items"]] == [
        (1, "author", True, "Because it is faster"),
        (2, "reviewer", False, "Is it?"),
    ]
    assert seen["items"][1]["created_at"] is None
    assert seen["items"][1]["user"] is None
    for person, other in ((author, reviewer), (reviewer, author)):
        found = json.dumps([replies(track, person, comment).body, comments(track, person, comment[0]).body])
        assert str(other.id) not in found
        assert str(other.account.login) not in found
    assert good(comments(track, author, comment[0]))["items"][0]["replies"] == 2


def test_names_in_answers_are_masked_for_the_other_side(track: Peers) -> None:
    author, reviewer = over(track).people[:2]
    comment = the_comment(track)
    good(answer(track, author, comment, f"It is me, {author.account.login}"))
    good(answer(track, reviewer, comment, f"And me, {reviewer.account.email}"))
    assert [each["text"] for each in good(replies(track, reviewer, comment))["items"]] == [
        "It is me, anonymous",
        f"And me, {reviewer.account.email}",
    ]
    assert [each["text"] for each in good(replies(track, author, comment))["items"]] == [
        f"It is me, {author.account.login}",
        "And me, anonymous",
    ]


def test_nobody_answers_before_the_stage_is_over(track: Peers) -> None:
    author, reviewer = track.people[:2]
    comment = the_comment(track)
    assert refusal(answer(track, author, comment)) == (404, "comment_not_found")
    assert refusal(replies(track, author, comment)) == (404, "comment_not_found")
    for person in (reviewer, track.teacher):
        assert refusal(answer(track, person, comment)) == (403, "thread_not_open")
        assert good(replies(track, person, comment))["items"] == []
    over(track)
    good(answer(track, author, comment))


def test_who_is_not_shown_a_comment_neither_reads_nor_writes_below_it(track: Peers, pupil: Person) -> None:
    other = over(track).sign_in(pupil).people[2]
    work, comment_id = the_comment(track)
    for ask in (answer, replies):
        assert refusal(ask(track, other, (work, comment_id))) == (404, "comment_not_found")
        assert refusal(ask(track, pupil, (work, comment_id))) == (404, "solution_not_found")
        assert refusal(ask(track, track.people[0], (work, 1))) == (404, "comment_not_found")
        elsewhere = work_of(track, track.people[1]).id
        assert refusal(ask(track, track.people[1], (elsewhere, comment_id))) == (404, "comment_not_found")
    assert told(track) == []


def test_teachers_see_who_answered_when_and_may_answer(track: Peers) -> None:
    author, reviewer = over(track).people[:2]
    comment = the_comment(track)
    good(answer(track, author, comment))
    good(answer(track, track.teacher, comment, "Both are right"))
    seen = good(replies(track, track.teacher, comment))["items"]
    assert [(each["by"], each["user"]["username"]) for each in seen] == [
        ("author", author.account.login),
        ("teacher", track.teacher.account.login),
    ]
    assert [each["created_at"] for each in seen] == [track.now, track.now]
    assert told(track) == sorted([reviewer.id, author.id, reviewer.id])
    for person in (author, reviewer):
        last = good(replies(track, person, comment))["items"][-1]
        assert (last["by"], last["user"], last["text"]) == ("teacher", None, "Both are right")


def test_a_teacher_who_reviewed_answers_as_the_reviewer(track: Peers) -> None:
    author = track.people[0]
    work = work_of(track, author).id
    commented(track, author, track.teacher, said(text="The teacher's"))
    over(track)
    (own,) = [each for each in models.comments_on(work) if each.text == "The teacher's"]
    assert good(answer(track, track.teacher, (work, own.id)))["by"] == "reviewer"
    assert told(track) == [author.id]


def test_the_other_side_is_told_that_there_is_an_answer_and_no_more(track: Peers) -> None:
    author, reviewer = over(track).people[:2]
    work, comment_id = the_comment(track)
    good(answer(track, author, (work, comment_id), "A secret"))
    assert told(track) == [reviewer.id]
    (message,) = [each for each in track.school.live_messages if each.type == "COMMENT_ANSWERED"]
    inbox = {
        language: track.school.api.get(
            "/user/notifications", token=reviewer.token, headers={"Accept-Language": language}
        )
        for language in ("en", "ru")
    }
    worded = {language: [each["description"] for each in good(reply)] for language, reply in inbox.items()}
    assert "Sorting: there is an answer to a comment on the code" in worded["en"]
    assert "Sorting: на комментарий к коду ответили" in worded["ru"]
    for told_of in (json.dumps(message.payload), json.dumps([reply.body for reply in inbox.values()])):
        assert "A secret" not in told_of
        assert str(author.account.login) not in told_of
    about = {name: message.payload[name] for name in ("assignment_id", "track_id", "submission_id", "comment_id")}
    assert about == {
        "assignment_id": track.assignment_ids[0],
        "track_id": track.track_id,
        "submission_id": work,
        "comment_id": comment_id,
    }


def test_each_side_answers_twenty_times_at_most(track: Peers) -> None:
    author, reviewer = over(track).people[:2]
    comment = the_comment(track)
    for number in range(threads.MOST_REPLIES):
        assert good(answer(track, author, comment))["number"] == number + 1
    track.school.clock.forward(timedelta(minutes=1))
    assert refusal(answer(track, author, comment)) == (409, "too_many_replies")
    assert good(answer(track, reviewer, comment))["number"] == threads.MOST_REPLIES + 1
    first = replies(track, reviewer, comment, "?limit=15")
    rest = replies(track, reviewer, comment, f"?limit=15&cursor={first.headers['x-next-cursor']}")
    numbers = [each["number"] for each in [*first.body["items"], *rest.body["items"]]]
    assert numbers == list(range(1, threads.MOST_REPLIES + 2))


def test_twenty_answers_a_minute_are_enough(track: Peers) -> None:
    author = over(track).people[0]
    comment = the_comment(track)
    statuses = [answer(track, author, comment).status for _ in range(threads.MOST_REPLIES + 1)]
    assert statuses[-1] == 429


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001, None, 5], ids=["empty", "blank", "long", "none", "number"])
def test_an_answer_says_something(track: Peers, text: object) -> None:
    author = over(track).people[0]
    assert refusal(answer(track, author, the_comment(track), text)) == (400, "invalid_body")


def test_answers_that_come_at_once_stand_one_after_the_other(track: Peers) -> None:
    people = over(track).people[:2]
    comment = the_comment(track)
    in_parallel(4, lambda n: good(answer(track, people[n % 2], comment, f"Answer {n}")))
    seen = good(replies(track, people[0], comment))["items"]
    assert [each["number"] for each in seen] == [1, 2, 3, 4]
    assert {each["text"] for each in seen} == {f"Answer {n}" for n in range(4)}
    assert sorted(told(track)) == sorted(person.id for person in people * 2)


def test_the_limit_holds_for_answers_that_come_at_once(track: Peers) -> None:
    author = over(track).people[0]
    comment = the_comment(track)
    for _ in range(threads.MOST_REPLIES - 1):
        good(answer(track, author, comment))
    track.school.clock.forward(timedelta(minutes=1))
    with concurrency.just_before("REPLY", lambda: good(answer(track, author, comment, "The last"))):
        assert refusal(answer(track, author, comment)) == (409, "too_many_replies")
    (stored,) = models.comments_on(comment[0])
    assert stored.replies == threads.MOST_REPLIES


def test_threads_go_with_the_work_and_stay_without_a_reviewer(track: Peers) -> None:
    author, reviewer = over(track).people[:2]
    work, comment_id = the_comment(track)
    good(answer(track, reviewer, (work, comment_id), "Well"))
    before = told(track)
    accounts.erase(reviewer.id)
    assert [each["text"] for each in good(replies(track, author, (work, comment_id)))["items"]] == ["Well"]
    good(answer(track, author, (work, comment_id)))
    assert told(track) == before
    (seen, _) = good(replies(track, track.teacher, (work, comment_id)))["items"]
    assert seen["user"] == {"user_id": reviewer.id, "username": None}
    accounts.erase(author.id)
    assert [each for each in stored_items("tracks") if each["pk"] == f"SUBMISSION#{work}"] == []


def test_an_answer_that_comes_while_the_work_is_erased_does_not_stay(track: Peers) -> None:
    author, reviewer = over(track).people[:2]
    work, comment_id = the_comment(track)
    with concurrency.just_before("REPLY", lambda: accounts.erase(author.id)):
        assert refusal(answer(track, reviewer, (work, comment_id))) == (404, "solution_not_found")
    assert [each for each in stored_items("tracks") if each["pk"] == f"SUBMISSION#{work}"] == []


@pytest.mark.parametrize("how", ["hide", "return"])
def test_authors_neither_see_nor_hear_of_comments_of_a_withheld_review(track: Peers, how: str) -> None:
    author, reviewer = over(track).people[:2]
    comment = the_comment(track)
    review = work_models.find_review(track.assignment_ids[0], author.id, reviewer.id)
    assert review is not None
    more = {"until": rfc3339(track.school.clock.now + timedelta(days=1))} if how == "return" else {}
    body = {"reason": "Rude", **more}
    good(track.school.api.post(f"/reviews/{review.id}/{how}", body, token=track.teacher.token))
    assert good(comments(track, author, comment[0]))["items"] == []
    for ask in (answer, replies):
        assert refusal(ask(track, author, comment)) == (404, "comment_not_found")
    good(answer(track, track.teacher, comment, "Please be kind"))
    assert told(track) == [reviewer.id]
    assert [each["id"] for each in good(comments(track, reviewer, comment[0]))["items"]] == [comment[1]]
    if how == "hide":
        good(track.school.api.request("DELETE", f"/reviews/{review.id}/hide", token=track.teacher.token))
        assert [each["text"] for each in good(replies(track, author, comment))["items"]] == ["Please be kind"]

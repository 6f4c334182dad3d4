"""A blind review stays blind: the channels through which a reviewer could learn the author, and an author the reviewer.

Most of these tests play the same track twice. The second time other people do what was done the first time, in the same
order and at the same moments; whatever somebody may ask must then answer the same to the letter. So no answer depends
on who wrote what: neither a field, nor an order, a place, an id or a notification.
"""

import itertools
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import app as application
from chalicelib.accounts.permissions import Role
from chalicelib.common import ids
from chalicelib.tracks import allocation, models, review_duties, scheduler, work_models
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Submission
from tests.app.tracks import repeated_messages
from tests.app.tracks.peers import HOUR, Peers, good, peers, refusal
from tests.support.school import Person, School

MINUTE = HOUR / 60
DIFFERENT = {"style": 3, "tests": 1.5}
ELSEWHERE = ["/user/monitor", "/user/notifications"]
"""What else a participant may ask that tells of tracks."""

OF_SUBMISSIONS = ("/submissions/{submission_id}/review/draft", "/submissions/{submission_id}/comments")

Play = Callable[[Peers, Sequence[Person]], None]
"""Acts a part of a track in which the people have these roles."""


def readable_paths(track: Peers) -> list[str]:
    """Every read of tracks that is open to participants; a new one is found by itself."""
    paths = [
        route.path
        for package in application.PACKAGES
        for route in package.declared
        if route.method == "GET"
        and (route.path.startswith(("/tracks", "/assignments")) or route.path in OF_SUBMISSIONS)
    ]
    assert len(paths) >= 10
    ids_there = [
        {"track_id": track.track_id, "assignment_id": each, "submission_id": submission_id}
        for each in track.assignment_ids
        for submission_id in [work.id for work in work_models.submissions_to(each)] or [0]
    ]
    return sorted({path.format_map(each) for path in paths for each in ids_there}) + ELSEWHERE


def everything_seen_by(track: Peers, person: Person) -> str:
    """Every answer that somebody can get now, with its headers of content, and all that they were told live."""
    answers = []
    for path in readable_paths(track):
        reply = track.school.api.get(path, token=person.token)
        headers = {name: value for name, value in reply.headers.items() if name in {"etag", "link", "x-next-cursor"}}
        body = {**reply.body, "request_id": ""} if isinstance(reply.body, dict) else reply.body
        answers.append((path, reply.status, headers, body))
    told = [(each.type, each.payload) for each in track.school.live_messages if person.id in each.user_ids]
    return json.dumps([answers, told], default=str, indent=1)


def played(school: School, play: Play, order: Sequence[int], observer: int = 0) -> str:
    """What the observer sees in the end, when the others have taken the roles in this order."""
    track = repeated_messages.started(school)
    numbers = itertools.count(1)
    school.override(random_bits=lambda bits: next(numbers) * 0x9E3779B97F4A7C15 % 2**bits)
    play(track, [track.people[number] for number in order])
    return everything_seen_by(track, track.people[observer])


def assert_blind(school: School, play: Play) -> None:
    first = played(school, play, [1, 2, 3])
    for order in ([3, 1, 2], [2, 1, 3]):
        assert played(school, play, order) == first


# --- The reviewer does not learn the author --------------------------------------------------------------------------


def submit_in_order(track: Peers, people: Sequence[Person], number: int = 0) -> None:
    """One an hour, each a work of its own that depends on the turn alone; who watches is last."""
    for turn, person in enumerate([*people, track.people[0]]):
        track.oversleep(HOUR)
        files = [{"path": "work.py", "content": f"print({number}, {turn})\n"}]
        good(track.submit(person, number, repository_url=f"https://git.example/works/{number}-{turn}", files=files))


def to_review(track: Peers, people: Sequence[Person]) -> None:
    submit_in_order(track, people)
    track.pass_time(6 * HOUR)
    assert track.stages()[0] == "code_review"


def reviews_half(track: Peers, people: Sequence[Person]) -> None:
    """The one who watches has written a review that nobody could take for another."""
    to_review(track, people)
    track.review_next(track.people[0], points=DIFFERENT)


def owes_a_late_one(track: Peers, people: Sequence[Person]) -> None:
    """The stage is over and each work has points of its own; the one who watches has still one to write."""
    to_review(track, people)
    for person in people:
        for _ in range(3):
            work = good(track.next_to_review(person))
            turn = int(work["repository_url"][-1])
            good(track.review(person, work["id"], {"style": turn, "tests": turn}))
    for _ in range(2):
        track.review_next(track.people[0], points=DIFFERENT)
    track.pass_time(5 * HOUR)
    assert track.stages() == ["completed", "submission"]
    assert good(track.next_to_review(track.people[0]))["user_id"] is None


def reviews_the_second(track: Peers, people: Sequence[Person]) -> None:
    """All are equal after the first assignment, and the second is under review."""
    to_review(track, people)
    for person in track.people:
        track.review_all(person)
    track.settle()
    submit_in_order(track, people[::-1], 1)
    track.pass_time(6 * HOUR)
    assert track.stages() == ["completed", "code_review"]


@pytest.mark.parametrize("play", [to_review, reviews_half, owes_a_late_one, reviews_the_second])
def test_nothing_that_a_reviewer_sees_depends_on_who_wrote_what(school: School, play: Play) -> None:
    assert_blind(school, play)


def test_a_solution_under_review_shows_what_was_sent_in_and_neither_who_nor_when(school: School) -> None:
    track = repeated_messages.in_review(school)
    seen = good(track.next_to_review(track.people[0]))
    assert seen.pop("id") > 0
    assert seen.pop("repository_url").startswith("https://git.example/")
    assert seen == {
        "user_id": None,
        "assignment_id": track.assignment_ids[0],
        "commit": None,
        "code_version": 0,
        "submitted_at": None,
        "judged": None,
        "reserved_until": None,
    }


def moment_in(an_id: int) -> datetime:
    """When an id was made, if it is one in the order of time."""
    return ids.EPOCH + timedelta(milliseconds=an_id >> ids.RANDOM_BITS)


def test_ids_of_submissions_and_reviews_do_not_tell_when(school: School) -> None:
    track = repeated_messages.in_review(school)
    review = track.review_next(track.people[0])
    submissions = work_models.submissions_to(track.assignment_ids[0])
    moments = [moment_in(each) for each in [review["id"], *(submission.id for submission in submissions)]]
    assert len(moments) == 5
    assert all(abs(moment - school.clock.now) > 24 * HOUR for moment in moments)
    assert abs(moment_in(track.assignment_ids[0]) - school.clock.now) < 24 * HOUR


def test_a_replaced_solution_keeps_an_id_that_does_not_tell_when(school: School) -> None:
    track = repeated_messages.started(school)
    sent = good(track.submit(track.people[0]))
    replaced = good(
        school.api.request(
            "PUT",
            f"{track.assignment}/submit",
            json_body={"repository_url": "https://x.example"},
            token=track.people[0].token,
        )
    )
    assert replaced["id"] == sent["id"]
    assert abs(moment_in(replaced["id"]) - school.clock.now) > 24 * HOUR


def test_of_equally_reviewed_ones_the_offer_does_not_depend_on_the_time() -> None:
    def offered(*minutes: int) -> int:
        now = datetime(2026, 9, 1, 9, tzinfo=UTC)
        works = [
            Submission("pk", "sk", id=number, user_id=1, reviews=1, submitted_at=now + minute * MINUTE)
            for number, minute in enumerate(minutes)
        ]
        assignment = Assignment(id=1, deadline_hours=1, review_hours=1, stage=Stage.CODE_REVIEW, reviews_each=2)
        assignment.submission_deadline, assignment.code_review_deadline = now - 9 * HOUR, now + HOUR
        found = review_duties.to_hand_out(works, assignment, Participant(user_id=9), now)
        assert found is not None
        return int(found.id)

    assert offered(1, 2, 3) == offered(3, 2, 1) == offered(2, 3, 1)


def test_nobody_can_compute_the_allotment_from_what_they_know(school: School) -> None:
    """Participants know every user id, and the ids and times of track and assignment; the seed is none of these."""
    track = peers(school, 8, assignments=1, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    assignment = stored_assignment(track)
    works = {each.id: each.user_id for each in work_models.submissions_to(assignment.id)}
    allotted = {
        each.user_id: tuple(works[work] for work in each.owed_in(assignment.id))
        for each in models.participants_of(track.track_id)
    }
    authors = list(works.values())
    known = [0, 1, track.track_id, assignment.id, *(person.id for person in track.people)]
    guesses = [allocation.allot(authors, [], reviews_per_user=1, seed=seed) for seed in known]
    assert allotted not in guesses
    assert allotted == allocation.allot(authors, [], reviews_per_user=1, seed=assignment.allotment_seed or 0)
    for person in (track.people[0], track.teacher):
        assert str(assignment.allotment_seed) not in everything_seen_by(track, person)


def stored_assignment(track: Peers) -> Assignment:
    _, (assignment,) = models.find_with_assignments(track.track_id)
    return assignment


def test_a_stage_that_closed_before_there_were_seeds_is_allotted_all_the_same(school: School) -> None:
    """As the version before left it, between closing and allotting."""
    track = peers(school, 4, assignments=1).start().submit_all().oversleep(10 * HOUR)
    while stored_assignment(track).stage != Stage.CLOSING:
        scheduler.advance(str(track.track_id), school.clock.now)
    stored_assignment(track).update(actions=[Assignment.allotment_seed.remove()])
    scheduler.advance(str(track.track_id), school.clock.now)
    assert stored_assignment(track).stage == Stage.CODE_REVIEW
    assert [track.review_all(person) for person in track.people] == [3] * 4


def test_a_review_stage_is_shown_when_there_is_something_to_review(school: School) -> None:
    """And not between closing and allotting: whoever came then was told that there is nothing."""
    track = peers(school, 4, assignments=1).start().submit_all().oversleep(10 * HOUR)
    while stored_assignment(track).stage != Stage.CLOSING:
        scheduler.advance(str(track.track_id), school.clock.now)
    assert track.stages() == ["submission"]
    scheduler.advance(str(track.track_id), school.clock.now)
    assert track.stages() == ["code_review"]
    assert [track.review_all(person) for person in track.people] == [3] * 4


def test_a_teacher_who_takes_part_does_not_see_whose_work_is_whose(school: School) -> None:
    colleague = school.person(Role.TEACHER)
    track = peers(school, 3)
    track.people = [*track.people[:2], colleague]
    track.start().submit_all().pass_time(10 * HOUR)
    assert refusal(school.api.get(f"{track.assignment}/owed", token=colleague.token)) == (403, "takes_part")
    assert track.owed()["waiting"]


def test_when_all_is_over_the_earlier_of_equals_comes_first_again(school: School) -> None:
    track = peers(school, 3, assignments=1).start()
    for person in reversed(track.people):
        track.oversleep(HOUR)
        good(track.submit(person))
    track.pass_time(7 * HOUR)
    for person in track.people:
        track.review_all(person)
    track.settle()
    standings = good(school.api.get(f"{track.path}/standings", token=track.people[0].token))
    assert [(each["place"], each["user_id"]) for each in standings] == [
        (place, person.id) for place, person in enumerate(reversed(track.people), start=1)
    ]


# --- The author does not learn the reviewer --------------------------------------------------------------------------


def reviewed_in_order(track: Peers, people: Sequence[Person]) -> None:
    """One after the other reviews the work of who watches; what they write depends on the turn alone."""
    track.submit_all().pass_time(10 * HOUR)
    own = work_models.find_submission(track.assignment_ids[0], track.people[0].id)
    assert own is not None
    for turn, person in enumerate(people):
        track.oversleep(10 * MINUTE)
        good(track.review(person, own.id, comment=f"As number {turn}"))
    for person in track.people:
        track.review_all(person)
    track.settle()
    assert track.stages() == ["completed", "submission"]


def test_nothing_that_an_author_sees_depends_on_who_reviewed_when(school: School) -> None:
    assert_blind(school, reviewed_in_order)


def test_who_signs_a_review_or_a_rating_is_not_named_to_the_other_side(school: School) -> None:
    track = repeated_messages.in_review(school)
    for person in track.people:
        own = f"By {person.account.login}"
        for _ in range(3):
            submission_id = good(track.next_to_review(person))["id"]
            good(track.review(person, submission_id, comment=own, criteria_comments={"style": own}))
    track.settle()
    author = track.people[0]
    (result,) = good(track.results(author))["results"]
    shown = [(each["comment"], each["criteria_comments"]) for each in result["reviews"]]
    assert shown == [("By anonymous", {"style": "By anonymous"})] * 3
    signed = {"helpful": 5, "text": f"Thanks, {author.account.login}"}
    review_id = result["reviews"][0]["id"]
    good(school.api.request("PUT", f"/reviews/{review_id}/rating", json_body=signed, token=author.token))
    (result, *_) = [
        each for each in good(track.results(track.teacher))["results"] if each["author"]["user_id"] == author.id
    ]
    (rated,) = [each for each in result["reviews"] if each["rating"]]
    assert (rated["comment"], rated["rating"]) == (f"By {rated['reviewer_name']}", signed)
    (reviewer,) = [each for each in track.people if each.id == rated["reviewer_id"]]
    written = good(school.api.get(f"{track.assignment}/reviews/written", token=reviewer.token))["reviews"]
    (own,) = [each["review"] for each in written if each["review"]["id"] == review_id]
    assert (own["comment"], own["rating"]["text"]) == (f"By {reviewer.account.login}", "Thanks, anonymous")


def test_reviews_of_ones_own_work_show_neither_who_nor_when(school: School) -> None:
    track = repeated_messages.in_review(school)
    for person in track.people:
        track.review_all(person)
    track.settle()
    (result,) = good(track.results(track.people[0]))["results"]
    shown: list[dict[str, Any]] = result["reviews"]
    assert [(each["reviewer_id"], each["completed_at"]) for each in shown] == [(None, None)] * 3
    assert [each["id"] for each in shown] == sorted(each["id"] for each in shown)
    assert result["submission"]["submitted_at"] is not None
    (for_teacher, *_) = good(track.results(track.teacher))["results"]
    assert None not in {each["completed_at"] for each in for_teacher["reviews"]}

"""Imports of pupils and enrollments of groups: what becomes of them, also when they break off."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from operator import attrgetter
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import errors
from chalicelib.common.mail import Mail
from chalicelib.school import enrollment_news, group_jobs, job_models, joining
from chalicelib.school.memberships import FillMore
from chalicelib.school.relations import Group, GroupKind
from tests.app.tracks import peers
from tests.support.school import PASSWORD, Person, Reply, School, stored_items
from tests.support.stage_settings import stage_settings

HEADER = "name,secondname,email,class"


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def group_id(school: School, teacher: Person) -> int:
    made: int = school.api.post("/groups", {"title": "7 B"}, token=teacher.token).body["id"]
    return made


def csv(*emails: str) -> str:
    return "\n".join([HEADER, *(f"Anna,Petrova,{email},7" for email in emails)])


def bring(school: School, by: Person, group_id: int, text: str) -> Reply:
    return school.api.post(f"/groups/{group_id}/imports", {"csv": text}, token=by.token)


def job_of(school: School, by: Person, reply: Reply) -> dict[str, Any]:
    """How far it has come."""
    assert reply.status == 202, reply.body
    shown = school.api.get(f"/groups/{reply.body['group_id']}/jobs/{reply.body['id']}", token=by.token)
    job: dict[str, Any] = shown.body
    return job


def pupils(school: School, by: Person, group_id: int) -> list[str]:
    page = school.api.get(f"/groups/{group_id}/pupils", token=by.token).body["items"]
    return sorted(each["email"] for each in page)


def test_mails_have_links_to_the_screens_that_take_their_codes(school: School, teacher: Person, group_id: int) -> None:
    known = school.person()
    with stage_settings(PUBLIC_ADDRESS="https://school.example"):
        bring(school, teacher, group_id, csv("new+1@example.com", known.account.email))
    texts = {each.to: each.text for each in school.mails}
    (code,) = re.findall(r"invitation code (\S+)", texts["new+1@example.com"].replace("\n", " "))
    assert f"https://school.example/app/invited#email=new%2B1%40example.com&code={code}\n" in texts["new+1@example.com"]
    (invitation,) = re.findall(r"the invitation (pupils-\S+)", texts[known.account.email])
    assert f"https://school.example/app/join/{invitation}\n" in texts[known.account.email]


def test_without_an_address_of_the_stage_mails_have_no_links(school: School, teacher: Person, group_id: int) -> None:
    bring(school, teacher, group_id, csv("new@example.com", school.person().account.email))
    assert [re.findall(r"/app|\{|None", each.text) for each in school.mails] == [[], []]


def test_new_pupils_join_by_setting_their_password_and_others_by_their_code(
    school: School, teacher: Person, group_id: int
) -> None:
    known = school.person()
    new = [f"new{number}@example.com" for number in range(group_jobs.PAGE)]
    job = job_of(school, teacher, bring(school, teacher, group_id, csv(*new, known.account.email)))
    assert (job["state"], job["total"], job["done"], job["came"]) == ("done", 21, 21, 21)
    assert sorted(each.to for each in school.mails) == sorted([*new, known.account.email])
    assert pupils(school, teacher, group_id) == []
    assert [each for each in stored_items("school") if each["kind"] == "job_page"] == []
    first = next(each for each in school.mails if each.to == new[0])
    (code,) = re.findall(r"invitation code (\S+)", first.text.replace("\n", " "))
    reset = {"email": new[0], "code": code, "password": PASSWORD}
    assert school.api.post("/password/reset", reset).status == 204
    (invitation,) = re.findall(r"\bpupils-\S+", school.mails[group_jobs.PAGE].text)
    assert school.api.post(f"/invitations/{invitation}/accept", token=known.token).body["new"]
    assert pupils(school, teacher, group_id) == sorted([new[0], known.account.email])
    account = accounts.find_by_email(new[0])
    assert account is not None
    assert (account.name, account.secondname, account.school_class) == ("Anna", "Petrova", 7)


def test_who_is_on_two_lists_before_coming_joins_both_groups(school: School, teacher: Person, group_id: int) -> None:
    other_id = school.api.post("/groups", {"title": "Chess"}, token=teacher.token).body["id"]
    for each in (group_id, other_id):
        bring(school, teacher, each, csv("new@example.com"))
        school.clock.forward(timedelta(minutes=2))
    old, new = [re.findall(r"invitation code (\S+)", each.text.replace("\n", " "))[0] for each in school.mails]
    body = {"email": "new@example.com", "password": PASSWORD}
    statuses = [school.api.post("/password/reset", {**body, "code": code}).status for code in (old, new)]
    assert statuses == [400, 204]
    assert [pupils(school, teacher, each) for each in (group_id, other_id)] == [["new@example.com"]] * 2


def test_a_list_takes_nobody_out_of_a_class_and_only_admins_put_a_group_into_one(
    school: School, teacher: Person, group_id: int
) -> None:
    admin, pupil = school.person(Role.ADMIN), school.person(school_class=6)
    school.api.request("PUT", f"/user/teachers/{teacher.id}/classes/8", token=admin.token)
    bring(school, teacher, group_id, csv(pupil.account.email))
    (code,) = re.findall(r"\bpupils-\S+", school.mails[0].text)
    accepted = [school.api.post(f"/invitations/{code}/accept", token=pupil.token).body["new"] for _ in range(2)]
    assert accepted == [True, False]  # also when it is used up by that
    assert school.api.get(f"/invitations/{code}", token=pupil.token).body["id"] == group_id
    assert school.api.get(f"/invitations/{code}", token=admin.token).status == 404
    assert school.api.get(f"/invitations?kind=group&id={group_id}", token=teacher.token).body["items"] == []

    def enroll(by: Person) -> Reply:
        return school.api.post(f"/groups/{group_id}/enrollments", {"kind": "group", "id": 8}, token=by.token)

    refused = enroll(teacher)
    assert (refused.status, refused.body["code"]) == (403, "class_by_admins")
    assert school.api.get("/me", token=pupil.token).body["class"] == 6
    assert job_of(school, admin, enroll(admin))["came"] == 1
    assert school.api.get("/me", token=pupil.token).body["class"] == 8


def test_nothing_that_a_teacher_sees_tells_who_has_an_account(school: School, teacher: Person, group_id: int) -> None:
    shown: list[Any] = []
    for email in ("nobody@example.com", school.person().account.email):
        checked = school.api.post(f"/groups/{group_id}/imports/check", {"csv": csv(email)}, token=teacher.token)
        job = job_of(school, teacher, bring(school, teacher, group_id, csv(email)))
        known = {name: value for name, value in job.items() if name not in {"id", "created_at"}}
        users = school.api.get("/user/users?class=7", token=teacher.token).body
        codes = school.api.get(f"/invitations?kind=group&id={group_id}", token=teacher.token).body["items"]
        shown.append((checked.body, known, users, len(codes) - len(shown), pupils(school, teacher, group_id)))
    assert shown[0] == shown[1]


def test_a_faulty_list_invites_nobody_and_names_each_line(school: School, teacher: Person, group_id: int) -> None:
    text = csv("ann@example.com", "boris", "vera@")
    checked = school.api.post(f"/groups/{group_id}/imports/check", {"csv": text}, token=teacher.token)
    assert checked.body["pupils"] == 1
    faults = [(each["line"], each["column"], each["code"]) for each in checked.body["faults"]]
    assert faults == [(3, "email", "not_an_email"), (4, "email", "not_an_email")]
    refused = bring(school, teacher, group_id, text)
    assert (refused.status, refused.body["code"], len(refused.body["violations"])) == (400, "faulty_list", 2)
    assert refused.body["violations"][0]["message"].startswith("Line 3, email: must be")
    assert (school.mails, accounts.find_by_email("ann@example.com")) == ([], None)


class Refusing:
    """SES that takes only so many mails."""

    def __init__(self, school: School, takes: int) -> None:
        self.school, self.left = school, takes

    def __call__(self, letter: Mail) -> None:
        if not self.left:
            raise ClientError({"Error": {"Code": "Throttling"}}, "SendEmail")
        self.left -= 1
        self.school.mails.append(letter)


def test_after_a_failure_it_goes_on_and_mails_nobody_twice(school: School, teacher: Person, group_id: int) -> None:
    emails = [f"new{number}@example.com" for number in range(3)]
    school.enrollments.held = True
    begun = bring(school, teacher, group_id, csv(*emails))
    school.use_mail(Refusing(school, takes=1))
    with pytest.raises(Exception, match="could not be sent"):
        school.enrollments.deliver()
    school.use_mail(Refusing(school, takes=9))
    school.enrollments.waiting *= 2
    school.clock.forward(timedelta(minutes=2))
    school.enrollments.deliver()
    assert job_of(school, teacher, begun)["state"] == "done"
    assert [each.to for each in school.mails] == emails


def test_what_cannot_end_is_undone_but_for_who_has_come(school: School, teacher: Person, group_id: int) -> None:
    known, emails = school.person(), [f"new{number}@example.com" for number in range(3)]
    school.enrollments.held = True
    begun = bring(school, teacher, group_id, csv(*emails, known.account.email))
    school.use_mail(Refusing(school, takes=2))
    for _ in range(group_jobs.MOST_TRIES):
        school.clock.forward(timedelta(minutes=1))
        with pytest.raises(Exception, match="could not be sent"):
            school.enrollments.deliver()
    (code,) = re.findall(r"invitation code (\S+)", school.mails[0].text.replace("\n", " "))
    assert school.api.post("/password/reset", {"email": emails[0], "code": code, "password": PASSWORD}).status == 204
    school.enrollments.deliver()
    assert job_of(school, teacher, begun)["state"] == "undone"
    awaits = school.api.get("/user/monitor", token=teacher.token).body["teaching"]["waiting"]
    assert [(each["kind"], each["within"], each["group_id"], each["count"]) for each in awaits] == [
        ("import", "7 B", group_id, 4)
    ]
    there = [accounts.find_by_email(email) is not None for email in (*emails, known.account.email)]
    assert there == [True, False, False, True]
    assert school.api.get(f"/invitations?kind=group&id={group_id}", token=teacher.token).body["items"] == []


def test_what_is_undone_leaves_accounts_to_another_list(school: School, teacher: Person, group_id: int) -> None:
    other_id = school.api.post("/groups", {"title": "Chess"}, token=teacher.token).body["id"]
    school.enrollments.held = True
    begun = bring(school, teacher, group_id, csv("both@example.com", "one@example.com", "late@example.com"))
    school.use_mail(Refusing(school, takes=2))
    with pytest.raises(Exception, match="could not be sent"):
        school.enrollments.deliver()
    school.use_mail(Refusing(school, takes=9))
    school.clock.forward(timedelta(minutes=2))
    bring(school, teacher, other_id, csv("both@example.com"))
    school.api.request("DELETE", f"/groups/{group_id}", token=teacher.token)
    school.enrollments.waiting.reverse()
    school.enrollments.deliver()
    job = job_models.find(Group(GroupKind.PUPILS, group_id), begun.body["id"])
    assert job is not None
    assert job.state == "undone"
    assert accounts.find_by_email("one@example.com") is None
    code = re.findall(r"invitation code (\S+)", school.mails[-1].text.replace("\n", " "))[0]
    body = {"email": "both@example.com", "code": code, "password": PASSWORD}
    assert school.api.post("/password/reset", body).status == 204
    assert pupils(school, teacher, other_id) == ["both@example.com"]


def test_into_a_group_that_is_deleted_nobody_is_invited_any_more(
    school: School, teacher: Person, group_id: int
) -> None:
    school.enrollments.held = True
    begun = bring(school, teacher, group_id, csv("new@example.com")).body
    assert school.api.request("DELETE", f"/groups/{group_id}", token=teacher.token).status == 204
    school.enrollments.deliver()
    job = job_models.find(Group(GroupKind.PUPILS, group_id), begun["id"])
    assert (job and job.state, school.mails, accounts.find_by_email("new@example.com")) == ("undone", [], None)
    assert [each for each in stored_items("school") if each["kind"] == "job_page"] == []


def told(school: School, who: Person) -> list[tuple[object, ...]]:
    """The types of one's notifications, with what they are about."""
    items = school.api.get("/user/notifications", token=who.token).body
    return [(each["type"], each["payload"].get("kind"), each["payload"].get("id")) for each in items]


def test_a_whole_group_joins_at_once_and_a_track_takes_whom_it_has_room_for(
    school: School, teacher: Person, group_id: int
) -> None:
    admin, people = school.person(Role.ADMIN), [school.person() for _ in range(3)]
    ids = [each.id for each in people]
    school.api.post(f"/groups/{group_id}/pupils", {"user_ids": ids}, token=admin.token)
    course = school.course(author_id=teacher.id, visibility="private")
    made = {**peers.TRACK, "required_participants": 2}
    track_id = school.api.post("/tracks", made, token=teacher.token).body["id"]
    school.api.post(f"/tracks/{track_id}/assignments", peers.ASSIGNMENT, token=teacher.token)

    def enroll(kind: str, number: int) -> dict[str, Any]:
        path = f"/groups/{group_id}/enrollments"
        return job_of(school, teacher, school.api.post(path, {"kind": kind, "id": number}, token=teacher.token))

    first, again = enroll("course", course.id), enroll("course", course.id)
    assert (first["state"], first["came"], first["already"], first["refused"]) == ("done", 3, 0, [])
    assert (first["total"], first["done"]) == (3, 3)
    assert (again["came"], again["already"]) == (0, 3)
    assert [school.api.get(f"/courses/{course.id}", token=each.token).status for each in people] == [200] * 3
    assert [told(school, each) for each in people] == [[("ENROLLED", "course", course.id)]] * 3
    draft = school.course(author_id=teacher.id, visibility="draft")
    assert enroll("course", draft.id)["came"] == 3
    assert [len(told(school, each)) for each in people] == [1] * 3
    in_track = enroll("track", track_id)
    assert (in_track["came"], in_track["refused"]) == (2, [{"user_id": max(ids), "reason": "track_started"}])
    enrolled = [("ENROLLED", "track", track_id) in told(school, each) for each in sorted(people, key=attrgetter("id"))]
    assert enrolled == [True, True, False]
    jobs = school.api.get(f"/groups/{group_id}/jobs", token=teacher.token).body["items"]
    assert [each["work"] for each in jobs] == ["enroll"] * 4
    other = school.course(author_id=admin.id)
    refused = school.api.post(
        f"/groups/{group_id}/enrollments", {"kind": "course", "id": other.id}, token=teacher.token
    )
    assert refused.status == 403


@pytest.mark.parametrize(("failures", "came"), [(2, 1), (group_jobs.MOST_TRIES, 0)])
def test_who_could_not_join_for_a_moment_is_tried_again(
    school: School, teacher: Person, group_id: int, failures: int, came: int
) -> None:
    pupil, admin = school.person(), school.person(Role.ADMIN)
    school.api.post(f"/groups/{group_id}/pupils", {"user_ids": [pupil.id]}, token=admin.token)
    course = school.course(author_id=teacher.id)
    known = joining.joinable(Group(GroupKind.COURSE, course.id))
    tries = count(1)

    def join(user_id: int, group_id: int, also: FillMore) -> bool:
        if next(tries) <= failures:
            raise errors.ChangedMeanwhile
        return known.join(user_id, group_id, also)

    others = {kind: joining.joinable(Group(kind, 0)) for kind in GroupKind}
    school.override(joinables={**others, GroupKind.COURSE: replace(known, join=join)})
    school.enrollments.held = True
    body = {"kind": "course", "id": course.id}
    begun = school.api.post(f"/groups/{group_id}/enrollments", body, token=teacher.token)
    for _ in range(min(failures, group_jobs.MOST_TRIES - 1)):
        with pytest.raises(errors.ChangedMeanwhile):
            school.enrollments.deliver()
        school.clock.forward(timedelta(minutes=1))
    school.enrollments.deliver()
    job = job_of(school, teacher, begun)
    refused = [] if came else [{"user_id": pupil.id, "reason": "changed_meanwhile"}]
    assert (job["state"], job["done"], job["came"], job["refused"]) == ("done", 1, came, refused)
    assert told(school, pupil) == [("ENROLLED", "course", course.id)] * came


def enrolled_into_draft(school: School, teacher: Person, group_id: int, people: list[Person]) -> int:
    admin = school.person(Role.ADMIN)
    ids = [each.id for each in people]
    school.api.post(f"/groups/{group_id}/pupils", {"user_ids": ids}, token=admin.token)
    draft = school.course(author_id=teacher.id, visibility="draft")
    path = f"/groups/{group_id}/enrollments"
    job = job_of(school, teacher, school.api.post(path, {"kind": "course", "id": draft.id}, token=teacher.token))
    assert job["came"] == len(people)
    return draft.id


def publish(school: School, teacher: Person, course_id: int, *, published: bool = True) -> None:
    changed = school.api.request(
        "PATCH", f"/courses/{course_id}", json_body={"published": published}, token=teacher.token
    )
    assert changed.status == 200, changed.body


def test_who_was_enrolled_into_a_draft_is_told_once_when_it_is_published(
    school: School, teacher: Person, group_id: int
) -> None:
    people = [school.person() for _ in range(group_jobs.PAGE + 1)]
    gone, *others = people
    course_id = enrolled_into_draft(school, teacher, group_id, people)
    assert [told(school, each) for each in people] == [[]] * len(people)
    school.api.request("PATCH", f"/courses/{course_id}", json_body={"name": "Another"}, token=teacher.token)
    assert school.api.request("DELETE", f"/courses/attend/{course_id}", token=gone.token).status == 204
    assert told(school, others[0]) == []
    publish(school, teacher, course_id)
    assert [told(school, each) for each in others] == [[("ENROLLED", "course", course_id)]] * len(others)
    assert told(school, gone) == []
    newcomer = school.person()
    assert school.api.post(f"/invitations/{invite(school, teacher, course_id)}/accept", token=newcomer.token).body[
        "new"
    ]
    for published in (False, True, True):
        publish(school, teacher, course_id, published=published)
    assert [len(told(school, each)) for each in (*others, newcomer)] == [1] * len(others) + [0]
    assert [each for each in stored_items("school") if each["kind"] == "untold_enrollment"] == []


def invite(school: School, teacher: Person, course_id: int) -> str:
    code: str = school.api.post("/invitations", {"kind": "course", "id": course_id}, token=teacher.token).body["code"]
    return code


def test_a_draft_that_is_published_while_pupils_are_enrolled_keeps_nobody_in_the_dark(
    school: School, teacher: Person, group_id: int
) -> None:
    """Published just after the enrollment saw a draft, and before it remembered whom it enrolled."""
    pupil = school.person()
    course_id = enrolled_into_draft(school, teacher, group_id, [pupil])
    target = Group(GroupKind.COURSE, course_id)
    remembered = job_models.untold(target)
    job_models.forget_untold(remembered)
    looks = iter([False, True])

    def is_shown(group_id: int) -> bool:
        return next(looks)

    seen = replace(joining.joinable(target), is_shown=is_shown)
    school.override(joinables={GroupKind.COURSE: seen})
    enrollment_news.tell(remembered[0].job_id, target, [pupil.id])
    assert told(school, pupil) == [("ENROLLED", "course", course_id)]

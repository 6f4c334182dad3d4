"""Routes of groups of pupils and of invitations."""

from datetime import timedelta

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import etags, paging, requests, routing
from chalicelib.school import group_jobs, group_requests, invitations, joining, pupil_groups, relations, teaching
from chalicelib.school.group_models import PupilGroup
from chalicelib.school.group_responses import (
    CheckedListView,
    GroupJobsList,
    GroupJobView,
    InvitationsList,
    InvitationView,
    JoinedView,
    PupilGroupInfo,
    PupilGroupsList,
    PupilGroupView,
    PupilsList,
    PutInView,
    TargetView,
)
from chalicelib.school.pupil_groups import GroupCard
from chalicelib.school.relations import Group
from chalicelib.school.requests import TeacherBody
from chalicelib.school.responses import TeachersView, TeacherView

routes = routing.Routes(__name__, tag="Groups")

IMPORTS = limits.Limit("imports of pupils", 20, timedelta(hours=1))
"""Each may mail a thousand people."""
ENROLLMENTS = limits.Limit("enrollments of groups", 60, timedelta(hours=1))
"""Each may let a thousand people in."""


# --- Groups ----------------------------------------------------------------------------------------------------------


@routes.get("/groups", access=authentication.USER, paged=True)
def list_groups(query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[PupilGroupsList]:
    """The groups that the caller teaches or is in; for admins all. Classes come first, then the oldest."""
    page = pupil_groups.list_for(caller, query)
    return page.answer(PupilGroupsList.of(page.items, page.next_cursor))


@routes.post("/groups", access=authentication.TEACHER, status=201, versioned=True)
def add_group(body: group_requests.PupilGroupBody, caller: Caller) -> routing.Answer[PupilGroupView]:
    """Make a named group, which the caller teaches."""
    return _shown(pupil_groups.create(caller, body.title))


@routes.get("/groups/{group_id}", access=authentication.TEACHER, versioned=True)
def show_group(group_id: int, caller: Caller) -> routing.Answer[PupilGroupInfo]:
    """A group and how many pupils it has: for its teachers and admins. The number of a class is its id."""
    card, pupils = pupil_groups.get(caller, group_id)
    body = PupilGroupInfo.of_counted(card, pupils)
    return routing.Answer(body=body, headers=etags.header(card.group.version if card.group else 0, shown=body))


@routes.patch("/groups/{group_id}", access=authentication.TEACHER, versioned=True, raises=[409])
def rename_group(
    group_id: int, body: group_requests.PupilGroupBody, caller: Caller, request: requests.Request
) -> routing.Answer[PupilGroupView]:
    """Rename a named group."""
    return _shown(pupil_groups.rename(caller, group_id, body.title, etags.if_match(request)))


@routes.delete("/groups/{group_id}", access=authentication.TEACHER, status=204, versioned=True, raises=[409])
def delete_group(group_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete a named group; its pupils stay where they were enrolled."""
    pupil_groups.delete(caller, group_id, etags.if_match(request))


@routes.get("/groups/{group_id}/pupils", access=authentication.TEACHER, paged=True)
def list_pupils(group_id: int, query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[PupilsList]:
    """The pupils of a group, in the order of their ids: for its teachers and admins."""
    page = pupil_groups.list_pupils(caller, group_id, query)
    return page.answer(PupilsList.of(page.items, page.next_cursor))


@routes.post(
    "/groups/{group_id}/pupils", access=authentication.TEACHER, status=200, creates=True, raises=[404, 409, 422]
)
def add_pupils(group_id: int, body: group_requests.PupilsBody, caller: Caller) -> PutInView:
    """Put pupils into a group: teachers their own, admins anybody, into a class admins alone. Others are invited."""
    return PutInView(added=pupil_groups.add_pupils(caller, group_id, body.user_ids))


@routes.delete("/groups/{group_id}/pupils/{user_id}", access=authentication.USER, status=204)
def remove_pupil(group_id: int, user_id: int, caller: Caller) -> None:
    """Take a pupil out of a group; a pupil leaves a named group by this, too."""
    pupil_groups.remove_pupil(caller, group_id, user_id)


@routes.get("/groups/{group_id}/teachers", access=authentication.TEACHER)
def list_teachers(group_id: int, caller: Caller) -> TeachersView:
    """Who teaches a group: for those who do, and admins."""
    return TeachersView.of(teaching.teachers_of(caller, joining.taught(relations.pupil_group(group_id))))


@routes.post("/groups/{group_id}/teachers", access=authentication.TEACHER, status=201, raises=[409, 422])
def add_teacher(group_id: int, body: TeacherBody, caller: Caller) -> TeacherView:
    """Let another teacher do all with a group that its owner may do. Admins alone give a class."""
    return TeacherView.of(pupil_groups.add_teacher(caller, group_id, body.user_id))


@routes.delete("/groups/{group_id}/teachers/{user_id}", access=authentication.TEACHER, status=204, raises=[409])
def remove_teacher(group_id: int, user_id: int, caller: Caller) -> None:
    """Let somebody teach a group no longer. The owner of a named group always does."""
    pupil_groups.remove_teacher(caller, group_id, user_id)


# --- Work on whole groups --------------------------------------------------------------------------------------------


@routes.post("/groups/{group_id}/imports/check", access=authentication.TEACHER)
def check_list(group_id: int, body: group_requests.PupilListBody, caller: Caller) -> CheckedListView:
    """What is wrong with a list of pupils, line by line. Nobody is invited; nor does it tell who has an account."""
    return CheckedListView.of(group_jobs.check(caller, group_id, body.csv))


@routes.post(
    "/groups/{group_id}/imports", access=authentication.TEACHER, status=202, creates=True, limit=IMPORTS, raises=[404]
)
def import_pupils(
    group_id: int, body: group_requests.PupilListBody, caller: Caller, request: requests.Request
) -> GroupJobView:
    """Invite the pupils of a list into a group: by mail, and those without an account get one. `state` says when it
    is done. A list with a fault is refused as a whole.
    """
    return GroupJobView.of(group_jobs.invite_all(caller, group_id, body.csv, request.language))


@routes.post(
    "/groups/{group_id}/enrollments",
    access=authentication.TEACHER,
    status=202,
    creates=True,
    limit=ENROLLMENTS,
    raises=[404, 409],
)
def enroll_group(
    group_id: int, body: group_requests.TargetBody, caller: Caller, request: requests.Request
) -> GroupJobView:
    """Let all pupils of a group join a course, a track, a contest or another group that the caller teaches too."""
    return GroupJobView.of(group_jobs.enroll_all(caller, group_id, body.target(), request.language))


@routes.get("/groups/{group_id}/jobs", access=authentication.TEACHER, paged=True)
def list_jobs(group_id: int, query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[GroupJobsList]:
    """The imports into a group and its enrollments of the last month, the latest first."""
    page = group_jobs.list_of(caller, group_id, query)
    return page.answer(GroupJobsList.of(page.items, page.next_cursor))


@routes.get("/groups/{group_id}/jobs/{job_id}", access=authentication.TEACHER)
def show_job(group_id: int, job_id: int, caller: Caller) -> GroupJobView:
    """How far an import or an enrollment has come."""
    return GroupJobView.of(group_jobs.get(caller, group_id, job_id))


# --- Invitations -----------------------------------------------------------------------------------------------------


@routes.post("/invitations", access=authentication.TEACHER, status=201, raises=[404])
def issue_invitation(body: group_requests.InvitationBody, caller: Caller) -> InvitationView:
    """Make a code by which whoever has it may join a course, also a private one, a track, a contest or a group."""
    target = body.target()
    invitation = invitations.issue(caller, target, expires_at=body.expires_at, uses=body.uses)
    return InvitationView.of(invitation, joining.title_of(target))


@routes.get("/invitations", access=authentication.TEACHER, paged=True, raises=[404])
def list_invitations(query: group_requests.InvitationsQuery, caller: Caller) -> paging.PageAnswer[InvitationsList]:
    """The codes that hold, of what the caller teaches; in no order, and a page may be short."""
    page = invitations.of(caller, query.target(), query)
    return page.answer(InvitationsList.of(page.items, invitations.titles_of(page.items), page.next_cursor))


@routes.get("/invitations/{code}", access=authentication.USER)
def show_invitation(code: str, caller: Caller) -> TargetView:
    """What an invitation lets one join; 404 when it has expired, was revoked or is used up, unless one has joined."""
    invitation = invitations.find(caller.id, code)
    group = Group.of_text(invitation.group)
    return TargetView.of_group(group, joining.title_of(group))


@routes.post("/invitations/{code}/accept", access=authentication.USER, raises=[400, 409, 422])
def accept_invitation(code: str, caller: Caller) -> JoinedView:
    """Join what an invitation is for: its teachers see one's profile and work from then on. Repeating it changes
    nothing.
    """
    return JoinedView.of(invitations.accept(caller.id, code))


@routes.delete("/invitations/{code}", access=authentication.TEACHER, status=204)
def revoke_invitation(code: str, caller: Caller) -> None:
    """Take a code back: for those who teach what it is for."""
    invitations.revoke(caller, code)


def _shown(group: PupilGroup) -> routing.Answer[PupilGroupView]:
    body = PupilGroupView.of(GroupCard(group.id, group))
    return routing.Answer(body=body, headers=etags.header(group.version))

"""Work on whole groups: pupils of a list are invited into a group, and the pupils of a group join something.

It goes a page of pupils a message. A message may come twice, or again after half of its work: who was invited or
joined already stays so. An import that cannot end takes back what it made: the accounts that it made and that nobody
has used, and the invitations.

An address that has an account is invited like any other, and nothing that the teacher sees tells which one has.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.accounts import accounts, invitees
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, paging
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Language, Text
from chalicelib.school import (
    enrollment_news,
    group_models,
    invitations,
    job_models,
    joining,
    memberships,
    models,
    pupil_groups,
    pupil_lists,
    queues,
    relations,
    teaching,
)
from chalicelib.school.group_models import PendingInvitation
from chalicelib.school.invitations import Code
from chalicelib.school.job_models import ENDED, GroupJob, JobPage, JobState, Work
from chalicelib.school.pupil_lists import NumberedLine, PupilList
from chalicelib.school.relations import Group, GroupKind, Part

PAGE = 20
"""Pupils of one message: seconds of work, far from a function's timeout."""
MOST_TRIES = 4
"""At one page; then an import is undone, and an enrollment passes over the page."""
MOST_REFUSED = 100
"""That are told of an enrollment."""
KEPT_FOR = timedelta(days=30)


# --- Asking for it ---------------------------------------------------------------------------------------------------


def check(caller: Caller, group_id: int, text: str) -> PupilList:
    """Reads a list of pupils without inviting anybody; 403 for who does not teach the group."""
    group = _own(caller, group_id)
    return pupil_lists.read(text, school_class=group.id if group.kind is GroupKind.CLASS else None)


def invite_all(caller: Caller, group_id: int, text: str, language: Language) -> GroupJob:
    """Begins to invite the pupils of a list; 400 with every fault of it when it has one."""
    found = check(caller, group_id, text)
    if found.faults:
        raise _refusal(found)
    job = _job(relations.pupil_group(group_id), Work.IMPORT, language)
    job.total = len(found.lines)
    return _begin(caller, job, found.lines)


def enroll_all(caller: Caller, group_id: int, target: Group, language: Language) -> GroupJob:
    """Begins to let all pupils of a group join something; 403 for who does not teach both,
    and into a class for all but admins.
    """
    group = _own(caller, group_id)
    known = joining.taught(target)
    teaching.check_may_write(caller, target, known.owner_id, known.refusal)
    if target.kind is GroupKind.CLASS and not caller.may(Permission.ADMINISTER):
        raise pupil_groups.class_by_admins()
    if target == group:
        raise errors.Conflict("same_group", "They are in this group already")
    job = _job(group, Work.ENROLL, language)
    job.target, job.total = str(target), pupil_groups.count(group)
    return _begin(caller, job)


def get(caller: Caller, group_id: int, job_id: int) -> GroupJob:
    """Returns work on a group; 403 for who does not teach it, 404 for none."""
    found = job_models.find(_own(caller, group_id), job_id)
    if found is None:
        raise errors.NotFound("job_not_found", "There is no such work on this group")
    return found


def list_of(caller: Caller, group_id: int, query: paging.ListQuery) -> paging.Page[GroupJob]:
    """Lists the work on a group, the latest first; 403 for who does not teach it."""
    return job_models.list_of(_own(caller, group_id), query)


def _own(caller: Caller, group_id: int) -> Group:
    group = relations.pupil_group(group_id)
    known = joining.taught(group)
    teaching.check_may_write(caller, group, known.owner_id, known.refusal)
    return group


def _job(group: Group, work: Work, language: Language) -> GroupJob:
    return GroupJob(group=str(group), work=work, language=language, refused=[])


def _begin(caller: Caller, begun: GroupJob, lines: Sequence[NumberedLine] = ()) -> GroupJob:
    """Stores a job under a new id, with the pages of its list, and has it worked on."""
    now = clock.now()

    def store(job_id: int) -> GroupJob:
        pages = [_page(job_id, at, lines[at * PAGE : (at + 1) * PAGE]) for at in range(-(-len(lines) // PAGE))]
        begun.pk, begun.sk = models.job_key(Group.of_text(begun.group), job_id)
        begun.id, begun.created_by, begun.created_at = job_id, caller.id, now
        for each in (begun, *pages):
            each.expires_at = now + KEPT_FOR
        job_models.add(begun, pages)
        return begun

    job = transactions.with_new_id(store)
    queues.enrollments.put(queues.JobMessage(job.group, job.id))
    observe.logger.info("work on a group begun", job_id=job.id, work=job.work, group=job.group, by=caller.id)
    return job


def _page(job_id: int, at: int, lines: Sequence[NumberedLine]) -> JobPage:
    stored = [
        {"line": each.line, **each.pupil.model_dump(), "secret": invitations.draw_secret(), "done": False}
        for each in lines
    ]
    return JobPage(*models.job_page_key(job_id, at), lines=stored)


def _refusal(found: PupilList) -> errors.BadRequest:
    place = Place(In.BODY, "/csv")
    return errors.BadRequest(
        "faulty_list",
        "The list has faults, so nobody was invited",
        violations=[Violation(place, each.text.code, told(each)) for each in found.faults],
    )


def told(fault: pupil_lists.Fault) -> Text:
    """Returns what is wrong in a line, with its number."""
    if fault.column is None:
        return Text("line_fault", "line {line}: {reason}", {"line": fault.line, "reason": fault.text})
    known: dict[str, Any] = {"line": fault.line, "column": fault.column, "reason": fault.text}
    return Text("cell_fault", "line {line}, {column}: {reason}", known)


# --- Doing it --------------------------------------------------------------------------------------------------------


def work_on(message: queues.JobMessage) -> None:
    """Does one page of a job, then has the next one asked for. After `MOST_TRIES` failures it gives the page up, and
    when the group is gone.
    """
    job = job_models.find(Group.of_text(message.group), message.job_id)
    if job is None or job.state in ENDED:
        observe.logger.info("work on a group is over", job_id=message.job_id)
        return
    try:
        job = _given_up(job) if job.tries >= MOST_TRIES or _is_without_group(job) else job_models.begin_page(job)
        going_on = _do(job)
    except transactions.ConditionFailed:
        observe.logger.info("page is done already", job_id=message.job_id)
        return
    if going_on:
        queues.enrollments.put(message)


def _is_without_group(job: GroupJob) -> bool:
    """Whether the group was deleted meanwhile: nobody is invited into it any more."""
    group = Group.of_text(job.group)
    return group.kind is GroupKind.PUPILS and group_models.find_pupil_group(group.id) is None


def _given_up(job: GroupJob) -> GroupJob:
    observe.logger.warning("work on a group given up", job_id=job.id, work=job.work, page=job.page)
    if job.state == JobState.UNDOING or job.work == Work.ENROLL:
        return job_models.begin_page(job)
    return job_models.enter(job, JobState.UNDOING)


def _do(job: GroupJob) -> bool:
    """Does a page; whether there is another."""
    if job.work == Work.ENROLL:
        return _enroll_page(job)
    page = job_models.find_page(job.id, job.page)
    if page is None:
        ended = JobState.UNDONE if job.state == JobState.UNDOING else JobState.DONE
        job_models.delete_pages(job.id)
        job_models.enter(job, ended)
        observe.logger.info("import of pupils ended", job_id=job.id, state=ended)
        return False
    (_undo_page if job.state == JobState.UNDOING else _invite_page)(job, page)
    return True


def _invite_page(job: GroupJob, page: JobPage) -> None:
    lines: list[dict[str, Any]] = page.lines
    for line in lines:
        if not line["done"]:
            _invite(job, line)
            line["done"] = True
            page.save()  # what a repeated message does not do again
    invited = job.done + len(lines)
    job_models.end_page(job, {"done": invited, "came": invited})


def _invite(job: GroupJob, line: dict[str, Any]) -> None:
    """Invites whoever has the address; makes an account if nobody has. One without a password joins by setting it."""
    code = Code(Group.of_text(job.group), line["secret"])
    invitation = invitations.made(
        code,
        created_by=job.created_by,
        now=job.created_at,
        expires_at=job.created_at + invitations.LIFE,
        uses=1,
        school_class=line["school_class"],
    )
    job_models.invite_once(invitation)
    new = accounts.NewAccount(email=line["email"], name=line["name"], secondname=line["secondname"], import_id=job.id)
    account = invitees.account_for(new)
    if invitees.is_unused(account):
        PendingInvitation(*models.pending_key(account.id, str(code)), code=str(code)).save()
    invitees.mail(account, str(code), language=Language(job.language))


def _undo_page(job: GroupJob, page: JobPage) -> None:
    group = Group.of_text(job.group)
    for line in page.lines:
        with suppress(transactions.ConditionFailed):  # it was never made, or is used up
            group_models.revoke_invitation(group, line["secret"])
        is_awaited = partial(_is_awaited, code=str(Code(group, line["secret"])))
        invitees.take_back(line["email"], import_id=job.id, is_awaited=is_awaited)
    job_models.end_page(job, {"done": max(0, job.done - len(page.lines)), "came": 0})


def _is_awaited(account_id: int, *, code: str) -> bool:
    """Whether an account is on another list than the one of this code, or in a group: it is not that list's alone."""
    pending = {each.code for each in group_models.pending_of(account_id)}
    return bool(pending - {code} or memberships.groups_of(account_id, Part.ATTENDS))


def _enroll_page(job: GroupJob) -> bool:
    group, target = Group.of_text(job.group), Group.of_text(str(job.target))
    found = pupil_groups.pupils_after(group, job.cursor, at_most=PAGE)
    if not found:
        job_models.enter(job, JobState.DONE)
        observe.logger.info("group enrolled", job_id=job.id, group=job.group, target=job.target)
        return False
    came, already, refused = list[int](), list[int](), list(job.refused)
    for user_id in found if job.tries <= MOST_TRIES else ():
        try:
            (came if joining.join(user_id, target, _nothing) else already).append(user_id)
        except errors.LyceumError as refusal:
            if isinstance(refusal, errors.ChangedMeanwhile) and job.tries < MOST_TRIES:
                raise  # the page is begun again, and who came by it is passed over
            refused.append({"user_id": user_id, "code": refusal.code})
    # Of a page that is begun again nobody knows who came by it the first time.
    enrollment_news.tell(job.id, target, came if job.tries <= 1 else came + already)
    counted = {"done": job.done + len(found), "came": job.came + len(came), "already": job.already + len(already)}
    job_models.end_page(job, {**counted, "refused": refused[:MOST_REFUSED], "cursor": found[-1]})
    return True


def _nothing(transaction: transactions.Transaction) -> None:
    """Adds nothing."""

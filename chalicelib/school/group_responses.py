"""Answers about groups of pupils and about invitations."""

from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import Field

from chalicelib.accounts.models import Account
from chalicelib.accounts.requests import CLASS
from chalicelib.common import web_client
from chalicelib.common.http.responses import ListView, Moment, View, WordedText
from chalicelib.school.group_models import Invitation
from chalicelib.school.group_requests import TargetKind
from chalicelib.school.invitations import Accepted
from chalicelib.school.job_models import GroupJob, JobState, Work
from chalicelib.school.pupil_groups import GroupCard
from chalicelib.school.pupil_lists import Fault, PupilList
from chalicelib.school.relations import Group, GroupKind

_KINDS: Mapping[GroupKind, TargetKind] = {
    GroupKind.COURSE: "course",
    GroupKind.TRACK: "track",
    GroupKind.CONTEST: "contest",
    GroupKind.CLASS: "group",
    GroupKind.PUPILS: "group",
}


class PupilGroupView(View):
    """A group of pupils: a class of the school, which has the number `class` and no owner; or a named group."""

    id: int
    title: str
    school_class: int | None = Field(serialization_alias=CLASS)
    owner_id: int | None
    created_at: Moment | None

    @classmethod
    def of(cls, card: GroupCard) -> Self:
        return cls.model_validate(cls._fields(card))

    @staticmethod
    def _fields(card: GroupCard) -> dict[str, object]:
        group = card.group
        if group is None:
            return {"id": card.id, "title": str(card.id), "school_class": card.id, "owner_id": None, "created_at": None}
        known = {"title": group.title, "owner_id": group.owner_id, "created_at": group.created_at}
        return {"id": group.id, "school_class": None, **known}


class PupilGroupInfo(PupilGroupView):
    """The same with the number of its pupils, which may be some moments old."""

    pupils: int

    @classmethod
    def of_counted(cls, card: GroupCard, pupils: int) -> Self:
        return cls.model_validate({**cls._fields(card), "pupils": pupils})


class PupilGroupsList(ListView):
    items: list[PupilGroupView]

    @classmethod
    def of(cls, cards: Sequence[GroupCard], following: str | None) -> Self:
        return cls(items=[PupilGroupView.of(card) for card in cards], next=following)


class PupilView(View):
    user_id: int
    login: str | None
    email: str
    name: str | None
    secondname: str | None
    school_class: int | None = Field(serialization_alias=CLASS)

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(
            user_id=account.id,
            login=account.login,
            email=account.email,
            name=account.name,
            secondname=account.secondname,
            school_class=account.school_class,
        )


class PupilsList(ListView):
    items: list[PupilView]

    @classmethod
    def of(cls, pupils: Sequence[Account], following: str | None) -> Self:
        return cls(items=[PupilView.of(each) for each in pupils], next=following)


class PutInView(View):
    """How many came new."""

    added: int


class ListFaultView(View):
    """What is wrong in a line; `column` is null when it is the line as a whole."""

    line: int
    column: str | None
    code: str
    message: WordedText

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(line=fault.line, column=fault.column, code=fault.text.code, message=fault.text)


class CheckedListView(View):
    """How many lines of a list are right, and all that is wrong with the others. Until then nobody is invited."""

    pupils: int
    faults: list[ListFaultView]

    @classmethod
    def of(cls, found: PupilList) -> Self:
        return cls(pupils=len(found.lines), faults=[ListFaultView.of(each) for each in found.faults])


class NotTakenView(View):
    """A pupil whom the target did not take, with the code of its refusal."""

    user_id: int
    reason: str


class GroupJobView(View):
    """Work on a group: an import invites the pupils of a list into it, an enrollment lets its pupils join something.

    `total` is how many pupils there were when it began; `done` how many it has come to. `came` were invited
    or joined, `already` attended before, `refused` are the first hundred whom the target did not take. An import that
    could not end is `undone`: the accounts that it made are deleted, unless their owners have used them.
    """

    id: int
    work: Work
    state: JobState
    group_id: int
    target_kind: TargetKind | None
    target_id: int | None
    total: int
    done: int
    came: int
    already: int
    refused: list[NotTakenView]
    created_at: Moment
    created_by: int

    @classmethod
    def of(cls, job: GroupJob) -> Self:
        target = Group.of_text(job.target) if job.target else None
        return cls(
            id=job.id,
            work=Work(job.work),
            state=JobState(job.state),
            group_id=Group.of_text(job.group).id,
            target_kind=_KINDS[target.kind] if target else None,
            target_id=target.id if target else None,
            total=job.total,
            done=job.done,
            came=job.came,
            already=job.already,
            refused=[NotTakenView(user_id=each["user_id"], reason=each["code"]) for each in job.refused],
            created_at=job.created_at,
            created_by=job.created_by,
        )


class GroupJobsList(ListView):
    items: list[GroupJobView]

    @classmethod
    def of(cls, jobs: Sequence[GroupJob], following: str | None) -> Self:
        return cls(items=[GroupJobView.of(each) for each in jobs], next=following)


class TargetView(View):
    """What an invitation lets one join. A class has its number for a title."""

    kind: TargetKind
    id: int
    title: str

    @classmethod
    def of_group(cls, group: Group, title: str) -> Self:
        return cls(kind=_KINDS[group.kind], id=group.id, title=title)


class InvitationView(TargetView):
    """An invitation. `path` is its page in the web client. `uses` is how many may use it, null for any number; `used`
    how many have.
    """

    code: str
    path: str
    expires_at: Moment
    created_at: Moment
    created_by: int
    uses: int | None
    used: int

    @classmethod
    def of(cls, invitation: Invitation, title: str) -> Self:
        group = Group.of_text(invitation.group)
        return cls(
            kind=_KINDS[group.kind],
            id=group.id,
            title=title,
            code=invitation.code,
            path=web_client.joining(invitation.code),
            expires_at=invitation.expires_at,
            created_at=invitation.created_at,
            created_by=invitation.created_by,
            uses=invitation.uses,
            used=invitation.used,
        )


class InvitationsList(ListView):
    items: list[InvitationView]

    @classmethod
    def of(cls, found: Sequence[Invitation], titles: Mapping[str, str], following: str | None) -> Self:
        return cls(items=[InvitationView.of(each, titles[each.group]) for each in found], next=following)


class JoinedView(TargetView):
    """What was joined; `new` is false for who attended it before."""

    new: bool

    @classmethod
    def of(cls, accepted: Accepted) -> Self:
        group = accepted.group
        return cls(kind=_KINDS[group.kind], id=group.id, title=accepted.title, new=accepted.is_new)

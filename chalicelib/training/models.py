"""The trainings' table: teams, contests and training sessions.

TEAM#{id}        / TEAM               the team: who is in it, what it has selected, and which session is running
TEAM#{id}        / INVITE#{secret}    an invitation into it
USER#{id}        / TEAM#{listed id}   that a user is in a team, to list a user's teams
CONTESTS         / {listed id}        a contest
TEAM#{id}        / TRAINING#{started}#{uuid}   that the team had a session, to list its sessions
SESSION#{uuid}   / SESSION            a training session, and all that its room shares but texts
SESSION#{uuid}   / CODE#{alias}       the text in the editor of a problem
SESSION#{uuid}   / SENT#{listed id}   that a program was submitted: the rest is the judge's
SESSION#{uuid}   / SENT_TO#{alias}#{listed id}   the same, to list the submissions to one problem
SESSION#{uuid}   / COMMENT#{alias}#{listed id}   a comment on a problem
CONTEST#{id}     / SCORE#{listed team}#{started}#{uuid}   the verdicts of a session: what standings are made of
ROOM#{room}      / CARD#{user}        how a user in a room wants to be displayed

A listed id has leading zeros, so that text sorts as numbers do: in the order of time.
The frames sent to a room, and so a session's event log, are in the table of `realtime`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.update import Action

from chalicelib.common import ids, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import etags, paging
from chalicelib.common.http.etags import IfMatch
from chalicelib.realtime.models import Audience, audience_in, audience_items
from chalicelib.realtime.rooms import Room
from chalicelib.school import memberships
from chalicelib.school.memberships import FillMore
from chalicelib.school.relations import Group, GroupKind
from chalicelib.training.statuses import TrainingStatus

Key = items.Key
FEW_TEAMS, INVITE_VALID = "few_teams", "invite_valid"
"""Conditions of joining: the user may be in one more team; the invitation holds."""
CONTESTS = "CONTESTS"
DISPLAYED_USERS_KEPT = timedelta(days=1)


class TrainingItem(items.Item):
    class Meta:
        table_name = settings.load().table_name("training")


class Team(TrainingItem, discriminator="team"):
    """`member_ids` are in the order of their joining; `version` grows when they, the captain or the name change.

    `running` is the id of the session that is not finished yet.
    """

    id = items.IntegerAttribute()
    name = UnicodeAttribute()
    captain_id = items.IntegerAttribute()
    member_ids: ListAttribute[Any] = ListAttribute(of=items.IntegerAttribute)
    running = items.OptionalTextAttribute()
    selected_contest = items.OptionalIntegerAttribute()
    created_at = UTCDateTimeAttribute()
    version = items.IntegerAttribute(default=1)

    @property
    def members(self) -> tuple[int, ...]:
        return tuple(int(member) for member in self.member_ids)


class Membership(TrainingItem, discriminator="team_membership"):
    team_id = items.IntegerAttribute()


class Roster(TrainingItem, discriminator="roster"):
    """Which teams a user is in, so that a write may refuse one too many."""

    team_ids: NumberSetAttribute = NumberSetAttribute(null=True)


class TeamTraining(TrainingItem, discriminator="team_training"):
    """A session of a team, as the team lists it; `score` is the sort key of its score. It stays as it was written."""

    session_id = UnicodeAttribute()
    contest_id = items.IntegerAttribute()
    score = UnicodeAttribute()


class Invite(TrainingItem, discriminator="team_invite"):
    """`code` is what somebody joins with; valid until `expires_at`."""

    team_id = items.IntegerAttribute()
    code = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


class Contest(TrainingItem, discriminator="contest"):
    """`duration` is in seconds; `problems` are {"alias", "problem_id", "title", "titles"} in their order.

    `titles` are by language; those of older contests have none.
    """

    id = items.IntegerAttribute()
    name = UnicodeAttribute()
    duration = items.IntegerAttribute()
    freeze = BooleanAttribute(default=False)
    coarse_results = BooleanAttribute(default=False)
    problems = JSONAttribute()
    author_id = items.IntegerAttribute()
    created_at = UTCDateTimeAttribute()
    version = items.IntegerAttribute(default=1)


class Session(TrainingItem, discriminator="training_session"):
    """A team in a contest, which it takes as it was at the start.

    `team_name` is what the team was called then; sessions from before it was kept have none. `member_ids` are all who
    were in the team meanwhile; `controller_id` has the editor to themselves. `assigned` has,
    by alias, the user object of whoever has a problem, as JSON; `compilers` the language chosen for it.
    """

    id = UnicodeAttribute()
    team_id = items.IntegerAttribute()
    team_name = items.OptionalTextAttribute()
    member_ids: NumberSetAttribute = NumberSetAttribute(null=True)
    contest_id = items.IntegerAttribute()
    contest_name = UnicodeAttribute()
    duration = items.IntegerAttribute()
    coarse_results = BooleanAttribute(default=False)
    problems = JSONAttribute()
    status = UnicodeAttribute(default=TrainingStatus.IN_PROCESS)
    started_at = UTCDateTimeAttribute()
    ends_at = UTCDateTimeAttribute()
    finished_at = UTCDateTimeAttribute(null=True)
    controller_id = items.OptionalIntegerAttribute()
    assigned = items.TextsAttribute(default=dict)
    compilers = items.TextsAttribute(default=dict)

    def is_over(self, now: datetime) -> bool:
        """Whether its time is over, even if nobody has written so yet."""
        return bool(self.status == TrainingStatus.FINISHED) or self.ends_at <= now

    def problem_of(self, alias: str) -> Mapping[str, Any] | None:
        return next((problem for problem in self.problems if problem["alias"] == alias), None)

    @property
    def aliases(self) -> list[str]:
        return [problem["alias"] for problem in self.problems]

    def assignee_of(self, alias: str) -> Any:
        stored = self.assigned.get(alias)
        return None if stored is None else json.loads(stored)

    def compiler_of(self, alias: str) -> str | None:
        compiler: str | None = self.compilers.get(alias)
        return compiler


class Code(TrainingItem, discriminator="shared_text"):
    """`version` counts the edits: a text that nobody has edited yet is of version 0 and empty."""

    alias = UnicodeAttribute()
    text = UnicodeAttribute()
    version = items.IntegerAttribute()
    user_id = items.IntegerAttribute()


class Score(TrainingItem, discriminator="training_score"):
    """`attempts` has the final verdicts by submission id, each as JSON: see `scoreboard.ProblemAttempts`.

    `member_ids` are all who were in the team meanwhile, and `repeats` says whether the team or one of them had trained
    in the contest before; both are kept as of version 0.3.
    """

    session_id = UnicodeAttribute()
    team_id = items.IntegerAttribute()
    team_name = UnicodeAttribute()
    started_at = UTCDateTimeAttribute()
    ends_at = UTCDateTimeAttribute()
    freezes = BooleanAttribute(default=False)
    member_ids: NumberSetAttribute = NumberSetAttribute(null=True)
    repeats = BooleanAttribute(default=False)
    attempts = items.TextsAttribute(default=dict)


class SubmissionRef(TrainingItem, discriminator="sent"):
    """A submission, as the session lists it."""

    submission_id = items.IntegerAttribute()
    alias = UnicodeAttribute()
    user_id = items.IntegerAttribute()
    compiler = UnicodeAttribute()
    submitted_at = UTCDateTimeAttribute()


class Comment(TrainingItem, discriminator="training_comment"):
    id = items.IntegerAttribute()
    alias = UnicodeAttribute()
    user_id = items.IntegerAttribute()
    content = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


class DisplayedUser(TrainingItem, discriminator="card"):
    """`user` is the object of a USER frame."""

    user_id = items.IntegerAttribute()
    user = JSONAttribute()


def group_of(contest_id: int) -> Group:
    """Of who teaches a contest, and who has trained in it."""
    return Group(GroupKind.CONTEST, contest_id)


def team_key(team_id: int) -> Key:
    return f"TEAM#{team_id}", "TEAM"


def membership_key(user_id: int, team_id: int) -> Key:
    return f"USER#{user_id}", f"TEAM#{ids.sortable(team_id)}"


def roster_key(user_id: int) -> Key:
    return f"USER#{user_id}", "TEAMS"


def invite_key(team_id: int, secret: str) -> Key:
    return f"TEAM#{team_id}", f"INVITE#{secret}"


def contest_key(contest_id: int) -> Key:
    return CONTESTS, ids.sortable(contest_id)


def session_key(session_id: str) -> Key:
    return f"SESSION#{session_id}", "SESSION"


def code_key(session_id: str, alias: str) -> Key:
    return f"SESSION#{session_id}", f"CODE#{alias}"


def submission_ref_key(session_id: str, submission_id: int) -> Key:
    return f"SESSION#{session_id}", f"SENT#{ids.sortable(submission_id)}"


def submission_ref_to_key(session_id: str, alias: str, submission_id: int) -> Key:
    return f"SESSION#{session_id}", f"SENT_TO#{alias}#{ids.sortable(submission_id)}"


def comment_key(session_id: str, alias: str, comment_id: int) -> Key:
    return f"SESSION#{session_id}", f"COMMENT#{alias}#{ids.sortable(comment_id)}"


def comments_key(session_id: str, alias: str) -> Key:
    """What the keys of the comments on a problem begin with."""
    return f"SESSION#{session_id}", f"COMMENT#{alias}#"


def score_key(session: Session) -> Key:
    return f"CONTEST#{session.contest_id}", f"SCORE#{ids.sortable(session.team_id)}#{_moment(session)}#{session.id}"


def scores_key(contest_id: int) -> Key:
    """What the keys of the scores in a contest begin with."""
    return f"CONTEST#{contest_id}", "SCORE#"


def score_key_of(training: TeamTraining) -> Key:
    return f"CONTEST#{training.contest_id}", training.score


def team_training_key(session: Session) -> Key:
    pk, prefix = team_trainings_key(session.team_id)
    return pk, f"{prefix}{_moment(session)}#{session.id}"


def team_trainings_key(team_id: int) -> Key:
    """What the keys of the trainings of a team begin with."""
    return f"TEAM#{team_id}", "TRAINING#"


def _moment(session: Session) -> str:
    return f"{session.started_at:%Y%m%dT%H%M%S%f}"


def displayed_user_key(room: Room, user_id: int) -> Key:
    return f"ROOM#{room}", f"CARD#{user_id}"


def add_team(team: Team, *, at_most: int) -> None:
    """ConditionFailed(KEY_FREE): the id is taken; ConditionFailed(FEW_TEAMS): the captain is in too many."""

    def fill(transaction: Transaction) -> None:
        transaction.save(team, condition=Team.pk.does_not_exist(), named=transactions.KEY_FREE)
        transaction.save(_membership(team.id, team.captain_id))
        _enter(transaction, team, team.captain_id, at_most)

    transactions.transact(fill)


def find_team(team_id: int) -> Team | None:
    """Read consistently: who was let in a moment ago comes in."""
    return items.find(Team, *team_key(team_id), consistent=True)


def teams_of(user_id: int, *, at_most: int) -> list[Team]:
    """The teams that a user is in, in the order of their making."""
    found = Membership.query(f"USER#{user_id}", Membership.sk.startswith("TEAM#"), limit=at_most)
    keys = [team_key(membership.team_id) for membership in found]
    return sorted(Team.batch_get(keys, consistent_read=True), key=lambda team: team.id) if keys else []


def add_member(
    team: Team, user_id: int, *, secret: str, now: datetime, at_most: int, into: FillMore | None = None
) -> None:
    """Let somebody in by an invitation; `into` adds what lets them into the training that goes on.

    ConditionFailed(INVITE_VALID) when it does not hold, ConditionFailed(FEW_TEAMS) when they are in too many; else the
    team has changed.
    """

    def fill(transaction: Transaction) -> None:
        holds = Invite.pk.exists() & (Invite.expires_at > now)
        transaction.check(Invite, *invite_key(team.id, secret), condition=holds, named=INVITE_VALID)
        transaction.save(_membership(team.id, user_id))
        members = [*team.members, user_id]
        running = Team.running.does_not_exist() if team.running is None else Team.running == team.running
        _change_members(transaction, team, members, team.captain_id, also=running)
        _enter(transaction, team, user_id, at_most)
        if into is not None:
            into(transaction)

    transactions.transact(fill)


def remove_member(team: Team, user_id: int, *, captain_id: int) -> None:
    """ConditionFailed when the team has changed since it was read."""

    def fill(transaction: Transaction) -> None:
        transaction.delete(Membership(*membership_key(user_id, team.id)))
        members = [member for member in team.members if member != user_id]
        _change_members(transaction, team, members, captain_id)
        _leave(transaction, team, user_id)

    transactions.transact(fill)


def delete_team(team: Team) -> None:
    """ConditionFailed when the team has changed since it was read, or a session is running."""

    def fill(transaction: Transaction) -> None:
        unchanged = (Team.version == team.version) & Team.running.does_not_exist()
        transaction.delete(team, condition=unchanged, named="team_unchanged")
        for member in team.members:
            transaction.delete(Membership(*membership_key(member, team.id)))
            _leave(transaction, team, member)

    transactions.transact(fill)
    for invite in invites_of(team.id):
        invite.delete()


def change_team(team: Team, *, name: str, captain_id: int) -> Team:
    """The team as it is then. ConditionFailed when it has changed since it was read."""
    with transactions.conditional():
        team.update(
            actions=[Team.name.set(name), Team.captain_id.set(captain_id), Team.version.add(1)],
            condition=Team.version == team.version,
        )
    return team


def select_contest(transaction: Transaction, team_id: int, contest_id: int | None) -> None:
    chosen = Team.selected_contest.remove() if contest_id is None else Team.selected_contest.set(contest_id)
    transaction.update(Team(*team_key(team_id)), actions=[chosen], condition=Team.pk.exists(), named="team_exists")


def invites_of(team_id: int) -> Iterable[Invite]:
    return Invite.query(f"TEAM#{team_id}", Invite.sk.startswith("INVITE#"), consistent_read=True)


def add_contest(contest: Contest) -> None:
    """With its author as who teaches it. ConditionFailed(KEY_FREE) when the id is taken."""

    def fill(transaction: Transaction) -> None:
        transaction.save(contest, condition=Contest.pk.does_not_exist(), named=transactions.KEY_FREE)
        memberships.add_owner(transaction, contest.author_id, group_of(contest.id), contest.created_at)

    transactions.transact(fill)


def find_contest(contest_id: int) -> Contest | None:
    return items.find(Contest, *contest_key(contest_id), consistent=True)


def list_contests(query: paging.ListQuery) -> paging.Page[Contest]:
    """The newest first."""
    return paging.read_list(
        query,
        lambda limit, start: Contest.query(CONTESTS, limit=limit, last_evaluated_key=start, scan_index_forward=False),
    )


def change_contest(contest_id: int, changes: Mapping[str, Any], expected: IfMatch) -> Contest:
    """ConditionFailed when it is gone, or not of a version that was seen."""
    contest = Contest(*contest_key(contest_id))
    actions: list[Action] = [getattr(Contest, field).set(value) for field, value in changes.items()]
    with transactions.conditional():
        contest.update(
            actions=[*actions, Contest.version.add(1)], condition=etags.version_matches(Contest.version, expected)
        )
    return contest


def delete_contest(contest_id: int, author_id: int, expected: IfMatch) -> None:
    """With who teaches it. ConditionFailed when it is gone, or not of a version that was seen."""
    with transactions.conditional():
        Contest(*contest_key(contest_id)).delete(condition=etags.version_matches(Contest.version, expected))
    memberships.erase_group(group_of(contest_id), author_id)


def add_session(transaction: Transaction, session: Session, score: Score, team: Team) -> None:
    """Start a session, if the team has none running and the members that were read. They attend its contest from now
    on.
    """
    transaction.save(session, condition=Session.pk.does_not_exist(), named="session_new")
    transaction.save(score)
    said: dict[str, Any] = {"session_id": session.id, "contest_id": session.contest_id, "score": score.sk}
    transaction.save(TeamTraining(*team_training_key(session), **said))
    transaction.update(
        Team(*team_key(session.team_id)),
        actions=[Team.running.set(session.id)],
        condition=Team.running.does_not_exist() & (Team.version == team.version),
        named="team_free",
    )
    for member in team.members:
        memberships.add_pupil(transaction, member, group_of(session.contest_id), session.started_at)


def finish_session(transaction: Transaction, session: Session, now: datetime) -> None:
    """Finish a session that is not finished, and let its team start another."""
    transaction.update(
        Session(*session_key(session.id)),
        actions=[
            Session.status.set(TrainingStatus.FINISHED),
            Session.finished_at.set(now),
            Session.controller_id.remove(),
        ],
        condition=Session.status == TrainingStatus.IN_PROCESS,
        named="session_running",
    )
    transaction.update(
        Team(*team_key(session.team_id)),
        actions=[Team.running.remove()],
        condition=Team.running == session.id,
        named="team_in_session",
    )


def find_session(session_id: str) -> Session | None:
    return items.find(Session, *session_key(session_id), consistent=True)


def sessions_of(session_ids: Iterable[str]) -> list[Session]:
    """Those that there are, in no order."""
    return list(Session.batch_get([session_key(each) for each in session_ids], consistent_read=True))


def find_latest_session(contest_id: int, team_id: int) -> Session | None:
    """The last that a team started in a contest."""
    prefix = f"SCORE#{ids.sortable(team_id)}#"
    found = Score.query(
        f"CONTEST#{contest_id}", Score.sk.startswith(prefix), limit=1, scan_index_forward=False, consistent_read=True
    )
    score = next(found, None)
    return None if score is None else find_session(score.session_id)


def change_session(transaction: Transaction, session: Session, actions: Sequence[Action], now: datetime) -> None:
    """Change what the room of a session shares, as long as it is going on."""
    transaction.update(
        Session(*session_key(session.id)), actions=list(actions), condition=_is_going_on(now), named="session_running"
    )


def read_editor(room: Room, alias: str) -> tuple[Session | None, Code | None, Audience]:
    """The session of a room, a problem's text there and who sees it, as they are at one moment: one request."""
    wanted = [(Session, session_key(room.id)), (Code, code_key(room.id, alias))]
    session, code, *audience = transactions.get_many_consistent([*wanted, *audience_items(room)])
    return session, code, audience_in(audience)


def codes_of(session_id: str) -> list[Code]:
    """The texts of all problems that were edited."""
    return list(Code.query(f"SESSION#{session_id}", Code.sk.startswith("CODE#"), consistent_read=True))


def find_code(session_id: str, alias: str) -> Code | None:
    return items.find(Code, *code_key(session_id, alias), consistent=True)


def write_code(transaction: Transaction, session: Session, code: Code, now: datetime) -> None:
    """Write the next version of a text, as long as the session goes on and the control of it is as it was read.

    One condition check.
    """
    holder = session.controller_id
    as_read = Session.controller_id.does_not_exist() if holder is None else Session.controller_id == holder
    transaction.check(
        Session, *session_key(session.id), condition=_is_going_on(now) & as_read, named="session_unchanged"
    )
    before = code.version - 1
    transaction.save(
        code, condition=Code.version == before if before else Code.pk.does_not_exist(), named="code_unchanged"
    )


def free_control(transaction: Transaction, session_id: str, holder_id: int) -> None:
    """Take control from somebody, if they have it."""
    transaction.update(
        Session(*session_key(session_id)),
        actions=[Session.controller_id.remove()],
        condition=Session.controller_id == holder_id,
        named="control_held",
    )


def _is_going_on(now: datetime) -> Condition:
    going_on: Condition = (Session.status == TrainingStatus.IN_PROCESS) & (Session.ends_at > now)
    return going_on


def displayed_users_in(room: Room, user_ids: Sequence[int]) -> dict[int, DisplayedUser]:
    keys = [displayed_user_key(room, user_id) for user_id in user_ids]
    found = DisplayedUser.batch_get(keys, consistent_read=True) if keys else []
    return {each.user_id: each for each in found}


def remove_displayed_user(room: Room, user_id: int) -> None:
    DisplayedUser(*displayed_user_key(room, user_id)).delete()


def _membership(team_id: int, user_id: int) -> Membership:
    return Membership(*membership_key(user_id, team_id), team_id=team_id)


def _enter(transaction: Transaction, team: Team, user_id: int, at_most: int) -> None:
    few = size(Roster.team_ids) < at_most  # type: ignore[no-untyped-call]
    transaction.update(
        Roster(*roster_key(user_id)),
        actions=[Roster.kind.set(Roster), Roster.team_ids.add({team.id})],
        condition=Roster.team_ids.does_not_exist() | few,
        named=FEW_TEAMS,
    )


def _leave(transaction: Transaction, team: Team, user_id: int) -> None:
    transaction.update(
        Roster(*roster_key(user_id)), actions=[Roster.kind.set(Roster), Roster.team_ids.delete({team.id})]
    )


def _change_members(
    transaction: Transaction, team: Team, members: Sequence[int], captain_id: int, also: Condition | None = None
) -> None:
    unchanged = Team.version == team.version
    transaction.update(
        Team(*team_key(team.id)),
        actions=[Team.member_ids.set(list(members)), Team.captain_id.set(captain_id), Team.version.add(1)],
        condition=unchanged if also is None else unchanged & also,
        named="team_unchanged",
    )

"""The wiring: what each hook of the packages gives, and the outside world.

Every hook is a required field of `Wiring`, a provider: it is called when the hook is first asked, and imports what it
names only then, so that a function imports no more than what it runs. `install` is called once, by app.py and by every
other program that runs the application. Tests put other values in place with `hooks.override`.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.common import hooks

if TYPE_CHECKING:
    from chalicelib.accounts import accounts, passwords
    from chalicelib.common import clock, ids, mail
    from chalicelib.common.events import queues, timers
    from chalicelib.common.hooks import Provider
    from chalicelib.common.http import idempotency, routing
    from chalicelib.judge import handlers as judge_handlers
    from chalicelib.judge.grading import judge_client, origin_hooks
    from chalicelib.judge.problems import library
    from chalicelib.judge.submissions import places
    from chalicelib.realtime import frames, push, rooms
    from chalicelib.school import dashboard, deadlines, joining, notifications, overviews, results
    from chalicelib.school.relations import GroupKind


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wiring:
    """A provider for every hook, in the name of the hook."""

    # The outside world.
    now: "Provider[clock.Now]"
    monotonic: "Provider[clock.Monotonic]"
    sleep: "Provider[clock.Sleep]"
    random_bits: "Provider[ids.RandomBits]"
    hash_cost: "Provider[passwords.HashCost]"
    sqs: "Provider[queues.Transport]"
    mail: "Provider[mail.MailSender]"
    gateway: "Provider[push.Gateway]"
    judge: "Provider[judge_client.Judge]"
    judge_soon: "Provider[judge_client.Judge]"

    # What a package is given by those after it.
    routes: "Provider[Iterable[routing.Routes]]"
    idempotency_digest: "Provider[idempotency.Digest]"
    timer_handlers: "Provider[Mapping[str, timers.Handler]]"
    outage_handlers: "Provider[Mapping[str, timers.Handler]]"
    on_sessions_ended: "Provider[Sequence[accounts.Listener]]"
    on_rights_lost: "Provider[Sequence[accounts.Listener]]"
    on_erased: "Provider[Sequence[accounts.Listener]]"
    on_reachable: "Provider[Sequence[accounts.Reached]]"
    on_password_set: "Provider[Sequence[accounts.Listener]]"
    joinables: "Provider[Mapping[GroupKind, joining.Joinable]]"
    frames: "Provider[frames.Catalogue]"
    personal_snapshot: "Provider[rooms.Snapshot]"
    rooms: "Provider[Mapping[rooms.RoomKind, rooms.KindHooks]]"
    dashboard_sections: "Provider[Mapping[str, dashboard.Section]]"
    deadlines: "Provider[Sequence[deadlines.ReadDeadlines]]"
    overviews: "Provider[Sequence[overviews.ReadOverview]]"
    results: "Provider[Sequence[results.ReadResults]]"
    send_live: "Provider[notifications.SendLive]"
    origins: "Provider[Mapping[str, origin_hooks.Origin]]"
    place_finders: "Provider[Mapping[str, places.Finder]]"
    problem_followers: "Provider[Sequence[library.Follower]]"
    archive_takers: "Provider[Sequence[judge_handlers.Taker]]"


class Unresolved(Exception):
    """What a hook names cannot be imported, or is not there."""


def install() -> None:
    """Gives every hook its provider."""
    hooks.install({field.name: getattr(WIRING, field.name) for field in dataclasses.fields(WIRING)})


def resolved(name: str) -> object:
    """Returns a hook's value; Unresolved, with the hook's name, when it cannot be imported."""
    try:
        value: object = getattr(WIRING, name)()
    except (ImportError, AttributeError) as missing:
        raise Unresolved(f"The hook `{name}` does not resolve: {missing}") from missing
    return value


def resolve_all() -> None:
    """Resolves every hook: before anything is packaged, and in a test."""
    for field in dataclasses.fields(WIRING):
        resolved(field.name)


def _now() -> "clock.Now":
    from chalicelib.common import clock

    return clock.machine_now


def _monotonic() -> "clock.Monotonic":
    from chalicelib.common import clock

    return clock.machine_monotonic


def _sleep() -> "clock.Sleep":
    from chalicelib.common import clock

    return clock.machine_sleep


def _random_bits() -> "ids.RandomBits":
    from chalicelib.common import ids

    return ids.random_bits


def _hash_cost() -> "passwords.HashCost":
    from chalicelib.accounts import passwords

    return passwords.OWASP


def _sqs() -> "queues.Transport":
    from chalicelib.common.events import queues

    return queues.Sqs()


def _mail() -> "mail.MailSender":
    from chalicelib.common import mail

    return mail.send_through_ses


def _gateway() -> "push.Gateway":
    from chalicelib.realtime import push

    return push.ApiGateway()


def _judge() -> "judge_client.Judge":
    from chalicelib.common import settings
    from chalicelib.judge.grading import judge_client, queued_judge

    return queued_judge.ask_patiently if settings.load().queue_urls["judge_jobs"] else judge_client.ask_patiently


def _judge_soon() -> "judge_client.Judge":
    from chalicelib.common import settings
    from chalicelib.judge.grading import judge_client, queued_judge

    return queued_judge.ask_soon if settings.load().queue_urls["judge_jobs"] else judge_client.ask_soon


def _routes() -> "Iterable[routing.Routes]":
    from chalicelib.accounts.routes import routes as accounts
    from chalicelib.accounts.second_factor_routes import routes as second_factor
    from chalicelib.common.http.routes import routes as service
    from chalicelib.judge.routes import routes as judge
    from chalicelib.judge.statements.routes import routes as statements
    from chalicelib.realtime.routes import routes as realtime
    from chalicelib.tracks.evidence.routes import routes as evidence
    from chalicelib.tracks.fetching.routes import routes as fetching
    from chalicelib.tracks.oversight.routes import routes as oversight
    from chalicelib.tracks.reliability.routes import routes as reliability
    from chalicelib.tracks.reviewing.routes import routes as reviewing
    from chalicelib.tracks.routes import routes as tracks
    from chalicelib.tracks.solutions.routes import routes as solutions
    from chalicelib.training.sessions.routes import aliases as training_aliases
    from chalicelib.training.sessions.routes import routes as training
    from chalicelib.training.teams.routes import routes as teams

    own = (service, accounts, second_factor, realtime, *_school_routes(), judge, statements)
    of_tracks = (tracks, oversight, reliability, solutions, fetching, reviewing, evidence)
    return (*own, *_course_routes(), *of_tracks, training, teams, training_aliases)


def _course_routes() -> "Iterable[routing.Routes]":
    from chalicelib.courses.archive_routes import routes as archives
    from chalicelib.courses.authoring_routes import routes as authoring
    from chalicelib.courses.extension_routes import routes as extensions
    from chalicelib.courses.lesson_file_routes import routes as lesson_files
    from chalicelib.courses.portal_routes import routes as portal
    from chalicelib.courses.routes import routes

    return (routes, authoring, lesson_files, archives, extensions, portal)


def _school_routes() -> "Iterable[routing.Routes]":
    from chalicelib.school.deadline_routes import routes as deadlines
    from chalicelib.school.group_routes import routes as groups
    from chalicelib.school.preference_routes import routes as preferences
    from chalicelib.school.routes import aliases, routes

    return (routes, aliases, deadlines, groups, preferences)


def _idempotency_digest() -> "idempotency.Digest":
    from chalicelib.accounts import signing_keys

    return lambda text: signing_keys.digest(text, purpose="idempotency")


def _timer_handlers() -> "Mapping[str, timers.Handler]":
    from chalicelib.school import digests, notifications, waiting
    from chalicelib.tracks import erasure, models, scheduler
    from chalicelib.tracks.fetching import own_time
    from chalicelib.tracks.reliability import recounts
    from chalicelib.training.sessions import sessions

    return {
        models.TOPIC: scheduler.advance,
        sessions.TOPIC: sessions.end,
        digests.TOPIC: digests.advance,
        waiting.TOPIC: notifications.tell_what_waited,
        erasure.LEFT_TOPIC: erasure.advance,
        recounts.TOPIC: recounts.advance,
        own_time.TOPIC: own_time.advance,
    }


def _outage_handlers() -> "Mapping[str, timers.Handler]":
    from chalicelib.tracks import models, scheduler

    return {models.TOPIC: scheduler.advance}


def _on_sessions_ended() -> "Sequence[accounts.Listener]":
    from chalicelib.realtime import connections

    return (connections.close_ended,)


def _on_rights_lost() -> "Sequence[accounts.Listener]":
    from chalicelib.realtime import connections

    return (connections.close_all,)


def _on_erased() -> "Sequence[accounts.Listener]":
    from chalicelib.courses import drafts
    from chalicelib.school import calendars, invitations, memberships, preference_models
    from chalicelib.tracks import erasure
    from chalicelib.tracks.reviewing import drafts as review_drafts
    from chalicelib.training.teams import teams

    school = (memberships.forget, invitations.forget, calendars.forget, preference_models.forget)
    return (*school, teams.forget, drafts.forget, review_drafts.forget, erasure.forget)


def _on_reachable() -> "Sequence[accounts.Reached]":
    from chalicelib.school import digests

    return (digests.begin,)


def _on_password_set() -> "Sequence[accounts.Listener]":
    from chalicelib.school import invitations

    return (invitations.accept_pending,)


def _joinables() -> "Mapping[GroupKind, joining.Joinable]":
    from chalicelib.courses.joining import COURSES
    from chalicelib.school.pupil_groups import CLASS, NAMED
    from chalicelib.school.relations import GroupKind
    from chalicelib.tracks.joining import TRACKS
    from chalicelib.training.teams.joining import CONTESTS

    return {
        GroupKind.COURSE: COURSES,
        GroupKind.TRACK: TRACKS,
        GroupKind.CONTEST: CONTESTS,
        GroupKind.CLASS: CLASS,
        GroupKind.PUPILS: NAMED,
    }


def _frames() -> "frames.Catalogue":
    from chalicelib.courses.frames import FRAMES as COURSES
    from chalicelib.judge.frames import FRAMES as JUDGE
    from chalicelib.realtime import frames
    from chalicelib.realtime.frame_handlers import FRAMES as REALTIME
    from chalicelib.school.frames import FRAMES as SCHOOL
    from chalicelib.tracks.evidence.frames import FRAMES as EVIDENCE
    from chalicelib.tracks.frames import FRAMES as TRACKS
    from chalicelib.tracks.oversight.frames import FRAMES as OVERSIGHT
    from chalicelib.training.frame_handlers import FRAMES as TRAINING

    return frames.Catalogue((*REALTIME, *SCHOOL, *JUDGE, *COURSES, *TRACKS, *EVIDENCE, *OVERSIGHT, *TRAINING))


def _rooms() -> "Mapping[rooms.RoomKind, rooms.KindHooks]":
    from chalicelib.realtime.rooms import KindHooks, RoomKind
    from chalicelib.training.sessions import room, sessions, snapshots
    from chalicelib.training.teams import lobby, teams

    return {
        RoomKind.LOBBY: KindHooks(admission=teams.admit_to_lobby, snapshot=snapshots.of_lobby, departure=lobby.on_left),
        RoomKind.TRAINING: KindHooks(admission=sessions.admit, snapshot=snapshots.of_training, departure=room.on_left),
    }


def _personal_snapshot() -> "rooms.Snapshot":
    from chalicelib.school import notifications

    return notifications.snapshot_of


def _dashboard_sections() -> "Mapping[str, dashboard.Section]":
    from chalicelib.courses import dashboard as courses
    from chalicelib.tracks import dashboard as tracks
    from chalicelib.training import dashboard as training

    return {"progress": courses.progress, "assignments": tracks.assignments, "trainings": training.trainings}


def _deadlines() -> "Sequence[deadlines.ReadDeadlines]":
    from chalicelib.courses import due
    from chalicelib.tracks import dashboard

    return (due.deadlines_of, dashboard.deadlines_of)


def _overviews() -> "Sequence[overviews.ReadOverview]":
    from chalicelib.courses import overview as courses
    from chalicelib.school import group_overview as groups
    from chalicelib.tracks import overview as tracks

    return (groups.overview, courses.overview, tracks.overview)


def _results() -> "Sequence[results.ReadResults]":
    from chalicelib.courses import outcomes as courses
    from chalicelib.tracks import outcomes as tracks

    return (courses.results_of, tracks.results_of)


def _send_live() -> "notifications.SendLive":
    from chalicelib.realtime import broadcasts

    return broadcasts.send_to_users


def _origins() -> "Mapping[str, origin_hooks.Origin]":
    from chalicelib.courses import tasks
    from chalicelib.judge.grading.origin_hooks import Origin
    from chalicelib.judge.packages import announcements as imports
    from chalicelib.judge.problems import jury
    from chalicelib.tracks.evidence import counter_tests
    from chalicelib.tracks.evidence import judging as solutions
    from chalicelib.training.sessions import submissions

    return {
        tasks.ORIGIN: Origin(record=tasks.record, announce=tasks.announce, taught_by=tasks.taught_by),
        submissions.ORIGIN: Origin(
            record=submissions.record, announce=submissions.announce, taught_by=submissions.taught_by
        ),
        solutions.ORIGIN: Origin(
            record=solutions.record,
            announce=solutions.announce,
            taught_by=solutions.taught_by,
            read_by=solutions.read_by,
        ),
        counter_tests.ORIGIN: Origin(
            record=counter_tests.record,
            announce=counter_tests.announce,
            taught_by=None,
            read_by=counter_tests.taught_by,
        ),
        jury.ORIGIN: Origin(record=None, announce=imports.announce_judged, taught_by=jury.taught_by),
    }


def _place_finders() -> "Mapping[str, places.Finder]":
    from chalicelib.courses import places, tasks
    from chalicelib.judge.submissions.places import Finder

    return {tasks.ORIGIN: Finder(places=places.of_submissions, neighbors=places.neighbors_of_submission)}


def _problem_followers() -> "Sequence[library.Follower]":
    from chalicelib.courses import authoring

    return (authoring.follow,)


def _archive_takers() -> "Sequence[judge_handlers.Taker]":
    from chalicelib.courses import archives
    from chalicelib.judge.handlers import Taker
    from chalicelib.tracks.fetching import taking

    courses = Taker(knows=archives.is_archive, take=archives.take, give_up=archives.give_up)
    solutions = Taker(knows=taking.is_outcome, take=taking.take, give_up=taking.give_up)
    return (courses, solutions)


WIRING = Wiring(
    now=_now,
    monotonic=_monotonic,
    sleep=_sleep,
    random_bits=_random_bits,
    hash_cost=_hash_cost,
    sqs=_sqs,
    mail=_mail,
    gateway=_gateway,
    judge=_judge,
    judge_soon=_judge_soon,
    routes=_routes,
    idempotency_digest=_idempotency_digest,
    timer_handlers=_timer_handlers,
    outage_handlers=_outage_handlers,
    on_sessions_ended=_on_sessions_ended,
    on_rights_lost=_on_rights_lost,
    on_erased=_on_erased,
    on_reachable=_on_reachable,
    on_password_set=_on_password_set,
    joinables=_joinables,
    frames=_frames,
    rooms=_rooms,
    personal_snapshot=_personal_snapshot,
    dashboard_sections=_dashboard_sections,
    deadlines=_deadlines,
    overviews=_overviews,
    results=_results,
    send_live=_send_live,
    origins=_origins,
    place_finders=_place_finders,
    problem_followers=_problem_followers,
    archive_takers=_archive_takers,
)

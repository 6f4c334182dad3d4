"""A school in which every route finds something to do, with a user of every role: the role matrix is asked here."""

import functools
import json
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto.dynamodb.models import dynamodb_backends

import app as application
from chalicelib.accounts import sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import settings
from chalicelib.common.http import documents, routing
from chalicelib.common.http.responses import rfc3339
from chalicelib.school import unsubscribing
from chalicelib.school.queues import LetterKind
from tests.app.tracks import peers
from tests.app.tracks.evidence import judged
from tests.app.tracks.peers import HOUR, Peers
from tests.contract import teamwork
from tests.infra import policies
from tests.support.school import PASSWORD, Person, Reply, School, aws

ROLES = ("nobody", "temporary", "pupil", "other_pupil", "teacher", "other_teacher", "admin", "blocked")
"""Who tries. The pupil attends, takes part, has sent in, leads a team; the teacher has made all that there is.

A colleague, who does not try, teaches it with them."""

IN_QUERIES = ("user_id", "contest_id", "team_id", "kind", "id")

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")

ROUTES = [route for package in application.PACKAGES for route in package.declared]


@dataclass
class Actor:
    """Somebody with every credential that there is."""

    account: Account
    session_id: str = ""
    access_token: str = ""
    refresh_token: str = ""

    def sign_in(self) -> None:
        started = sessions.start(self.account, Device("127.0.0.1", "tests"))
        self.session_id = started.session.id
        self.access_token, self.refresh_token = started.access_token, started.refresh_token

    @property
    def person(self) -> Person:
        return Person(self.account, self.access_token)


@dataclass
class World:
    school: School
    actors: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    """What stands for a path parameter or a member of a body, by its name."""
    ids_of: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The same for routes that need another, by method and path."""
    _items: dict[str, bytes] = field(default_factory=dict)
    _keeps: bool = False

    def __post_init__(self) -> None:
        self._add_people()
        self._add_courses()
        self._add_portal()
        self._add_groups()
        self._add_tracks()
        self._sign_in()
        self._add_training()
        self._add_co_teachers()
        blocked = {"state": AccountState.BLOCKED}
        admin = self.actors["admin"].access_token
        self._good("PATCH", f"/user/users/{self.actors['blocked'].account.id}", blocked, token=admin)
        self.ids["session_id"] = self.actors["pupil"].session_id
        self._items = {name: pickle.dumps(each.items) for name, each in self._backend.tables.items()}

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Meanwhile, what a request changes is not undone."""
        self._keeps = True
        try:
            yield
        finally:
            self._keeps = False
            self._undo(set(self._items))

    def _undo(self, written: set[str]) -> None:
        """Everything as it was at first, in the tables that were written to."""
        for name in written if not self._keeps else ():
            self._backend.tables[name].items = pickle.loads(self._items[name])  # noqa: S301 - our own

    def ask(self, route: routing.Route, role: str) -> int:
        """The status that a role gets."""
        return self.request(route, role).status

    def request(
        self, route: routing.Route, role: str, *, query: str = "", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """What a role gets. What it changes is undone."""
        given = self.ids | self.ids_of.get(f"{route.method} {route.path}", {})
        path = route.path.format_map(given) + "?" + "&".join([*_query(route, given), *filter(None, [query])])
        body = _body(route, given)
        raw = None if body is None else _encoded(route, body)
        sent = {"Content-Type": route.consumes, **self._credential(route, self.actors.get(role)), **(headers or {})}
        with policies.recorded() as needed:
            reply = self.school.api.request(route.method, path.rstrip("?"), raw_body=raw, headers=sent)
        writes = [each.partition(" ") for each in needed if each.startswith(WRITES)]
        self._undo({settings.load().table_name(package) for _, _, package in writes})
        return reply

    def _credential(self, route: routing.Route, actor: Actor | None) -> Mapping[str, str]:
        if actor is None:
            return {}
        match route.access.credential:
            case routing.Credential.REFRESH_COOKIE:
                return {"Cookie": f"__Secure-refresh-token={actor.refresh_token}"}
            case routing.Credential.REFRESH_TOKEN:
                return {"Authorization": f"Bearer {actor.refresh_token}"}
            case _:
                return {"Authorization": f"Bearer {actor.access_token}"}

    @property
    def _backend(self) -> Any:
        return dynamodb_backends["123456789012"]["us-east-1"]

    def _good(self, method: str, path: str, body: object = None, *, token: str) -> Any:
        reply = self.school.api.request(method, path, json_body=body, token=token)
        assert reply.status < 300, reply.body
        return reply.body

    # --- What there is -----------------------------------------------------------------------------------------------

    def _add_people(self) -> None:
        kinds = {"temporary": AccountState.NEW, "pupil": AccountState.ACTIVATED, "other_pupil": AccountState.ACTIVATED}
        teachers = dict.fromkeys(("teacher", "other_teacher", "colleague"), Role.TEACHER)
        roles = {**teachers, "admin": Role.ADMIN}
        for name in [*kinds, *roles, "blocked", "mate", "third"]:
            person = self.school.person(
                roles.get(name, Role.USER), kinds.get(name, AccountState.ACTIVATED), school_class=5
            )
            self.actors[name] = Actor(person.account)
            self.actors[name].sign_in()
        pupil = self.actors["pupil"].account
        self.ids |= {"user_id": pupil.id, "old_password": PASSWORD, "role": "teacher"}
        credentials = {"email": pupil.email, "login": pupil.login, "username": pupil.login, "password": PASSWORD}
        for path in ("/login", "/token", "/auth/login"):
            self.ids_of[f"POST {path}"] = credentials

    def _add_courses(self) -> None:
        school, teacher, pupil = self.school, self.actors["teacher"].account, self.actors["pupil"]
        problem = school.problem(author_id=teacher.id)
        course = school.course(author_id=teacher.id)
        lesson = school.lesson(course)
        task, link = school.task(course, lesson, problem), school.link(course, lesson)
        self.ids |= {"course_id": course.id, "lesson_id": lesson.id, "task_id": task.id}
        self.ids |= {"link_id": link.id, "problem_id": problem.id}
        self._good("POST", f"/courses/attend/{course.id}", token=pupil.access_token)
        here = f"/courses/{course.id}/{lesson.id}/{task.id}"
        self.ids["submission_id"] = self._good("POST", here, {"code": "5"}, token=pupil.access_token)["submission_id"]
        token = self.actors["teacher"].access_token
        announced = self._good("POST", f"/problems/{problem.id}/package", {"size": 100}, token=token)
        self.ids["import_id"] = announced["import_id"]
        archive = self._good("POST", f"/courses/{course.id}/export", token=token)
        self.ids["archive_id"] = archive["archive_id"]
        more_time = {"until": rfc3339(school.clock.now + 48 * HOUR), "reason": "Was ill"}
        given = f"/courses/{course.id}/lessons/{lesson.id}/tasks/{task.id}/extensions/{pupil.account.id}"
        self._good("PUT", given, more_time, token=token)
        extension = "PUT /courses/{course_id}/lessons/{lesson_id}/tasks/{task_id}/extensions/{user_id}"
        self.ids_of[extension] = {**more_time, "user_id": pupil.account.id}
        picture = self._good("POST", f"/courses/{course.id}/pic", {"content_type": "image/png"}, token=token)
        self.ids["picture_id"] = picture["picture_id"]
        key = f"uploads/pictures/{course.id}/{picture['picture_id']}"
        aws("s3").put_object(
            Bucket="lyceum-test-data", Key=key, Body=b"\x89PNG\r\n\x1a\n" + bytes(8), ContentType="image/png"
        )
        self._good("PUT", f"/courses/{course.id}/pic", {"picture_id": picture["picture_id"]}, token=token)
        self._add_statement(problem.id, token)
        self._add_lesson_file(course.id, lesson.id, token)
        calendar = self._good("POST", "/user/calendar", token=pupil.access_token)["path"]
        self.ids_of["GET /calendar/{token}/deadlines.ics"] = {"token": calendar.split("/")[2]}
        self.ids_of["PATCH /user/notifications/preferences"] = {"digest": {"hour": 16}}
        for method in ("GET", "POST"):
            unsubscribe = unsubscribing.token(pupil.account.id, LetterKind.DIGEST)
            self.ids_of[f"{method} /unsubscribe/{{token}}"] = {"token": unsubscribe}
        colleague, owner = self.actors["colleague"].account.id, {"user_id": teacher.id, "school_class": 5}
        for user_id in (teacher.id, colleague):
            self._good("PUT", f"/user/teachers/{user_id}/classes/5", token=self.actors["admin"].access_token)
        self._good("POST", f"/courses/{course.id}/teachers", {"user_id": colleague}, token=token)
        self.ids_of["POST /courses/{course_id}/teachers"] = {"user_id": self.actors["other_teacher"].account.id}
        self.ids_of["DELETE /courses/{course_id}/teachers/{user_id}"] = {"user_id": colleague}
        for method, path in (("GET", ""), ("PUT", "/{school_class}"), ("DELETE", "/{school_class}")):
            self.ids_of[f"{method} /user/teachers/{{user_id}}/classes{path}"] = owner
        self.ids_of["PUT /courses/{course_id}/lessons/order"] = {"ids": [lesson.id]}
        self.ids_of["PUT /courses/{course_id}/lessons/{lesson_id}/tasks/order"] = {"ids": [task.id]}
        self.ids_of["POST /courses/{course_id}/{lesson_id}/{task_id}"] = {"code": "5", "language": "python3"}

    def _add_statement(self, problem_id: int, token: str) -> None:
        """In English, with a picture; and an upload that is not a picture of it yet."""
        here = f"/problems/{problem_id}"
        self._good("PUT", f"{here}/statements/en", {"name": "Sum", "text": "Add. ![p](p.png)"}, token=token)
        uploaded = self._good("POST", f"{here}/files", token=token)
        key = uploaded["upload"]["fields"]["key"]
        aws("s3").put_object(Bucket="lyceum-test-data", Key=key, Body=b"\x89PNG\r\n\x1a\n" + bytes(8))
        kept = self._good("PUT", f"{here}/files/p.png", {"upload_id": uploaded["upload_id"]}, token=token)
        self.ids |= {"upload_id": uploaded["upload_id"], "digest": kept["path"].split("/")[-2]}
        for route in ("GET", "PUT", "DELETE"):
            self.ids_of[f"{route} /problems/{{problem_id}}/statements/{{language}}"] = {"language": "en"}
            self.ids_of[f"{route} /problems/{{problem_id}}/files/{{name}}"] = {"name": "p.png"}
        self.ids_of["GET /problems/{problem_id}/pictures/{digest}/{name}"] = {"name": "p.png"}

    def _add_lesson_file(self, course_id: int, lesson_id: int, token: str) -> None:
        """A picture of the lesson's text; the same upload is put there once more."""
        here = f"/courses/{course_id}/lessons/{lesson_id}/files"
        uploaded = self._good("POST", here, token=token)
        key = uploaded["upload"]["fields"]["key"]
        aws("s3").put_object(Bucket="lyceum-test-data", Key=key, Body=b"\x89PNG\r\n\x1a\n" + bytes(8))
        upload = {"upload_id": uploaded["upload_id"]}
        kept = self._good("PUT", f"{here}/p.png", upload, token=token)
        for method in ("PUT", "DELETE"):
            self.ids_of[f"{method} /courses/{{course_id}}/lessons/{{lesson_id}}/files/{{name}}"] = {
                **upload,
                "name": "p.png",
            }
        shown = {"ticket": kept["path"].split("/")[-2], "name": "p.png"}
        self.ids_of["GET /courses/{course_id}/{lesson_id}/pictures/{ticket}/{name}"] = shown

    def _add_portal(self) -> None:
        token = self.actors["teacher"].access_token
        words = {"title": "T", "description": "D"}
        self.ids["news_id"] = self._good("POST", "/main/news", words, token=token)["id"]
        to_pupil = {**words, "user_id": self.ids["user_id"]}
        self.ids["notification_id"] = self._good("POST", "/user/notifications", to_pupil, token=token)["id"]

    def _add_groups(self) -> None:
        """The pupil is in the teacher's group, which the colleague teaches too, and a code leads into it."""
        token, admin = self.actors["teacher"].access_token, self.actors["admin"].access_token
        group_id = self._good("POST", "/groups", {"title": "Chess"}, token=token)["id"]
        self._good("POST", f"/groups/{group_id}/pupils", {"user_ids": [self.ids["user_id"]]}, token=admin)
        colleague = {"user_id": self.actors["colleague"].account.id}
        self._good("POST", f"/groups/{group_id}/teachers", colleague, token=token)
        code = self._good("POST", "/invitations", {"kind": "group", "id": group_id}, token=token)["code"]
        self.ids["group_id"] = group_id
        for method in ("GET", "DELETE"):
            self.ids_of[f"{method} /invitations/{{code}}"] = {"code": code}
        self.ids_of["POST /invitations/{code}/accept"] = {"code": code}
        self.ids_of["POST /groups/{group_id}/pupils"] = {"user_ids": [self.ids["user_id"]]}
        self.ids_of["POST /groups/{group_id}/teachers"] = {"user_id": self.actors["other_teacher"].account.id}
        self.ids_of["DELETE /groups/{group_id}/teachers/{user_id}"] = colleague
        of_course = {"kind": "course", "id": self.ids["course_id"]}
        self.ids_of["POST /groups/{group_id}/enrollments"] = of_course
        self.school.enrollments.held = True
        job = self._good("POST", f"/groups/{group_id}/enrollments", of_course, token=token)
        self.ids_of["GET /groups/{group_id}/jobs/{job_id}"] = {"job_id": job["id"]}
        of_group = {"kind": "group", "id": group_id}
        self.ids_of |= {"GET /invitations": of_group, "POST /invitations": {**of_group, "expires_at": None}}

    def _add_tracks(self) -> None:
        self._comment(self._track())
        self._sign_in()
        waiting, running, answered, reviewing, contested = (self._track() for _ in range(5))
        for track in (reviewing, contested):
            track.enrol().settle().submit_all(files=peers.FILES)
        tried = self._judged_track()
        reviewing.pass_time(10 * HOUR)
        self._contest(contested.sign_in())
        self._sign_in()
        for track in (running, answered):
            track.people = self._participants()
            track.enrol().settle()
        waiting.enrol(*self._participants()[:2])
        answered.submit_all()
        self._use(waiting, running, reviewing)
        self._add_counter_test(tried)
        for method in ("GET", "PUT"):
            sent = {"assignment_id": answered.assignment_ids[0]}
            self.ids_of[f"{method} /assignments/{{assignment_id}}/submit"] = sent

    def _contest(self, track: Peers) -> None:
        """All reviews are written; the mate has appealed, and the third's appeal is decided."""
        pupil, mate, third = track.people
        for person in track.people:
            track.review_all(person)
        track.settle()
        path = f"{track.assignment}/appeal"
        opened, decided = (
            self._good("POST", path, {"text": "It is tested"}, token=each.token)["id"] for each in (mate, third)
        )
        self._good("POST", f"/appeals/{decided}/decision", {"reason": "No"}, token=track.teacher.token)
        self.ids["appeal_id"] = opened
        ruling = {"scores": peers.POINTS, "reason": "Yes"}
        self.ids_of["POST /appeals/{appeal_id}/decision"] = ruling
        self.ids_of["PUT /appeals/{appeal_id}/decision"] = {"appeal_id": decided, **ruling}
        contested = {"assignment_id": track.assignment_ids[0], "review_id": None, "criterion": None}
        for route in ("GET", "POST"):
            self.ids_of[f"{route} /assignments/{{assignment_id}}/appeal"] = contested
        self.ids_of["GET /assignments/{assignment_id}/reviews/written"] = contested
        self.ids_of["GET /tracks/{track_id}/appeals"] = {"track_id": track.track_id}
        self.ids_of["GET /tracks/{track_id}/queue"] = {"track_id": track.track_id}
        self.ids_of["GET /assignments/{assignment_id}/fairness"] = contested
        results = self._good("GET", f"{track.assignment}/reviews", token=pupil.token)["results"]
        first, second = (each["id"] for each in results[0]["reviews"])
        self.ids["review_id"] = first
        until = rfc3339(self.school.clock.now + 100 * HOUR)
        self.ids_of["POST /reviews/{review_id}/return"] = {"until": until}
        self._good("POST", f"/reviews/{second}/hide", {"reason": "No word"}, token=track.teacher.token)
        self.ids_of["DELETE /reviews/{review_id}/hide"] = {"review_id": second}

    def _judged_track(self) -> Peers:
        """Everybody has sent in to an assignment with a problem of the teacher's."""
        problem = judged.problem_with_jury(self.school, self.actors["teacher"].person, ("5",), validated=False)
        track = self._track(problem_id=problem.id).enrol().settle()
        return track.submit_all(files=[{"path": "main.py", "content": "4"}], language="python3")

    def _add_counter_test(self, track: Peers) -> None:
        """The pupil has broken a program."""
        pupil = self.actors["pupil"].person
        submission_id = track.next_to_review(pupil).body["id"]
        path = "/submissions/{submission_id}/counter-tests"
        here = path.format(submission_id=submission_id)
        sent = self._good("POST", here, {"input": "1"}, token=pupil.token)
        found = {"submission_id": submission_id, "counter_test_id": sent["id"]}
        for route in (f"GET {path}", f"GET {path}/{{counter_test_id}}", f"POST {path}/{{counter_test_id}}/adopt"):
            self.ids_of[route] = found
        self.ids_of[f"POST {path}"] = {**found, "input": "1 2"}
        for route in ("POST /assignments/{assignment_id}/rejudge", "GET /assignments/{assignment_id}/problem"):
            self.ids_of[route] = {"assignment_id": track.assignment_ids[0]}

    def _add_training(self) -> None:
        pupil, mate, third = self._participants()
        problem = self.school.problem(author_id=self.actors["teacher"].account.id)
        teamwork.add_training(
            self, teacher=self.actors["teacher"].person, pupil=pupil, mates=(mate, third), problem=problem
        )

    def _add_co_teachers(self) -> None:
        """The admin teaches the track and the contest too; so can the other teacher, by being added."""
        other, admin = self.actors["other_teacher"].account, self.actors["admin"].account
        token = self.actors["teacher"].access_token
        for path in ("/tracks/{track_id}/teachers", "/contests/{contest_id}/teachers"):
            self._good("POST", path.format_map(self.ids), {"user_id": admin.id}, token=token)
            self.ids_of[f"POST {path}"] = {"user_id": other.id}
            self.ids_of[f"DELETE {path}/{{user_id}}"] = {"user_id": admin.id}

    def _sign_in(self) -> None:
        """Anew: what they had may have run out."""
        for actor in self.actors.values():
            actor.sign_in()

    def _participants(self) -> list[Person]:
        return [self.actors[name].person for name in ("pupil", "mate", "third")]

    def _track(self, **more: object) -> Peers:
        teacher, people = self.actors["teacher"].person, self._participants()
        made = {**peers.TRACK, "required_participants": len(people)}
        track_id = self._good("POST", "/tracks", made, token=teacher.token)["id"]
        path = f"/tracks/{track_id}/assignments"
        added = [self._good("POST", path, {**peers.ASSIGNMENT, **more}, token=teacher.token)["id"] for _ in range(2)]
        return Peers(self.school, teacher, people, track_id, added)

    def _comment(self, track: Peers) -> None:
        """A mate says something of a line of the pupil's; the review stage is over."""
        track.enrol().settle().submit_all(files=peers.FILES).pass_time(10 * HOUR)
        pupil, mate, _ = track.people
        work = track.school.api.get(f"{track.assignment}/submit", token=pupil.token).body["id"]
        line = {"path": peers.FILES[0]["path"], "from_line": 1, "to_line": 1, "text": "Why?"}
        peers.good(track.review(mate, work, line_comments=[line]))
        track.pass_time(5 * HOUR)
        path = "/submissions/{submission_id}/comments"
        (comment,) = track.school.api.get(path.format(submission_id=work), token=mate.token).body["items"]
        self.ids_of[f"GET {path}"] = {"submission_id": work}
        for method in ("GET", "POST"):
            self.ids_of[f"{method} {path}/{{comment_id}}/replies"] = {
                "submission_id": work,
                "comment_id": comment["id"],
            }

    def _use(self, waiting: Peers, running: Peers, reviewing: Peers) -> None:
        """Each route gets the track in whose state it has something to do."""
        self.ids |= {"track_id": running.track_id, "assignment_id": running.assignment_ids[0]}
        still_waits = {"track_id": waiting.track_id, "assignment_id": waiting.assignment_ids[1]}
        for route in ("PATCH /tracks/{track_id}", "DELETE /tracks/{track_id}", "POST /tracks/{track_id}/assignments"):
            self.ids_of[route] = still_waits
        for route in (
            "POST /tracks/{track_id}/enroll",
            "DELETE /tracks/{track_id}/enroll",
            "POST /tracks/{track_id}/start",
        ):
            self.ids_of[route] = still_waits
        for route in ("PATCH /assignments/{assignment_id}", "DELETE /assignments/{assignment_id}"):
            self.ids_of[route] = still_waits
        in_review = {"track_id": reviewing.track_id, "assignment_id": reviewing.assignment_ids[0]}
        for route in ("GET /assignments/{assignment_id}/review/submission", "GET /assignments/{assignment_id}/owed"):
            self.ids_of[route] = in_review
        allotted = reviewing.next_to_review(self.actors["pupil"].person).body["id"]
        for name in ("GET files", "GET diff", "POST fetch"):
            method, _, last = name.partition(" ")
            route = f"{method} /assignments/{{assignment_id}}/submissions/{{submission_id}}/{last}"
            self.ids_of[route] = {**in_review, "submission_id": allotted}
        for method in ("GET", "PUT", "DELETE"):
            self.ids_of[f"{method} /submissions/{{submission_id}}/review/draft"] = {"submission_id": allotted}
        self.ids_of["POST /submissions/{submission_id}/review"] = {
            "submission_id": allotted,
            "criteria_scores": peers.POINTS,
            "code_version": 1,
            "line_comments": [],
        }
        later = rfc3339(self.school.clock.now + 100 * HOUR)
        self.ids_of["POST /tracks"] = {"starts_at": later}
        self.ids_of["PATCH /tracks/{track_id}"] = {**still_waits, "starts_at": later}
        self.ids_of["PATCH /assignments/{assignment_id}/deadline"] = {"deadline": later}
        extension = {"submission_until": later, "code_review_until": later}
        self.ids_of["PUT /assignments/{assignment_id}/extensions/{user_id}"] = extension
        body = {**extension, "reason": "Was ill"}
        given = f"/assignments/{running.assignment_ids[0]}/extensions/{self.ids['user_id']}"
        self._good("PUT", given, body, token=self.actors["teacher"].access_token)
        self.ids_of["POST /assignments/{assignment_id}/reopen"] = {**in_review, "deadline": later}


def _body(route: routing.Route, given: Mapping[str, Any]) -> Any:
    """The example of the route's own documentation, about what there is."""
    if route.body is None:
        return None
    operation = _described()[route.path][route.method.lower()]
    example = operation["requestBody"]["content"][route.consumes]["example"]
    return {name: given.get(name, value) for name, value in example.items()}


@functools.cache
def _described() -> Any:
    return json.loads(documents.openapi_json())["paths"]


def _encoded(route: routing.Route, body: Mapping[str, Any]) -> bytes:
    if route.consumes == routing.JSON:
        return json.dumps(body).encode()
    return "&".join(f"{name}={value}" for name, value in body.items()).encode()


def _query(route: routing.Route, given: Mapping[str, Any]) -> list[str]:
    required = {"email": "ann@school.example", "code": "123456"} | {
        name: given[name] for name in IN_QUERIES if name in given
    }
    fields = route.query.model_fields.items() if route.query else ()
    return [f"{name}={required[name]}" for name, each in fields if each.is_required()]

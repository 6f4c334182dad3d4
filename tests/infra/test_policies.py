"""Each function may do to the tables what its code does, and nothing else.

Neither moto nor the local cloud asks policies, so here they are held against what is really sent.
"""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

import app as application
from chalicelib.accounts import accounts, totp
from chalicelib.accounts.permissions import Role
from chalicelib.common import hooks, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.events import timers
from chalicelib.common.events.timers import Message
from chalicelib.common.http.responses import rfc3339
from chalicelib.common.texts import ENGLISH
from chalicelib.courses import archives
from chalicelib.judge import handlers, import_models, languages, queues, waiting_models
from chalicelib.judge import models as judge_models
from chalicelib.judge.problems import library
from chalicelib.judge.problems.testsets import NewTest
from chalicelib.judge.queues import RejudgeRequest
from chalicelib.judge.submissions import recovery, rejudging, submissions
from chalicelib.realtime import broadcasts, leases, models, rooms
from chalicelib.school import digests, group_jobs, waiting
from chalicelib.school import queues as school_queues
from chalicelib.school.queues import DeliveryStep
from chalicelib.tracks import erasure
from chalicelib.tracks import models as track_models
from chalicelib.tracks.evidence import counter_models
from chalicelib.tracks.fetching import handlers as fetching
from chalicelib.tracks.fetching import outcomes, own_time, reasons
from chalicelib.tracks.fetching import queues as fetching_queues
from chalicelib.tracks.fetching.trees import Fetched
from chalicelib.tracks.models import TOPIC
from chalicelib.training import models as training_models
from chalicelib.training.sessions import sessions
from chalicelib.training.statuses import TrainingStatus
from tests.app.courses import test_archives
from tests.app.school.test_digests import attend, course_with_tasks
from tests.app.school.test_preferences import confirmed, want
from tests.app.school.test_preferences import tell as tell_of_tracks
from tests.app.tracks import repeated_messages
from tests.app.tracks.evidence import judged
from tests.app.tracks.peers import FILES, HOUR, Peers, peers
from tests.app.training.conftest import Three, Training, contest_by, start, team_of
from tests.infra import policies
from tests.support import live, zips
from tests.support.school import PASSWORD, Person, Reply, School, aws
from tests.support.stage_settings import stage_settings
from tests.support.times import delivered

NEW_PASSWORD = "battery staple 8"
EMAIL = "newcomer@example.com"
SECOND = timedelta(seconds=1)


def queued(body: object, *, deliveries: int = 1) -> dict[str, Any]:
    """The event that SQS makes of one message."""
    record = {"messageId": "1", "receiptHandle": "R", "body": json.dumps(body), "eventSource": "aws:sqs"}
    attributes = {"ApproximateReceiveCount": str(deliveries)}
    return {"Records": [{**record, "attributes": attributes, "eventSourceARN": "arn:aws:sqs:us-east-1:1:q"}]}


def good(reply: Reply) -> Any:
    assert reply.status < 400, reply.body
    return reply.body


def six_digits(school: School) -> str:
    (code,) = re.findall(r"\b\d{6}\b", school.mails[-1].text)
    return str(code)


def sign_up_and_out(school: School) -> None:
    """Every way in which accounts are written and read over HTTP."""
    api = school.api
    user = good(api.post("/api/v1/users/sign_up", {"email": EMAIL}))["data"]["id"]
    good(api.post(f"/api/v1/users/{user}/send_code", {}))
    confirmed = good(api.request("PUT", f"/api/v1/users/{user}/mail?code={six_digits(school)}"))
    token = confirmed["data"]["sign_up_token"]
    good(api.request("PATCH", f"/api/v1/users/{user}/sign_up", json_body={"password": PASSWORD}, token=token))
    assert api.post("/login", {"email": EMAIL, "password": "wrong"}).status == 401
    signed_in = good(api.post("/login", {"email": EMAIL, "password": PASSWORD}))
    access = good(api.get("/refresh", token=signed_in["jwt_refresh"]))["jwt_access"]
    good(api.get("/sessions", token=access))
    change = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    changed = good(api.request("PATCH", "/api/v1/users/change_password", json_body=change, token=access))
    access = changed["data"]["jwt_access"]
    good(api.post("/password/forgot", {"email": EMAIL}))
    good(api.post("/ws-tickets", token=access))
    good(api.request("DELETE", "/api/v1/users", token=access))


def use_second_factor(school: School, admin: Person) -> None:
    """Every way in which second factors are written and read."""
    api = school.api
    owner = school.person(login="owner")
    path = "/me/second-factor"

    def app(secret: str) -> str:
        school.clock.forward(totp.STEP)
        return totp.code_of(secret, totp.step_at(school.clock.now))

    secret = good(api.post(path, token=owner.token))["secret"]
    codes = good(api.post(f"{path}/confirm", {"otp": app(secret)}, token=owner.token))["recovery_codes"]
    for otp in (app(secret), codes[0]):
        good(api.post("/login", {"login": "owner", "password": PASSWORD, "otp": otp}))
    good(api.get(path, token=owner.token))
    good(api.post(f"{path}/recovery-codes", {"otp": codes[1]}, token=owner.token))
    good(api.request("DELETE", path, json_body={"otp": app(secret)}, token=owner.token))
    secret = good(api.post(path, token=owner.token))["secret"]
    good(api.post(f"{path}/confirm", {"otp": app(secret)}, token=owner.token))
    good(api.request("DELETE", f"/user/users/{owner.id}/second-factor", token=admin.token))


def learn(school: School, pupil: Person, task: str) -> None:
    """Everything that courses and the judge do within a request."""
    good(school.api.get("/health/ping-database"))
    course = task.split("/")[2]
    good(school.api.post(f"/courses/attend/{course}", token=pupil.token))
    good(school.api.get("/courses", token=pupil.token))
    good(school.api.get(f"/courses/{course}", token=pupil.token))
    good(school.api.get(task, token=pupil.token))
    sent = good(school.api.post(task, {"code": "5"}, token=pupil.token, headers={"Prefer": "respond-async"}))
    good(school.api.get(f"/submissions/{sent['submission_id']}", token=pupil.token))


def tell(school: School, by: Person, **to: Any) -> int:
    """A new notification."""
    words = {"title": "T", "description": "D"}
    notification_id: int = good(school.api.post("/user/notifications", {**words, **to}, token=by.token))["id"]
    return notification_id


def group_pupils(school: School, admin: Person, pupil: Person) -> None:
    """Everything that is done with groups of pupils and with invitations within a request."""
    api, token = school.api, admin.token
    path = f"/groups/{good(api.post('/groups', {'title': 'Chess'}, token=token))['id']}"
    school.enrollments.held = True
    good(api.post(f"{path}/pupils", {"user_ids": [pupil.id]}, token=token))
    for read in ("/groups", path, f"{path}/pupils", f"{path}/jobs"):
        good(api.get(read, token=token))
    target = {"kind": "group", "id": int(path.rsplit("/", maxsplit=1)[-1])}
    code = good(api.post("/invitations", target, token=token))["code"]
    good(api.post(f"/invitations/{code}/accept", token=pupil.token))
    good(api.request("DELETE", f"/invitations/{code}", token=token))
    good(api.post(f"{path}/imports", {"csv": f"name,secondname,email,class\nA,B,{EMAIL},"}, token=token))
    good(api.request("DELETE", path, token=token))


def manage(school: School, admin: Person, told: int) -> None:
    """Everything that the school's portal does within a request; `told` is in the admin's inbox."""
    api, token, pupil = school.api, admin.token, school.person()
    good(api.request("PUT", "/main/info", json_body={"description": "D"}, token=token))
    good(api.get("/main/info"))
    news = f"/news/{good(api.post('/news', {'title': 'T', 'description': 'D'}, token=token))['id']}"
    for path in (news, f"/user/notifications/{tell(school, admin, user_id=admin.id)}"):
        good(api.request("PATCH", path, json_body={"title": "New"}, token=token))
        good(api.request("DELETE", path, token=token))
    good(api.get(f"/user/notifications/{told}/delivery", token=token))
    good(api.post("/user/notifications/read", token=token))
    good(api.post(f"/user/notifications/{told}/read", token=token))
    for path in ("/news", "/user/notifications", "/user/notifications?tag=medium", "/user/monitor"):
        good(api.get(path, token=token))
    for query in ("", "?class=5", f"?id={pupil.id}"):
        good(api.get(f"/user/users{query}", token=token))
    good(api.request("PATCH", f"/user/users/{pupil.id}", json_body={"class": 6}, token=token))
    good(api.request("DELETE", f"/user/users/{pupil.id}", token=token))


def package_for(school: School, teacher: Person) -> tuple[str, dict[str, Any]]:
    """The path of an import whose package has arrived, and the report of that."""
    problem = good(school.api.post("/problems", {"title": "Sum"}, token=teacher.token))["id"]
    tests = {"data/secret/1.in": "", "data/secret/1.ans": "5", "submissions/accepted/a.py": "5"}
    statement: dict[str, str | bytes] = {"statement/problem.md": "![p](p.png)", "problem.yaml": ""}
    data = zips.packed({**statement, **tests, "statement/p.png": zips.PNG})
    announced = good(school.api.post(f"/problems/{problem}/package", {"size": len(data)}, token=teacher.token))
    key = f"imports/{announced['import_id']}.zip"
    aws("s3").put_object(Bucket="lyceum-test-data", Key=key, Body=data)
    path = f"/problems/{problem}/package/{announced['import_id']}"
    return path, queued({"Records": [{"s3": {"object": {"key": key}}}]})


def teach(school: School, teacher: Person, admin: Person, submission_id: int, imported: str) -> None:
    """Everything that the library of problems and the history of submissions do within a request."""
    api, token = school.api, teacher.token
    problem = good(api.post("/problems", {"title": "Sum"}, token=token))["id"]
    path = f"/problems/{problem}"
    good(api.request("PUT", f"{path}/tests", json_body={"tests": [{"input": "", "output": "5"}]}, token=token))
    good(api.request("PATCH", path, json_body={"published": True}, token=token))
    good(api.post(f"{path}/package", {"size": 1}, token=token))
    picture = good(api.post(f"{path}/files", token=token))
    aws("s3").put_object(Bucket="lyceum-test-data", Key=picture["upload"]["fields"]["key"], Body=zips.PNG)
    kept = {"upload_id": picture["upload_id"]}
    good(api.request("PUT", f"{path}/files/p.png", json_body=kept, token=token))
    good(api.request("DELETE", f"{path}/files/p.png", token=token))
    for language in ("ru", "de"):
        statement = f"{path}/statements/{language}"
        good(api.request("PUT", statement, json_body={"name": "Sum", "text": "!"}, token=token))
        good(api.get(f"{path}?language={language}", token=token))
    good(api.request("DELETE", f"{path}/statements/ru", token=token))
    good(api.get(imported, token=token))
    for who in (teacher, admin):
        good(api.get("/problems", token=who.token))
    good(api.request("DELETE", path, token=token))
    for query in ("", "?task_id=1"):
        good(api.get(f"/submissions{query}", token=token))
    good(api.request("DELETE", f"/submissions/{submission_id}", token=token))
    good(api.get(f"/submissions/{submission_id}/judgings", token=token))


def write(school: School, teacher: Person, pupil: Person) -> None:
    """Everything that authors of courses do within a request."""
    api, token = school.api, teacher.token
    path = f"/courses/{good(api.post('/courses', {'name': 'Sums'}, token=token))['id']}"
    good(api.request("PATCH", path, json_body={"name": "Sums"}, token=token))
    lesson = f"{path}/lessons/{good(api.post(f'{path}/lessons', {'name': 'One'}, token=token))['id']}"
    new = {"name": "Sum", "task_condition": "Add.", "tests": [{"input": "", "output": "5"}]}
    task = good(api.post(f"{lesson}/tasks", new, token=token))["id"]
    good(api.get(f"{lesson.replace('/lessons', '')}/{task}/submissions?all=1", token=token))
    good(api.post(f"{lesson}/links", {"title": "Docs", "link": "https://example.com"}, token=token))
    grant = {"course_id": int(path.rpartition("/")[2])}
    good(api.post(f"/user/certification/{pupil.id}", grant, token=token))
    good(api.post(f"/courses/attend/{grant['course_id']}", token=pupil.token))
    for read in (f"{path}/members", f"{path}/progress", f"/user/estimations/{pupil.id}", "/user/users"):
        good(api.get(read, token=token))
    good(api.request("DELETE", f"/user/certification/{pupil.id}", json_body=grant, token=token))
    good(api.request("DELETE", lesson, token=token))
    good(api.request("DELETE", path, token=token))


def train(school: School, teacher: Person, three: Three, training: Training) -> None:
    """Everything that a team does within a request; the session is running when it begins."""
    api, (ann, bob, _) = school.api, three
    contest = f"/contests/{contest_by(school, teacher, problems=1)}"
    good(api.get("/contests", token=ann.token))
    good(api.request("PATCH", contest, json_body={"name": "New"}, token=teacher.token))
    good(api.request("DELETE", contest, token=teacher.token))
    training.submit(ann)
    good(api.post(f"{training.path}/problem/A/comments", {"content": "!"}, token=ann.token))
    (comment,) = training.get(ann, "/problem/A/comments")
    path = f"{training.path}/comments/{comment['id']}"
    good(api.request("PATCH", path, json_body={"content": "?"}, token=ann.token))
    good(api.request("DELETE", path, token=ann.token))
    for path in ("/problems", "/code/A", "/online", "/submissions", "/submissions/problem/A", "/events", "/standings"):
        training.get(bob, path)
    good(api.get(f"/contests/{training.contest_id}/standings", token=ann.token))
    good(api.get(f"/training-sessions?contest_id={training.contest_id}&team_id={training.team_id}", token=ann.token))
    good(api.post(f"{training.path}/complete", token=ann.token))
    start(school, ann, training.team_id, training.contest_id).get(ann)
    team = team_of(school, ann, bob)
    code = good(api.post(f"/teams/{team}/invites", token=ann.token))["code"]
    good(api.request("DELETE", f"/teams/{team}/invites/{code}", token=ann.token))
    good(api.request("PATCH", f"/teams/{team}", json_body={"name": "N", "captain_id": bob.id}, token=ann.token))
    good(api.request("DELETE", f"/teams/{team}/members/{ann.id}", token=bob.token))
    good(api.get("/teams", token=bob.token))
    good(api.request("DELETE", f"/teams/{team}", token=bob.token))


@pytest.fixture
def three(school: School) -> Three:
    return school.person(), school.person(), school.person()


@pytest.fixture
def training(school: School, three: Three) -> Training:
    """A session, with its captain in the room."""
    team = team_of(school, *three)
    return start(school, three[0], team, contest_by(school, school.person(Role.TEACHER)))


def sent_by_jury(school: School) -> int:
    """A program of a package's jury, which waits."""
    path, report = package_for(school, school.person(Role.TEACHER))
    school.queue.held = True
    assert application.import_package(report, None) == {"batchItemFailures": []}
    stored = import_models.find_import(int(path.rpartition("/")[2]))
    assert stored is not None
    return int(stored.jury[0][0])


def test_import_package(school: School) -> None:
    sender = school.person(Role.TEACHER)
    path, report = package_for(school, sender)
    problem = library.get(int(path.split("/")[2]))
    placed = library.change(library.replace_tests(problem, [NewTest(input="", output="5")]), published=True)
    school.task_path(problem=placed)
    school.queue.held = True
    school.live.join(sender).vanish()
    with policies.recorded() as needed:
        assert application.import_package(report, None) == {"batchItemFailures": []}
    assert len(school.queue.waiting) == 1
    assert needed | take_archives(school, sender) | take_fetched(school) == policies.allowed("import_package")


def take_fetched(school: School) -> set[str]:
    """What the code of a link needs that was fetched, also once submissions are closed."""
    with stage_settings(CODE_HOSTS="git.example"):
        track = peers(school, 2, assignments=1).start().submit_all()
        with policies.recorded() as needed:
            take_all(school, "1")
        track.pass_time(10 * HOUR)
        with policies.recorded() as needed_then:
            take_all(school, "2")
        return needed | needed_then | take_judged(school)


def take_judged(school: School) -> set[str]:
    """And what its program needs: one that waits is replaced by another, for which there is no room until later."""
    teacher = school.person(Role.TEACHER)
    track = judged.begun(school, judged.problem_with_jury(school, teacher, validated=False).id, teacher)
    author, link = track.track.people[0], {"repository_url": "https://git.example/a/b", "language": "python3"}
    good(school.api.post(f"{track.track.assignment}/submit", link, token=author.token))
    languages._described.cache_clear()
    with policies.recorded() as needed:
        take_all(school, "1")
    good(school.api.post(school.task_path(author, school.problem()), {"code": "5"}, token=author.token))
    solution = track.own(author)
    path = f"{track.track.assignment}/submissions/{solution['id']}/fetch"
    good(school.api.post(path, token=teacher.token))
    with policies.recorded() as needed_beyond_quota:
        take_all(school, "2")
    assert track.own(author)["judged"] is None
    submissions.cancel(submissions.get(school.queue.waiting[-1]))
    school.clock.forward(HOUR / 4)
    track.track.sign_in()
    good(school.api.post(path, token=teacher.token))
    with policies.recorded() as needed_then:
        take_all(school, None)
    assert track.own(author)["judged"] is not None
    assert len(school.sqs.arrivals) == 1
    return needed | needed_beyond_quota | needed_then


def take_all(school: School, text: str | None) -> None:
    """With such files, or without a text, that there are none any more."""
    asked, school.sqs.fetches[:] = list(school.sqs.fetches), []
    assert asked
    for each in asked:
        made = outcomes.of_failure(reasons.COMMIT_GONE)
        if text is not None:
            made = outcomes.of_files(Fetched(commit="a" * 40, files=(("main.py", text.encode()),), notes=()))
        key = fetching.key(each)
        aws("s3").put_object(Bucket=settings.load().test_data_bucket, Key=key, Body=made)
        body = {"Records": [{"s3": {"object": {"key": key}}}]}
        assert application.import_package(queued(body), None) == {"batchItemFailures": []}


def test_fetch_code(school: School) -> None:
    """It reaches out to strangers: it may neither read nor change anything of ours."""
    request = fetching_queues.FetchRequest(submission_id=1, fetch_id=2, link="https://git.example/a")
    body = json.loads(fetching_queues.fetches.write(request))
    with policies.recorded() as needed, stage_settings(CODE_HOSTS=""):
        assert application.fetch_code(queued(body), None) == {"batchItemFailures": []}
    assert needed == policies.allowed("fetch_code") == set()
    assert policies.resources_of("fetch_code", "s3:PutObject") == [
        {"Fn::Sub": "${TestDataBucket.Arn}/imports/solution-*.zip"}
    ]
    assert policies.resources_of("fetch_code", "s3:GetObject") == []


def take_archives(school: School, sender: Person) -> set[str]:
    """What a course needs that is exported and imported again."""
    course = school.course(author_id=sender.id)
    school.task(course, school.lesson(course), school.problem(author_id=sender.id))
    ordered = good(school.api.post(f"/courses/{course.id}/export", token=sender.token))["archive_id"]
    with policies.recorded() as needed_to_export:
        assert application.import_package(test_archives.report(ordered), None) == {"batchItemFailures": []}
    data = test_archives.written(ordered)
    announced = good(school.api.post("/course-archives", {"size": len(data)}, token=sender.token))
    test_archives.send(announced, data)
    with policies.recorded() as needed_to_import:
        report = test_archives.report(announced["archive_id"])
        assert application.import_package(report, None) == {"batchItemFailures": []}
    half_made = test_archives.half_made(school, sender, test_archives.of_unpublished(data, large=()))
    with policies.recorded() as needed_to_undo:
        assert archives.give_up(f"imports/course-{half_made['archive_id']}.zip", handlers.OUR_FAULT)
    return needed_to_export | needed_to_import | needed_to_undo


def test_rejudge_page(school: School, pupil: Person) -> None:
    submission_id = sent(school, pupil)
    school.queue.deliver()
    origin = submissions.get(submission_id).origin
    school.clock.forward(timedelta(seconds=1))
    request = json.loads(queues.rejudges.write(RejudgeRequest(origin=origin, asked_at=school.clock.now)))
    with policies.recorded() as needed:
        assert application.rejudge_page(queued(request), None) == {"batchItemFailures": []}
    assert submissions.get(submission_id).judging == 2
    assert needed == policies.allowed("rejudge_page")


def lead_tracks(school: School) -> set[str]:
    """What tracks need within requests, from making one to the last review."""
    with policies.recorded() as needed:
        track = start_track(school)
    track.settle()
    with policies.recorded() as needed_to_work:
        hand_in(track)
    track.settle()
    with policies.recorded() as needed_to_review:
        for each in track.people:
            track.review_all(each)
    track.settle()
    with policies.recorded() as needed_to_look:
        good(track.results(track.people[0]))
        good(school.api.get(f"{track.path}/standings", token=track.people[0].token))
    return needed | needed_to_work | needed_to_review | needed_to_look


def start_track(school: School) -> Peers:
    api, track = school.api, peers(school, 3)
    token = track.teacher.token
    good(api.request("PATCH", track.path, json_body={"title": "New"}, token=token))
    good(api.request("PATCH", track.at(1), json_body={"title": "New"}, token=token))
    good(api.request("DELETE", track.at(1), token=token))
    unwanted = peers(school, 2)
    good(api.request("DELETE", unwanted.path, token=unwanted.teacher.token))
    track.enrol(track.people[0])
    good(api.request("DELETE", f"{track.path}/enroll", token=track.people[0].token))
    track.enrol()
    for path in ("/tracks", "/tracks/my"):
        good(api.get(path, token=track.people[0].token))
    return track


def hand_in(track: Peers) -> None:
    api, person = track.school.api, track.people[0]
    track.submit_all()
    solution = {"repository_url": "https://git.example", "files": FILES}
    good(api.request("PUT", f"{track.assignment}/submit", json_body=solution, token=person.token))
    good(api.post(f"{track.assignment}/diary", {"content": "x"}, token=person.token))
    good(api.get(f"{track.assignment}/diary", token=person.token))
    good(api.post(f"{track.assignment}/close", {"stage": "submission"}, token=track.teacher.token))


def sent(school: School, pupil: Person) -> int:
    """A submission that waits for its verdict."""
    school.queue.held = True
    submitted = school.api.post(
        school.task_path(pupil), {"code": "5"}, token=pupil.token, headers={"Prefer": "respond-async"}
    )
    submission_id: int = good(submitted)["submission_id"]
    return submission_id


def repeat(school: School, teacher: Person) -> None:
    """What an Idempotency-Key asks for: of a request that succeeds, that is repeated, and that fails."""
    sent = {"token": teacher.token, "headers": {"Idempotency-Key": "1"}}
    for _ in range(2):
        good(school.api.post("/problems", {"title": "Sum"}, **sent))
    assert school.api.post("/courses/attend/1", **sent).status == 404


def test_api(school: School, pupil: Person, three: Three, training: Training) -> None:
    task = school.task_path()
    school.queue.held = True
    socket, in_team = school.live.join(pupil), school.live.join(three[2], team_id=training.team_id)
    teacher, admin = school.person(Role.TEACHER), school.person(Role.ADMIN)
    told = tell(school, admin, user_id=admin.id)
    school.fanout.held = True
    learner = school.person()
    imported, report = package_for(school, teacher)
    assert application.import_package(report, None) == {"batchItemFailures": []}
    waiting = sent(school, teacher)

    leaving = f"/teams/{training.team_id}/members/{three[2].id}"

    with policies.recorded() as needed:
        good(school.api.request("DELETE", leaving, token=three[2].token))
        sign_up_and_out(school)
        use_second_factor(school, admin)
        learn(school, pupil, task)
        manage(school, admin, told)
        group_pupils(school, admin, learner)
        good(school.api.request("DELETE", "/api/v1/users", token=pupil.token))
        teach(school, teacher, admin, waiting, imported)
        write(school, teacher, learner)
        train(school, teacher, three, training)
        repeat(school, teacher)

    assert (socket.is_open, in_team.is_open) == (False, False)
    assert needed | lead_tracks(school) == policies.allowed("api_handler")


def test_send_letters(school: School, pupil: Person) -> None:
    request = {"email": pupil.account.email, "language": ENGLISH}

    with policies.recorded() as needed:
        assert application.send_letters(queued(request), None) == {"batchItemFailures": []}

    assert len(school.mails) == 1
    assert needed | write_digests(school) == policies.allowed("send_letters")


def write_digests(school: School) -> set[str]:
    """What digests of courses and tracks need, and mailed notifications."""
    track = peers(school, 2, assignments=1).start().submit_all()
    ann = confirmed(school, track.people[0])
    attend(school, ann, task := course_with_tasks(school, school.clock.now + HOUR)[0])
    good(school.api.post(task, {"code": "5"}, token=ann.token))
    track.pass_time(10 * HOUR + SECOND)
    for each in track.people:
        track.review_all(each)
    want(school, ann, kinds=[{"type": "STAGE_CLOSED", "mail": True}])
    tell_of_tracks(ann, kind="STAGE_CLOSED")
    school.transitions.pass_time(24 * HOUR)
    with policies.recorded() as needed:
        for letter in school.letters:
            body = json.loads(school_queues.letters.write(letter))
            assert application.send_letters(queued(body), None) == {"batchItemFailures": []}
    assert ["Results:" in each.text for each in school.mails] == [False, True, False]
    return needed


def test_enroll_page(school: School) -> None:
    """An import that ends, one that is undone, and a group that joins one of each kind; it fills the track."""
    admin, teacher = school.person(Role.ADMIN), school.person(Role.TEACHER)
    pupils, token = [school.person(school_class=7) for _ in range(2)], teacher.token
    good(school.api.request("PUT", f"/user/teachers/{teacher.id}/classes/7", token=admin.token))
    group_id = good(school.api.post("/groups", {"title": "Chess"}, token=token))["id"]
    track = peers(school, 2, assignments=1)
    contest, course = contest_by(school, admin, problems=1), school.course(author_id=teacher.id).id
    targets = [("contest", contest), ("track", track.track_id), ("course", course), ("group", group_id), ("group", 8)]
    school.enrollments.held = True
    line = f"name,secondname,email,class\nAnna,Petrova,{EMAIL},7\nVera,Orlova,{pupils[0].account.email},7"
    begun = [good(school.api.post(f"/groups/{group_id}/imports", {"csv": line}, token=token))]
    for kind, number in targets:
        body = {"kind": kind, "id": number}
        begun.append(good(school.api.post("/groups/7/enrollments", body, token=admin.token)))

    with policies.recorded() as needed:
        work_on_groups(school)
    again = good(school.api.post(f"/groups/{group_id}/imports", {"csv": line.replace("new", "old")}, token=token))
    with policies.recorded() as needed_to_undo, hooks.override(mail=fail):
        for _ in range(group_jobs.MOST_TRIES):
            work_on_groups(school, failing=True)
        work_on_groups(school)

    shown = [good(school.api.get(f"/groups/{each['group_id']}/jobs/{each['id']}", token=admin.token)) for each in begun]
    assert [(each["state"], each["came"], each["refused"]) for each in shown] == [("done", 2, [])] * 6
    undone = good(school.api.get(f"/groups/{group_id}/jobs/{again['id']}", token=token))
    assert undone["state"] == "undone"
    assert needed | needed_to_undo == policies.allowed("enroll_page")


def work_on_groups(school: School, *, failing: bool = False) -> None:
    """What waits for `enroll_page`, until nothing does or it fails."""
    while school.enrollments.waiting:
        message = school.enrollments.waiting[0]
        failures = application.enroll_page(queued({"group": message.group, "job_id": message.job_id}), None)
        assert failures == {"batchItemFailures": [{"itemIdentifier": "1"}] if failing else []}
        if failing:
            return
        school.enrollments.waiting.pop(0)


def test_fan_out(school: School) -> None:
    admin, pupil = school.person(Role.ADMIN), school.person(school_class=5)
    socket, vanished = school.live.join(pupil), school.live.join(pupil)
    vanished.vanish()
    school.fanout.held = True
    school.override(send_live=broadcasts.send_to_users)
    school.teach(teacher := school.person(Role.TEACHER), pupil)
    good(school.api.request("PUT", f"/user/teachers/{teacher.id}/classes/5", token=admin.token))
    kept, withdrawn = tell(school, teacher, **{"class": 5}), tell(school, admin, all=True)
    want(
        school, teacher, kinds=[{"type": "NOTIFICATION", "mail": True}], quiet_hours={"begin": "09:00", "end": "10:00"}
    )

    with policies.recorded() as needed:
        handle_page(DeliveryStep.DELIVER, kept)
        handle_page(DeliveryStep.DELIVER, withdrawn)
    good(school.api.request("DELETE", f"/user/notifications/{withdrawn}", token=admin.token))
    with policies.recorded() as needed_to_settle:
        handle_page(DeliveryStep.SETTLE, kept)
        handle_page(DeliveryStep.SETTLE, withdrawn)

    assert socket.types.count("NOTIFICATION") == 2
    assert needed | needed_to_settle == policies.allowed("fan_out")


def test_sweep(school: School) -> None:
    peers(school, 2).enrol()
    school.transitions.waiting.clear()

    with policies.recorded() as needed:
        school.transitions.sweep()
        school.transitions.sweep()

    assert len(school.transitions.waiting) == 2
    assert needed == policies.allowed("sweep")


def test_advance(school: School, three: Three, training: Training) -> None:
    """A whole track; one of its people is connected, one has vanished; the end of a training; a step that fails."""
    training.join(three[0]).vanish()
    school.override(send_live=broadcasts.send_to_users)
    track = peers(school, 3, assignments=1)
    sockets = [school.live.join(track.people[0])]
    school.live.join(track.people[1]).vanish()
    track.enrol()

    with policies.recorded() as needed:
        advance(track)
        school.clock.forward(9 * HOUR)
    sockets.append(school.live.join(track.sign_in().people[0]))
    with policies.recorded() as needed_at_deadline:
        advance(track)
    track.sign_in().submit_all(files=FILES)
    other_files = {"files": [{"path": "main.py", "content": "print(2)"}]}  # of two versions one is left at the end
    token = track.people[0].token
    good(school.api.request("PUT", f"{track.assignment}/submit", json_body=other_files, token=token))
    track.oversleep(HOUR)
    sockets.append(school.live.join(track.sign_in().people[0]))
    with policies.recorded() as needed_then:
        advance(track)
        school.clock.forward(5 * HOUR)
        advance(track)
    needed_for_trainings = end_by_time(school, training) | tell_what_waited(school) | leave_tracks(school)
    needed_for_links = pin_link(school)
    another = peers(school, 2).enrol()
    with hooks.override(timer_handlers={TOPIC: fail}), policies.recorded() as needed_for_failures:
        advance(another, failing=True)

    told = {type_ for socket in sockets for type_ in socket.types}
    assert {"TRACK_STARTED", "DEADLINE_SOON", "REVIEW_STARTED"} <= told
    needed_for_track = needed | needed_at_deadline | needed_then
    needed_for_all = needed_for_track | needed_for_trainings | needed_for_links | needed_for_failures
    assert needed_for_all == policies.allowed("advance")


def pin_link(school: School) -> set[str]:
    """What the end of somebody's own time to send in needs."""
    track = repeated_messages.started(school)
    ann, until = track.people[0], school.clock.now + 20 * HOUR
    body = {"submission_until": rfc3339(until), "reason": "Was ill"}
    path = f"{track.assignment}/extensions/{ann.id}"
    good(school.api.request("PUT", path, json_body=body, token=track.teacher.token))
    with stage_settings(CODE_HOSTS="git.example"):
        good(track.submit(ann))
        track.pass_time(11 * HOUR)
        track.oversleep(9 * HOUR)
        school.sqs.fetches.clear()
        message = Message(own_time.TOPIC, f"{track.assignment_ids[0]}#{ann.id}", until)
        with policies.recorded() as needed:
            assert application.advance(delivered(message), None) == {"batchItemFailures": []}
    assert len(school.sqs.fetches) == 1
    return needed


def tell_what_waited(school: School) -> set[str]:
    """What the end of quiet hours needs, and a digest."""
    ann = confirmed(school, school.person())
    quiet = {"begin": f"{school.clock.now + 2 * HOUR:%H:%M}", "end": f"{school.clock.now + 4 * HOUR:%H:%M}"}
    want(school, ann, kinds=[{"type": "STAGE_CLOSED", "mail": True}], quiet_hours=quiet)
    tell_of_tracks(ann, kind="STAGE_CLOSED")
    with policies.recorded() as needed:
        for topic in (waiting.TOPIC, digests.TOPIC):
            timer = timers.find(topic, str(ann.id))
            assert timer is not None
            school.clock.now = max(school.clock.now, timer.due_at)
            school.transitions.note_sweep()
            message = Message(topic, str(ann.id), timer.due_at)
            assert application.advance(delivered(message), None) == {"batchItemFailures": []}
    assert [each.letter for each in school.letters] == ["notices", "digest"]
    return needed


def leave_tracks(school: School) -> set[str]:
    """What it needs that an account leaves its tracks which was erased before erasing did that: one waits, one runs."""
    running = repeated_messages.in_review(school)
    gone = running.people[0]
    for person in running.people:
        running.review_next(person)
    waiting_track = peers(school, 3)
    good(school.api.post(f"{waiting_track.path}/enroll", token=gone.token))
    with hooks.override(on_erased=()):
        accounts.erase(gone.id)
    transactions.transact(
        lambda transaction: timers.start(transaction, erasure.LEFT_TOPIC, str(gone.id), school.clock.now)
    )
    school.transitions.note_sweep()
    with policies.recorded() as needed:
        message = Message(erasure.LEFT_TOPIC, str(gone.id), school.clock.now)
        assert application.advance(delivered(message), None) == {"batchItemFailures": []}
    assert timers.find(erasure.LEFT_TOPIC, str(gone.id)) is None
    assert gone.id not in {each.user_id for each in track_models.participants_of(running.track_id)}
    return needed


def end_by_time(school: School, training: Training) -> set[str]:
    """What the end of a session needs."""
    ends_at = sessions.get(training.id).ends_at
    school.clock.now = max(school.clock.now, ends_at)
    with policies.recorded() as needed:
        assert application.advance(delivered(Message(sessions.TOPIC, training.id, ends_at)), None) == {
            "batchItemFailures": []
        }
    assert sessions.get(training.id).status == TrainingStatus.FINISHED
    return needed


def advance(track: Peers, *, failing: bool = False) -> None:
    message = Message(TOPIC, str(track.track_id), track.school.clock.now)
    failures = [{"itemIdentifier": "0"}] if failing else []
    assert application.advance(delivered(message), None) == {"batchItemFailures": failures}


def fail(*given: object) -> None:
    raise ValueError(given)


def handle_page(step: DeliveryStep, notification_id: int) -> None:
    message = {"step": step, "notification_id": notification_id, "cursor": None}
    assert application.fan_out(queued(message), None) == {"batchItemFailures": []}


def in_training(school: School, training: Training, who: Person) -> int:
    """A submission of a training, before its room was told that it was sent."""
    school.queue.held = True
    submission_id: int = training.submit(who)["id"]
    training_models.SubmissionRef(*training_models.submission_ref_key(training.id, submission_id)).delete()
    return submission_id


def sent_to_track(school: School) -> tuple[int, int]:
    """A solution that is judged anew, and a counter-test of it; both wait for the judge."""
    teacher = school.person(Role.TEACHER)
    track = judged.begun(school, judged.problem_with_jury(school, teacher, ("5",), validated=False).id, teacher)
    for person in track.track.people:
        good(track.submit(person, "4"))
    body = {"stage": "submission"}
    good(school.api.post(f"{track.track.assignment}/close", body, token=teacher.token))
    track.track.settle()
    school.queue.held = True
    reviewer = track.track.people[0]
    submission_id = good(track.track.next_to_review(reviewer))["id"]
    good(track.send(reviewer, submission_id, "1"))
    (counter_test,) = counter_models.of_assignment(track.track.assignment_ids[0])
    solution: int = track.own(reviewer)["judged"]["submission_id"]
    rejudging.rejudge(solution)
    return solution, counter_test.trial_id


def test_dispatch(school: School, pupil: Person, three: Three, training: Training) -> None:
    solution, trial = sent_to_track(school)
    school.live.join(pupil)
    again = sent(school, pupil)
    school.queue.waiting = [again]
    school.queue.deliver()
    rejudging.rejudge(again)
    first = sent(school, pupil)
    trained = in_training(school, training, three[0])
    training.join(three[1]).vanish()
    of_jury = sent_by_jury(school)

    with policies.recorded() as needed:
        once = [(each, 1) for each in (again, first, trained, of_jury, solution, trial)]
        for submission_id, deliveries in (*once, (first, 2)):
            message = queued({"submission_id": submission_id}, deliveries=deliveries)
            assert application.dispatch(message, None) == {"batchItemFailures": []}

    assert needed == policies.allowed("dispatch")
    jobs, submissions_again = ({"Fn::GetAtt": [queue, "Arn"]} for queue in ("JudgeJobsQueue", "SubmissionsQueue"))
    # Jobs, where the judge stands behind a queue; and again, when the judge has no room.
    assert policies.resources_of("dispatch", "sqs:SendMessage") == [jobs, submissions_again]


def test_refresh_languages(school: School) -> None:
    with policies.recorded() as needed:
        languages.refresh()

    assert needed == policies.allowed("refresh_languages")


def test_requeue_waiting(school: School, pupil: Person, three: Three, training: Training) -> None:
    sent_to_track(school)
    school.live.join(pupil)
    again = sent(school, pupil)
    school.queue.waiting = [again]
    school.queue.deliver()
    rejudging.rejudge(again)
    sent(school, pupil)
    in_training(school, training, three[0])
    training.join(three[1]).vanish()
    sent_by_jury(school)
    everything = waiting_models.without_verdict_since(school.clock.now + timedelta(seconds=1), at_most=100)
    for each in everything:
        judge_models.Submission(each.pk, each.sk).update([judge_models.Submission.tries.set(recovery.MOST_TRIES)])
    school.clock.forward(timedelta(minutes=64))

    with policies.recorded() as needed:
        recovery.recover()

    assert needed == policies.allowed("requeue_waiting")


def test_websocket_connect(school: School, pupil: Person, three: Three, training: Training) -> None:
    ticket = good(school.api.post("/ws-tickets", token=pupil.token))["ticket"]
    full = [school.live.join(pupil) for _ in range(rooms.PERSONAL_SLOTS)]

    with policies.recorded() as needed:
        for query in ({"token": pupil.token}, {"ticket": ticket}):
            assert school.live.status(query) == 200
        for room in ({"training_session_id": training.id}, {"team_id": str(training.team_id)}):
            assert school.live.status({"token": three[0].token, **room}) == 200
        school.clock.forward(leases.LEASE + SECOND)
        replacing = school.live.connect(pupil)

    assert replacing.id in {slot.connection_id for slot in models.audience_of(rooms.personal(pupil.id)).slots}
    assert all(socket.is_open for socket in full)  # the stream closes the one that was replaced
    assert needed == policies.allowed("websocket_connect")


def test_websocket_message(school: School, pupil: Person, three: Three, training: Training) -> None:
    lobby, room = school.live.join(three[0], team_id=training.team_id), training.join(three[0])
    training.join(three[1]).vanish()
    told, untold = school.live.join(pupil), school.live.connect(pupil)
    school.clock.forward(leases.LEASE)
    languages._described.cache_clear()

    with policies.recorded() as needed:
        told.send("PING")
        untold.send("PING")
        lobby.send("CONTEST_SELECTED", {"contestId": str(training.contest_id)})
        lobby.send("USER", {"user": {"id": three[0].id}})
        room.send("CONTROL_TAKEN", {"userId": three[0].id})
        room.send("CODE_EDITOR_UPDATE", {"code": "x", "problemAlias": "A"})
        room.send("PROBLEM_ASSIGNED", {"user": {"id": three[0].id}, "problemAlias": "A"})
        room.send("COMPILER_SELECTED", {"compiler": "python3", "problemAlias": "A"})

    assert (told.is_open, untold.is_open) == (True, False)
    assert "ERROR" not in [*lobby.types, *room.types]
    assert needed == policies.allowed("websocket_message")


def test_websocket_disconnect(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil)

    with policies.recorded() as needed:
        socket.leave()

    assert needed == policies.allowed("websocket_disconnect")


def test_tell_presence(school: School, pupil: Person, three: Three, training: Training) -> None:
    room = training.join(three[0])
    room.send("CONTROL_TAKEN", {"userId": three[0].id})
    training.submit(three[0])
    school.live.join(pupil).vanish()
    school.live.connect(three[1], training_session_id=training.id)
    school.live.connect(three[1], team_id=training.team_id)
    room.leave()
    school.live.connect(pupil, last_seq=1)
    school.live.connect(school.person())
    records = school.live.records()

    with policies.recorded() as needed:
        for _ in range(2):
            assert live.deliver(records) == []
        school.live.catch_up()

    assert needed == policies.allowed("tell_presence")


TELLING = ["api_handler", "fan_out", "websocket_message", "tell_presence"]


@pytest.mark.parametrize("function", [*TELLING, "dispatch", "requeue_waiting", "advance"])
def test_connections_of_this_api_alone_are_reached(function: str) -> None:
    api = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebsocketAPI}/api/*"
    assert policies.resources_of(function, "execute-api:ManageConnections") == [{"Fn::Sub": api}]

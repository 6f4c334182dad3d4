"""The school of tests that run the app in process: the app over moto, and factories for its contents."""

import base64
import copy
import functools
import itertools
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import boto3
import moto
import moto.backends
from aws_lambda_powertools.utilities.parameters import base as parameters
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from chalice.local import LambdaEventConverter, RouteMatcher  # noqa: TID251 - the one place that calls the app in process
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber

import app as application
from chalicelib import wiring
from chalicelib.accounts import accounts, passwords, queues, search_models, sessions
from chalicelib.accounts import models as account_models
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import hooks, mail
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events.queues import OutgoingMessage
from chalicelib.courses import models as course_models
from chalicelib.courses.models import Course, Lesson, Link, Task
from chalicelib.courses.outline import Outline
from chalicelib.judge import languages
from chalicelib.judge import models as judge_models
from chalicelib.judge import queues as judge_queues
from chalicelib.judge.grading import checkers, grader, origin_hooks, transport
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import jury, testsets
from chalicelib.judge.submissions import announcements, rejudging
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, Job, Language, Outcome, Report, Run, Source
from chalicelib.school import delivery, group_jobs, mailing, memberships
from chalicelib.school import queues as school_queues
from chalicelib.school.relations import Group, GroupKind
from chalicelib.tracks.fetching import queues as fetch_queues
from chalicelib.tracks.fetching.queues import FetchRequest
from infra.packaging.template_files import load_template
from tests.support import database, documented, quick_moto
from tests.support.live import Live
from tests.support.paths import ROOT
from tests.support.times import TimerQueue, Transitions

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
ACCOUNT, REGION = "123456789012", "us-east-1"
"""Where moto keeps things."""

TEST_ORIGIN = "test"
"""Where programs are sent to that belong to no course and no training."""

ORIGIN_OF_TESTS = origin_hooks.Origin(record=None, announce=announcements.announce, taught_by=jury.taught_by)

_tables: dict[str, Any] = {}
"""moto's, by name."""
_secrets_keys: list[Any] = []
"""moto's: one, once it is made."""
PASSWORD = "correct horse 7"

NO_TIMES = {"opens_at": None, "closes_at": None, "due_at": None}
"""What the answers have of a course, lesson or task that is there always."""

T = TypeVar("T")


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Time passes in sleep alone, however long everything else takes on a busy machine."""
        self.now += timedelta(seconds=seconds)

    def forward(self, by: timedelta) -> None:
        self.now += by


class Judge:
    """Judges without compilers: a program prints its own source. Remembers the jobs; fails when told to."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.failures: list[Exception] = []
        self.outcome = Outcome.OK
        self.complaint = "line 1: no"
        self.languages: tuple[Language, ...] = (
            Language(id="python3", name="Python 3", version="3.11", available=True, source_file="main.py"),
            Language(id="cpp17", name="C++17", version="12.2", available=True, source_file="main.cpp"),
            Language(id="pascal", name="Pascal", version="", available=False, source_file="main.pas"),
        )

    def __call__(self, event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
        if self.failures:
            raise self.failures.pop(0)
        if event["kind"] == "describe":
            return wire.languages_to_json(self.languages, {})
        job = wire.job_from_json(event)
        self.jobs.append(job)
        return json.loads(json.dumps(wire.report_to_json(self.report(job))))  # type: ignore[no-any-return]

    def report(self, job: Job) -> Report:
        if self.outcome is Outcome.COMPILE_ERROR:
            return Report(job_id=job.job_id, compilation=Compilation(outcome=self.outcome, output=self.complaint))
        runs = tuple(
            Run(id=test.id, outcome=self.outcome, cpu_ms=12.0, memory_kb=9000, stdout=job.source.encode())
            for test in job.tests
        )
        return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs, toolchain="fake 1")


class Queue:
    """Judges what is put in at once, unless it is held; then `deliver` does."""

    def __init__(self) -> None:
        self.held = False
        self.waiting: list[int] = []
        self.postponed: list[tuple[str, int]] = []
        self.delayed: list[tuple[int, int]] = []
        """Submissions whose messages are to arrive later, and after how many seconds."""

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        self.postponed.append((receipt_handle, seconds))

    def put(self, submission_id: int, user_id: int) -> None:
        self.waiting.append(submission_id)
        if not self.held:
            self.deliver()

    def deliver(self) -> None:
        while self.waiting:
            grader.judge(self.waiting.pop(0))


class Fanout:
    """Puts notifications into inboxes at once, unless it is held; then `deliver` does. Settling waits for it always."""

    def __init__(self) -> None:
        self.held = False
        self.waiting: list[school_queues.DeliveryPage] = []

    def __call__(self, page: school_queues.DeliveryPage) -> None:
        self.waiting.append(page)
        if not self.held and page.step is not school_queues.DeliveryStep.SETTLE:
            self.deliver()

    def deliver(self) -> None:
        while self.waiting:
            delivery.handle(self.waiting.pop(0))


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """A frame that was sent live to some users."""

    user_ids: tuple[int, ...]
    type: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str]
    cookies: Sequence[str] = ()
    """Values of Set-Cookie; `headers` has the first."""


class Invocation:
    """What Lambda tells a function of its invocation: that it has the time that API Gateway waits."""

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


class ThreadLocalAttribute:
    """An attribute of the app with a value for each thread: Chalice relies on Lambda's giving a process one
    request at a time.
    """

    def __init__(self) -> None:
        self._kept = threading.local()

    def __get__(self, instance: object, owner: type) -> Any:
        return getattr(self._kept, "value", None)

    def __set__(self, instance: object, value: object) -> None:
        self._kept.value = value


for _name in ("current_request", "lambda_context"):
    setattr(type(application.app), _name, ThreadLocalAttribute())


class Api:
    """HTTP without a socket: the event that API Gateway would send, given to the app as Lambda does."""

    def __init__(self) -> None:
        self._events = LambdaEventConverter(RouteMatcher(list(application.app.routes)))

    def request(
        self,
        method: str,
        path: str,
        *,
        json_body: object = None,
        raw_body: bytes | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        source_ip: str = "203.0.113.1",
    ) -> Reply:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        body = raw_body if raw_body is not None else b"" if json_body is None else json.dumps(json_body).encode()
        event = self._events.create_lambda_event(method, path, sent)
        event["requestContext"].update(requestId=str(uuid.uuid4()), identity={"sourceIp": source_ip})
        event.update(body=base64.b64encode(body).decode(), isBase64Encoded=True)
        answer = application.app(event, Invocation())
        status, body = answer["statusCode"], _decoded(answer["body"])
        cookies = answer["multiValueHeaders"].get("Set-Cookie", [])
        headers = {**{name: values[0] for name, values in answer["multiValueHeaders"].items()}, **answer["headers"]}
        documented.check(method, event["requestContext"]["resourcePath"], status, headers, body)
        return Reply(status, body, {name.lower(): value for name, value in headers.items()}, cookies)

    def get(self, path: str, **options: Any) -> Reply:
        return self.request("GET", path, **options)

    def post(self, path: str, json_body: object = None, **options: Any) -> Reply:
        return self.request("POST", path, json_body=json_body, **options)


class Rejudges:
    """Judges a page anew at once, unless it is held; then `deliver` does."""

    def __init__(self) -> None:
        self.held = False
        self.waiting: list[judge_queues.RejudgeRequest] = []
        self.pages = 0

    def put(self, request: judge_queues.RejudgeRequest) -> None:
        self.waiting.append(request)
        if not self.held:
            self.deliver()

    def deliver(self) -> None:
        while self.waiting:
            self.pages += 1
            rejudging.rejudge_page(self.waiting.pop(0))


class Enrollments:
    """Works on groups at once, unless it is held; then `deliver` does. What fails waits in front again."""

    def __init__(self) -> None:
        self.held = False
        self.waiting: list[school_queues.JobMessage] = []
        self._works = False

    def put(self, message: school_queues.JobMessage) -> None:
        self.waiting.append(message)
        if not self.held:
            self.deliver()

    def deliver(self) -> None:
        if self._works:
            return
        self._works = True
        try:
            while self.waiting:
                group_jobs.work_on(self.waiting[0])
                self.waiting.pop(0)
        finally:
            self._works = False


class Sqs:
    """SQS in process: gives each message to the double of its queue, which a test may replace."""

    def __init__(self, school: "School") -> None:
        self.submissions = school.queue
        self.rejudges = school.rejudges
        self.enrollments = school.enrollments
        self.letters = school.mail_requests
        self.own_letters = school.letters
        self.fanout: Callable[[school_queues.DeliveryPage], None] = school.fanout
        self.transitions: TimerQueue = school.transitions
        self.imports = Queue()
        self.fetches: list[FetchRequest] = []
        self.arrivals: list[tuple[str, int]] = []
        """Keys of what is to be taken again, each with its delay."""

    def send(self, queue: str, message: OutgoingMessage) -> None:
        match queue:
            case "submissions":
                assert message.group is not None
                submission_id = judge_queues.submissions.read(message.body).submission_id
                if message.delay:
                    self.submissions.delayed.append((submission_id, message.delay))
                self.submissions.put(submission_id, int(message.group))
            case "rejudges":
                self.rejudges.put(judge_queues.rejudges.read(message.body))
            case "letters":
                self._keep_letter(message.body)
            case "enrollments":
                self.enrollments.put(school_queues.enrollments.read(message.body))
            case "fetches" | "imports":
                self._keep_link(queue, message)
            case "fanout":
                self.fanout(school_queues.fanout.read(message.body))
            case _:
                raise AssertionError(f"Nothing is sent to {queue} alone")

    def _keep_link(self, queue: str, message: OutgoingMessage) -> None:
        if queue == "fetches":
            self.fetches.append(fetch_queues.fetches.read(message.body))
        else:
            self.arrivals.append((judge_queues.arrivals.read(message.body).key, message.delay))

    def _keep_letter(self, body: str) -> None:
        if '"letter"' in body:
            self.own_letters.append(school_queues.letters.read(body))
        else:
            self.letters.append(queues.mails.read(body))

    def send_batch(self, queue: str, messages: Sequence[OutgoingMessage]) -> Sequence[int]:
        if queue == "transitions":
            self.transitions.send(messages)
        else:
            for message in messages:
                self.send(queue, message)
        return ()

    def postpone(self, queue: str, receipt_handle: str, seconds: int) -> None:
        doubles: dict[str, Queue | TimerQueue] = {"submissions": self.submissions, "imports": self.imports}
        doubles.get(queue, self.transitions).postpone(receipt_handle, seconds)


class JwtKeys:
    """The keys that sign tokens, in SSM, where the app looks for them."""

    def __init__(self) -> None:
        self.current = "1"
        self.secrets = {"1": "a secret of the tests, long enough for SHA-512 as well as for SHA-256"}

    def put(self) -> None:
        """Have the app see the keys as they are now."""
        name, stored = "/lyceum/local/jwt-keys", json.dumps({"current": self.current, "keys": self.secrets})
        _put_parameter(name, stored)
        # Not `clear_caches`: that throws their costly clients away. Nor need the same keys be read for each test anew.
        for provider in parameters.DEFAULT_PROVIDERS.values():  # type: ignore[attr-defined]
            known = {key: kept for key, kept in provider.store.items() if (key[0], kept.value) == (name, stored)}
            provider.clear_cache()
            provider.store.update(known)


@dataclass
class Person:
    account: Account
    token: str

    @property
    def id(self) -> int:
        return self.account.id


@dataclass
class School:
    """Everything a test touches."""

    api: Api = field(default_factory=Api)
    clock: Clock = field(default_factory=Clock)
    judge: Judge = field(default_factory=Judge)
    queue: Queue = field(default_factory=Queue)
    rejudges: Rejudges = field(default_factory=Rejudges)
    enrollments: Enrollments = field(default_factory=Enrollments)
    mails: list[mail.Mail] = field(default_factory=list)
    mail_requests: list[queues.ResetRequest] = field(default_factory=list)
    letters: list[school_queues.Letter] = field(default_factory=list)
    fanout: Fanout = field(default_factory=Fanout)
    live_messages: list[LiveMessage] = field(default_factory=list)
    transitions: Transitions = field(init=False)
    live: Live = field(default_factory=Live)
    jwt_keys: JwtKeys = field(default_factory=JwtKeys)
    sqs: Sqs = field(init=False)
    overrides: ExitStack = field(default_factory=ExitStack)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.transitions = Transitions(self.clock)
        self.sqs = Sqs(self)

    def deliver_letters(self) -> list[mail.Mail]:
        """Have the mails written that wait in the queue; returns them."""
        before = len(self.mails)
        while self.letters:
            mailing.write(self.letters.pop(0))
        return self.mails[before:]

    def use_mail(self, sender: mail.MailSender) -> None:
        """Send mails through `sender` instead of keeping them."""
        self.override(mail=sender)

    def use_judge(self, judge: Callable[[Mapping[str, Any], str], Mapping[str, Any]]) -> None:
        """Have `judge` asked instead of the school's own."""
        self.override(judge=judge, judge_soon=judge)

    def override(self, **values: object) -> None:
        """Have hooks give these values instead, by name, as long as there is this school."""
        self.overrides.enter_context(hooks.override(**values))

    def keep_live_message(self, user_ids: Collection[int], type_: str, payload: Mapping[str, Any]) -> None:
        """Keep what is told live."""
        self.live_messages.append(LiveMessage(tuple(user_ids), type_, payload))

    def person(self, role: Role = Role.USER, state: AccountState = AccountState.ACTIVATED, **overrides: Any) -> Person:
        """Somebody with an account, signed in."""
        number = next(self._numbers)
        new = {"email": f"person{number}@example.com", "login": f"person{number}", "name": f"Person {number}"}
        account = add_account(accounts.NewAccount(**{"password": PASSWORD, **new, **overrides}), role, state)
        signed_in = sessions.start(account, Device("127.0.0.1", "tests"))
        return Person(account, signed_in.access_token)

    def teach(self, teacher: Person, *pupils: Person) -> Group:
        """A group that somebody teaches and these attend."""
        group = Group(GroupKind.COURSE, next(self._numbers))

        def fill(transaction: Transaction) -> None:
            memberships.add_owner(transaction, teacher.id, group, self.clock.now)
            for pupil in pupils:
                memberships.add_pupil(transaction, pupil.id, group, self.clock.now)

        transactions.transact(fill)
        return group

    def problem(
        self,
        answers: tuple[str, ...] = ("5", "5"),
        *,
        programs: Mapping[checkers.Role, Source] | None = None,
        given: bytes = b"2 3\n",
        **overrides: Any,
    ) -> Problem:
        """A problem with one test for each answer, solved by the program that is the answer."""
        problem_id = next(self._numbers)
        tests = [testsets.TestCase(given, answer.encode()) for answer in answers]
        testsets.write(problem_id, 1, tests, programs)
        fields: dict[str, Any] = {"title": "Sum", "statement": "Add two numbers.", "author_id": 1, "published": True}
        fields |= {"tests_version": 1, "tests_count": len(answers), **overrides}
        problem = judge_models.new_problem(problem_id, now=START, **fields)
        problem.save()
        return problem

    def course(self, **overrides: Any) -> Course:
        fields = {"author_id": 1, "language": "python3", **overrides}
        course_id = next(self._numbers)
        course = course_models.new_course(course_id, now=START, **{"name": f"Course {course_id}", **fields})
        course_models.add_course(course)
        return course

    def lesson(self, course: Course, *, order: int | None = None, **overrides: Any) -> Lesson:
        lesson_id = next(self._numbers)
        lesson = course_models.new_lesson(course.id, lesson_id, **{"name": f"Lesson {lesson_id}", **overrides})
        self._add(course, lesson, lambda known: _with_lesson(known, lesson, order))
        return lesson

    def task(
        self, course: Course, lesson: Lesson, problem: Problem, *, order: int | None = None, **overrides: Any
    ) -> Task:
        task_id = next(self._numbers)
        fields = {"name": "Sum", "points": 1, "shown": problem.published, **overrides}
        task = course_models.new_task(course.id, lesson.id, task_id, problem_id=problem.id, **fields)
        self._add(course, task, lambda known: known.with_task(lesson.id, task.entry, order=order))
        return task

    def link(self, course: Course, lesson: Lesson, *, link_id: int | None = None, **overrides: Any) -> Link:
        """`link_id`: other lessons may have the same."""
        link_id = link_id or next(self._numbers)
        fields = {"title": "Read", "url": "https://example.com", **overrides}
        link = course_models.new_link(course.id, lesson.id, link_id, **fields)
        self._add(course, link, lambda known: known.with_link(lesson.id, link_id))
        return link

    def _add(self, course: Course, item: course_models.CoursesItem, outlined: Callable[[Outline], Outline]) -> None:
        """As authoring does, but with the small ids of a test."""
        found = course_models.find_course_and_outline(course.id)
        assert found is not None
        change = course_models.Change(course=found[0], outline=outlined(found[1]), created=[item])
        course_models.change_course(change)

    def task_path(self, person: Person | None = None, problem: Problem | None = None, **course: Any) -> str:
        """The path of a new task in a new course, which `person` attends."""
        made = self.course(**course)
        lesson = self.lesson(made)
        task = self.task(made, lesson, problem or self.problem())
        if person is not None:
            assert self.api.post(f"/courses/attend/{made.id}", token=person.token).status == 200
        return f"/courses/{made.id}/{lesson.id}/{task.id}"


def _with_lesson(known: Outline, lesson: Lesson, order: int | None) -> Outline:
    return known.with_lesson(lesson.id, order=order).changing_lesson(lesson.id, lesson.times, lesson.requires)


CHEAP = passwords.HashCost(memory_kib=8, passes=1)
"""The least that argon2 takes: tests sign in thousands of times."""


@contextmanager
def open_school() -> Iterator[School]:
    school = School()
    with _moto(), school.overrides:
        _make_tables()
        _shorten_requests()
        moto.backends.get_backend("s3")[ACCOUNT]["aws"].create_bucket("lyceum-test-data", REGION)
        school.jwt_keys.put()
        _make_secrets_key()
        school.override(
            now=school.clock,
            monotonic=school.clock.monotonic,
            sleep=school.clock.sleep,
            hash_cost=CHEAP,
            sqs=school.sqs,
            mail=school.mails.append,
            gateway=school.live,
            send_live=school.keep_live_message,
            origins={
                **wiring.WIRING.origins(),
                TEST_ORIGIN: ORIGIN_OF_TESTS,
            },
        )
        school.use_judge(school.judge)
        testsets.forget()
        transport.forget()
        languages.refresh()
        yield school


@contextmanager
def _moto() -> Iterator[None]:
    """moto instead of AWS, with nothing in it. `mock_aws` would prepare 1,300 URLs for `requests`, which we lack."""
    BackendDict.reset()
    reset_model_data()
    botocore_stubber.enabled = True
    try:
        yield
    finally:
        botocore_stubber.enabled = False


def _put_parameter(name: str, value: str) -> None:
    backend = moto.backends.get_backend("ssm")[ACCOUNT][REGION]
    unused: dict[str, Any] = {"description": "", "allowed_pattern": "", "keyid": "", "tags": [], "data_type": "text"}
    unused |= {"tier": None, "policies": None}
    backend.put_parameter(name, value=value, parameter_type="SecureString", overwrite=True, **unused)


def _make_secrets_key() -> None:
    """KMS has a key under the name that the settings have without a template.

    moto gives each key an RSA key too, whatever it is for: made for every test, it cost more than many of them.
    """
    backend = moto.backends.get_backend("kms")[ACCOUNT][REGION]
    if not _secrets_keys:
        _secrets_keys.append(backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "secrets", None))
    (made,) = _secrets_keys
    key = copy.copy(made)
    key.aliases, key.grants = {}, {}
    backend.keys[key.id] = key
    backend.create_alias(key.id, "alias/lyceum-local-secrets")


@contextmanager
def counted_requests() -> Iterator[Counter[str]]:
    """The requests to DynamoDB, by operation."""
    counted: Counter[str] = Counter()

    def count(model: Any, **_: object) -> None:
        counted[model.name] += 1

    events = dynamo_items.connection().client.meta.events
    events.register("before-call.dynamodb", count)
    yield counted
    events.unregister("before-call.dynamodb", count)


@contextmanager
def after_first(operation: str, act: Callable[[], object]) -> Iterator[None]:
    """Have something happen once DynamoDB has answered the first request of an operation, before anything else does."""
    events = dynamo_items.connection().client.meta.events
    answered = f"after-call.dynamodb.{operation}"

    def happen(**_: object) -> None:
        events.unregister(answered, happen)
        act()

    events.register(answered, happen)
    yield
    events.unregister(answered, happen)


def in_parallel(times: int, act: Callable[[int], T]) -> list[T | Exception]:
    """What each of so many simultaneous calls returned or raised. DynamoDB answers one request after another."""
    together = threading.Barrier(times)

    def call(number: int) -> T | Exception:
        together.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 - what was raised is the result
            return error

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(call, range(times)))


def stored_items(package: str) -> list[dict[str, Any]]:
    """Everything in a package's table, as it lies there."""
    read = TypeDeserializer().deserialize
    items = aws("dynamodb").scan(TableName=f"lyceum-local-{package}")["Items"]
    return [{name: read(value) for name, value in item.items()} for item in items]


def add_account(new: accounts.NewAccount, role: Role, state: AccountState) -> Account:
    """As `accounts.create` does, but hashing each password once for all tests."""
    password_hash = hash_of(new.password) if new.password is not None else None

    def store(account_id: int) -> Account:
        account = accounts._account(account_id, new, password_hash, role, state)
        also = search_models.follow(account)
        account_models.add_account(account, holds=accounts.unique_values(account), also=also)
        return account

    return transactions.with_new_id(store)


def hash_of(password: str) -> str:
    """Each password is hashed once."""
    return _hash_of(password, passwords._hash_cost.get())


@functools.cache
def _hash_of(password: str, _: passwords.HashCost) -> str:
    return passwords.hash_password(password)


@functools.cache
def aws(service: str) -> Any:
    """A client; making one costs more than a test."""
    return boto3.client(service, config=Config(user_agent="tests"))  # type: ignore[call-overload]


@functools.cache
def table_definitions() -> dict[str, dict[str, Any]]:
    """The tables of infra/templates/resources.yaml, by package, as CreateTable takes them."""
    path = ROOT / "infra" / "templates" / "resources.yaml"
    template = load_template(path)
    found = {}
    for resource in template["Resources"].values():
        if resource.get("Type") == "AWS::DynamoDB::Table":
            properties = resource["Properties"]
            name = properties["TableName"]["Fn::Sub"].replace("${Stage}", "local")
            found[name.rpartition("-")[2]] = {**properties, "TableName": name}
    return found


def _make_tables() -> None:
    """The tables, empty: made once in a process, since making them takes longer than most tests."""
    kept = moto.backends.get_backend("dynamodb")[ACCOUNT][REGION].tables
    if not _tables:
        create_tables()
        _tables.update({name: database.quick_table(made) for name, made in kept.items()})
    kept.update(_tables)
    for each in _tables.values():
        each.items.clear()
        if each.stream_shard is not None:
            each.stream_shard.items.clear()


@functools.cache
def _shorten_requests() -> None:
    # Else botocore says anew for each request on what it runs: a tenth of the time of many tests.
    dynamo_items.connection().session.set_default_client_config(Config(user_agent="tests"))
    database.answer_in_process(dynamo_items.connection().client, checked=False)
    database.answer_in_process(aws("dynamodb"))
    quick_moto.install()


def create_tables() -> None:
    client = aws("dynamodb")
    wanted = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    for definition in table_definitions().values():
        streamed = {"StreamEnabled": "StreamSpecification" in definition, **definition.get("StreamSpecification", {})}
        client.create_table(
            **{name: definition[name] for name in wanted if name in definition}, StreamSpecification=streamed
        )


def _decoded(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body

"""The code of links: asked for when they are sent in and when submissions close, and taken where nobody is believed."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import app as application
from chalicelib.common import settings
from chalicelib.common.dynamo import items
from chalicelib.common.dynamo.transactions import ConditionFailed
from chalicelib.tracks import models, work_models
from chalicelib.tracks.fetching import fetches, handlers, links, outcomes, queues, reasons, taking
from chalicelib.tracks.fetching.queues import FetchRequest
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.solutions import code_models
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.concurrency import just_before
from tests.app.tracks.peers import FILES, HOUR, Peers, good, refusal
from tests.support import git_server
from tests.support.git_server import Repository
from tests.support.school import Person, Reply, School, aws
from tests.support.stage_settings import stage_settings


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.started(school)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.commit({"main.py": "print(1)\n"})
    return made


@pytest.fixture
def link(repository: Repository) -> Iterator[str]:
    """Of a repository that a real git server shows on this machine, which the deployment allows."""
    with (
        git_server.serving(git_server.git_of(repository.at.parent)) as port,
        stage_settings(CODE_HOSTS=f"git.example,127.0.0.1:{port}"),
    ):
        yield f"https://127.0.0.1:{port}/sums"


def submit(track: Peers, link: str, method: str = "POST", person: Person | None = None, **more: Any) -> Any:
    token = (person or track.people[0]).token
    body = {"repository_url": link, **more}
    return good(track.school.api.request(method, f"{track.assignment}/submit", json_body=body, token=token))


def deliver(track: Peers, count: int = 1) -> list[str]:
    """What the two functions do with all that is asked for; the keys of what came of it."""
    asked, track.school.sqs.fetches[:] = list(track.school.sqs.fetches), []
    for each in asked:
        assert application.fetch_code(queued(each, count), None) == {"batchItemFailures": []}
        assert application.import_package(reported(handlers.key(each)), None) == {"batchItemFailures": []}
    return [handlers.key(each) for each in asked]


def queued(request: FetchRequest, count: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(count)}
    body = queues.fetches.write(request)
    record = {"messageId": "1", "receiptHandle": "r", "body": body, "attributes": attributes, "eventSource": "aws:sqs"}
    return {"Records": [record]}


def reported(key: str) -> dict[str, Any]:
    body = json.dumps({"Records": [{"s3": {"object": {"key": key}}}]})
    record = {"messageId": "1", "receiptHandle": "r", "body": body, "attributes": {}, "eventSource": "aws:sqs"}
    return {"Records": [record]}


def files(track: Peers, solution_id: int, person: Person | None = None) -> Any:
    token = (person or track.people[0]).token
    return good(track.school.api.get(f"{track.assignment}/submissions/{solution_id}/files", token=token))


def ask(track: Peers, solution_id: int, person: Person | None = None) -> Reply:
    token = (person or track.teacher).token
    return track.school.api.post(f"{track.assignment}/submissions/{solution_id}/fetch", token=token)


def put(key: str, data: bytes) -> None:
    aws("s3").put_object(Bucket=settings.load().test_data_bucket, Key=key, Body=data)


def test_a_link_that_is_sent_in_becomes_a_version(track: Peers, link: str, repository: Repository) -> None:
    solution = submit(track, link)
    waiting = files(track, solution["id"])
    assert (waiting["fetch"]["state"], waiting["files"]) == ("waiting", [])
    deliver(track)
    shown = files(track, solution["id"])
    (version,) = shown["versions"]
    assert (version["origin"], version["commit"]) == ("commit", repository.head)
    assert [each["path"] for each in shown["files"]] == ["main.py"]
    assert (shown["fetch"]["state"], shown["fetch"]["commit"], shown["fetch"]["reason"]) == (
        "fetched",
        repository.head,
        None,
    )
    assert files(track, solution["id"], track.teacher)["fetch"] == shown["fetch"]


def test_a_commit_that_is_named_is_the_one(track: Peers, link: str, repository: Repository) -> None:
    first = repository.head
    repository.commit({"main.py": "print(2)\n"})
    repository.git("config", "uploadpack.allowReachableSHA1InWant", "true")
    solution = submit(track, link, commit=first)
    deliver(track)
    assert files(track, solution["id"])["fetch"]["commit"] == first
    track.pass_time(10 * HOUR)
    assert track.school.sqs.fetches == []  # it cannot be another one at the deadline


def test_the_commit_is_pinned_when_submissions_close(track: Peers, link: str, repository: Repository) -> None:
    solution = submit(track, link)
    track.submit_all(people=track.people[1:])
    deliver(track)
    last = repository.commit({"main.py": "print(2)\n"})
    track.pass_time(10 * HOUR)
    (asked,) = [each for each in track.school.sqs.fetches if each.submission_id == solution["id"]]
    track.school.sqs.fetches[:] = [asked]
    deliver(track)
    repository.commit({"main.py": "print(3)\n"})
    shown = files(track, solution["id"])
    assert (shown["pinned_version"], shown["fetch"]["commit"]) == (2, last)
    reviewers = [each for each in track.people[1:] if _reads(track, solution["id"], each)]
    seen = files(track, solution["id"], reviewers[0])
    assert (seen["fetch"], [each["version"] for each in seen["versions"]]) == (None, [1, 2])
    track.pass_time(HOUR)
    assert track.school.sqs.fetches == []


def _reads(track: Peers, solution_id: int, person: Person) -> bool:
    path = f"{track.assignment}/submissions/{solution_id}/files"
    return track.school.api.get(path, token=person.token).status == 200


def test_to_pin_twice_asks_twice_for_the_same(track: Peers, link: str) -> None:
    solution = submit(track, link)
    deliver(track)
    assignment, closes_at = Assignment.get(*_key(track)), track.school.clock.now
    for _ in range(2):
        fetches.pin(assignment, closes_at)
    asked = track.school.sqs.fetches
    assert [each.submission_id for each in asked] == [solution["id"]] * 2
    assert asked[0] == asked[1]
    deliver(track)  # the second time nobody waits any more
    assert files(track, solution["id"])["pinned_version"] == 1
    fetches.pin(assignment, closes_at)
    assert track.school.sqs.fetches == []


def test_links_are_pinned_in_one_write(track: Peers, link: str) -> None:
    track.submit_all(repository_url=link)
    written: list[str] = []
    events = items.connection().client.meta.events
    note = lambda model, **_: written.append(model.name)  # noqa: E731
    events.register("before-call.dynamodb", note)
    try:
        fetches.pin(Assignment.get(*_key(track)), track.school.clock.now)
    finally:
        events.unregister("before-call.dynamodb", note)
    assert (written.count("TransactWriteItems"), written.count("UpdateItem")) == (1, 0)


def test_what_changes_while_links_are_pinned_is_pinned_as_it_is_then(track: Peers, link: str) -> None:
    """One is fetched at that moment, one replaced, one erased."""
    fetched, replaced, erased, other = track.people
    track.submit_all(repository_url=link)
    (asked, *_) = track.school.sqs.fetches
    application.fetch_code(queued(asked), None)
    track.school.sqs.fetches.clear()

    def change() -> None:
        taking.take(handlers.key(asked))
        submit(track, f"{link}-anew", "PUT", person=replaced)
        gone = work_models.find_submission(track.assignment_ids[0], erased.id)
        assert gone is not None
        gone.delete()

    mark = track.school.clock.now
    with just_before("waiting", change):
        fetches.pin(Assignment.get(*_key(track)), mark)
    found = {each.user_id: each for each in work_models.submissions_to(track.assignment_ids[0])}
    assert set(found) == {fetched.id, replaced.id, other.id}
    assert {each.fetch["mark"] for each in found.values()} == {mark.isoformat()}
    assert found[fetched.id].fetch["commit"] is not None
    pinned = {each.fetch["id"]: each.repository_url for each in found.values()}
    last = {each.fetch_id: each.link for each in track.school.sqs.fetches if each.fetch_id in pinned}
    assert last == pinned
    assert f"{link}-anew" in last.values()


def _key(track: Peers) -> tuple[str, str]:
    return models.assignment_key(track.track_id, track.assignment_ids[0])


def test_a_link_that_leads_nowhere_fails_with_its_reason(track: Peers, link: str) -> None:
    solution = submit(track, f"{link}-of-others")
    deliver(track)
    fetch = files(track, solution["id"])["fetch"]
    assert (fetch["state"], fetch["reason_code"]) == ("failed", "repository_not_public")
    submit(track, link, "PUT")
    deliver(track)
    assert files(track, solution["id"])["fetch"]["state"] == "fetched"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ("https://evil.example/ann/sums", "host_not_allowed"),
        ("https://169.254.169.254/latest/meta-data", "host_not_allowed"),
        ("https://git.example/ann/sums?x=1", "link_not_plain"),
    ],
)
def test_a_link_elsewhere_is_a_solution_that_nobody_fetches(track: Peers, link: str, other: str, code: str) -> None:
    solution = submit(track, other)
    assert track.school.sqs.fetches == []
    fetch = files(track, solution["id"])["fetch"]
    assert (fetch["state"], fetch["reason_code"]) == ("failed", code)
    assert refusal(ask(track, solution["id"])) == (409, "link_not_fetched")


def test_files_are_not_fetched(track: Peers, link: str) -> None:
    solution = submit(track, link, files=FILES)
    assert (track.school.sqs.fetches, files(track, solution["id"])["fetch"]) == ([], None)
    assert refusal(ask(track, solution["id"])) == (409, "nothing_to_fetch")
    track.pass_time(10 * HOUR)
    assert track.school.sqs.fetches == []


def test_what_was_replaced_meanwhile_is_not_taken(track: Peers, link: str) -> None:
    solution = submit(track, link)
    (asked,) = track.school.sqs.fetches
    application.fetch_code(queued(asked), None)
    submit(track, "https://git.example/ann/sums", "PUT")
    taking.take(handlers.key(asked))
    shown = files(track, solution["id"])
    assert (shown["pinned_version"], shown["fetch"]["state"]) == (None, "waiting")


def test_the_same_code_again_is_no_new_version(track: Peers, link: str) -> None:
    solution = submit(track, link)
    deliver(track)
    submit(track, link, "PUT")
    assert files(track, solution["id"])["pinned_version"] is None
    deliver(track)
    shown = files(track, solution["id"])
    assert (shown["pinned_version"], len(shown["versions"])) == (1, 1)


def test_versions_of_a_link_are_bounded(track: Peers, link: str, repository: Repository) -> None:
    solution = submit(track, link)
    deliver(track)
    author = track.people[0]
    stored = work_models.find_submission(track.assignment_ids[0], author.id)
    newest = code_models.find(solution["id"], 1)
    assert stored is not None
    assert newest is not None
    number = code_models.MOST_VERSIONS
    pk, sk = models.code_version_key(solution["id"], number)
    newest.pk, newest.sk, newest.version = pk, sk, number
    newest.save()
    stored.update(
        actions=[work_models.Submission.versions.set(number), work_models.Submission.code_version.set(number)]
    )
    good(ask(track, solution["id"]))
    deliver(track)
    assert files(track, solution["id"], track.teacher)["fetch"]["reason"] is None, "the same files are no version"
    repository.commit({"main.py": "print(2)\n"})
    good(ask(track, solution["id"]))
    deliver(track)
    assert files(track, solution["id"], track.teacher)["fetch"]["reason_code"] == "versions_used_up"
    assert code_models.find(solution["id"], number + 1) is None


def test_a_rewritten_branch_shows_when_the_teacher_asks_anew(track: Peers, link: str, repository: Repository) -> None:
    solution = submit(track, link)
    track.pass_time(10 * HOUR)
    deliver(track)
    pinned = repository.head
    repository.commit({"main.py": "print(2)\n"}, amend=True)
    track.pass_time(HOUR)
    assert good(ask(track, solution["id"]))["state"] == "waiting"
    assert refusal(ask(track, solution["id"])) == (409, "fetch_waits")
    deliver(track)
    shown = files(track, solution["id"], track.teacher)
    assert (shown["fetch"]["state"], shown["fetch"]["commit"]) == ("fetched", pinned)
    assert shown["fetch"]["reason_code"] == "commit_gone"
    assert (shown["pinned_version"], len(shown["versions"])) == (1, 1)


def test_only_who_teaches_the_track_asks_anew(track: Peers, link: str) -> None:
    solution = submit(track, link)
    assert refusal(ask(track, solution["id"], track.people[0])) == (403, "fetch_is_the_teachers")
    assert refusal(ask(track, solution["id"], track.people[1])) == (404, "solution_not_found")
    assert refusal(ask(track, solution["id"] + 1)) == (404, "solution_not_found")


def test_what_cannot_even_be_refused_is_given_up(track: Peers, link: str) -> None:
    solution = submit(track, link)
    (asked,) = track.school.sqs.fetches
    again = application.fetch_code(queued(asked, count=handlers.LAST_DELIVERY + 1), None)
    assert again["batchItemFailures"] != []  # its message goes to the dead letters
    taking.take(handlers.key(asked))
    fetch = files(track, solution["id"])["fetch"]
    assert (fetch["state"], fetch["reason_code"]) == ("failed", "fetch_given_up")


def zipped(**named: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as written:
        for name, data in named.items():
            written.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return made.getvalue()


SAID = json.dumps({"commit": "a" * 40, "notes": [["x.bin", "no_such_code"], ["y", "is_submodule"]]})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no archive", "no_zip_archive"),
        (zipped(outcome_dot_json="not json"), "git_answer_broken"),
        (zipped(outcome_dot_json="[]", tree__a="1"), "git_answer_broken"),
        (zipped(outcome_dot_json=SAID), "no_text_files"),
        (zipped(outcome_dot_json='{"reason": "You have won"}'), "git_answer_broken"),
        (zipped(outcome_dot_json='{"commit": "../x"}', tree__a="1"), "git_answer_broken"),
        (zipped(outcome_dot_json='{"commit": null, "notes": 5}', tree__a="1"), "git_answer_broken"),
        (zipped(outcome_dot_json=SAID, tree__a=b"\xff\xfe"), "no_text_files"),
        (zipped(outcome_dot_json=SAID, **{f"tree__a{each}": "1" for each in range(65)}), "too_many_files"),
        (zipped(tree__a="1"), "git_answer_broken"),
    ],
)
def test_nothing_that_is_handed_over_is_believed(track: Peers, link: str, data: bytes, code: str) -> None:
    solution = submit(track, link)
    (asked,) = track.school.sqs.fetches
    put(handlers.key(asked), data)
    taking.take(handlers.key(asked))
    shown = files(track, solution["id"])
    assert (shown["fetch"]["state"], shown["fetch"]["reason_code"], shown["versions"]) == ("failed", code, [])


def test_notes_are_of_known_texts() -> None:
    code = outcomes.read(zipped(outcome_dot_json=SAID, tree__a="1")).code
    assert code is not None
    assert [(path, reason.code) for path, reason in code.notes] == [("x.bin", "path_not_plain"), ("y", "is_submodule")]


def test_an_object_of_nobody_is_left(track: Peers, link: str) -> None:
    solution = submit(track, link)
    (asked,) = track.school.sqs.fetches
    other = f"imports/solution-{solution['id']}-{asked.fetch_id + 1}.zip"
    taking.take(other)
    assert not taking.give_up(other, reasons.GIVEN_UP)
    assert files(track, solution["id"])["fetch"]["state"] == "waiting"
    assert not taking.is_outcome("imports/solution-1-x.zip")
    taking.take(handlers.key(asked))  # reported, and not there
    assert files(track, solution["id"])["fetch"]["reason_code"] == "git_answer_broken"


def test_with_the_account_goes_what_was_fetched(track: Peers, link: str) -> None:
    solution = submit(track, link)
    deliver(track)
    submission = work_models.find_submission(track.assignment_ids[0], track.people[0].id)
    assert submission is not None
    submit(track, link, "PUT")
    (asked,) = track.school.sqs.fetches
    application.fetch_code(queued(asked), None)
    submission.delete()
    taking.take(handlers.key(asked))
    assert work_models.find_submission(track.assignment_ids[0], track.people[0].id) is None
    assert len(code_models.versions_of(solution["id"])) == 1


def test_without_hosts_nothing_is_fetched(track: Peers) -> None:
    with stage_settings(CODE_HOSTS=""):
        solution = submit(track, "https://github.com/ann/sums")
        assert files(track, solution["id"])["fetch"]["reason_code"] == "host_not_allowed"
    assert links.hosts_of("", is_local=True) == frozenset()


def test_one_pupil_does_not_fill_the_queue(track: Peers, link: str) -> None:
    """What is not fetched is not counted, and files are no link."""
    submit(track, "https://other.example/a/b")
    for _ in range(fetches.ASKED.allowed):
        submit(track, link, "PUT")
    person, path = track.people[0], f"{track.assignment}/submit"
    again = track.school.api.request("PUT", path, json_body={"repository_url": link}, token=person.token)
    assert refusal(again) == (429, "too_many_requests")
    assert len(track.school.sqs.fetches) == fetches.ASKED.allowed
    submit(track, "https://other.example/a/b", "PUT")
    submit(track, link, "PUT", files=FILES)
    track.school.clock.forward(HOUR)
    track.sign_in()
    submit(track, link, "PUT")


def test_code_that_comes_while_its_author_is_erased_is_not_kept(track: Peers, link: str) -> None:
    """The place of the work goes first, and the work itself last."""
    solution = submit(track, link)
    place = work_models.find_submission_place(solution["id"])
    assert place is not None
    (request,) = track.school.sqs.fetches
    application.fetch_code(queued(request), None)
    with concurrency.just_before("CODE#", place.delete), pytest.raises(ConditionFailed):
        taking.take(handlers.key(request))
    assert code_models.versions_of(solution["id"]) == []
    taking.take(handlers.key(request))

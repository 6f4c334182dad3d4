"""Whatever a person may read is translated: nothing in the code says anything past the catalogues."""

import re

import pytest

from chalicelib.realtime import frames
from infra import translations
from tests.infra import words
from tests.support.paths import ROOT

FOR_DEVELOPERS = {
    "chalicelib/common/http/openapi.py": "the document, which is in English",
    "chalicelib/common/http/schemas.py": "the document, and a defect of ours",
    "chalicelib/common/http/examples.py": "the document",
    "chalicelib/common/http/documents.py": "Swagger UI's page, and the headers that guard it",
    "chalicelib/realtime/asyncapi.py": "the document",
    "chalicelib/common/limits.py": "names of limits, which the document tells",
    "chalicelib/common/dynamo/transactions.py": "a condition that nobody caught: a defect of ours",
    "chalicelib/common/hooks.py": "a defect of ours",
    "chalicelib/wiring.py": "types, and a defect of ours",
    "chalicelib/tracks/common_words.py": "words that code is searched for; nobody is shown them",
    "chalicelib/judge_protocol/wire.py": "between the judge and us: told in the log",
    "chalicelib/judge/grading/judge_client.py": "between the judge and us: told in the log",
    "chalicelib/judge/grading/queued_judge.py": "between the judge and us: told in the log",
    "chalicelib/judge/grading/transport.py": "between the judge and us: told in the log",
    "chalicelib/judge/grading/grader.py": "causes of system errors: told in the log",
    "chalicelib/judge/grading/annotations.py": "patterns of what compilers and runtimes say",
}
"""Modules whose sentences developers read."""

ALLOWED = {
    "accounts/authentication.py": r"any(one|body)\b.*|whoever has .*|teachers and admins|admins who .*",  # the document
    "accounts/cookies.py": "whoever has the refresh cookie",  # the document
    "accounts/accounts.py": "looks like ",  # the name of a condition
    "accounts/credentials.py": ".* of one address",  # a limit's name
    "accounts/registration.py": r".* (of|by) one address|(email|phone number) already exists",  # names; compared
    "accounts/routes.py": "Not all arguments|profile changes",  # compared; a limit's name
    "accounts/second_factor.py": "changes of the second factor",  # a limit's name
    "accounts/requests.py": "A one-time password of six digits, or a recovery code",  # the document
    "common/events/timers.py": "Some shards were not swept| stands at ",  # the log
    "common/http/headers.py": "public, max-age=",
    "common/http/routes.py": "(Application|Database) worked!",  # compared by clients of Auth Service
    "common/plain_text.py": r"(?s)\s*@.*",  # a pattern
    "courses/responses.py": "Already on course",  # compared by clients of PyTry
    "courses/routes.py": "Not all arguments|Already on course",  # compared by clients of PyTry
    "judge/packages/polygon_groups.py": "without a group",  # the name of a group, which its author may change
    "judge/submissions/quota.py": ".*( a day and | a minute, | that wait)",  # the document
    "judge_protocol/contract.py": "The compiler ran out of .*",  # in the output of a compiler, which stays as it is
    "school/group_routes.py": "imports of pupils|enrollments of groups",  # names of limits
    "school/unsubscribing.py": r"(?s)<!doctype html>.*|<form .*",  # the page
    "school/responses.py": "A notification of the type |, which is that of the frame .*",  # the document
    "tracks/responses.py": "Successfully unenrolled from track",  # compared by clients of Learning Platform
    "tracks/reviewing/routes.py": "drafts of reviews|answers to comments",  # names of limits
    "tracks/fetching/connections.py": "no time is left",  # told as a host that was silent
    "tracks/fetching/protocol.py": "filter blob:limit=",  # git's protocol
    "tracks/fetching/fetches.py": "links to fetch",  # a limit's name
    "tracks/fetching/retries.py": "fetches of code",  # a limit's name
    "tracks/routes.py": "diary entries",  # a limit's name
    "tracks/scheduler.py": "There is no track ",  # the log
    "training/sessions/editor.py": "too large",  # a member of an enumeration
    "training/teams/invites.py": "invites of a team",  # a limit's name
    "training/teams/routes.py": "changes of teams",  # a limit's name
    "training/teams/teams.py": "is in",  # a member of an enumeration
}
"""Sentences by module that nobody translates: names, what the five systems' clients compare, what the document says."""

PASSED_ON = {
    "chalicelib/accounts/accounts.py": "what found the value taken has given it",
    "chalicelib/accounts/mails.py": "a template's own text, with its values",
    "chalicelib/common/http/errors.py": "what made the error has given it",
    "chalicelib/common/http/openapi.py": "an example in the document",
    "chalicelib/common/http/validation.py": "a wording's own text, with its values; the reasons are texts",
    "chalicelib/realtime/frames.py": "a text and its reason",
    "chalicelib/training/sessions/editor.py": "what a team writes: the editor's own Text",
    "chalicelib/training/sessions/room.py": "what a team writes: the editor's own Text",
    "chalicelib/training/sessions/snapshots.py": "what a team writes: the editor's own Text",
}
"""Modules that make texts of what they are given, and of what that is."""


def found(source: str) -> list[str]:
    return [each.text for each in words.stray(source, "chalicelib/x.py")]


def test_no_sentence_is_said_past_the_catalogues() -> None:
    said = [
        f"{each.where}: {each.text!r}"
        for each in words.all_stray()
        if str(words.module_of(each)) not in FOR_DEVELOPERS
        and not re.fullmatch(ALLOWED.get(str(words.module_of(each)).removeprefix("chalicelib/"), ""), each.text)
    ]
    assert said == []


def test_every_exception_is_needed() -> None:
    modules = {str(words.module_of(each)) for each in words.all_stray()}
    unneeded = {f"chalicelib/{module}" for module in ALLOWED} - modules
    assert unneeded == set()
    assert {module for module in FOR_DEVELOPERS if not (ROOT / module).exists()} == set()


def test_the_search_can_read_every_text_that_is_made() -> None:
    unread = [
        f"{each.where}: {each.text}"
        for path in sorted((ROOT / "chalicelib").rglob("*.py"))
        for each in words.unread_makers(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
        if str(words.module_of(each)) not in PASSED_ON
    ]
    assert unread == []


@pytest.mark.parametrize(
    "source",
    [
        'x = "You may not"',
        'raise FrameRefused(CloseCode.TOO_BIG, f"At most {n} bytes")',
        'View(title="The track has started")',
        'def f():\n    return {"reason": "this is wrong"}',
        'notify_once(key, users, title="A new assignment")',
    ],
)
def test_a_stray_sentence_is_found(source: str) -> None:
    assert len(found(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""What it does."""',
        'Text("code", "You may not")',
        'raise errors.NotFound("code", "There is none")',
        'T = "You may not"\nraise errors.Forbidden("code", T)',
        'observe.logger.info("connection gone")',
        'raise ValueError("no such thing")',
        'untranslated("Not all arguments")',
    ],
)
def test_what_is_translated_or_for_developers_is_not(source: str) -> None:
    assert found(source) == []


@pytest.mark.parametrize("source", ['raise errors.NotFound("code", f"no {x}")', 'Text("code", "a" + b)', "Text(c, t)"])
def test_a_text_that_the_search_cannot_read_is_found(source: str) -> None:
    assert [each.text for each in words.unread_makers(source, "x.py")]


def test_every_reason_of_a_refused_frame_is_a_text_of_its_own() -> None:
    codes = {made.code for made in translations.all_made_texts() if "realtime" in made.where}
    assert {frames.LAPSED.reason.code, "room_full", "unknown_frame_type"} <= codes

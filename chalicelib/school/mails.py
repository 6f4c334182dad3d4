"""The words of digests and of mailed notifications. Pure.

Titles are those that teachers gave: these mails go to confirmed addresses of people who attend what they name.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from chalicelib.common.mail import Mail
from chalicelib.common.spoken_names import Asked
from chalicelib.common.texts import Language, Text
from chalicelib.school.deadlines import Deadline, DeadlineKind
from chalicelib.school.models import Notification
from chalicelib.school.results import WorkResult

AHEAD = timedelta(days=3)
"""How far a digest looks."""
OVERDUE = timedelta(days=1)
"""How long it goes on to name what is past and can still be done."""

_MOMENT = "%Y-%m-%d %H:%M"
_CLICK = "List-Unsubscribe=One-Click"

_DUE = Text("digest_due", "To do:")
_RESULTS = Text("digest_results", "Results:")
_DIGEST = Text("digest_subject", "Lyceum: your deadlines and results")
_NOTICES = Text("notices_subject", "Lyceum: there is news for you")
_HELLO = Text("mail_hello", "Hello!")


def due_soon(found: Sequence[Deadline], now: datetime) -> list[Deadline]:
    """Returns what a digest names of all that somebody has to do."""
    return [each for each in found if now - OVERDUE <= each.due_at <= now + AHEAD]


def digest(due: Sequence[Deadline], results: Sequence[WorkResult], language: Language, zone: tzinfo) -> list[str]:
    """Returns the paragraphs of a digest; none when there is nothing to tell."""
    parts = (
        (_DUE, [_due(each, language, zone) for each in due]),
        (_RESULTS, [_result(each, language) for each in results]),
    )
    return [_listed(title, lines, language) for title, lines in parts if lines]


def of_notifications(notifications: Sequence[Notification], language: Language) -> list[str]:
    """Returns the paragraphs of a mail of notifications."""
    return [
        "\n".join(
            text for name in ("title", "description", "body") if (text := each.text_of(name).in_language(language))
        )
        for each in notifications
    ]


def mail(
    to: str, paragraphs: Sequence[str], language: Language, *, is_digest: bool, school: str, unsubscribe: str
) -> Mail:
    """Returns a mail that its reader can stop with one click (RFC 8058). `school` is the address of the web client, and
    `unsubscribe` of what stops these mails; both are empty where nobody knows them.
    """
    stop = (
        Text("mail_unsubscribe", "If you want no more of these mails: {link}", {"link": unsubscribe})
        if unsubscribe
        else Text("mail_switch_off", "If you want no more of these mails, switch them off in your account.")
    )
    whole = [_HELLO.in_language(language), *paragraphs, school, stop.in_language(language)]
    return Mail(
        to=to,
        subject=(_DIGEST if is_digest else _NOTICES).in_language(language),
        text="\n\n".join(filter(None, whole)) + "\n",
        headers={"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": _CLICK} if unsubscribe else {},
    )


def _listed(title: Text, lines: Sequence[Text], language: Language) -> str:
    return "\n".join([title.in_language(language), *(f"- {each.in_language(language)}" for each in lines)])


def _due(deadline: Deadline, language: Language, zone: tzinfo) -> Text:
    named = {
        "title": Asked(language).choose(deadline.title),
        "within": deadline.within,
        "at": deadline.due_at.astimezone(zone).strftime(_MOMENT),
        "n": deadline.reviews_left,
    }
    match deadline.kind:
        case DeadlineKind.TASK:
            return Text("digest_task", "{at}: {title} ({within})", named)
        case DeadlineKind.SUBMISSION:
            return Text("digest_submission", "{at}: {title} ({within}), send in your solution", named)
        case DeadlineKind.REVIEW:
            return Text(
                "digest_review",
                "{at}: {title} ({within}), {n} review to write",
                named,
                plural="{at}: {title} ({within}), {n} reviews to write",
            )


def _result(result: WorkResult, language: Language) -> Text:
    named = {"title": Asked(language).choose(result.title), "within": result.within}
    if result.points is None:
        return Text("digest_unscored", "{title} ({within}): nobody has scored it", named)
    return Text(
        "digest_result",
        "{title} ({within}): {points:g} of {max:g} points",
        {**named, "points": result.points, "max": result.max_points},
    )

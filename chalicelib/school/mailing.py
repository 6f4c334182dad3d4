"""Writes mails of deadlines, results and notifications, for the queue of letters.

A letter that comes twice finds nothing to tell. How its reader gets no more of them is in `unsubscribing`.
"""

from datetime import datetime, timedelta

from chalicelib.accounts import accounts, localities
from chalicelib.accounts import mails as account_mails
from chalicelib.accounts import models as account_models
from chalicelib.accounts.models import Account
from chalicelib.common import clock, observe, settings, web_client
from chalicelib.school import deadlines, mails, models, preference_models, queues, results, unsubscribing
from chalicelib.school.preferences import Channel
from chalicelib.school.queues import Letter, LetterKind
from chalicelib.school.readings import Readings

MOST_IN_A_MAIL = 100
"""Notifications."""
FIRST = timedelta(days=1)
"""What the first digest looks back at."""
LONGEST = timedelta(days=7)
SETTLED = timedelta(hours=1)
"""A digest tells what came of work that is that old: by then it is judged."""


def write(letter: Letter) -> None:
    """Mails what there is to tell; nothing to whoever cannot be reached."""
    account = account_models.find_account(letter.account_id, consistent=True)
    if letter.letter is LetterKind.DIGEST:
        if account is not None and accounts.is_reachable(account):
            _write_digest(account, letter.due_at)
    elif _write_notices(account, letter.account_id):
        queues.letters.put(letter)


def _write_digest(account: Account, due_at: datetime) -> None:
    now, told = clock.now(), preference_models.find_digested(account.id)
    if told is not None and told.due_at >= due_at:
        return
    wanted, until = preference_models.find(account.id).digest, now - SETTLED
    since = max(told.until if told else until - FIRST, until - LONGEST)
    readings = Readings(account.id)
    due = mails.due_soon(deadlines.among(readings), now) if wanted.deadlines else []
    outcome = results.among(readings, since, until) if wanted.results else []
    written = mails.digest(due, outcome, localities.language_of(account), localities.zone_of(account))
    if written:
        _send(account, written, LetterKind.DIGEST)
    preference_models.mark_digested(account.id, until=until, due_at=due_at)
    observe.logger.info("digest written", account_id=account.id, due=len(due), results=len(outcome))


def _write_notices(account: Account | None, user_id: int) -> bool:
    """Mails notifications that are wanted still: who has unsubscribed meanwhile gets no more. Returns whether more
    wait.
    """
    waiting = preference_models.waiting_for(user_id, Channel.MAIL, at_most=MOST_IN_A_MAIL)
    known = models.find_notifications([each.notification_id for each in waiting])
    wanted = preference_models.find(user_id)
    found = [known[each.notification_id] for each in waiting if each.notification_id in known]
    found = [each for each in found if wanted.wants(each.type, Channel.MAIL)]
    if found and account is not None and accounts.is_reachable(account):
        _send(account, mails.of_notifications(found, localities.language_of(account)), LetterKind.NOTICES)
    preference_models.delete_waiting(waiting)
    observe.logger.info("notifications mailed", account_id=user_id, notifications=len(found))
    return len(waiting) == MOST_IN_A_MAIL


def _send(account: Account, paragraphs: list[str], kind: LetterKind) -> None:
    school = settings.load().public_address
    written = mails.mail(
        account.email,
        paragraphs,
        localities.language_of(account),
        is_digest=kind is LetterKind.DIGEST,
        school=web_client.whole(web_client.home()),
        unsubscribe=school and f"{school}/unsubscribe/{unsubscribing.token(account.id, kind)}",
    )
    account_mails.deliver(written)

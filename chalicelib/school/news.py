"""News of the school, and its main page."""

from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.school import models, visibility
from chalicelib.school.models import Changes, News


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNews:
    title: str
    description: str
    body: str
    image: str | None


def add(caller: Caller, new: NewNews) -> News:
    def store(news_id: int) -> News:
        news = News(
            *models.news_key(news_id),
            id=news_id,
            title=new.title,
            description=new.description,
            body=new.body,
            image=new.image,
            author_id=caller.id,
            created_at=clock.now(),
        )
        transactions.create_new(news)
        return news

    news = transactions.with_new_id(store)
    observe.logger.info("news added", news_id=news.id, by=caller.id)
    return news


def get(news_id: int) -> News:
    """Returns a piece of news; 404 when there is none."""
    news = models.find_news(news_id)
    if news is None:
        raise _no_such_news()
    return news


def change(caller: Caller, news_id: int, changes: Changes, expected: IfMatch) -> int:
    """Changes news. Returns the new version; 403 for another's, 412 when it has another version than expected."""
    visibility.check_author(caller, get(news_id).author_id)
    try:
        version = models.change_news(news_id, changes, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=_no_such_news()) from refused
    observe.logger.info("news changed", news_id=news_id, by=caller.id)
    return version


def delete(caller: Caller, news_id: int, expected: IfMatch) -> None:
    """Deletes news; 403 for another's, 412 when it has another version than expected."""
    visibility.check_author(caller, get(news_id).author_id)
    try:
        models.delete_news(news_id, expected)
    except transactions.ConditionFailed as refused:
        raise etags.refusal(expected, gone=_no_such_news()) from refused
    observe.logger.info("news deleted", news_id=news_id, by=caller.id)


def _no_such_news() -> errors.NotFound:
    return errors.NotFound("news_not_found", "News not found")


def write_main_page(caller: Caller, *, description: str, image: str | None, expected: IfMatch) -> int:
    """Stores the main page. Returns its new version; 412 when it has another version than expected."""
    try:
        version = models.save_main_page({"description": description, "image": image}, expected)
    except transactions.ConditionFailed as refused:
        raise etags.precondition_failed() from refused
    observe.logger.info("main page written", version=version, by=caller.id)
    return version

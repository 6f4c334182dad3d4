"""Comments on the problems of a session. Members change only their own; each change is sent to the room."""

from collections.abc import Sequence

from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, paging
from chalicelib.realtime import broadcasts
from chalicelib.realtime.broadcasts import RoomFrame
from chalicelib.training import models
from chalicelib.training.frames import CommentServerPayload, Type
from chalicelib.training.models import Comment, Session
from chalicelib.training.sessions import sessions

STILL_THERE = Comment.pk.exists()


def comments_on(session_id: str, alias: str, query: paging.ListQuery) -> paging.Page[Comment]:
    """Oldest first."""
    pk, prefix = models.comments_key(session_id, alias)
    return paging.read_list(
        query,
        lambda limit, start: Comment.query(
            pk, Comment.sk.startswith(prefix), limit=limit, last_evaluated_key=start, consistent_read=True
        ),
    )


def find_comment(session_id: str, aliases: Sequence[str], comment_id: int) -> Comment | None:
    """A comment of a session, whichever problem it is on."""
    keys = [models.comment_key(session_id, alias, comment_id) for alias in aliases]
    return next(iter(Comment.batch_get(keys, consistent_read=True)), None)


def shown(comment: Comment, account: Account | None) -> CommentServerPayload:
    """A comment with its author, who is nameless once erased."""
    return CommentServerPayload(
        id=comment.id,
        user_id=comment.user_id,
        user_first_name=account.name if account else None,
        user_last_name=account.secondname if account else None,
        user_login=account.login if account else None,
        problem_alias=comment.alias,
        content=comment.content,
        dt_created=comment.created_at,
    )


def page(session: Session, alias: str, query: paging.ListQuery) -> paging.Page[CommentServerPayload]:
    """The comments on a problem, the oldest first."""
    check_alias(session, alias)
    found = comments_on(session.id, alias, query)
    authors = account_models.list_names([comment.user_id for comment in found.items])
    return paging.Page([shown(comment, authors.get(comment.user_id)) for comment in found.items], found.next_cursor)


def add(caller: Caller, session_id: str, alias: str, content: str) -> CommentServerPayload:
    session = sessions.get_as_member(session_id, caller.id)
    check_alias(session, alias)

    def store(comment_id: int) -> CommentServerPayload:
        comment = Comment(
            *models.comment_key(session.id, alias, comment_id),
            id=comment_id,
            alias=alias,
            user_id=caller.id,
            content=content,
            created_at=clock.now(),
        )
        payload = shown(comment, caller.account)
        frame = RoomFrame(Type.PROBLEM_COMMENT_RECEIVED, payload.model_dump(mode="json"))
        room = sessions.room_of(session.id)
        if not broadcasts.send_with_change(
            room,
            frame,
            lambda transaction: transaction.save(
                comment, condition=Comment.pk.does_not_exist(), named=transactions.KEY_FREE
            ),
        ):
            raise transactions.ConditionFailed(transactions.KEY_FREE)
        return payload

    return transactions.with_new_id(store)


def change(caller: Caller, session_id: str, comment_id: int, content: str) -> CommentServerPayload:
    session, comment = _own(caller, session_id, comment_id)
    comment.content = content
    payload = shown(comment, caller.account)
    frame = RoomFrame(Type.PROBLEM_COMMENT_UPDATED, payload.model_dump(mode="json"))
    if not broadcasts.send_with_change(
        sessions.room_of(session.id),
        frame,
        lambda transaction: transaction.save(comment, condition=Comment.pk.exists(), named="comment_exists"),
    ):
        raise _no_such_comment()
    return payload


def delete(caller: Caller, session_id: str, comment_id: int) -> None:
    session, comment = _own(caller, session_id, comment_id)
    frame = RoomFrame(Type.PROBLEM_COMMENT_DELETED, {"id": comment.id, "commentId": comment.id})
    if not broadcasts.send_with_change(
        sessions.room_of(session.id),
        frame,
        lambda transaction: transaction.delete(comment, condition=Comment.pk.exists(), named="comment_exists"),
    ):
        raise _no_such_comment()


def check_alias(session: Session, alias: str) -> None:
    if session.problem_of(alias) is None:
        raise errors.NotFound("alias_not_found", "There is no such problem in this training")


def _own(caller: Caller, session_id: str, comment_id: int) -> tuple[Session, Comment]:
    session = sessions.get_as_member(session_id, caller.id)
    comment = find_comment(session.id, session.aliases, comment_id)
    if comment is None:
        raise _no_such_comment()
    if comment.user_id != caller.id:
        raise errors.Forbidden("not_your_comment", "This is somebody else's comment")
    return session, comment


def _no_such_comment() -> errors.NotFound:
    return errors.NotFound("comment_not_found", "Comment not found")

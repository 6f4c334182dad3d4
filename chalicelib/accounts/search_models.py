"""Models of the search for accounts by words, which their own transactions keep: `models.py` lists the key."""

from collections.abc import Callable

from pynamodb.pagination import ResultIterator

from chalicelib.accounts import models, name_words
from chalicelib.accounts.models import Account, AccountsItem
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common.dynamo import items
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging


class NameWord(AccountsItem, discriminator="name_word"):
    """A word under which an account is found."""

    word = items.OptionalTextAttribute()
    account_id = items.IntegerAttribute()


def words_of(account: Account) -> set[str]:
    if account.state == AccountState.DELETED:
        return set()
    names = (account.name, account.secondname, account.patronymic)
    return name_words.words_of(login=account.login, email=account.email, names=names)


def follow(account: Account) -> Callable[[Transaction], None]:
    """Sets the words of an account that is about to be stored, and returns what adds them to its transaction."""
    before, after = set(account.words or ()), words_of(account)
    account.words = after or None

    def fill(transaction: Transaction) -> None:
        for word in sorted(after - before):
            key = models.name_word_key(word, account.id)
            transaction.save(NameWord(*key, word=word, account_id=account.id))
        for word in sorted(before - after):
            transaction.delete(NameWord(*models.name_word_key(word, account.id)))

    return fill


def words_that_begin(word: str, limit: int, start: paging.Key | None) -> ResultIterator[NameWord]:
    """Lists the words that begin with another, each with an account that has it."""
    pk, sk = models.name_word_key(word)
    return NameWord.query(pk, NameWord.sk.startswith(sk), limit=limit, last_evaluated_key=start)


def count_of_role(role: Role) -> int:
    """Counts accounts; who came or left a moment ago may be missing or still there."""
    return Account.role_index.count(role)


def count_of_class(school_class: int) -> int:
    """Counts a class's pupils, with the same delay."""
    return Account.class_index.count(models.class_roll(school_class))

"""The queue of letters, which go out later, so that how long a request takes does not tell whether it made one."""

from dataclasses import dataclass

from chalicelib.common.events.queues import Queue
from chalicelib.common.texts import Language


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """Somebody says that they forgot the password of this address."""

    email: str
    language: Language


letters = Queue("letters", ResetRequest)

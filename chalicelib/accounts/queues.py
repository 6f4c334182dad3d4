"""The queue of mails that are sent later, so that the time of a request does not tell whether it sends one."""

from dataclasses import dataclass

from chalicelib.common.events.queues import Queue
from chalicelib.common.texts import Language


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """A request to reset the password of an address."""

    email: str
    language: Language
    askers: str = ""
    """The sources of the device that asked, with blanks between them."""


mails = Queue("letters", ResetRequest)

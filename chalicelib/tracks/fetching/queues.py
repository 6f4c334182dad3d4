"""Declares the queue of links whose code is to be fetched."""

from dataclasses import dataclass

from chalicelib.common.events.queues import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """Fetch a commit of a link, or what its main branch ends with. Nothing here says whose it is."""

    submission_id: int
    fetch_id: int
    link: str
    commit: str | None = None


fetches = Queue("fetches", FetchRequest)

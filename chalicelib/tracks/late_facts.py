"""Decides when what comes after the end of a review stage counts. Pure.

Authors and reviewers see its effects, and are not to learn when a review was written: so it counts from the end of its
day (UTC), whatever it is.
"""

from datetime import datetime, timedelta

DAY = timedelta(days=1)


def counts_from(moment: datetime) -> datetime:
    """The end of the day, in UTC, of a moment in UTC."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + DAY

"""Whether the parts that a request needs answer."""

from chalicelib.common import errors, limits, table


def database_works() -> None:
    """Read from the database; 503 when it does not answer."""
    try:
        table.find(limits.Counter, "HEALTH", "HEALTH")
    except table.DATABASE_FAILURES as failure:
        raise errors.Unavailable("database_unavailable", "Database isn't working") from failure

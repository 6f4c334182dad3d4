"""Demo data."""

from infra.local.cloud import Cloud


def load(cloud: Cloud) -> list[str]:
    """Lines to print below the URLs: sign-ins and first commands."""
    return []

"""Tables in moto, and migrations that a test makes up."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from infra.migrations import migrate
from infra.migrations.pages import Tables
from tests.support.school import School, create_tables


@pytest.fixture
def tables() -> Iterator[Tables]:
    """Empty ones."""
    with mock_aws():
        create_tables()
        yield migrate.tables_of(boto3.Session(), "local")


@pytest.fixture
def tables_of_school(school: School) -> Tables:
    """Those of the school that the test plays in."""
    assert school is not None
    return migrate.tables_of(boto3.Session(), "local")

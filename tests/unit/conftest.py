"""Tests of this ring import no more than what they test."""

from tests.support.log import log  # noqa: F401 - a fixture

"""People who take part in tracks."""

from tests.e2e.tracks.peers import join, punctuality, teacher  # noqa: F401 - fixtures

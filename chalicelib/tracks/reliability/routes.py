"""Routes of the reliability of reviewers."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import routing
from chalicelib.tracks.reliability import reports
from chalicelib.tracks.reliability.responses import ReliabilityView

routes = routing.Routes(__name__, tag="Tracks")


@routes.get("/tracks/{track_id}/reliability", access=authentication.USER, limit=limits.COSTLY_READS)
def show_reliability(track_id: int, caller: Caller) -> ReliabilityView:
    """How reliable the reviewers of a track are: for its teachers of all, for a participant their own, explained."""
    return ReliabilityView.of(reports.visible_to(caller, track_id))

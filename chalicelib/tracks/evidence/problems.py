"""The problem of an assignment, for those who are to solve it."""

from chalicelib.accounts.authentication import Caller
from chalicelib.judge.models import Problem
from chalicelib.tracks import access
from chalicelib.tracks.evidence import judging


def read(caller: Caller, assignment_id: int) -> Problem:
    """As far as the assignment itself is open: 403 until then, 404 where it has no problem."""
    viewer = access.get_viewer(caller, assignment_id)
    access.refuse_hidden(viewer)
    return judging.problem_of(viewer.assignment)

"""The keys of what oversight adds to the table of tracks.

TRACK#{track}            / APPEAL#{listed appeal}        an appeal against the reviews of a submission
APPEAL#{appeal}          / PLACE                         which track an appeal is in
ASSIGNMENT#{assignment}  / HANDED#{reviewer}#{submission} when a submission was handed to a reviewer first
"""

from chalicelib.common import ids
from chalicelib.common.dynamo.items import Key

APPEALS, HANDED = "APPEAL#", "HANDED#"
"""What the sort keys of these begin with."""


def appeal_key(track_id: int, appeal_id: int) -> Key:
    return f"TRACK#{track_id}", f"{APPEALS}{ids.sortable(appeal_id)}"


def appeal_place_key(appeal_id: int) -> Key:
    return f"APPEAL#{appeal_id}", "PLACE"


def handed_key(assignment_id: int, reviewer_id: int, submission_id: int | str) -> Key:
    return f"ASSIGNMENT#{assignment_id}", f"{HANDED}{reviewer_id}#{submission_id}"

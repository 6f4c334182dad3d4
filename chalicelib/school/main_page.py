"""The school's main page."""

from chalicelib.accounts.guard import Caller
from chalicelib.common import etags, observe, table
from chalicelib.common.etags import Wanted
from chalicelib.school import models


def write(caller: Caller, *, description: str, image: str | None, seen: Wanted) -> int:
    """The new version; 412 when the page is not as it was seen."""
    try:
        version = models.save_main_page({"description": description, "image": image}, seen)
    except table.ConditionFailed as refused:
        raise etags.changed() from refused
    observe.logger.info("main page written", version=version, by=caller.id)
    return version

"""The school's main page."""

from chalicelib.accounts.authentication import Caller
from chalicelib.common import observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.school import models


def write(caller: Caller, *, description: str, image: str | None, seen: IfMatch) -> int:
    """The new version; 412 when the page is not as it was seen."""
    try:
        version = models.save_main_page({"description": description, "image": image}, seen)
    except transactions.ConditionFailed as refused:
        raise etags.changed() from refused
    observe.logger.info("main page written", version=version, by=caller.id)
    return version

"""Announces packages, and says what became of them: all that the API has to do with an import."""

from datetime import timedelta

from chalicelib.common import clock, limits, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.limits import Limit
from chalicelib.judge import import_models
from chalicelib.judge.import_models import Import
from chalicelib.judge.models import Problem
from chalicelib.judge.packages import upload
from chalicelib.judge.packages.states import ImportState
from chalicelib.judge.packages.upload import Upload

MAX_PACKAGE_BYTES = 256 * 1024 * 1024
IMPORTS = Limit("imports", 60, timedelta(hours=1))
COUNTED = limits.CountedWithin(str(IMPORTS))
KEPT_UNSENT = timedelta(days=7)


def announce(problem: Problem, user_id: int, *, size: int, sha256: str | None = None) -> tuple[Import, Upload]:
    """Begin an import: where the package is to be sent. 413 for one that is too large, 429 for too many."""
    if size > MAX_PACKAGE_BYTES:
        raise errors.TooLarge(
            "package_too_large", "A package is not larger than {limit} bytes", limit=MAX_PACKAGE_BYTES
        )
    limits.hit(IMPORTS, str(user_id))

    def store(import_id: int) -> Import:
        now = clock.now()
        announced = import_models.new_import(import_id, problem.id, user_id, now, size=size, sha256=sha256)
        announced.state, announced.expires_at = ImportState.WAITING, now + KEPT_UNSENT
        transactions.create_new(announced)
        return announced

    announced = transactions.with_new_id(store)
    observe.logger.info("package announced", problem_id=problem.id, import_id=announced.id, size=size)
    return announced, upload.upload_for(announced.id, size=size)


def get(problem_id: int, import_id: int) -> Import:
    """404 also for an import into another problem."""
    found = import_models.find_import(import_id)
    if found is None or found.problem_id != problem_id:
        raise errors.NotFound("import_not_found", "Import not found")
    return found

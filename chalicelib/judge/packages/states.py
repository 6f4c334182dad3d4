"""The states of an import."""

from enum import StrEnum


class ImportState(StrEnum):
    """`judging` from when the problem has its new tests; it is `done` once the jury's programs have their verdicts."""

    WAITING = "waiting_for_upload"
    IMPORTING = "importing"
    JUDGING = "judging"
    FAILED = "failed"
    DONE = "done"

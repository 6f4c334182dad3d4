"""What a training is at. Pure."""

from enum import StrEnum


class TrainingStatus(StrEnum):
    """Of a session, in Team Training's words."""

    IN_PROCESS = "IN_PROCESS"
    FINISHED = "FINISHED"

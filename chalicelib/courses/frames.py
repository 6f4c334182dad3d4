"""Frames that courses send on users' personal channels."""

from enum import StrEnum

from chalicelib.common.http.responses import Moment, View
from chalicelib.realtime.frames import Outgoing
from chalicelib.realtime.rooms import RoomKind


class Type(StrEnum):
    TASK_EXTENSION_GRANTED = "TASK_EXTENSION_GRANTED"


class TaskExtensionGranted(View):
    """Until then the task is open to the recipient, and not late."""

    course_id: int
    lesson_id: int
    task_id: int
    until: Moment
    reason: str


FRAMES = (
    Outgoing(
        Type.TASK_EXTENSION_GRANTED,
        TaskExtensionGranted,
        frozenset({RoomKind.PERSONAL}),
        "The recipient was given more time for a task",
        notifies=True,
    ),
)

"""The frames that every room has, and their handlers. Each kind of room has a SNAPSHOT of its own beside them."""

from chalicelib.realtime import connections, frames
from chalicelib.realtime.frames import ALL_ROOMS, Incoming, Outgoing, Sender, Type


def _pong(sender: Sender, ping: frames.Ping) -> None:
    pong = frames.to_text(Type.PONG, ping.model_dump(mode="json") or None)
    if not frames.fits(pong):
        raise frames.too_large(frames.MAX_FRAME_BYTES)
    connections.reply(sender, pong)


FRAMES: tuple[Incoming | Outgoing, ...] = (
    Incoming(Type.PING, frames.Ping, _pong, ALL_ROOMS, "Keeps the place in the room; send one every 30 s"),
    Outgoing(Type.PONG, frames.Ping, ALL_ROOMS, "The answer to PING, with its payload", alone=True),
    Outgoing(Type.ERROR, frames.ErrorPayload, ALL_ROOMS, "A frame was refused, or the room is full (1008)", alone=True),
    Outgoing(Type.USER_JOIN, frames.UserPayload, ALL_ROOMS, "Somebody came in; the newcomer gets it, too"),
    Outgoing(Type.USER_LEAVE, frames.UserPayload, ALL_ROOMS, "Somebody left"),
    Outgoing(Type.RESUMED, frames.ResumedPayload, ALL_ROOMS, "All that was missed since last_seq", alone=True),
)

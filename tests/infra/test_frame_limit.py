"""Which frames of a WebSocket pass, however their bytes arrive."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from infra.local.frame_limit import FrameLimit

MOST = 200
TEXT, CLOSE = 0x1, 0x8
Written = tuple[int, int, bool]
"""Opcode, length of the payload, whether it is masked."""

frames = st.lists(
    st.tuples(
        st.sampled_from([0x0, TEXT, 0x2, CLOSE, 0x9]),
        st.sampled_from([0, 1, 125, 126, MOST, 201, 70_000]),
        st.booleans(),
    ),
    max_size=6,
)


def written(frame: Written) -> bytes:
    opcode, size, masked = frame
    mask = 0x80 if masked else 0
    if size <= 125:
        header = bytes([opcode, mask | size])
    elif size < 2**16:
        header = bytes([opcode, mask | 126]) + size.to_bytes(2)
    else:
        header = bytes([opcode, mask | 127]) + size.to_bytes(8)
    return header + (b"mask" if masked else b"") + b"\x81" * size


def expected(sent: Sequence[Written]) -> Iterator[bytes]:
    """All up to the first that is too large; then what closes."""
    exceeded = False
    for frame in sent:
        exceeded = exceeded or frame[1] > MOST
        if frame[1] <= MOST and (not exceeded or frame[0] >= CLOSE):
            yield written(frame)


@given(frames, st.integers(1, 300))
def test_frames_pass_until_one_is_too_large(sent: list[Written], chunk: int) -> None:
    limit = FrameLimit(MOST)
    data = b"".join(map(written, sent))
    passed = b"".join(limit.passed(data[at : at + chunk]) for at in range(0, len(data), chunk))
    assert passed == b"".join(expected(sent))
    assert limit.exceeded is any(size > MOST for _, size, _ in sent)

"""Compares what two outputs consist of, in whatever order, in memory that their size does not decide. Pure.

Objects for the tokens of thirty megabytes would take a gigabyte. So what is large is dealt out first, equal pieces to
one heap, as bytes; then a heap at a time is counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.judge.grading import outputs

HELD_BYTES = 4 * 1024 * 1024
"""Of pieces that are counted as they come."""
HEAPS = 16


@dataclass(frozen=True, slots=True)
class Differing:
    """A piece, and how often it is there on either side."""

    piece: bytes
    expected: int
    got: int


def differing(expected: Iterable[bytes], actual: Iterable[bytes], *, size: int) -> Differing | None:
    """A piece of which there are too few, else one of which there are too many; None when all are there.

    In a piece there is no newline, and no blank at its end. `size` is how many bytes they have, on both sides.
    """
    if size <= HELD_BYTES:
        return _counted(expected, actual)
    pairs = zip(_dealt(expected)[0], _dealt(actual)[0], strict=True)
    found = [each for wanted, got in pairs if (each := _counted(_pieces(wanted), _pieces(got))) is not None]
    return min(found, key=lambda each: (each.got > each.expected, each.piece), default=None)


def sorted_lines(output: bytes, *, held: int = HELD_BYTES) -> Iterator[bytes]:
    """Each line that has tokens, with them in an order that is the same for all that have the same ones.

    Of a line with more than `held` bytes of tokens it is no order that people would know.
    """
    for line in outputs.lines(output):
        if len(line) < held:
            if found := line.split():
                yield b" ".join(sorted(found))
        elif tokens := _in_one_order(line, held):
            yield tokens


def _in_one_order(line: bytes, held: int) -> bytes:
    """Heap by heap, each token with how often it is there; as the others are if there is more blank than text."""
    heaps, size = _dealt(outputs.tokens(line))
    if size <= held:
        return b" ".join(sorted(outputs.tokens(line)))
    counted = (sorted(Counter(_pieces(heap)).items()) for heap in heaps)
    return b" ".join(b"%s*%d" % each for found in counted for each in found)


def _dealt(pieces: Iterable[bytes]) -> tuple[list[bytearray], int]:
    """Equal pieces lie in one heap, in the order in which they came; and how many bytes there are.

    Which heap that is nobody can know beforehand and write an output that fills one of them: Python's hashes of bytes
    are another in each process.
    """
    heaps = [bytearray() for _ in range(HEAPS)]
    for piece in pieces:
        heap = heaps[hash(piece) % HEAPS]
        heap += piece
        heap += b"\n"
    return heaps, sum(map(len, heaps))


def _pieces(heap: bytearray) -> Iterator[bytes]:
    return outputs.lines(bytes(heap)) if heap else iter(())


def _counted(expected: Iterable[bytes], actual: Iterable[bytes]) -> Differing | None:
    wanted, got = Counter(expected), Counter(actual)
    if wanted == got:
        return None
    piece = next(iter(wanted - got), None)
    if piece is None:
        piece = next(iter(got - wanted))
    return Differing(piece, wanted[piece], got[piece])

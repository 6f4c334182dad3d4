"""Packs: what is in them, and what is refused before it is made."""

import contextlib
import itertools
import zlib

import pytest

from chalicelib.tracks.fetching import packs, trees
from chalicelib.tracks.fetching.packs import GitObject
from chalicelib.tracks.fetching.reasons import Refused
from tests.unit.tracks.fetching import made_packs
from tests.unit.tracks.fetching.made_packs import BLOB, BY_NAME, BY_OFFSET, delta, entry, pack

ONE = b"print(1)\n"
COPY_ALL_INSERT = bytes([0x90, len(ONE), 2]) + b"#\n"
"""Copy what the base has, from its start, then two more bytes."""


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as found:
        packs.objects_in(data)
    return found.value.reason.code


def test_objects_are_known_by_their_hashes() -> None:
    assert packs.objects_in(pack([entry(BLOB, ONE)])) == {made_packs.name("blob", ONE): GitObject("blob", ONE)}
    empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"  # the one of git's own
    assert list(packs.objects_in(pack([entry(BLOB, b"")]))) == [empty]


@pytest.mark.parametrize("base_is_first", [True, False])
def test_deltas_find_their_base_wherever_it_is(base_is_first: bool) -> None:  # noqa: FBT001
    changed = delta(len(ONE), len(ONE) + 2, COPY_ALL_INSERT)
    by_name = entry(BY_NAME, changed, base=bytes.fromhex(made_packs.name("blob", ONE)))
    base = entry(BLOB, ONE)
    found = packs.objects_in(pack([base, by_name] if base_is_first else [by_name, base]))
    assert {each.data for each in found.values()} == {ONE, ONE + b"#\n"}


def test_a_delta_names_its_base_by_how_far_back_it_is() -> None:
    base = entry(BLOB, ONE)
    changed = delta(len(ONE), len(ONE) + 2, COPY_ALL_INSERT)
    found = packs.objects_in(pack([base, entry(BY_OFFSET, changed, base=bytes([len(base)]))]))
    assert {each.data for each in found.values()} == {ONE, ONE + b"#\n"}


def test_what_announces_much_is_not_made() -> None:
    bomb = entry(BLOB, bytes(packs.MOST_MADE + 1))
    assert len(bomb) < 50_000
    assert refused(pack([bomb])) == "commit_unpacks_too_large"
    assert refused(pack([entry(BLOB, b"", size=1 << 62)])) == "commit_unpacks_too_large"
    many = [entry(BLOB, bytes(packs.MOST_MADE // 4) + bytes([each])) for each in range(4)]
    assert refused(pack(many)) == "commit_unpacks_too_large"


def test_what_is_larger_than_it_says_is_broken() -> None:
    assert refused(pack([entry(BLOB, bytes(packs.MOST_MADE * 2), size=10)])) == "git_answer_broken"
    assert refused(pack([entry(BLOB, ONE, size=len(ONE) + 1)])) == "git_answer_broken"


def test_deltas_that_make_much_have_the_same_budget() -> None:
    """Each doubles the one before, with a delta of some twenty bytes."""
    data, entries, size = bytes(100_000), [], 100_000
    entries.append(entry(BLOB, data))
    for _ in range(8):
        copies = bytes([0xF0]) + size.to_bytes(3, "little")
        orders = delta(size, 2 * size, copies * 2)
        entries.append(entry(BY_OFFSET, orders, base=_back(len(entries[-1]))))
        size *= 2
    assert refused(pack(entries)) == "commit_unpacks_too_large"


def test_deltas_of_orders_of_a_byte_each_are_not_followed_to_their_end() -> None:
    """The last order is broken: nobody comes so far. The budget is that of all deltas together."""
    half = packs.MOST_ORDERS // 2 + 1
    orders = bytes([0x90, 1]) * half
    name = bytes.fromhex(made_packs.name("blob", ONE))
    whole = entry(BY_NAME, delta(len(ONE), half, orders), base=name)
    broken = entry(BY_NAME, delta(len(ONE), half, orders + b"\0"), base=name)
    assert refused(pack([entry(BLOB, ONE), whole, broken])) == "commit_unpacks_too_large"
    assert refused(pack([entry(BLOB, ONE), broken])) == "git_answer_broken"


def _back(distance: int) -> bytes:
    made = [distance & 0x7F]
    while distance := distance >> 7:
        distance -= 1
        made.append(distance & 0x7F | 0x80)
    return bytes(reversed(made))


@pytest.mark.parametrize(
    "orders",
    [
        b"\x00",  # reserved
        b"\x05ab",  # inserts more than there is
        bytes([0x91, 5, len(ONE)]),  # copies from beyond the end
        bytes([0x90, len(ONE)]) * 2,  # makes more than it says
        b"",  # makes less
        bytes([0x9F]),  # ends in the middle
    ],
)
def test_deltas_that_lie_are_broken(orders: bytes) -> None:
    changed = entry(BY_NAME, delta(len(ONE), len(ONE) + 1, orders), base=bytes.fromhex(made_packs.name("blob", ONE)))
    assert refused(pack([entry(BLOB, ONE), changed])) == "git_answer_broken"


def test_packs_that_lie_are_broken() -> None:
    good = pack([entry(BLOB, ONE)])
    elsewhere = entry(BY_NAME, delta(9, 11, COPY_ALL_INSERT), base=bytes(20))
    before_the_start = entry(BY_OFFSET, delta(9, 11, COPY_ALL_INSERT), base=b"\x7f")
    lies = [
        b"",
        good[:-1],
        good[:-1] + b"x",
        b"PACK\0\0\0\3" + good[8:],
        pack([entry(BLOB, ONE)], count=2),
        pack([entry(BLOB, ONE), b"more"], count=1),
        pack([entry(5, ONE)]),
        pack([entry(0, ONE)]),
        pack([elsewhere]),
        pack([before_the_start]),
        pack([b"\xb0" + b"\x80" * 20]),
        pack([b"\x39no zlib stream"]),
        pack([entry(BLOB, ONE)[:-3]]),
    ]
    assert {refused(each) for each in lies} == {"git_answer_broken"}
    assert refused(pack([], count=1 << 31)) == "commit_has_too_many_files"


def test_no_bytes_at_all_do_more_than_refuse() -> None:
    start = pack([entry(BLOB, ONE), entry(BLOB, zlib.compress(ONE))])
    places = itertools.product(range(12, len(start) - 20), (1, 0x10, 0x80, 0xFF))
    for position, changed in places:
        body = start[:position] + bytes([start[position] ^ changed]) + start[position + 1 : -20]
        with contextlib.suppress(Refused):
            packs.objects_in(made_packs.sealed(body))


def commit_of(*entries: tuple[str, str, str], **objects: bytes) -> tuple[dict[str, GitObject], str]:
    root = made_packs.tree(*entries)
    commit = f"tree {made_packs.name('tree', root)}\nauthor a\n".encode()
    found = [GitObject("tree", root), GitObject("commit", commit), GitObject("blob", ONE)]
    found += [GitObject("tree", each) for each in objects.values()]
    return {each.name: each for each in found}, made_packs.name("commit", commit)


FILE = made_packs.name("blob", ONE)


def test_links_and_submodules_are_left_out_and_named() -> None:
    objects, commit = commit_of(
        ("100644", "main.py", FILE),
        ("120000", "link", FILE),
        ("160000", "sub", "1" * 40),
        ("40000", "node_modules", "2" * 40),
        ("100755", "gone.bin", "3" * 40),
        ("100644", "..", FILE),
    )
    found = trees.files_of(objects, commit)
    assert found.files == (("main.py", ONE),)
    assert [(path, reason.code) for path, reason in found.notes] == [
        ("link", "is_symbolic_link"),
        ("sub", "is_submodule"),
        ("node_modules/", "left_behind"),
        ("gone.bin", "left_unsent"),
        ("..", "path_not_relative"),
    ]


def test_trees_within_trees_are_counted_and_not_only_stored() -> None:
    """Ten times the same folder, twelve deep, is a million million files in thirteen objects."""
    inner = made_packs.tree(("100644", "a.py", FILE))
    objects = {"0": inner}
    for depth in range(1, 11):
        below = made_packs.name("tree", objects[str(depth - 1)])
        objects[str(depth)] = made_packs.tree(*(("40000", f"d{each}", below) for each in range(10)))
    found, commit = commit_of(("40000", "d", made_packs.name("tree", objects["10"])), **objects)
    with pytest.raises(Refused) as refusal:
        trees.files_of(found, commit)
    assert refusal.value.reason.code == "commit_has_too_many_files"


@pytest.mark.parametrize("tree", [b"100644 a", b"100644 a\0short", b"9 a\0" + bytes(20), b" a\0" + bytes(20)])
def test_trees_that_lie_are_broken(tree: bytes) -> None:
    commit = f"tree {made_packs.name('tree', tree)}\n".encode()
    objects = {each.name: each for each in (GitObject("tree", tree), GitObject("commit", commit))}
    with pytest.raises(Refused) as refusal:
        trees.files_of(objects, made_packs.name("commit", commit))
    assert refusal.value.reason.code == "git_answer_broken"


def test_what_was_not_sent_is_broken() -> None:
    objects, commit = commit_of(("40000", "lib", "4" * 40))
    for wanted in (commit, "5" * 40, FILE):
        with pytest.raises(Refused) as refusal:
            trees.files_of(objects, wanted)
        assert refusal.value.reason.code == "git_answer_broken"

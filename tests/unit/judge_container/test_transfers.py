"""Files into a box, and out of it again whatever a program made of them."""

import os
from pathlib import Path

import pytest

from chalicelib.judge_protocol.contract import MAX_COLLECTED_BYTES, File
from judge_container import transfers


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "box"
    place.mkdir()
    (tmp_path / "secret").write_text("secret")
    return place


def collected(place: Path, name: str = "wanted") -> bytes | None:
    return transfers.collect(place, [name], None).get(name)


def test_files_are_put_where_their_names_say(place: Path) -> None:
    transfers.put(
        place, [File(name="a", data=b"1"), File(name="b/c/d", data=b"2"), File(name="b/c/e", data=b"3")], None
    )
    assert transfers.collect(place, ["a", "b/c/d", "b/c/e", "absent"], None) == {
        "a": b"1",
        "b/c/d": b"2",
        "b/c/e": b"3",
    }


def test_directories_are_there_for_what_is_collected(place: Path) -> None:
    transfers.make_directories(place, ["feedback/judgemessage.txt", "feedback/score.txt", "top"], None)
    assert [path.name for path in place.rglob("*")] == ["feedback"]


def test_of_a_directory_all_files_are_collected_that_may_be(place: Path) -> None:
    transfers.make_directories(place, ["out/"], None)
    assert (place / "out").is_dir()
    for name in ("a", "b", "no name", ".hidden"):
        (place / "out" / name).write_text(name)
    (place / "out" / "inner").mkdir()
    (place / "out" / "link").symlink_to("../../secret")
    expected = {"out/.hidden": b".hidden", "out/a": b"a", "out/b": b"b"}
    assert transfers.collect(place, ["out/"], None) == expected
    assert transfers.collect(place, ["out/"], None, at_most=8) == {**expected, "out/b": b""}
    (place / "in").symlink_to("..")
    assert transfers.collect(place, ["in/", "absent/"], None) == {}


def test_what_is_collected_is_cut(place: Path) -> None:
    (place / "wanted").write_bytes(bytes(MAX_COLLECTED_BYTES + 1))
    assert collected(place) == bytes(MAX_COLLECTED_BYTES)


def test_links_are_not_followed(place: Path) -> None:
    (place / "wanted").symlink_to("../secret")
    (place / "out").symlink_to("..")
    (place / "in").mkdir()
    (place / "in" / "up").symlink_to("../..")
    assert collected(place) is None
    assert collected(place, "out/secret") is None
    assert collected(place, "in/up/secret") is None


def test_box_that_became_a_link_is_not_followed(tmp_path: Path, place: Path) -> None:
    place.rmdir()
    place.symlink_to(tmp_path)
    assert collected(place, "secret") is None


def test_pipes_directories_and_devices_are_not_waited_for(place: Path) -> None:
    os.mkfifo(place / "pipe")
    (place / "directory").mkdir()
    names = ["pipe", "directory", "directory/absent", "pipe/below"]
    assert transfers.collect(place, names, None) == {}


def test_files_of_others_are_not_read(place: Path) -> None:
    (place / "wanted").write_text("not theirs")
    assert transfers.collect(place, ["wanted"], os.geteuid() + 1) == {}

"""Boxes are emptied whatever a program put in them, and nothing outside is touched."""

import os
from pathlib import Path

import pytest

from judge_container import box


def test_wipe_removes_links_but_not_what_they_point_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    place = box.create(tmp_path, "box", None)
    (place / "link").symlink_to(outside)
    (place / "dangling").symlink_to("/nowhere")

    box.wipe(place)

    assert list(place.iterdir()) == []
    assert (outside / "kept").read_text() == "kept"


def test_wipe_needs_no_depth(tmp_path: Path) -> None:
    place = box.create(tmp_path, "box", None)
    here = os.open(place, os.O_DIRECTORY)
    for _ in range(1500):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    box.destroy(place)

    assert not place.exists()


def test_wipe_opens_closed_directories_and_survives_clashing_names(tmp_path: Path) -> None:
    place = box.create(tmp_path, "box", None)
    (place / "hoisted-1").write_text("in the way")
    (place / "closed" / "inner").mkdir(parents=True)
    (place / "closed" / "inner" / "file").touch()
    (place / "closed" / "inner").chmod(0)
    (place / "closed").chmod(0)

    box.wipe(place)

    assert list(place.iterdir()) == []


def test_fifo_and_readonly_files_go_too(tmp_path: Path) -> None:
    with box.fresh(tmp_path, "box", None) as place:
        os.mkfifo(place / "pipe")
        (place / "file").touch(mode=0o000)
        place.chmod(0o500)

    assert list(tmp_path.iterdir()) == []


def test_size_counts_files_at_any_depth_and_empty_ones(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert not box.size_exceeds(tmp_path, 64 * 1024)
    (tmp_path / "a" / "b" / "large").write_bytes(bytes(128 * 1024))
    assert box.size_exceeds(tmp_path, 64 * 1024)
    for number in range(100):
        (tmp_path / str(number)).touch()
    assert box.size_exceeds(tmp_path, 256 * 1024)


def test_sealed_files_keep_their_executability(tmp_path: Path) -> None:
    (tmp_path / "program").touch(mode=0o700)
    (tmp_path / "source").touch(mode=0o600)

    box.seal(tmp_path, None)

    assert (tmp_path / "program").stat().st_mode & 0o777 == 0o555
    assert (tmp_path / "source").stat().st_mode & 0o777 == 0o444


def test_what_others_delete_from_shared_places_meanwhile_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "theirs", "z"):
        (tmp_path / name).touch()
    listing = list(os.scandir(tmp_path))
    (tmp_path / "theirs").unlink()
    monkeypatch.setattr(box, "_SHARED_PLACES", (tmp_path,))
    monkeypatch.setattr(os, "scandir", lambda _: listing)

    box.wipe_shared_places(os.geteuid(), keep=tmp_path / "z")

    assert not (tmp_path / "a").exists()
    assert (tmp_path / "z").exists()


def test_only_old_and_unlocked_job_directories_of_ours_are_abandoned(tmp_path: Path) -> None:
    abandoned, young = tmp_path / "judge-old", tmp_path / "judge-young"
    for path in (abandoned, young, tmp_path / "other"):
        (path / "build").mkdir(parents=True)
    with box.job_directory(tmp_path, None) as in_use:
        for path in (abandoned, in_use, tmp_path / "other"):
            os.utime(path, (0, 0))
        box.clear_abandoned(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([in_use, young, tmp_path / "other"])

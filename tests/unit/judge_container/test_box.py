"""Boxes are emptied whatever a program put in them, and nothing outside is touched."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from judge_container import box
from tests.sandbox.workers import ROOT


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


def test_what_vanishes_meanwhile_hides_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").touch()
    (tmp_path / "large").write_bytes(bytes(128 * 1024))
    listing = list(os.scandir(tmp_path))
    (tmp_path / "gone").unlink()
    monkeypatch.setattr(os, "scandir", lambda _path: iter(listing))
    assert box.size_exceeds(tmp_path, 64 * 1024)


def test_a_closed_directory_is_opened_when_nobody_runs_any_more(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "large").write_bytes(bytes(128 * 1024))
    closed.chmod(0o300)
    assert box.size_exceeds(tmp_path, 64 * 1024, at_rest=True)
    assert closed.stat().st_mode & 0o777 == 0o700


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
    monkeypatch.setattr(os, "scandir", lambda _: listing)

    box.wipe_shared_places(os.geteuid(), keep=tmp_path / "z", places=[tmp_path])

    assert not (tmp_path / "a").exists()
    assert (tmp_path / "z").exists()


@pytest.fixture
def abandoned(tmp_path: Path) -> Path:
    """The job directory of a judge that was killed at its work."""
    script = (
        "import pathlib, sys, time\n"
        "from judge_container import box\n"
        "with box.job_directory(pathlib.Path(sys.argv[1]), None) as path:\n"
        "    (path / 'build' / 'deep').mkdir(parents=True)\n"
        "    print(path, flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as judge:
        assert judge.stdout is not None
        path = Path(judge.stdout.readline().rstrip())
        box.clear_abandoned(tmp_path)
        assert path.is_dir(), "it was in use"
        judge.kill()
    return path


def test_job_directories_of_killed_judges_are_cleared_by_the_next(tmp_path: Path, abandoned: Path) -> None:
    box.clear_abandoned(tmp_path)

    assert not abandoned.exists()


def test_clearing_that_was_killed_is_gone_on_with(tmp_path: Path, abandoned: Path) -> None:
    box.wipe(abandoned, keep=box._MARKER)
    assert [path.name for path in abandoned.iterdir()] == [box._MARKER]

    box.clear_abandoned(tmp_path)

    assert not abandoned.exists()


def test_job_directory_in_use_is_not_cleared(tmp_path: Path) -> None:
    with box.job_directory(tmp_path, None) as path:
        os.utime(path, (0, 0))
        box.clear_abandoned(tmp_path)
        assert path.is_dir()

    assert list(tmp_path.iterdir()) == []


def test_nothing_that_others_made_is_cleared_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("judge-h", "lyceum-judge-h", "lyceum-judge-", ".lyceum-judge"):
        (tmp_path / name / "kept").mkdir(parents=True)
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "lyceum-judge-file").touch()
    before = sorted(tmp_path.rglob("*"))

    box.clear_abandoned(tmp_path)

    assert sorted(tmp_path.rglob("*")) == before


def test_a_copy_of_a_job_directory_is_its_makers(tmp_path: Path, abandoned: Path) -> None:
    copy = shutil.copytree(abandoned, tmp_path / "lyceum-judge-copy")
    moved = abandoned.rename(tmp_path / "lyceum-judge-moved")

    box.clear_abandoned(tmp_path)

    assert copy.is_dir()
    assert moved.is_dir()


@pytest.mark.parametrize("kind", ["link", "fifo", "socket", "directory", "other name"])
def test_what_only_looks_like_a_marker_is_none(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "lyceum-judge-h"
    place.mkdir()
    marker, true = place / box._MARKER, tmp_path / "true"
    true.write_text(place.name)
    with socket.socket(socket.AF_UNIX) as unix:
        make: dict[str, Callable[[], object]] = {
            "link": lambda: marker.symlink_to(true),
            "fifo": lambda: os.mkfifo(marker),
            "socket": lambda: unix.bind(str(marker)),
            "directory": marker.mkdir,
            "other name": lambda: marker.write_text(place.name + "i"),
        }
        make[kind]()

    box.clear_abandoned(tmp_path)

    assert place.is_dir()


def test_link_with_a_job_directorys_name_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "lyceum-judge-h"
    outside.mkdir(parents=True)
    (outside / box._MARKER).write_text(outside.name)
    (tmp_path / outside.name).symlink_to(outside)

    box.clear_abandoned(tmp_path)

    assert (outside / box._MARKER).exists()
    assert (tmp_path / outside.name).is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has programs of other users")
@pytest.mark.parametrize("theirs", ["directory", "marker"])
def test_marker_that_a_program_wrote_is_none(tmp_path: Path, theirs: str) -> None:
    place = tmp_path / "lyceum-judge-h"
    place.mkdir()
    (place / box._MARKER).write_text(place.name)
    os.chown({"directory": place, "marker": place / box._MARKER}[theirs], 2_000_000_000, 2_000_000_000)

    box.clear_abandoned(tmp_path)

    assert (place / box._MARKER).exists()


def test_job_directory_is_gone_after_the_job_whatever_became_of_its_marker(tmp_path: Path) -> None:
    with box.job_directory(tmp_path, None) as path:
        (path / box._MARKER).unlink()
        (path / box._MARKER / "deep").mkdir(parents=True)

    assert list(tmp_path.iterdir()) == []

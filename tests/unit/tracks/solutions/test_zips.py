"""What is taken out of a zip archive, and what refuses all of it."""

import stat
import zipfile

import pytest

from chalicelib.tracks.solutions import zips
from chalicelib.tracks.solutions.file_rules import SolutionFile
from tests.support.zips import PNG, flagged, packed, packed_entries, renamed, special


def faults(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(zips.Refused) as refused:
        zips.take(data)
    return [(fault.file, fault.reason.code) for fault in refused.value.faults]


def notes(taken: zips.Taken) -> list[tuple[str, str]]:
    return [(note.file, note.reason.code) for note in taken.notes]


def test_text_files_are_taken() -> None:
    taken = zips.take(packed({"main.py": "print(1)\n", "lib/суммы.py": "я", "empty.txt": ""}))
    assert taken.files == (
        SolutionFile("empty.txt", ""),
        SolutionFile("lib/суммы.py", "я"),
        SolutionFile("main.py", "print(1)\n"),
    )
    assert taken.notes == ()


def test_a_folder_that_holds_everything_is_taken_away() -> None:
    taken = zips.take(packed({"work-main/": "", "work-main/a.py": "a", "work-main/src/b.py": "b"}))
    assert [each.path for each in taken.files] == ["a.py", "src/b.py"]
    apart = zips.take(packed({"one/a.py": "a", "two/b.py": "b"}))
    assert [each.path for each in apart.files] == ["one/a.py", "two/b.py"]


def test_what_is_no_solution_is_left_out_by_name() -> None:
    content: dict[str, str | bytes] = {
        "w/main.py": "a",
        "w/logo.png": PNG,
        "w/latin.txt": "café".encode("latin-1"),
        "w/nul.txt": "a\0b",
        "w/large.csv": "1," * 200_000,
        "w/.git/config": "[user] name = Ann",
        "w/.git/HEAD": "ref",
        "w/lib/node_modules/x/index.js": "x",
        "w/__pycache__/a.pyc": b"\x00",
    }
    taken = zips.take(packed(content))
    assert [each.path for each in taken.files] == ["main.py"]
    assert notes(taken) == [
        (".git/", "left_behind"),
        ("__pycache__/", "left_behind"),
        ("large.csv", "solution_file_too_large"),
        ("latin.txt", "not_text"),
        ("lib/node_modules/", "left_behind"),
        ("logo.png", "not_text"),
        ("nul.txt", "not_text"),
    ]


def test_a_byte_order_mark_is_no_part_of_a_text() -> None:
    assert zips.take(packed({"a.py": b"\xef\xbb\xbfx"})).files == (SolutionFile("a.py", "x"),)


def test_names_of_a_mac_are_composed() -> None:
    (file,) = zips.take(packed({"и\u0306.py": "x"})).files
    assert file.path == "й.py"


@pytest.mark.parametrize(
    ("data", "file", "code"),
    [
        (b"no archive", "", "no_zip_archive"),
        (special("link.py"), "link.py", "file_link"),
        (special("fifo", stat.S_IFIFO), "fifo", "file_not_regular"),
        (flagged(packed({"a.py": "a"}), 1), "a.py", "file_encrypted"),
        (packed({"../a.py": "a"}), "../a.py", "name_leads_elsewhere"),
        (packed({"/etc/passwd": "a"}), "/etc/passwd", "name_absolute"),
        (packed({"C:/a.py": "a"}), "C:/a.py", "name_absolute"),
        (renamed(packed({"a_b.py": "a"}), b"a_b.py", b"a\\b.py"), "a\\b.py", "name_backslash"),
        (packed({"a\n.py": "a"}), "a\\n.py", "name_unprintable"),
        (packed([("a.py", "1"), ("a.py", "2")]), "a.py", "file_twice"),
        (packed([("Main.py", "1"), ("main.PY", "2")]), "main.PY", "path_twice"),
        (packed({"inner.zip": packed({"a": "a"})}), "inner.zip", "file_archive"),
        (packed({"logo.png": PNG}), "", "no_text_files"),
        (packed({}), "", "no_text_files"),
        (packed({f"{n}.py": "" for n in range(65)}), "", "too_many_files"),
        (packed({f"{n}.png": PNG for n in range(1001)}), "", "too_many_files"),
        (packed({f"{n}.py": "x" * 262_144 for n in range(5)}), "", "solution_too_large"),
        (packed({"large.bin": b"\0" * 17_000_000}, compressed=False), "", "unpacked_too_large"),
        (packed({"bomb.bin": b"\0" * 60_000_000}), "", "zip_bomb"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_amiss_refuses_the_whole(data: bytes, file: str, code: str) -> None:
    assert (file, code) in faults(data)


def test_an_archive_that_lies_about_sizes_is_broken() -> None:
    info = zipfile.ZipInfo("a.py")
    data = bytearray(packed_entries([(info, "x" * 1000)]))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert faults(bytes(data)) == [("a.py", "file_broken")]

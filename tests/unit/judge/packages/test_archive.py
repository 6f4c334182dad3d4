"""Archives that are refused, and why: before anything of them is unpacked."""

import io
import stat
import struct
import tracemalloc
import warnings
import zipfile

import pytest

from chalicelib.common.texts import untranslated
from chalicelib.judge.packages import archive as package_archive
from chalicelib.judge.packages.archive import Broken, Fault, Refused
from tests.support import zips


def reasons(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        package_archive.look_through(data)
    return [(fault.file, str(fault.reason)) for fault in refused.value.faults]


def test_a_good_archive_is_opened() -> None:
    files: dict[str, str | bytes] = {"a/1.in": "1\n", "a/1.out": b"\xff", "b/": ""}
    archive = package_archive.look_through(zips.packed(files))
    assert sorted(archive.entries) == ["a/1.in", "a/1.out"]
    assert (archive.read("a/1.in"), archive.read("a/1.out")) == (b"1\n", b"\xff")


def test_an_empty_archive_is_opened() -> None:
    assert dict(package_archive.look_through(zips.packed({})).entries) == {}


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"no archive at all", b"\x1f\x8b\x08" + b"\0" * 100, b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_zip_archive_is_refused(data: bytes) -> None:
    ((file, reason),) = reasons(data)
    assert file == ""
    assert reason == "It cannot be read as a zip archive"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_archive_is_refused(kept: float) -> None:
    data = zips.packed({f"{number}.in": "x" * 500 for number in range(20)})
    assert reasons(data[: int(len(data) * kept)])[0][0] == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "Its name is an absolute path"),
        ("C:/windows/x", "Its name is an absolute path"),
        ("c:x", "Its name is an absolute path"),
        ("../x", "Its name leads elsewhere"),
        ("a/../../x", "Its name leads elsewhere"),
        ("a/./x", "Its name leads elsewhere"),
        ("a//x", "Its name leads elsewhere"),
        ("..", "Its name leads elsewhere"),
        ("..\\x", "There is a backslash in its name"),
        ("a\\b", "There is a backslash in its name"),
        ("\\\\host\\x", "There is a backslash in its name"),
        ("a\nb", "There are control characters in its name"),
        ("a\x1b[2Jb", "There are control characters in its name"),
        ("a\u202eb", "There are control characters in its name"),
        ("x" * 501, "Its name is longer than 500 bytes"),
        ("tests.zip", "It is an archive within the archive"),
        ("a/b.TAR.GZ", "It is an archive within the archive"),
    ],
)
def test_a_name_that_leads_elsewhere_or_cannot_be_shown_is_refused(name: str, reason: str) -> None:
    ((file, found),) = reasons(zips.packed({"1.in": "", name: "x"}))
    assert found == reason
    assert file.isprintable()
    assert len(file) <= 200


def test_a_name_that_ends_early_is_refused() -> None:
    data = zips.renamed(zips.packed({"a.in": "1", "bXin": "2"}), b"bXin", b"b\0in")
    assert reasons(data) == [("b\\x00in", "There are control characters in its name")]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (stat.S_IFLNK, "It is a link"),
        (stat.S_IFCHR, "It is not a regular file"),
        (stat.S_IFIFO, "It is not a regular file"),
        (stat.S_IFSOCK, "It is not a regular file"),
    ],
)
def test_links_and_devices_are_refused(kind: int, reason: str) -> None:
    assert reasons(zips.special("data/x.in", kind)) == [("data/x.in", reason)]


def test_two_files_of_one_name_are_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = zips.packed([("1.in", "a"), ("1.out", "b"), ("1.in", "c")])
    assert reasons(data) == [("1.in", "There are two files of this name")]


def test_names_that_differ_in_their_composition_alone_are_one() -> None:
    assert reasons(zips.packed([("é.in", "a"), ("e\u0301.in", "b")])) == [("é.in", "There are two files of this name")]


def test_a_file_that_is_a_directory_too_is_refused() -> None:
    assert reasons(zips.packed({"a": "x", "a/b": "y"})) == [("a", "It is a file and a directory at once")]


def test_an_encrypted_file_is_refused() -> None:
    assert reasons(zips.flagged(zips.packed({"1.in": "x"}), 0x1)) == [("1.in", "It is encrypted")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int) -> None:
    info = zipfile.ZipInfo("1.in")
    info.compress_type = method
    assert reasons(zips.packed_entries([(info, "x" * 100)])) == [
        ("1.in", "It is compressed in a way other than deflate")
    ]


def test_names_in_an_old_code_page_are_refused_and_utf8_ones_are_read() -> None:
    data = zips.packed({"Xest.in": "1"})
    assert [reason for _, reason in reasons(zips.renamed(data, b"Xest", "тест".encode("cp866")[:4]))] == [
        "Its name is neither ASCII nor UTF-8"
    ]
    unmarked = zips.renamed(zips.packed({"XXXXXXXX.in": "1"}), b"XXXXXXXX", "тест".encode())
    assert list(package_archive.look_through(unmarked).entries) == ["тест.in"]
    assert list(package_archive.look_through(zips.packed({"тест.in": "1"})).entries) == ["тест.in"]


def test_a_name_that_is_called_utf8_and_is_not_is_refused() -> None:
    data = zips.flagged(zips.renamed(zips.packed({"XXXX.in": "1"}), b"XXXX", b"\xe2\xe5\xf1\xf2"), 0)
    marked = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        marked[marked.find(signature) + offset] |= 0x08
    ((file, reason),) = reasons(bytes(marked))
    assert file == ""
    assert "UTF-8" in reason


def test_what_systems_leave_behind_is_passed_over() -> None:
    archive = package_archive.look_through(
        zips.packed({"__MACOSX/._1.in": "", "a/.DS_Store": "", "Thumbs.db": "", "1.in": ""})
    )
    assert list(archive.entries) == ["1.in"]


def claiming(size: int, *, files: int = 1) -> bytes:
    """An archive whose lists say that each file has so many bytes."""
    data = bytearray(zips.packed({f"{number:05}.in": "x" for number in range(files)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.find(signature)
        while start != -1:
            data[start + offset : start + offset + 4] = struct.pack("<L", size)
            start = data.find(signature, start + 4)
    return bytes(data)


def test_a_file_that_is_too_large_is_refused() -> None:
    found = reasons(claiming(package_archive.MAX_FILE_BYTES + 1))
    assert ("00000.in", f"It is larger than {package_archive.MAX_FILE_BYTES} bytes") in found


def test_an_archive_that_is_too_large_as_a_whole_is_refused() -> None:
    found = reasons(claiming(30 * 1024 * 1024, files=35))
    assert found[0] == ("", f"It unpacks to {35 * 30 * 1024 * 1024} bytes, more than {package_archive.MAX_TOTAL_BYTES}")


def test_an_archive_that_grows_beyond_measure_is_refused_without_growing() -> None:
    data = zips.packed({f"{number}.in": bytes(package_archive.MAX_FILE_BYTES) for number in range(4)})
    assert len(data) < 200_000
    tracemalloc.start()
    found = reasons(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [reason for _, reason in found] == [
        f"It unpacks to {4 * package_archive.MAX_FILE_BYTES // len(data)} times its size: that looks like a bomb"
    ]
    assert peak < 2_000_000


def test_one_test_of_many_blanks_is_no_bomb() -> None:
    archive = package_archive.look_through(zips.packed({"1.in": b" " * package_archive.SMALL}))
    assert len(archive.read("1.in")) == package_archive.SMALL


def test_a_file_that_is_larger_than_it_says_is_never_unpacked_further() -> None:
    data = claiming(10)
    archive = package_archive.look_through(data)
    with pytest.raises(Broken):
        archive.read("00000.in")
    liar = bytearray(zips.packed({"1.in": "x" * 100_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = liar.find(signature) + offset
        liar[at : at + 4] = struct.pack("<L", 10)
    with pytest.raises(Broken):
        package_archive.look_through(bytes(liar)).read("1.in")


def test_a_file_whose_bytes_were_changed_is_broken() -> None:
    data = bytearray(zips.packed({"1.in": "hello"}, compressed=False))
    data[data.find(b"hello")] = ord("j")
    with pytest.raises(Broken):
        package_archive.look_through(bytes(data)).read("1.in")


def test_a_hundred_thousand_files_are_refused_before_they_are_listed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}.in", b"")
    data = buffer.getvalue()
    tracemalloc.start()
    found = reasons(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("", f"There are more than {package_archive.MAX_FILES} files")]
    assert peak < 1_000_000


def test_every_fault_is_told_up_to_a_hundred() -> None:
    found = reasons(zips.packed({f"../{number}": "" for number in range(250)}))
    assert len(found) == package_archive.MAX_FAULTS + 1
    assert found[-1] == ("", "150 more faults")


def test_a_refusal_says_the_same_thing_once() -> None:
    fault = Fault("a", untranslated("b"))
    assert Refused([fault, fault]).faults == [fault]

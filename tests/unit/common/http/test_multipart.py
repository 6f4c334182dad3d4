"""Forms with files, as browsers send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common.http import errors, requests

KIND = "multipart/form-data; boundary=B"


def form(**fields: str) -> bytes:
    parts = [f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()]
    return "".join([*parts, "--B--\r\n"]).encode()


def test_a_file_is_its_text() -> None:
    body = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.cpp"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\nint \xd1\x8f;\n\r\n--B--\r\n"
    )
    assert requests.multipart_fields(KIND, body) == {"file": "int я;\n"}


TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40).filter(lambda text: "--B" not in text)


@given(TEXTS, TEXTS)
def test_texts_come_as_they_were(one: str, two: str) -> None:
    assert requests.multipart_fields(KIND, form(one=one, two=two)) == {"one": one, "two": two}


def test_of_fields_of_one_name_the_last_counts() -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n%s\r\n'
    assert requests.multipart_fields(KIND, part % b"1" + part % b"2" + b"--B--\r\n") == {"a": "2"}


NESTED = (
    b'--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n'
    b"--C\r\n\r\nx\r\n--C--\r\n--B--\r\n"
)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (KIND, b""),
        (KIND, b"rubbish"),
        (KIND, b"--B--\r\n"),
        (KIND, form(a="1")[:-6]),
        ("multipart/form-data", form(a="1")),
        ("multipart/form-data; boundary=C", form(a="1")),
        (KIND, b"--B\r\n\r\nno name\r\n--B--\r\n"),
        (KIND, b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--B--\r\n'),
        (KIND, NESTED),
        (KIND, form(**{f"f{number}": "x" for number in range(requests.MAX_FIELDS + 1)})),
    ],
)
def test_what_is_no_such_form_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(errors.BadRequest):
        requests.multipart_fields(kind, body)

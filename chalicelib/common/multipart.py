"""Forms with files, as browsers send them (RFC 7578)."""

from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP

from chalicelib.common import errors

MAX_FIELDS = 100


def fields(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form, files among them, as texts; the last of those that have one name. 400 for no such form."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = list(message.iter_parts()) if message.is_multipart() else []
    if not parts or len(parts) > MAX_FIELDS or message.defects:
        raise _unreadable()
    return dict(map(_field, parts))


def _field(part: MIMEPart) -> tuple[str, str]:
    name = part.get_param("name", header="content-disposition")
    content = part.get_payload(decode=True)
    if not isinstance(name, str) or not isinstance(content, bytes):
        raise _unreadable()
    try:
        return name, content.decode()
    except UnicodeDecodeError as error:
        raise _unreadable() from error


def _unreadable() -> errors.BadRequest:
    return errors.BadRequest("invalid_form", "The form cannot be read")

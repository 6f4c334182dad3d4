import base64
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs

import pytest
from botocore.awsrequest import AWSPreparedRequest

from chalicelib.common import mail
from tests.support.school import School, aws
from tests.support.stage_settings import stage_settings


def test_a_mail_goes_through_ses(school: School) -> None:
    aws("ses").verify_email_identity(EmailAddress="no-reply@lyceum.example")
    school.override(mail=mail.send_through_ses)
    mail.send(mail.Mail(to="ann@example.com", subject="Привет", text="Hello"))
    assert aws("ses").get_send_quota()["SentLast24Hours"] == 1


@pytest.mark.parametrize("configuration", ["", "lyceum-prod"])
def test_a_mail_goes_in_utf_8_under_the_stages_configuration_where_there_is_one(
    school: School, configuration: str
) -> None:
    """SES keeps mails from who bounced only under it. moto takes any name and any text, so the request is read."""
    aws("ses").verify_email_identity(EmailAddress="no-reply@lyceum.example")
    school.override(mail=mail.send_through_ses)
    sent: list[dict[str, list[str]]] = []

    def note(request: AWSPreparedRequest, **_: Any) -> None:
        assert isinstance(request.body, str)
        sent.append(parse_qs(request.body))

    events = mail._ses().meta.events
    events.register("before-send.ses.SendEmail", note)
    try:
        with stage_settings(MAIL_CONFIGURATION=configuration):
            mail.send(mail.Mail(to="ann@example.com", subject="Привет", text="Как дела"))
    finally:
        events.unregister("before-send.ses.SendEmail", note)
    (request,) = sent
    assert request.get("ConfigurationSetName", [""]) == [configuration]
    assert (request["Message.Subject.Data"], request["Message.Body.Text.Data"]) == (["Привет"], ["Как дела"])
    assert (request["Message.Subject.Charset"], request["Message.Body.Text.Charset"]) == (["UTF-8"], ["UTF-8"])


LINK = "https://school.example/unsubscribe/" + "4" * 100


@pytest.mark.parametrize("configuration", ["", "lyceum-prod"])
def test_a_mail_with_headers_is_a_whole_message_whose_links_are_not_folded(school: School, configuration: str) -> None:
    aws("ses").verify_email_identity(EmailAddress="no-reply@lyceum.example")
    school.override(mail=mail.send_through_ses)
    sent: list[dict[str, list[str]]] = []

    def note(request: AWSPreparedRequest, **_: Any) -> None:
        assert isinstance(request.body, str)
        sent.append(parse_qs(request.body))

    events = mail._ses().meta.events
    events.register("before-send.ses.SendRawEmail", note)
    letter = mail.Mail(
        to="ann@example.com", subject="Сроки " * 20, text="Как дела\n", headers={"List-Unsubscribe": f"<{LINK}>"}
    )
    try:
        with stage_settings(MAIL_CONFIGURATION=configuration, MAIL_FROM="Лицей <no-reply@lyceum.example>"):
            mail.send(letter)
    finally:
        events.unregister("before-send.ses.SendRawEmail", note)
    (request,) = sent
    whole = base64.b64decode(request["RawMessage.Data"][0])
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in whole
    read = message_from_bytes(whole, policy=policy.default)
    assert request.get("ConfigurationSetName", [""]) == [configuration]
    assert (read["Subject"], read["To"]) == (letter.subject, letter.to)
    assert str(read["From"]) == "Лицей <no-reply@lyceum.example>"
    body = read.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == letter.text

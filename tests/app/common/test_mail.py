import json
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from chalicelib.common import mail
from tests.support.school import School, aws
from tests.support.stage_settings import stage_settings


def test_a_mail_goes_through_ses(school: School) -> None:
    aws("sesv2").create_email_identity(EmailIdentity="no-reply@lyceum.example")
    school.override(mail=mail.send_through_ses)
    mail.send(mail.Mail(to="ann@example.com", subject="Привет", text="Hello"))
    assert aws("ses").get_send_quota()["SentLast24Hours"] == 1


def test_a_mail_goes_under_the_stages_configuration_where_there_is_one(school: School) -> None:
    """SES keeps mails from who bounced only under it. moto would take any name, so the request itself is read."""
    aws("sesv2").create_email_identity(EmailIdentity="no-reply@lyceum.example")
    school.override(mail=mail.send_through_ses)
    named: list[str | None] = []

    def note(request: AWSPreparedRequest, **_: Any) -> None:
        assert isinstance(request.body, bytes)
        named.append(json.loads(request.body).get("ConfigurationSetName"))

    events = mail._ses().meta.events
    events.register("before-send.sesv2.SendEmail", note)
    try:
        for configuration in ("", "lyceum-prod"):
            with stage_settings(MAIL_CONFIGURATION=configuration):
                mail.send(mail.Mail(to="ann@example.com", subject="S", text="T"))
    finally:
        events.unregister("before-send.sesv2.SendEmail", note)
    assert named == [None, "lyceum-prod"]

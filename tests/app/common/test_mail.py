from chalicelib.common import mail
from tests.support.school import School, aws


def test_a_mail_goes_through_ses(school: School) -> None:
    aws("sesv2").create_email_identity(EmailIdentity="no-reply@lyceum.example")
    school.override(mail=mail.send_through_ses)
    mail.send(mail.Mail(to="ann@example.com", subject="Привет", text="Hello"))
    assert aws("ses").get_send_quota()["SentLast24Hours"] == 1

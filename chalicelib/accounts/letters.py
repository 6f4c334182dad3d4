"""The mails that accounts get, in Russian and English."""

from chalicelib.common.mail import Mail
from chalicelib.common.texts import Language

_WELCOME = {
    Language.EN: ("Welcome to Lyceum", "Hello, {name}!\n\nYour Lyceum account is ready: sign in with {email}.\n"),
    Language.RU: (
        "Добро пожаловать в Lyceum",
        "Здравствуйте, {name}!\n\nВаша учётная запись Lyceum готова: входите с адресом {email}.\n",
    ),
}


def welcome(email: str, name: str, language: Language) -> Mail:
    subject, text = _WELCOME[language]
    return Mail(to=email, subject=subject, text=text.format(name=name, email=email))

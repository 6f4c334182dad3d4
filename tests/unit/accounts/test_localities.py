"""What a request says of its sender's language and time zone."""

import pytest

from chalicelib.accounts import localities
from chalicelib.accounts.localities import Locality


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, Locality()),
        ({"accept-language": " "}, Locality()),
        ({"accept-language": "ru-RU,en;q=0.5"}, Locality("ru")),  # type: ignore[arg-type]
        ({"accept-language": "fr"}, Locality("en")),  # type: ignore[arg-type]
        ({"prefer": "timezone=Europe/Moscow"}, Locality(None, "Europe/Moscow")),
        ({"prefer": 'respond-async, timezone="Asia/Yekaterinburg"; x=1'}, Locality(None, "Asia/Yekaterinburg")),
        ({"prefer": "mytimezone=Europe/Moscow"}, Locality()),
        ({"prefer": "timezone=Europe/Atlantis"}, Locality()),
        ({"prefer": "wait=5"}, Locality()),
    ],
)
def test_what_a_request_says(headers: dict[str, str], told: Locality) -> None:
    assert localities.told_in(headers) == told


@pytest.mark.parametrize("name", ["", "Europe", "../../etc/passwd", "Europe/../Asia/Tokyo", "/UTC", "x" * 65, "Ы"])
def test_what_is_no_time_zone(name: str) -> None:
    assert not localities.is_zone(name)


@pytest.mark.parametrize("name", ["localtime", "posixrules", "Factory", "posix/Europe/Moscow", "right/Europe/Moscow"])
def test_what_some_machines_have_beside_the_zones_is_none(name: str) -> None:
    assert not localities.is_zone(name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Moscow", "America/Argentina/Ushuaia", "Etc/GMT+3"])
def test_time_zones(name: str) -> None:
    assert localities.is_zone(name)

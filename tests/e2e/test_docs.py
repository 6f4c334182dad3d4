"""The API's documentation as somebody uses it who reads it for the first time: in a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.browser import Page, browsing
from tests.e2e.local_cloud import PATIENCE

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here (Debian: apt-get install chromium)"),
]

ME = '.opblock-get:has([data-path="/me"])'


@pytest.fixture
def page(cloud: Cloud, tmp_path: Path) -> Iterator[Page]:
    assert BROWSER is not None
    with browsing(BROWSER, tmp_path) as page:
        page.open(f"{cloud.front_door_url}/docs")
        page.wait_for("document.querySelectorAll('.opblock-tag').length > 0", PATIENCE)
        page.run("document.querySelectorAll('.opblock-tag').forEach(tag => tag.click())")  # they are folded
        page.wait_for(f"document.querySelector('{ME}') !== null", PATIENCE)
        yield page


def click(page: Page, selector: str) -> None:
    page.wait_for(f"document.querySelector('{selector}') !== null", PATIENCE)
    page.run(f"document.querySelector('{selector}').click()")


def type_into(page: Page, selector: str, text: str) -> None:
    """Type as React hears it."""
    page.wait_for(f"document.querySelector('{selector}') !== null", PATIENCE)
    page.run(
        f"(() => {{ const field = document.querySelector('{selector}');"
        f"Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '{text}');"
        "field.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def authorize(page: Page, token: str) -> None:
    """Type the token into the first field of the dialog, the access token's."""
    click(page, "button.authorize")
    type_into(page, ".auth-container input", token)
    click(page, '.auth-container button[type="submit"]')
    click(page, "button.btn-done")


def ask_who_i_am(page: Page) -> str:
    """The status of GET /me, tried out."""
    click(page, f"{ME} .opblock-summary-control")
    click(page, f"{ME} button.try-out__btn")
    click(page, f"{ME} button.execute")
    status = f"document.querySelector('{ME} .live-responses-table tbody .response-col_status')"
    return str(page.wait_for(f"{status} && {status}.innerText", PATIENCE)).split()[0]


def test_every_operation_is_shown_from_our_own_server(cloud: Cloud, page: Page) -> None:
    paths = httpx.get(f"{cloud.front_door_url}/openapi.json", timeout=PATIENCE).json()["paths"]
    shown = page.wait_for("document.querySelectorAll('.opblock').length", PATIENCE)
    assert shown == sum(len(operations) for operations in paths.values())
    hosts = page.run("[...new Set(performance.getEntriesByType('resource').map(each => new URL(each.name).host))]")
    assert hosts == [httpx.URL(cloud.front_door_url).netloc.decode()]


def test_a_call_without_a_token(page: Page) -> None:
    assert ask_who_i_am(page) == "401"


def test_a_call_with_a_token(cloud: Cloud, page: Page) -> None:
    sign_in = httpx.post(
        f"{cloud.front_door_url}/login", json={"login": "pupil", "password": demo.PASSWORD}, timeout=PATIENCE
    )
    authorize(page, sign_in.json()["jwt_access"])
    assert ask_who_i_am(page) == "200"


def test_a_call_with_a_login_and_a_password(page: Page) -> None:
    click(page, "button.authorize")
    type_into(page, "#oauth_username", "pupil")
    type_into(page, "#oauth_password", demo.PASSWORD)
    click(page, '.auth-container button[aria-label="Apply given OAuth2 credentials"]')
    signed_in = "document.querySelector('.auth-container button[aria-label=\"Remove authorization\"]') !== null"
    page.wait_for(signed_in, PATIENCE)
    click(page, "button.btn-done")
    assert ask_who_i_am(page) == "200"

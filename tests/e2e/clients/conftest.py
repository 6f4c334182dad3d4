"""An account for each program, so that its submissions are all that there are."""

import secrets

import httpx
import pytest

from infra.local.cloud import Cloud
from tests.e2e.clients.pupils import Pupil
from tests.e2e.local_cloud import PATIENCE


@pytest.fixture
def pupil(cloud: Cloud) -> Pupil:
    """A pupil of the demo course, where the demo's second task adds two numbers."""
    login, password = f"client-{secrets.token_hex(4)}", "a long enough one"
    with httpx.Client(base_url=cloud.front_door_url, timeout=PATIENCE) as http:
        new = {"login": login, "password": password, "name": "Client", "email": f"{login}@example.com"}
        token = http.post("/reg", json=new).raise_for_status().json()["jwt_access"]
        http.post("/courses/attend/1", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    return Pupil(cloud.front_door_url, login, password)

"""The journeys of web/e2e, through the web client and the API's documentation, in Chromium over the local cloud."""

import os
import shutil
import subprocess

import pytest

from infra import node, web_policy
from infra.local.cloud import Cloud
from infra.local.options import child_environment
from infra.packaging.package import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
NO_CHROMIUM = "there is no Chromium here (Debian: apt-get install chromium)"
JOURNEYS_WITHIN = 1800
"""Seconds, on a busy machine; alone they take a few minutes."""


@pytest.fixture
def chromium() -> str:
    if CHROMIUM is None:
        # Where a build has to prove something, what is not tried is not proven.
        proven = os.environ.get("CI") == "true"  # noqa: TID251 a setting of whoever runs the tests
        (pytest.fail if proven else pytest.skip)(NO_CHROMIUM)
    return CHROMIUM


# A screen has twenty seconds: browsers and all other tests at once are more than two cores can serve.
@pytest.mark.measures_time
@pytest.mark.timeout(JOURNEYS_WITHIN)
def test_every_journey_ends_well(cloud: Cloud, chromium: str) -> None:
    assert (web_policy.BUILD / "index.html").is_file(), "the web client is not built: run `make web`"

    named = {
        "LYCEUM_URL": cloud.front_door_url,
        "LYCEUM_EMULATOR_URL": cloud.endpoint_url,  # which keeps the mails
        "CHROMIUM": chromium,
    }
    outcome = subprocess.run(
        ["npm", "run", "--silent", "e2e"],
        cwd=ROOT / "web",
        env={**node.environment(child_environment()), **named},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout

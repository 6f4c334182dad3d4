"""Sets the environment and the profiles of hypothesis for every ring. A test without the app imports no more."""

import gc
from collections.abc import Iterator

import hypothesis
import pytest

from chalicelib import wiring
from infra.packaging import compiled_texts

# Until the tests are collected, whatever is made stays: to look for garbage among it took a tenth of what tests cost.
gc.disable()

# A machine that is busy is not a failure, and what passed once passes again, unless somebody asks for more with
# `--hypothesis-profile=thorough`; `fuzz` is that of tests/e2e/test_schemathesis.py.
hypothesis.settings.register_profile("default", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=500)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=100)
hypothesis.settings.load_profile("default")

# Settings are read when modules of `chalicelib` are imported, so the environment must stand before anything of ours is.
_environment = pytest.MonkeyPatch()
for _name, _value in {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "APP_NAME": "lyceum",
    "STAGE": "local",
    "ALLOWED_ORIGINS": "http://localhost:3000,http://localhost:*,http://127.0.0.1:*",
    "TEST_DATA_BUCKET": "lyceum-test-data",
    "TRANSITIONS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/lyceum-local-transitions",
    "FANOUT_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/lyceum-local-fanout",
    "LYCEUM_VERDICT_WAIT": "1",
    "LYCEUM_JUDGE_PAUSE": "0",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_DEV": "false",
}.items():
    _environment.setenv(_name, _value)
_environment.delenv("AWS_ENDPOINT_URL", raising=False)

# Last, and cheap: the wiring imports nothing of a package before a hook is asked for its value.
compiled_texts.compile_all()
wiring.install()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """From now on only what the tests themselves make is looked through."""
    yield
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()

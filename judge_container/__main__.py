"""The handler in Lambda, under AWS's runtime client: `python -m judge_container judge_container.handler.handler`.

Like `python -m awslambdaric`, except that a process which is not clean ends after its answer, so that the platform
replaces the environment.
"""

import http.client
import sys
import time
from typing import Any, NoReturn

from awslambdaric import bootstrap
from awslambdaric.lambda_config import LambdaConfigProvider
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

from . import events, handler

_NEXT = "/2018-06-01/runtime/invocation/next"
_NOTICED_SECONDS = 0.05


class _CleanClient(LambdaRuntimeClient):  # type: ignore[misc]  # the package has no types
    def wait_next_invocation(self) -> Any:
        if handler.must_end():
            _retire(self.lambda_runtime_address)
        return super().wait_next_invocation()


def _retire(address: str) -> NoReturn:
    """End, but not in debt: until a runtime asks for the next event, the platform counts its end as a failure.

    The invocation that finds it gone may fail; who sent that asks again, and gets a fresh environment.
    """
    events.emit("environment retired")
    http.client.HTTPConnection(address).request("GET", _NEXT)
    time.sleep(_NOTICED_SECONDS)
    sys.exit(1)


if __name__ == "__main__":
    config = LambdaConfigProvider(sys.argv)
    bootstrap.run(config.handler, _CleanClient(config.api_address, config.use_thread_polling))

"""The handler in Lambda, under AWS's runtime client: `python -m judge_container judge_container.handler.handler`.

Like `python -m awslambdaric`, except that a process which is not clean ends between its answer and the next event,
so that the platform replaces the environment.
"""

import sys
from typing import Any

from awslambdaric import bootstrap
from awslambdaric.lambda_config import LambdaConfigProvider
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

from . import events, handler


class _CleanClient(LambdaRuntimeClient):  # type: ignore[misc]  # the package has no types
    def wait_next_invocation(self) -> Any:
        if handler.must_end():
            events.emit("environment retired")
            sys.exit(1)
        return super().wait_next_invocation()


if __name__ == "__main__":
    config = LambdaConfigProvider(sys.argv)
    bootstrap.run(config.handler, _CleanClient(config.api_address, config.use_thread_polling))

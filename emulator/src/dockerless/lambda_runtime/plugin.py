"""What LocalStack loads to run functions as processes."""

import sys
from typing import Any

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

_SWITCH_SECONDS = 0.0005


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """``LAMBDA_RUNTIME_EXECUTOR=process``."""

    name = "process"

    def load(self, *args: Any, **kwargs: Any) -> Any:
        # Imported here: LocalStack loads plugins before its own Lambda modules are ready.
        from dockerless.lambda_runtime.executor import ProcessExecutor

        return ProcessExecutor


@hooks.on_infra_start()
def hand_over_quickly() -> None:
    """Let threads wait less for each other.

    An invocation passes through several threads of the server; at Python's default of 5 ms, one that is busy
    with logs or metrics holds up each of the others. Measured: a fifth less for a warm invocation.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)

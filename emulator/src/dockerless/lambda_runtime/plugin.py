"""The plugin through which LocalStack finds the process executor."""

from typing import Any

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """``LAMBDA_RUNTIME_EXECUTOR=process``."""

    name = "process"

    def load(self, *args: Any, **kwargs: Any) -> Any:
        # Imported here: LocalStack loads plugins before its own Lambda modules are ready.
        from dockerless.lambda_runtime.executor import ProcessExecutor

        return ProcessExecutor

"""LocalStack's runtime executor over local processes."""

import logging
import os
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from dockerless.lambda_runtime.environment import Environment, EnvironmentGone
from dockerless.lambda_runtime.outcomes import Outcome, not_built
from dockerless.lambda_runtime.programs import program_of, waits_for_invoke
from dockerless.lambda_runtime.view import Program

LOG = logging.getLogger(__name__)
_KEPT_LOGS = 20
# Tells a function whose image was built at its first invocation how long that took.
_BUILD_VARIABLE = "DOCKERLESS_BUILD_SECONDS"
# By revision: a version runs what was built when it was deployed, however its sources change later.
_programs: dict[tuple[str, str], Program] = {}


def _program(function_version: Any) -> Program:
    revision = _revision(function_version)
    if revision not in _programs:
        _programs[revision] = program_of(function_version.config)
    return _programs[revision]


def _is_left_to_invoke(function_version: Any) -> bool:
    return _revision(function_version) not in _programs and waits_for_invoke(function_version.config)


def _revision(function_version: Any) -> tuple[str, str]:
    return function_version.qualified_arn, function_version.config.internal_revision


class ProcessExecutor(RuntimeExecutor):
    """Keeps one environment for LocalStack and replaces it after a timeout, a crash or a failed start."""

    def __init__(self, id: str, function_version: Any) -> None:
        super().__init__(id, function_version)
        self._lock = threading.Lock()
        self._variables: Mapping[str, str] = {}
        self._environment: Environment | None = None
        self._init_seconds: float | None = None
        self._logs: deque[str] = deque(maxlen=_KEPT_LOGS)

    def start(self, env_vars: dict[str, str]) -> None:
        """Start the environment. A failed start of an on-demand one is the answer of its first invocation,
        with its log, as on AWS; that of a provisioned one is raised as StatusErrorException."""
        self._variables = env_vars
        if _is_left_to_invoke(self.function_version):
            return  # LocalStack gives a start less time than a large image takes to build
        environment = self._boot()
        if env_vars.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "provisioned-concurrency":
            failed = environment.init_failure(str(uuid.uuid4()))
            if failed:
                raise StatusErrorException("Environment startup failed", payload=failed.payload)

    def stop(self) -> None:
        """Kill the environment, also in the middle of an invocation."""
        if self._environment:
            self._environment.close()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one invocation and collect its log."""
        request_id = payload["invoke-id"]
        with self._lock:
            environment = self._environment
            if environment is None:
                try:
                    self._build()
                except Exception as error:
                    LOG.warning("the image of %s cannot be built", self.id, exc_info=True)
                    outcome = not_built(request_id, str(error))
                    return InvocationResult(request_id, outcome.payload, is_error=True, logs=outcome.lines)
            if environment is None or not environment.usable:
                environment = self._boot()
            before = environment.take_output()
            started = time.monotonic()
            try:
                outcome = self._ask(environment, payload)
            except EnvironmentGone:
                environment = self._boot()
                outcome = self._ask(environment, payload)
            seconds = time.monotonic() - started
            log = before + self._framed(request_id, environment, outcome, seconds)
            self._logs.append(log)
            return InvocationResult(request_id, outcome.payload, is_error=outcome.is_error, logs=log)

    def _ask(self, environment: Environment, payload: Mapping[str, str]) -> Outcome:
        request_id = payload["invoke-id"]
        return environment.init_failure(request_id) or environment.invoke(
            request_id,
            payload["payload"].encode(),
            payload["invoked-function-arn"],
            payload.get("trace-id") or "",
            float(self.function_version.config.timeout),
        )

    def _build(self) -> None:
        """Build what was left to the first invocation; the function and its log are told."""
        if not _is_left_to_invoke(self.function_version):
            return
        started = time.monotonic()
        _program(self.function_version)
        self._variables = {**self._variables, _BUILD_VARIABLE: f"{time.monotonic() - started:.0f}"}

    def _boot(self) -> Environment:
        configuration = self.function_version.config
        own = configuration.environment or {}
        base = {
            name: value for name, value in self._variables.items() if name not in own and value is not None
        }
        scratch = Path(os.environ["DOCKERLESS_DIR"]) / "lambda" / f"{self.id[:12]}-{uuid.uuid4().hex[:8]}"
        environment = Environment(
            _program(self.function_version), base, own, scratch, configuration.memory_size
        )
        self._environment = environment
        self._init_seconds = environment.boot()
        return environment

    def _framed(self, request_id: str, environment: Environment, outcome: Outcome, seconds: float) -> str:
        """Return the invocation's log with the platform's START, END and REPORT lines."""
        version, memory = self.function_version.id.qualifier, self.function_version.config.memory_size
        output = environment.take_output()
        if output and not output.endswith("\n"):
            output += "\n"
        milliseconds = seconds * 1000
        report = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {milliseconds:.2f} ms",
            f"Billed Duration: {int(milliseconds) + 1} ms",
            f"Memory Size: {memory} MB",
            f"Max Memory Used: {min(environment.peak_bytes // 2**20, memory)} MB",
        ]
        if seconds_built := self._variables.get(_BUILD_VARIABLE):
            output = f"The image was built in {seconds_built} s.\n{output}"
            self._variables = {k: v for k, v in self._variables.items() if k != _BUILD_VARIABLE}
        if self._init_seconds is not None:
            report.append(f"Init Duration: {self._init_seconds * 1000:.2f} ms")
            self._init_seconds = None
        if outcome.failure:
            status = "timeout" if outcome.failure == "Sandbox.Timedout" else "error"
            report.append(f"Status: {status}")
            if status == "error":
                report.append(f"Error Type: {outcome.failure}")
        return (
            f"START RequestId: {request_id} Version: {version}\n{output}{outcome.lines}"
            f"END RequestId: {request_id}\n" + "\t".join(report) + "\t\n"
        )

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        """Unused: it is for the Docker executor's init process."""
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    def get_logs(self) -> str:
        return "".join(self._logs)

    @classmethod
    def prepare_version(cls, function_version: Any) -> None:
        """Unpack and build everything at deployment; what fails here makes the function's state Failed.

        Of an image that is to wait for an invocation, only what can be seen from its files fails here.
        """
        if not _is_left_to_invoke(function_version):
            _program(function_version)

    @classmethod
    def cleanup_version(cls, function_version: Any) -> None:
        """Forget the version; what is cached is named by content and may serve another one."""
        _programs.pop(_revision(function_version), None)

    @classmethod
    def validate_environment(cls) -> bool:
        return True

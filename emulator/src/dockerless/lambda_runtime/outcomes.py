"""What AWS answers when a function does not: error payloads and how a process ended."""

import json
import signal
from dataclasses import dataclass

from dockerless.lambda_runtime.runtime_api import MAX_RESPONSE_BYTES


@dataclass(frozen=True)
class Outcome:
    """The answer to an invocation. ``failure`` is the error type for the REPORT line, when AWS prints one;
    ``lines`` are what the platform itself adds to the log."""

    payload: bytes
    is_error: bool = False
    failure: str | None = None
    lines: str = ""


def _failed(error_type: str, request_id: str, text: str, line: str = "") -> Outcome:
    message = f"RequestId: {request_id} Error: {text}"
    payload = json.dumps({"errorType": error_type, "errorMessage": message}).encode()
    return Outcome(payload, True, error_type, line or f"{message}\n{error_type}\n")


def not_built(request_id: str, complaint: str) -> Outcome:
    """The function's image, left to its first invocation, could not be built."""
    return _failed("Runtime.InvalidImage", request_id, f"the image could not be built: {complaint}")


def timed_out(request_id: str, timeout: float) -> Outcome:
    """The function was killed after ``timeout`` seconds."""
    text = f"Task timed out after {timeout:.2f} seconds"
    return _failed("Sandbox.Timedout", request_id, text, f"{request_id} {text}\n")


def exited(request_id: str, report: str, out_of_memory: bool = False) -> Outcome:
    """The runtime process ended; ``report`` is the supervisor's."""
    how, _, detail = report.partition(" ")
    if how == "error":
        return _failed("Runtime.InvalidEntrypoint", request_id, f"cannot start the runtime: {detail}")
    if how == "signal":
        name = (signal.strsignal(int(detail)) or detail).lower()
        text = f"Runtime exited with error: signal: {name}"
    elif detail == "0":
        text = "Runtime exited without providing a reason"
    else:
        text = f"Runtime exited with error: exit status {detail}"
    return _failed("Runtime.OutOfMemory" if out_of_memory else "Runtime.ExitError", request_id, text)


def too_large(size: int) -> Outcome:
    """The response was larger than Lambda returns; ``size`` in bytes."""
    limit = f"maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)"
    message = f"Response payload size ({size} bytes) exceeded {limit}."
    payload = {"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}
    return Outcome(json.dumps(payload).encode(), True, "Function.ResponseSizeTooLarge")

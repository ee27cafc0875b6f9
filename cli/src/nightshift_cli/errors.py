"""What went wrong, as one sentence for a person and one exit code for a script."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from nightshift_cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import httpx


class CliError(Exception):
    """The text is a sentence for whoever reads the terminal."""

    def __init__(self, sentence: str, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(sentence)
        self.code = code


_CODES: dict[int, ExitCode] = {
    HTTPStatus.UNAUTHORIZED: ExitCode.NOT_ALLOWED,
    HTTPStatus.FORBIDDEN: ExitCode.NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: ExitCode.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS: ExitCode.UNAVAILABLE,
}


def refusal(response: "httpx.Response") -> CliError:
    """The problem document (RFC 9457) that the API answered with, as an error."""
    fallback = ExitCode.UNAVAILABLE if response.is_server_error else ExitCode.REFUSED
    return CliError(_sentence(response), _CODES.get(response.status_code, fallback))


def field_error(part: dict[str, Any]) -> str:
    """The place in the request, unless it is the whole, and what is wrong with it."""
    place = ".".join(str(name) for name in part["loc"] if name != "body")
    return f"{place}: {part['msg']}" if place else str(part["msg"])


def _sentence(response: "httpx.Response") -> str:
    try:
        problem = response.json()
        errors = problem.get("errors") or []
        told = "; ".join(field_error(part) for part in errors) or problem["detail"]
        return str(told)
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{response.request.url} answered {response.status_code}; is that the URL of a Nightshift API?"

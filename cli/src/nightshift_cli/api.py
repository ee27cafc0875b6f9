"""The REST API, as its commands ask it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nightshift_cli.errors import CliError, refusal
from nightshift_cli.exit_codes import ExitCode
from nightshift_cli.following import POLL_SECONDS, watch
from nightshift_cli.settings import Settings

if TYPE_CHECKING:
    import httpx

type Resource = dict[str, Any]

# Longer than a long poll may take.
_TIMEOUT_SECONDS = 35


class Api:
    """Requests that are answered with JSON, or raise CliError. ``poll_seconds`` is the pause between two questions."""

    def __init__(
        self, settings: Settings, poll_seconds: float = POLL_SECONDS, timeout_seconds: float = _TIMEOUT_SECONDS
    ) -> None:
        self._settings = settings
        self._timeout_seconds = timeout_seconds
        self.poll_seconds = poll_seconds

    def get(self, path: str, **query: Any) -> Resource:
        return self._json("GET", path, params=_given(query))

    def post(self, path: str, body: Any = None, idempotency_key: str | None = None) -> Resource:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        return self._json("POST", path, json=body, headers=headers)

    def patch(self, path: str, body: Any) -> Resource:
        return self._json("PATCH", path, json=body)

    def delete(self, path: str) -> Resource:
        return self._json("DELETE", path)

    def pages(self, path: str, name: str, **query: Any) -> Iterator[Resource]:
        """The resources under that name, of all pages."""
        token: str | None = None
        while True:
            page = self.get(path, **query, next_token=token)
            yield from page[name]
            token = page["next_token"]
            if token is None:
                return

    def follow(self, job: Resource) -> Iterator[Resource]:
        """The job, and then each newer version of it, until it has ended."""
        import httpx

        try:
            yield from watch(self._client, job, self.poll_seconds)
        except httpx.HTTPStatusError as error:
            raise refusal(error.response) from error
        except httpx.HTTPError as error:
            raise _unreachable(self._settings.url, error) from error

    def content(self, path: str) -> Iterator[bytes]:
        """What a route redirects to. The key stays with the API: the place that it leads to is signed for."""
        import httpx

        response = self._ask("GET", path)
        if not response.is_redirect:
            raise refusal(response)
        place = response.headers["Location"]
        try:
            with httpx.stream("GET", place, timeout=self._timeout_seconds) as file:
                if not file.is_success:
                    raise CliError(f"The store of files answered {file.status_code}.", ExitCode.UNAVAILABLE)
                yield from file.iter_bytes()
        except httpx.HTTPError as error:
            raise _unreachable("The store of files", error) from error

    @cached_property
    def _client(self) -> "httpx.Client":
        import httpx

        key = {"x-api-key": self._settings.key} if self._settings.key else {}
        url = self._settings.url
        # Loading the certificates of all authorities takes a while, for nothing where there is no TLS.
        verify = not url.startswith("http://")
        return httpx.Client(base_url=url, headers=key, timeout=self._timeout_seconds, verify=verify)

    def _json(self, method: str, path: str, **request: Any) -> Resource:
        response = self._ask(method, path, **request)
        try:
            if response.is_success:
                return dict(response.json())
        except (ValueError, TypeError):
            # Whatever that was, it was not the API that answered.
            pass
        raise refusal(response)

    def _ask(self, method: str, path: str, **request: Any) -> "httpx.Response":
        import httpx

        try:
            return self._client.request(method, path, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreachable(self._settings.url, error) from error


def job_path(job_id: str) -> str:
    return f"/jobs/{quote(job_id, safe='')}"


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _unreachable(what: str, error: Exception) -> CliError:
    return CliError(f"{what} cannot be reached: {str(error) or type(error).__name__}.", ExitCode.UNAVAILABLE)

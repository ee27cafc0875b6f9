"""Somebody who looks at the console, and notes what a browser complains of."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response

SCREENSHOTS = Path(__file__).parents[2] / ".local" / "screenshots"
KEY = "nightshift.api-key"
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


class Visitor:
    """One tab. ``complaints`` are errors, violations of the policy, refusals that the test does not expect, and the API
    key sent elsewhere."""

    def __init__(self, context: BrowserContext, api_url: str, api_key: str | None, expected: set[int]) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self._api_url = api_url
        self._expected = expected
        if api_key:
            self.page.add_init_script(
                f"sessionStorage.getItem('{KEY}') ?? sessionStorage.setItem('{KEY}', '{api_key}')"
            )
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def open(self, path: str) -> Page:
        # What the page shows is waited for by what asks for it; the page may load itself again.
        self.page.goto(f"{self._api_url}/console#{path}", wait_until="commit")
        return self.page

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[name='{name}']")

    def keep(self, name: str) -> None:
        """A screenshot, for whoever looks after the tests have run."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def _said(self, message: ConsoleMessage) -> None:
        # What was refused is judged by its answer.
        if message.type == "error" and not _REFUSED.match(message.text):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if "x-api-key" in request.headers and not request.url.startswith(self._api_url):
            self.complaints.append(f"the key was sent to {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

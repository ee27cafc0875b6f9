"""The system's Chromium before a deployed stack. A complaint of the browser's fails the test that caused it."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.visitor import Visitor
from tests.stack.deployed import Deployed

# Of a machine that runs the stack beside the browser, and may be busy.
PATIENCE_MS = 90_000

type Visiting = Callable[..., Visitor]


# Not for the session: the loop that Playwright runs must have ended before tests of other folders run theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        pytest.skip("there is no Chromium on PATH: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable)
        yield launched
        launched.close()


@pytest.fixture
def visiting(browser: Browser, stack: Deployed) -> Iterator[Visiting]:
    """Makes visitors, by default with the stack's key, in English and in light colours."""
    visitors: list[Visitor] = []

    def visit(*, key: str | None = stack.stack.api_key, expected: set[int] | None = None, **options: Any) -> Visitor:
        context = browser.new_context(**{"locale": "en-US", "color_scheme": "light"} | options)
        context.set_default_timeout(PATIENCE_MS)
        visitors.append(Visitor(context, stack.api_url, key, expected or set()))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.page.context.close()
    assert [visitor.complaints for visitor in visitors] == [[]] * len(visitors)


@pytest.fixture
def visitor(visiting: Visiting) -> Visitor:
    return visiting()

"""What the console costs its visitor: how soon it is there, how heavy it is, what it asks for while nothing happens."""

import gzip
import shutil

from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import Aim, Figure, spread
from scripts.workspace import ROOT

LOADS = 7
IDLE_SECONDS = 60
_CONSOLE = ROOT / "console"
_SERVED = {".html", ".js", ".css", ".svg"}

WEIGHT = Aim(500, "KB", "Most of it is vendored: DOMPurify, marked and dagre, loaded only by the page of a job.")


def console_figures(api_url: str) -> list[Figure]:
    """Measured in the system's Chromium; without one, only the weight."""
    figures = [_weight()]
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        return [*figures, Figure("console in a browser", "not measured: there is no Chromium")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        loads = [_load(browser, api_url) for _ in range(LOADS)]
        figures += [
            spread("console: first paint, nothing cached", [paint for paint, _ in loads]),
            spread("console: jobs listed, nothing cached", [listed for _, listed in loads]),
            _idle(browser, api_url),
        ]
        browser.close()
    return figures


def _weight() -> Figure:
    """All that is served, compressed file by file."""
    files = [path for path in _CONSOLE.rglob("*") if path.suffix in _SERVED]
    kilobytes = sum(len(gzip.compress(path.read_bytes())) for path in files) / 1000
    return Figure("console: all files, each compressed", f"{kilobytes:.0f} KB in {len(files)}", kilobytes, WEIGHT)


def _load(browser: Browser, api_url: str) -> tuple[float, float]:
    """Seconds from the request to the first paint, and to a list that can be used."""
    page = _open(browser, api_url)
    listed = page.evaluate("performance.now()") / 1000
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    page.context.close()
    return paint, listed


def _idle(browser: Browser, api_url: str) -> Figure:
    page = _open(browser, api_url)
    page.wait_for_load_state("networkidle")
    received: list[float] = []
    network = page.context.new_cdp_session(page)
    # Of a 304 there are only headers, and its loading is never said to have finished.
    network.on("Network.responseReceived", lambda event: received.append(event["response"]["encodedDataLength"]))
    network.send("Network.enable")
    page.wait_for_timeout(IDLE_SECONDS * 1000)
    page.context.close()
    per_minute = 60 / IDLE_SECONDS
    shown = f"{sum(received) * per_minute / 1000:.1f} KB received, {len(received) * per_minute:.0f} answers"
    return Figure("console: a minute of an idle list", shown)


def _open(browser: Browser, api_url: str) -> Page:
    page = browser.new_context(locale="en-US").new_page()
    page.goto(f"{api_url}/console")
    page.locator("table.jobs").wait_for()
    return page

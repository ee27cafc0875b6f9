"""Every page in both colour schemes, on a phone and in Korean: nothing sticks out, and pictures are kept."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visiting

PAGES = {"jobs": "/jobs", "new-job": "/new?mode=schedule", "schedules": "/schedules", "articles": "/articles"}
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone-korean": {"viewport": {"width": 390, "height": 844}, "locale": "ko-KR"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_fits_its_window(visiting: Visiting, look: str) -> None:
    visitor = visiting(**LOOKS[look])
    for name, path in PAGES.items():
        page = visitor.open(path)
        expect(page.locator("main h1")).to_be_attached()
        expect(page.locator("main > .muted[role=status], section > .muted[role=status]")).to_have_count(0)
        visitor.keep(f"{name}-{look}")
        assert visitor.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    assert visitor.run("document.documentElement.lang") == ("ko" if "korean" in look else "en")


def test_a_page_of_which_a_file_never_came_is_asked_for_again(visiting: Visiting) -> None:
    visitor = visiting()
    lost: list[Route] = []
    visitor.page.route("**/router.js", lambda route: route.continue_() if lost else lost.append(route))
    visitor.open("/jobs")
    expect(visitor.page.locator(".switch")).to_be_visible()
    assert lost


def test_a_page_whose_module_never_came_is_there_once_it_can_be_had(visiting: Visiting) -> None:
    visitor = visiting(expected={404})
    lost: list[Route] = []

    def lose_once(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route)
            route.fulfill(status=404)

    visitor.page.route("**/pages/schedules.js", lose_once)
    page = visitor.open("/jobs")
    page.get_by_role("navigation").get_by_role("link", name="Schedules").click()
    expect(page.get_by_role("heading", name="Schedules")).to_be_visible()
    assert lost

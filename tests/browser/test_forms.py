"""The console's forms: wrong, right, for several jobs, for the same job again and again, for articles."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import yaml
from playwright.sync_api import expect

from scripts.openapi.complete import EXAMPLES
from tests.browser.conftest import Visiting
from tests.browser.visitor import Visitor
from tests.stack.deployed import Deployed


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(visiting: Visiting) -> None:
    visitor = visiting(expected={422})
    page = visitor.open("/new")
    visitor.field("type").select_option("ad")
    page.get_by_label("Choose an image").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"png"})
    visitor.field("params.width").fill("3")
    expect(visitor.field("params.image_artifact")).to_have_value(re.compile("^[0-9a-f-]{36}$"))
    page.get_by_role("button", name="Make the job").click()
    wrong = page.locator(".field", has=visitor.field("params.text")).locator(".wrong")
    expect(wrong).to_have_text("Field required")
    expect(page.locator(".field", has=visitor.field("params.width")).locator(".wrong")).to_contain_text("256")
    expect(visitor.field("params.text")).to_be_focused()
    expect(visitor.field("params.width")).to_have_value("3")
    visitor.keep("new-job-wrong")


def test_several_jobs_are_made_together_and_a_wrong_one_is_kept(visiting: Visiting) -> None:
    visitor = visiting()
    page = visitor.open("/new?mode=batch")
    visitor.field("type").select_option("probe")
    visitor.field("params.cli").uncheck()
    page.get_by_role("button", name="Add to the batch").click()
    visitor.field("params.seconds").fill("-1")
    page.get_by_role("button", name="Add to the batch").click()
    page.get_by_role("button", name="Make 2 jobs").click()
    expect(page.locator(".tray li")).to_have_count(1)
    expect(page.locator(".tray .wrong")).to_contain_text("seconds")
    page.get_by_role("link", name=re.compile("1 jobs were made")).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator(".card .status").first).to_have_text("Succeeded")


def test_a_schedule_shows_its_next_five_times_before_it_is_made(visitor: Visitor) -> None:
    name = f"schedule {uuid.uuid4().hex[:8]}"
    page = visitor.open("/new?mode=schedule")
    expect(page.locator(".times li")).to_have_count(5)
    visitor.field("name").fill(name)
    visitor.field("cron").fill("0 8 1 1 ? *")
    expect(page.locator(".times li").nth(4)).to_contain_text("Jan 1")
    page.get_by_role("button", name="Make the schedule").click()
    card = page.get_by_role("region", name=name)
    expect(card).to_contain_text("0 8 1 1 ? *")
    card.get_by_text("The next five times").click()
    expect(card.locator(".times li").nth(4)).to_contain_text("Jan 1")
    page.on("dialog", lambda dialog: dialog.accept())
    card.get_by_role("button", name="Delete").click()
    expect(card).to_have_count(0)


def test_a_job_is_put_off_by_the_visitors_clock(visiting: Visiting, stack: Deployed) -> None:
    visitor = visiting(timezone_id="Asia/Seoul")
    page = visitor.open("/new?mode=later")
    visitor.field("type").select_option("probe")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=18, minute=30, second=0, microsecond=0)
    page.get_by_label("Not before (Asia/Seoul)").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Make the job").click()
    expect(page.locator(".head .status")).to_have_text("Scheduled")
    expect(page.locator(".head")).to_contain_text("6:30:00 PM")
    job_id = page.url.rsplit("/", 1)[1]
    # Nine hours are between Seoul and UTC.
    assert datetime.fromisoformat(stack.api.get(f"/jobs/{job_id}").json()["run_at"]) == tomorrow - timedelta(hours=9)
    assert stack.api.delete(f"/jobs/{job_id}").status_code == 200


def test_an_article_is_read_with_its_source(visitor: Visitor) -> None:
    """Answered as the API's documentation does: to write one takes a gigabyte of programs."""
    examples = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    article = examples["WholeArticle"] | {"status": "completed"}
    path = f"**/articles/{article['article_id']}"
    visitor.page.route(path, lambda route: route.fulfill(json=article))
    visitor.page.route(f"{path}/content", lambda route: route.fulfill(json=examples["ArticleContent"]))
    page = visitor.open(f"/articles/{article['article_id']}")
    expect(page.get_by_role("heading", name=article["topic"], exact=True)).to_be_visible()
    expect(page.locator(".reader").get_by_role("heading", name="Into the Woods")).to_be_visible()
    expect(page.locator(".reader blockquote")).to_contain_text("Thoreau")
    page.get_by_text("Source, difficult words, changes").click()
    expect(page.get_by_text("difficult_words")).to_be_visible()
    visitor.keep("article")


def test_an_article_asked_for_twice_is_made_again_only_if_wished(visiting: Visiting, stack: Deployed) -> None:
    """With the scheduler stopped: that the article is written is not this test's matter."""
    visitor = visiting(expected={409})
    topic = f"wells {uuid.uuid4().hex[:8]}"
    page = visitor.page
    assert stack.api.post("/scheduler/stop").status_code == 200
    try:
        for times in (1, 2):
            visitor.open("/articles")
            page.get_by_text("Ask for an article").click()
            visitor.field("language").select_option("en")
            visitor.field("level").select_option("B1")
            visitor.field("length").fill("100")
            visitor.field("topic").fill(topic)
            page.get_by_role("button", name="Write it").click()
            if times == 2:
                dialog = page.get_by_role("dialog", name="Written before")
                expect(dialog).to_be_visible()
                visitor.keep("article-duplicate")
                dialog.get_by_role("button", name="Make it anyway").click()
            expect(page.get_by_role("heading", name=topic)).to_be_visible()
            expect(page.locator(".card .status").first).to_have_text("Running")
        found = [one for one in stack.api.get("/articles").json()["articles"] if one["topic"] == topic]
        assert len({one["job_id"] for one in found}) == 2
        for article in found:
            assert stack.api.delete(f"/articles/{article['article_id']}").status_code == 200
    finally:
        assert stack.api.post("/scheduler/start").status_code == 200

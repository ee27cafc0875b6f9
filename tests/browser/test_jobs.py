"""Jobs in the console: made, watched, cancelled, tried again."""

import re
import uuid
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Request, expect

from tests.browser.visitor import Visitor
from tests.e2e.client import ended, submit
from tests.receiver import receiving
from tests.stack.deployed import Deployed

# The first job of a type may have to build its program's environment.
JOB_MS = 300_000
# A browser without windows hides no tab by itself.
HIDE = """
Object.defineProperty(document, "hidden", { value: HIDDEN, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));
"""


def test_a_job_is_made_by_the_form_and_watched_to_its_end(visitor: Visitor) -> None:
    page = visitor.open("/new")
    visitor.field("params.topic").fill("a lighthouse")
    visitor.field("params.language").select_option("en")
    visitor.field("params.target_length").fill("300")
    page.get_by_role("button", name="Make the job").click()
    page.wait_for_url(re.compile(r"#/jobs/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", name="a lighthouse")).to_be_visible()
    expect(page.locator(".head .status")).to_have_text("Completed", timeout=JOB_MS)
    expect(page.locator(".reader h1")).to_be_visible()
    expect(page.get_by_role("log")).not_to_be_empty()
    expect(page.locator("g.node.succeeded").first).to_be_visible()
    expect(page.locator(".timeline li")).to_have_count(1)
    visitor.keep("job-story")


def test_the_list_shows_what_happens_elsewhere(visitor: Visitor, stack: Deployed) -> None:
    tag = f"tag-{uuid.uuid4().hex[:8]}"
    page = visitor.open(f"/jobs?tag={tag}")
    expect(page.get_by_text("There are no such jobs.")).to_be_visible()
    job = submit(stack, type="probe", params={"cli": False}, tags=[tag])
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Completed")
    row.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(job["job_id"]))
    expect(page.locator(".head .status")).to_have_text("Completed")


def test_a_running_job_is_cancelled(visitor: Visitor, stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"seconds": 300, "log": ["up"]})
    page = visitor.open(f"/jobs/{job['job_id']}")
    expect(page.locator(".head .status")).to_have_text("Running")
    expect(page.get_by_role("log")).to_contain_text("up")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".head .status")).to_have_text("Cancelled")


def test_a_failed_job_is_tried_again_from_its_step(visitor: Visitor, stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"exit_code": 3}, max_attempts=1)
    ended(stack, job, 120)
    page = visitor.open(f"/jobs/{job['job_id']}")
    expect(page.locator("g.node.failed")).to_be_visible()
    page.get_by_role("button", name="Retry from probe").click()
    expect(page.locator(".timeline li")).to_have_count(2)
    visitor.keep("job-failed")


def test_a_step_done_elsewhere_is_finished_with_an_image(visitor: Visitor, stack: Deployed) -> None:
    job = submit(stack, type="ad", params={"text": "Sleep well", "language": "en", "img_gen": "external"})
    page = visitor.open(f"/jobs/{job['job_id']}")
    expect(page.locator(".head .status")).to_have_text("Waiting")
    page.get_by_role("button", name="Finish img_gen").click()
    dialog = page.get_by_role("dialog", name="Finish img_gen")
    dialog.get_by_label("Output").fill("no object")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_have_text("The output is no JSON.")
    dialog.get_by_label("Output").fill("")
    dialog.get_by_label("Choose an image").set_input_files(
        {"name": "sky.png", "mimeType": "image/png", "buffer": b"png"}
    )
    expect(dialog.get_by_text("sky.png · 3 B")).to_be_visible()
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_have_count(0)
    # What the stages make of the image is other tests' matter.
    expect(page.locator(".head .status")).not_to_have_text("Waiting")
    stack.api.post(f"/jobs/{job['job_id']}/cancel")


def test_a_webhooks_message_is_sent_again(visitor: Visitor, stack: Deployed) -> None:
    with receiving() as receiver:
        webhook = {"url": receiver.url, "events": ["completed"]}
        job = submit(stack, type="probe", params={"cli": False}, webhook=webhook)
        page = visitor.open(f"/jobs/{job['job_id']}")
        sent = page.get_by_role("region", name="Webhook").locator("tbody tr")
        expect(sent).to_have_count(1)
        expect(sent).to_contain_text("204")
        sent.get_by_role("button", name="Send again").click()
        expect(sent.filter(has_text="204")).to_have_count(2)
        assert len({message.message_id for message in receiver.received}) == 1


def test_nobody_waits_for_a_job_while_the_tab_is_hidden(visitor: Visitor, stack: Deployed) -> None:
    job = submit(stack, type="probe", params={"cli": False}, run_at=f"{datetime.now(UTC) + timedelta(days=1):%FT%TZ}")
    page = visitor.page

    def waits(request: Request) -> bool:
        return f"{job['job_id']}/wait" in request.url

    with page.expect_request(waits):
        visitor.open(f"/jobs/{job['job_id']}")
    with page.expect_event("requestfailed", waits):
        visitor.run(HIDE.replace("HIDDEN", "true"))
    with page.expect_request(waits):
        visitor.run(HIDE.replace("HIDDEN", "false"))
    assert stack.api.delete(f"/jobs/{job['job_id']}").status_code == 200


def test_an_ad_is_shown_with_what_was_found_and_where_its_text_is(visitor: Visitor, stack: Deployed) -> None:
    params = {"text": "Sleep well", "cta": "Try it", "language": "en", "prompt": "a calm bedroom at night"}
    job = submit(stack, type="ad", params=params)
    page = visitor.open(f"/jobs/{job['job_id']}")
    expect(page.locator(".head .status")).to_have_text("Completed", timeout=JOB_MS)
    image = page.get_by_alt_text("ad.png")
    expect(image).to_be_visible()
    assert image.evaluate("async image => (await image.decode(), image.naturalWidth)") == 1024
    expect(page.locator(".framed rect.text")).to_have_count(1)
    expect(page.locator("g.node.succeeded", has_text="VlmJudge")).to_be_visible()
    visitor.keep("job-ad")


def test_the_scheduler_is_stopped_and_started(visitor: Visitor, stack: Deployed) -> None:
    page = visitor.open("/jobs")
    try:
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".switch .status")).to_have_text(re.compile("Stopped|Draining"))
        page.get_by_role("button", name="Start").click()
        expect(page.locator(".switch .status")).to_have_text("Running")
    finally:
        assert stack.api.post("/scheduler/start").status_code == 200

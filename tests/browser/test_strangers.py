"""What must not pass: other tenants' jobs, visitors without a key, and text that would like to be a program."""

import uuid

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.browser.visitor import KEY
from tests.e2e.client import ended, submit
from tests.stack.deployed import Deployed

HOSTILE = """# <img src=x onerror="window.pwned = 1"><script>window.pwned = 2</script>

<iframe src="javascript:parent.pwned = 3"></iframe> [here](javascript:window.pwned=4)
![out](https://example.invalid/tells-who-reads.png)
"""


def test_a_story_a_log_line_and_a_topic_with_html_in_them_are_text(visiting: Visiting, stack: Deployed) -> None:
    topic = "<b onmouseover='window.pwned=5'>well</b>"
    job = submit(stack, type="story", params={"language": "en", "target_length": 300, "topic": topic})
    files = [one["name"] for one in ended(stack, job, 300)["artifacts"] if one["name"].endswith(".md")]
    assert files
    (run,) = stack.api.get(f"/jobs/{job['job_id']}/runs").json()["runs"]
    prefix = f"{job['tenant_id']}/{job['job_id']}/{run['run_id']}/"
    logs = stack.s3.list_objects_v2(Bucket=stack.bucket_name, Prefix=f"{prefix}logs/")["Contents"]
    for key in [*(f"{prefix}artifacts/{name}" for name in files), *(found["Key"] for found in logs)]:
        stack.s3.put_object(Bucket=stack.bucket_name, Key=key, Body=HOSTILE.encode())

    visitor = visiting()
    page = visitor.open(f"/jobs/{job['job_id']}")
    expect(page.get_by_role("heading", name=topic)).to_be_visible()
    expect(page.locator(".reader")).to_contain_text('<img src=x onerror="window.pwned = 1">')
    expect(page.get_by_role("log")).to_contain_text("<script>window.pwned = 2</script>")
    page.locator(".reader a").or_(page.locator(".reader")).first.click()
    assert page.locator(".reader :is(img, script, iframe)").count() == 0
    assert page.locator(".reader a[href^='javascript']").count() == 0
    assert visitor.run("window.pwned") is None
    visitor.keep("job-hostile")


def test_a_job_of_another_tenant_is_not_there(visiting: Visiting, stack: Deployed) -> None:
    tenant = f"tenant-{uuid.uuid4().hex[:8]}"
    assert stack.api.post("/tenants", json={"tenant_id": tenant, "name": "Theirs"}).status_code == 201
    theirs = stack.api.post(f"/tenants/{tenant}/keys", json={"name": "browser"}).json()["key"]
    body = {"type": "probe", "params": {"cli": False}, "tags": ["secret"]}
    job = httpx.post(f"{stack.api_url}/jobs", json=body, headers={"x-api-key": theirs}, timeout=30).json()

    page = visiting(expected={404}).open(f"/jobs/{job['job_id']}")
    expect(page.get_by_role("alert").first).to_contain_text("There is no job")
    expect(page.get_by_text("secret")).to_have_count(0)
    expect(visiting(key=theirs).open(f"/jobs/{job['job_id']}").get_by_role("link", name="secret")).to_be_visible()


def test_the_page_asks_for_a_key_and_keeps_it_for_the_session(visiting: Visiting, stack: Deployed) -> None:
    visitor = visiting(key=None, expected={401})
    page = visitor.open("/jobs")
    dialog = page.get_by_role("dialog", name="API key")
    expect(dialog).to_be_visible()
    key = stack.stack.api_key
    assert key
    page.get_by_label("Key", exact=False).last.fill(key)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator(".switch .status")).to_be_visible()
    page.reload()
    expect(page.locator(".switch .status")).to_be_visible()
    assert visitor.run(f"[sessionStorage.getItem('{KEY}'), JSON.stringify(localStorage).includes('nsk')]") == [
        key,
        False,
    ]

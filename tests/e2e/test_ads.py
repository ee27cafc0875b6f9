"""Ads through the deployed stack: stage by stage, and many at once."""

from collections import Counter
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from nightshift.job_types import JOB_TYPES
from tests.e2e.client import Job, ended, runs, submit
from tests.e2e.invocations import stages_run
from tests.stack.deployed import Deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

STAGES = JOB_TYPES["ad"].steps
AT_ONCE = 20


def ad(stack: Deployed, **params: Any) -> Job:
    return submit(stack, type="ad", params={"text": "The night shift begins", "language": "en"} | params)


def artifact(stack: Deployed, job: Job, name: str) -> bytes:
    answer = stack.api.get(f"/jobs/{job['job_id']}/artifacts/{name}")
    assert answer.status_code == 302, answer.text
    return httpx.get(answer.headers["location"]).raise_for_status().content


def test_an_ad_goes_through_all_stages(stack: Deployed) -> None:
    job = ended(stack, ad(stack, prompt="a house in the hills", cta="Apply today", seed=7), 180)
    assert job["status"] == "COMPLETED", job["error"]
    (run,) = runs(stack, job)
    steps = stack.api.get(f"/jobs/{job['job_id']}/runs/{run['run_id']}").json()["steps"]
    assert [(step["name"], step["status"]) for step in steps] == [(stage, "done") for stage in STAGES]
    assert steps[0]["output"]["generator"] == "procedural"
    assert steps[-1]["output"]["occlusion"] is False
    assert steps[-1]["output"]["cta_present"] is True
    image = Image.open(BytesIO(artifact(stack, job, "ad.png")))
    assert (image.format, image.size) == ("PNG", (1024, 768))


def test_a_retry_repeats_no_stage_that_was_done(stack: Deployed) -> None:
    job = ended(stack, ad(stack, prompt="fog", text="unforeseeable " * 14, width=256, height=256), 180)
    assert (job["status"], job["error"]["code"], job["current_step"]) == ("FAILED", "input", "overlay")
    assert stages_run(stack, job, 5) == Counter(STAGES[:5])
    for body, again in ((None, ["overlay"]), ({"from_step": "planner"}, ["planner", "overlay", "overlay"])):
        answer = stack.api.post(f"/jobs/{job['job_id']}/retry", json=body)
        assert answer.status_code == 202, answer.text
        job = ended(stack, answer.json(), 180)
        assert job["current_step"] == "overlay"
        assert stages_run(stack, job, 5 + len(again)) == Counter([*STAGES[:5], *again])


def test_the_ad_is_the_one_that_the_program_makes_by_hand(stack: Deployed, tmp_path: Any) -> None:
    from adstudio.cli import main

    job = ended(stack, ad(stack, prompt="a boat at sea", seed=3), 180)
    asked = ("--text=The night shift begins", "--prompt=a boat at sea", "--seed=3")
    assert main(["run", f"--out={tmp_path}", *asked]) == 0
    assert artifact(stack, job, "ad.png") == (tmp_path / "ad.png").read_bytes()


def test_twenty_ads_at_once_end_with_the_right_image_each(stack: Deployed) -> None:
    jobs = [ad(stack, prompt="coffee", seed=seed, width=480 + 8 * seed, height=360) for seed in range(AT_ONCE)]
    for seed, job in enumerate(jobs):
        job = ended(stack, job, 500)
        assert job["status"] == "COMPLETED", job["error"]
        assert Image.open(BytesIO(artifact(stack, job, "ad.png"))).size == (480 + 8 * seed, 360)


def test_an_uploaded_image_of_somebody_who_makes_it_elsewhere_becomes_an_ad(stack: Deployed) -> None:
    job = ad(stack, img_gen="external")
    assert job["status"] == "WAITING"
    encoded = BytesIO()
    Image.new("RGB", (900, 600), (40, 60, 90)).save(encoded, "PNG")
    wanted = {"name": "mine.png", "content_type": "image/png", "size": len(encoded.getvalue())}
    form = stack.api.post("/uploads", json=wanted).json()
    httpx.post(form["url"], data=form["fields"], files={"file": encoded.getvalue()}).raise_for_status()
    said = {"status": "done", "image_artifact": form["image_artifact"]}
    answer = stack.api.patch(f"/jobs/{job['job_id']}/steps/img_gen", json=said)
    assert answer.status_code == 200, answer.text
    job = ended(stack, job, 180)
    assert job["status"] == "COMPLETED", job["error"]
    image = Image.open(BytesIO(artifact(stack, job, "ad.png")))
    assert image.size == (900, 600)
    assert image.getpixel((5, 595)) == (40, 60, 90)


def test_an_upload_that_is_no_image_fails_as_input(stack: Deployed) -> None:
    wanted = {"name": "mine.png", "content_type": "image/png", "size": 9}
    form = stack.api.post("/uploads", json=wanted).json()
    httpx.post(form["url"], data=form["fields"], files={"file": b"not a png"}).raise_for_status()
    job = ended(stack, ad(stack, image_artifact=form["image_artifact"]), 120)
    assert (job["status"], job["error"]["code"]) == ("FAILED", "input")
    assert "the image is no PNG, JPEG or WebP" in job["error"]["message"]

"""Uploads: what the signed form allows, and what is refused before."""

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from nightshift import clients
from nightshift.clock import now, rfc3339
from nightshift.settings import settings
from nightshift.uploads import upload_key
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import TENANT

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

IMAGE = {"name": "a 그림.png", "content_type": "image/png", "size": 1000}


def test_the_form_takes_one_image_of_that_type_and_size_into_the_tenants_folder(api: Gateway) -> None:
    answer = api.call("POST", "/uploads", IMAGE)
    assert (answer.status, answer.headers["cache-control"]) == (201, "no-store")
    form = answer.json()
    assert answer.headers["location"] == f"{form['url']}/{form['fields']['key']}"
    assert uuid.UUID(form["image_artifact"])
    fields = form["fields"]
    assert fields["key"] == f"{TENANT}/uploads/{form['image_artifact']}"
    conditions: list[Any] = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    assert ["content-length-range", 1, 1000] in conditions
    assert {"Content-Type": "image/png"} in conditions
    assert {"key": fields["key"]} in conditions
    assert fields["x-amz-meta-name"].isascii()


def test_a_name_that_grows_by_its_escapes_is_kept_as_far_as_s3_takes_it(api: Gateway) -> None:
    form = api.call("POST", "/uploads", IMAGE | {"name": "\N{CRESCENT MOON}" * 255}).json()
    assert len(form["fields"]["x-amz-meta-name"]) < 2048


@pytest.mark.parametrize(
    "change",
    [
        {"content_type": "image/gif"},
        {"content_type": "text/html"},
        {"size": 0},
        {"size": 10 * 2**20 + 1},
        {"size": "1000"},
        {"name": ""},
        {"name": "x" * 256},
        {"tenant_id": "acme"},
    ],
)
def test_anything_else_is_refused(api: Gateway, change: dict[str, Any]) -> None:
    refused(api.call("POST", "/uploads", IMAGE | change), 422)


def test_the_same_idempotency_key_gets_another_form_for_the_same_image(api: Gateway) -> None:
    first, again = (api.call("POST", "/uploads", IMAGE, {"Idempotency-Key": "k"}) for _ in range(2))
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["image_artifact"] == first.json()["image_artifact"]
    refused(api.call("POST", "/uploads", IMAGE | {"size": 999}, {"Idempotency-Key": "k"}), 422)


def test_each_form_is_for_an_image_of_its_own(api: Gateway) -> None:
    made = {api.call("POST", "/uploads", IMAGE).json()["image_artifact"] for _ in range(3)}
    assert len(made) == 3


@pytest.fixture
def ad() -> dict[str, Any]:
    """A job that works on an upload made now."""
    image = str(uuid.uuid4())
    clients.s3().put_object(Bucket=settings().bucket_name, Key=upload_key(TENANT, image), Body=b"PNG")
    return {"type": "ad", "params": {"text": "t", "image_artifact": image}}


def after(days: int) -> str:
    return rfc3339(now() + timedelta(days=days))


def test_a_job_that_is_put_off_until_its_upload_is_gone_is_refused(api: Gateway, ad: dict[str, Any]) -> None:
    job = api.call("POST", "/jobs", ad | {"run_at": after(89)})
    assert job.status == 201
    late = {"run_at": after(91)}
    path = f"/jobs/{job.json()['job_id']}"
    for refusal in (api.call("POST", "/jobs", ad | late), api.call("PATCH", path, late)):
        assert "is kept until" in refused(refusal, 422)["detail"]
    batch = api.call("POST", "/jobs/batch/trigger", {"jobs": [ad, ad | late]}).json()
    assert [member["index"] for member in batch["rejected"]] == [1]
    assert api.call("PATCH", path, {"run_at": after(80)}).status == 200


@pytest.mark.parametrize(
    ("times", "status"),
    [
        ({"rate": "89 days"}, 201),
        ({"rate": "91 days"}, 422),
        ({"cron": "0 8 ? * MON *"}, 201),
        ({"cron": "0 8 1 */2 ? *"}, 201),
        ({"cron": "0 8 1 1,2 ? *"}, 422),
        ({"cron": "0 8 1 1,2 ? *", "enabled": False}, 201),
    ],
)
def test_a_schedule_has_its_upload_if_it_uses_it_often_enough(
    api: Gateway, ad: dict[str, Any], times: dict[str, Any], status: int
) -> None:
    answer = api.call("POST", "/schedules", {"name": "n", "job": ad} | times)
    assert answer.status == status, answer.body
    if "enabled" in times:
        path = f"/schedules/{answer.json()['schedule_id']}"
        refused(api.call("PATCH", path, {"enabled": True}), 422)


def test_a_schedule_whose_upload_is_gone_makes_no_job_by_hand_but_can_be_disabled(
    api: Gateway, ad: dict[str, Any]
) -> None:
    path = (
        f"/schedules/{api.call('POST', '/schedules', {'name': 'n', 'rate': '1 hour', 'job': ad}).json()['schedule_id']}"
    )
    upload = upload_key(TENANT, ad["params"]["image_artifact"])
    clients.s3().delete_object(Bucket=settings().bucket_name, Key=upload)
    assert "no more" in refused(api.call("POST", f"{path}/trigger"), 422)["detail"]
    assert api.call("PATCH", path, {"enabled": False}).status == 200

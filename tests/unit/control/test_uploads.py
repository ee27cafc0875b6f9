"""Uploads: what the signed form allows, and what is refused before."""

import base64
import json
import uuid
from typing import Any

import pytest

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

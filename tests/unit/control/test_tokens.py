"""Page tokens that were made up: whoever knows how they are made can still name no place that there cannot be."""

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import TENANT

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

STORIES = hashlib.sha256(f"TENANT#{TENANT}#RECORDS#story\n".encode()).hexdigest()[:16]


def token(place: Any) -> str:
    payload = json.dumps({"f": STORIES, "p": place})
    return base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")


def test_a_place_that_there_may_be_is_taken(api: Gateway) -> None:
    assert api.call("GET", f"/story/list?next_token={token('20260131-093000-x')}").status == 200


@pytest.mark.parametrize("place", ["", "x" * 1025, "밤" * 342, "\ud800", None, 5, ["x"]])
def test_a_place_that_there_cannot_be_is_400(api: Gateway, place: Any) -> None:
    refused(api.call("GET", f"/story/list?next_token={token(place)}"), 400)

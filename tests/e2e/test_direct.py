"""Direct requests against the deployed stack."""

import uuid
from typing import Any

from tests.e2e.client import ended, eventually, show, submit
from tests.stack.deployed import Deployed

BODY = {"language": "en", "target_length": 400, "seed": 3}


def written(stack: Deployed) -> dict[str, Any]:
    """What a client gets that asks again, with its key, when the machine was too slow for the first answer."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    told: dict[str, Any] = {}

    def is_there() -> bool:
        answer = stack.api.post("/story/generate", json=BODY, headers=key)
        assert answer.status_code in (200, 202), answer.text
        told.update(answer.json())
        return answer.status_code == 200

    eventually(is_there, "the story is the answer")
    return told


def test_a_story_is_the_answer(stack: Deployed) -> None:
    told = written(stack)
    assert told["job"]["status"] == "COMPLETED"
    (made,) = told["results"][0]["stories"]
    text = next(artifact for artifact in told["job"]["artifacts"] if artifact["name"].endswith(".md"))
    assert made["title"] in stack.api.get(text["url"], follow_redirects=True).text
    assert stack.api.get("/scheduler/status").json()["has_active_reservation"] is False


def test_a_story_is_written_while_the_scheduler_is_stopped(stack: Deployed) -> None:
    stack.api.post("/scheduler/stop")
    try:
        queued = submit(stack, type="probe", params={"cli": False}, priority=100)
        assert written(stack)["job"]["status"] == "COMPLETED"
        assert show(stack, queued)["status"] == "QUEUED"
    finally:
        stack.api.post("/scheduler/start")
    assert ended(stack, queued)["status"] == "COMPLETED"


def test_only_one_request_waits_for_its_slot(stack: Deployed) -> None:
    stack.api.patch("/scheduler/config", json={"type_limits": {"story": 0}})
    try:
        first = stack.api.post("/story/generate", json=BODY, headers={"Idempotency-Key": "one"})
        assert first.status_code == 202, first.text
        assert first.headers["retry-after"]
        refused = stack.api.post("/story/generate", json=BODY)
        assert refused.status_code == 409
        assert first.json()["job"]["job_id"] in refused.json()["detail"]
        assert stack.api.get("/scheduler/status").json()["has_active_reservation"] is True
    finally:
        stack.api.patch("/scheduler/config", json={"type_limits": {}})
    ended(stack, first.json()["job"])
    again = stack.api.post("/story/generate", json=BODY, headers={"Idempotency-Key": "one"})
    assert (again.status_code, again.json()["job"]["job_id"]) == (200, first.json()["job"]["job_id"])
    assert again.headers["idempotency-replayed"] == "true"
